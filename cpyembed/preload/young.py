"""Large strings that came from CPython and are garbage by now.

PyPy frees them at its next minor collection, which comes when the nursery is full. They lie beside
the nursery and do not fill it, so there may be hundreds of megabytes of them, and each one is in
memory that the system has to clear first: a page fault takes ten times as long as copying the page.
"""

from __pypy__ import newlist_hint

LARGE = 1 << 17         # bytes from which on PyPy puts an object beside the nursery
LIMIT = 4 << 20
ITEMS = 16000           # of a list that still goes into the nursery: 128 kB
MOST = 1 << 12          # lists; a nursery that they do not fill is left alone

filler = [None]
since = [0]             # bytes that came since the last minor collection that was made here


def made(n):
    """A string of `n` bytes is about to be made."""
    since[0] += n
    if since[0] > LIMIT:
        since[0] = 0
        collect()


def collect():
    """Make PyPy collect its young objects: fill the nursery with lists nobody writes into."""
    from weakref import ref
    witness = ref(Witness())
    for _ in range(MOST):
        filler[0] = newlist_hint(ITEMS)     # where the JIT cannot do without it
        filler[0].append(1)
        if witness() is None:
            break
    filler[0] = None


class Witness:
    """Gone once there was a minor collection."""
