"""References across, in numbers that show what is lost or kept."""

import gc
import threading
import time

from clock import resident_megabytes

import cpyembed

THINGS = """
import gc
alive = 0
class Thing:
    def __init__(self):
        global alive
        alive += 1
    def __del__(self):
        global alive
        alive -= 1
def make(count):
    return [Thing() for _ in range(count)]
def cycles(count):
    for _ in range(count):
        a, b = Thing(), Thing()
        a.other, b.other = b, a
def cycle_with(x):
    thing = Thing()
    thing.itself, thing.theirs = thing, x
def count():
    return alive
"""


def there(source):
    """Execute in CPython; the names that it makes, as a dict."""
    names = {}
    cpyembed.exec(source, names)
    return names


def settle(count, wanted):
    """Collect on both sides until `count()` is `wanted`, for 30 s at most."""
    end = time.monotonic() + 30
    while count() > wanted and time.monotonic() < end:
        gc.collect()
        cpyembed.import_module("gc").collect()
        time.sleep(0.05)
    assert count() == wanted, count()


class Node:
    """Makes cycles on PyPy's side."""

    def __init__(self, thing):
        self.thing = thing
        self.itself = self


class Dropper:
    """A thread that never calls CPython and drops what it is given, some of it in cycles."""

    def __init__(self):
        self.given = []
        self.dropped = 0
        self.ended = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.ended or self.given:
            if not self.given:
                time.sleep(0.001)
                continue
            batch = self.given.pop()
            while batch:
                Node(batch.pop())
                self.dropped += 1
                if batch:
                    batch.pop()
                    self.dropped += 1


def finalizer_storm(clock):
    """References dropped by a thread that never calls CPython; cycles within each side."""
    names = there(THINGS)
    baseline = cpyembed._exports_alive()
    dropper = Dropper()
    made = 0
    first = None
    for _ in clock.rounds(1000):
        dropper.given.append(list(names["make"](2000)))
        names["cycles"](200)
        for _ in range(100):
            names["cycle_with"](object())
        made += 2000
        while len(dropper.given) > 5:
            time.sleep(0.001)
        if first is None and made > 50000:
            first = resident_megabytes()
    dropper.ended = True
    dropper.thread.join(60)
    assert not dropper.thread.is_alive() and dropper.dropped == made
    grown = resident_megabytes() - (first or resident_megabytes())
    settle(names["count"], 0)
    settle(cpyembed._exports_alive, baseline)
    assert grown < 300, "%d MB more" % grown
    return "%d references, %d MB more than at first" % (made, grown)


def dropped_while_asleep(clock):
    """What the main thread leaves behind goes while it sleeps, within 50 ms."""
    names = there("""
import time, weakref
class Thing: pass
ended = []
watched = []
def make():
    thing = Thing()
    watched.append(weakref.ref(thing, lambda ref: (watched.remove(ref),
                                                   ended.append(time.monotonic()))))
    return thing
def took(since):
    return ended.pop() - since if ended else None
""")
    waits = []
    for _ in clock.rounds(100):
        thing = names["make"]()
        del thing
        gc.collect()
        begun = time.monotonic()
        time.sleep(0.25)
        took = names["took"](begun)
        assert took is not None and took < 0.25, "it waited for the next call: %s" % took
        waits.append(took)
    waits.sort()
    # The machine may be busy.
    assert waits[len(waits) // 2] < 0.06, waits
    return "%d, at most %.0f ms" % (len(waits), waits[-1] * 1000)


def arrays(clock):
    """10,000 arrays of 8 MB made in CPython, each dropped: below 1 GB."""
    ones = cpyembed.import_module("numpy").ones
    highest = 0.0
    done = 0
    for number in clock.rounds(10000):
        array = ones(1000000)
        done += 1
        if number % 10 == 0:
            highest = max(highest, resident_megabytes())
            assert highest < 1000, "%d MB after %d arrays" % (highest, done)
    del array
    return "%d arrays, at most %d MB" % (done, highest)


def calls(clock):
    """10 million calls of several kinds, no growth."""
    sqrt = cpyembed.import_module("math").sqrt
    point = cpyembed.eval("__import__('types').SimpleNamespace(x=1.5, name='abc')")
    items = cpyembed.eval("[object() for _ in range(10)]")
    done = 0
    first = None
    begun = time.monotonic()
    for _ in clock.rounds(200):
        for i in range(12500):
            sqrt(float(i))
            point.x
            items[i % 10]
            point.y = i
        done += 50000
        if first is None and time.monotonic() - begun > clock.seconds / 4:
            first = resident_megabytes()
    grown = resident_megabytes() - first
    assert grown < 100, "%d MB more after %d calls" % (grown, done)
    return "%d calls, %.1f MB more than at first" % (done, grown)


TESTS = {function.__name__: function for function in (
    finalizer_storm, dropped_while_asleep, arrays, calls)}
