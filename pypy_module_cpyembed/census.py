"""How many Objects are alive, and when that is reason for a major collection.

PyPy's collector sees an Object of a few words, not what hangs on it in CPython.
Objects that die young go with a minor collection.  What was still in use when that
came is old, though it be dead a moment later, and goes with a major one, which
PyPy begins when its own heap has grown by so much that the Objects in it may keep
gigabytes alive.  So they are counted, and one begins here when their number has
grown as much as PyPy lets its heap grow.
"""
from rpython.rlib import jit, rgc

from . import capi


HEAD = 256              # bytes that an Object weighs beside its elements, about
BATCH = 1024            # Objects from one look to the next
GROWTH = 1 << 26        # bytes of them from one major collection to the next, at least

# PyPI's rpython is older: it has whole collections only, and says little of the heap.
HAS_STEPS = hasattr(rgc, 'is_done')


class Census(object):
    made = 0
    next_look = BATCH           # when so many are made
    limit = GROWTH // HEAD      # if more of them are alive a major collection begins
    is_major = False            # one that began here is under way


census = Census()


def one_more():
    """An Object is about to be made.  Whether it is time for look()."""
    census.made += 1
    return census.made >= census.next_look


@jit.dont_look_inside
def look():
    """A step of a major collection, if there is need for one.  They are few."""
    census.next_look = census.made + BATCH
    if census.is_major:
        if _step_is_the_last():
            census.is_major = False
            census.limit = alive() + _growth() // HEAD
    elif alive() > census.limit and _may_begin():
        census.is_major = True


def alive():
    """How many Objects the collector has not found dead so far."""
    return census.made - capi.get_shared().objects_gone


def _step_is_the_last():
    if HAS_STEPS:
        return rgc.is_done(rgc.collect_step())
    rgc.collect()
    return True


def _may_begin():
    """Not after gc.disable(): then the program says when there is one."""
    if HAS_STEPS:
        return rgc.isenabled()
    return True


def _growth():
    """Bytes of Objects until the next major collection, which costs time for all
    that is alive: four fifths of that, as PyPy itself has it."""
    size = alive() * HEAD
    if HAS_STEPS:
        size += rgc.get_stats(rgc.TOTAL_MEMORY)
    return max(GROWTH, size // 5 * 4)
