"""References that finalizers leave in the queue."""
import time

from rpython.rlib import rgc, rthread

from pypy_module_cpyembed import capi, census, gil

from driver import check, count, equal, evaluate, evaluate_any, inside, repr_of, run, show


class Holder(object):
    """As the PyPy-side reference to a CPython object will be."""

    def __init__(self, ob):
        self.ob = ob

    @rgc.must_be_light_finalizer
    def __del__(self):
        capi.object_gone(self.ob)


def queue(args):
    """Queued without the GIL, dropped at the next entry."""
    shared = capi.get_shared()
    with inside:
        ob = evaluate("object()")
        for i in range(5000):
            capi.incref(ob)
        equal(count(ob), 5001, "before")
    with inside:                # else they might be dropped meanwhile
        for i in range(5000):
            gil.drop_later(ob)
        equal(shared.pending_decrefs, 5000, "pending")
        equal(count(ob), 5001, "still")
    gil.drop_pending()
    equal(shared.pending_decrefs, 0, "none pending")
    with inside:
        equal(count(ob), 1, "dropped")
        capi.decref(ob)
    gil.drop_pending()
    print "all"


def asleep(args):
    """Nobody enters, and yet they go."""
    shared = capi.get_shared()
    with inside:
        run("import threading\n"
            "died = []\n"
            "class C:\n"
            "    def __del__(self):\n"
            "        died.append(threading.get_ident() != threading.main_thread().ident)")
    for i in range(3):
        with inside:
            ob = evaluate("C()")
        gil.drop_later(ob)
        start = time.time()
        while shared.pending_decrefs != 0 and time.time() < start + 5.0:
            time.sleep(0.002)
        print "dropped: %d" % int((time.time() - start) * 1000)
    with inside:
        show("died")
        run("import sys")
        show("len(sys._current_frames())")
    check(capi.holds_gil() == 1, "kept again: the other thread's state is gone")


def blocked(args):
    """One whose end takes long does not keep the others."""
    shared = capi.get_shared()
    with inside:
        run("import time, threading\n"
            "go = threading.Event()\n"
            "class C:\n"
            "    def __del__(self):\n"
            "        go.wait(20)")
        slow = evaluate("C()")
        ob = evaluate("object()")
        for i in range(10000):
            capi.incref(ob)
    for i in range(10000):
        gil.drop_later(ob)
    gil.drop_later(slow)                # the last one is the first to go
    rthread.gc_thread_start()
    rthread.start_new_thread(enter_once, ())
    end = time.time() + 5.0
    while shared.pending_decrefs != 0 and time.time() < end:
        time.sleep(0.002)
    with inside:
        print "left: %d" % (count(ob) - 1)
        run("go.set()")


def enter_once():
    rthread.gc_thread_start()
    gil.enter()
    gil.leave()
    rthread.gc_thread_die()


def _make(ob, n):
    for i in range(n):
        capi.incref(ob)
        Holder(ob)


def finalizers(args):
    """Young garbage goes with the minor collections."""
    with inside:
        ob = evaluate("object()")
        _make(ob, 100000)
        highest = count(ob)
    rgc.collect()
    gil.drop_pending()
    with inside:
        print "left: %d" % (count(ob) - 1)
        check(highest == 100001, "none is dropped while the GIL is kept")
        for i in range(100):
            _make_outside(ob)
        print "young: %d" % int(count(ob) < 1000000)
        capi.decref(ob)


def _make_outside(ob):
    """10000 of them; entering again drops those that died."""
    _make(ob, 10000)
    gil.leave()
    gil.enter()


class Kept(object):
    holders = [Holder(capi.NULL)]


kept = Kept()


def old_garbage(args):
    """What lives for a while is old by then, and goes nevertheless."""
    with inside:
        ob = evaluate("object()")
    highest = 0
    for i in range(400):
        with inside:
            holders = []
            for j in range(10000):
                capi.incref(ob)
                if census.one_more():
                    rgc.collect(0)
                    census.look()
                holders.append(Holder(ob))
            kept.holders = holders
            highest = max(highest, count(ob))
    kept.holders = []
    rgc.collect()
    gil.drop_pending()
    with inside:
        print "left: %d" % (count(ob) - 1)
        print "at most: %d" % highest
        print "alive: %d" % census.alive()
        capi.decref(ob)


def error_kept(args):
    """Dropping does not disturb an exception that is set, whatever runs."""
    with inside:
        run("died = []\n"
            "class C:\n"
            "    def __del__(self):\n"
            "        died.append(1)\n"
            "        raise ValueError")
        run("import sys\nsys.unraisablehook = lambda args: died.append(args.exc_type.__name__)")
        gil.drop_later(evaluate("C()"))
        check(not evaluate_any("1 / 0"), "raises")
        capi.drain()
        error = capi.fetch_error()
        print repr_of(error)
        capi.decref(error)
        show("died")


COMMANDS = {'queue': queue, 'asleep': asleep, 'blocked-end': blocked, 'finalizers': finalizers,
            'old-garbage': old_garbage, 'error-kept': error_kept}
