"""CPython's GIL, taken and dropped by several threads of RPython and of CPython."""
import time

from rpython.rlib import rgil, rthread
from rpython.rlib.objectmodel import specialize
from rpython.rtyper.lltypesystem import lltype, rffi
from rpython.rtyper.lltypesystem.lloperation import llop

from pypy_module_cpyembed import capi, gil

from driver import (Failed, call, check, count, define, equal, evaluate, inside, integer, new, run,
                    show)
from exports import CALLABLE, Toy, export, export_as, install, state

THREADS = 8


class Shared(object):
    """What the threads, which take no arguments, find their work by."""

    def __init__(self):
        self.started = 0
        self.ended = 0
        self.failed = 0
        self.rounds = 0
        self.ready = 0
        self.function = capi.NULL


shared = Shared()


def pause():
    time.sleep(0.01)        # gives up RPython's GIL


@specialize.arg(0)
def spawn(function, how_many):
    rthread.gc_thread_start()
    for i in range(how_many):
        shared.started += 1
        rthread.start_new_thread(function, ())


def wait():
    """Without CPython's GIL."""
    while shared.ended < shared.started:
        pause()
    equal(shared.failed, 0, "threads that failed")


@specialize.arg(0)
def thread(run_it):
    """The body of a thread."""
    rthread.gc_thread_start()
    try:
        run_it()
    except Failed as e:
        print e.message
        shared.failed += 1
    except Exception:
        shared.failed += 1
    shared.ended += 1
    rthread.gc_thread_die()


def _enter_often():
    shared.ready += 1
    while shared.ready < THREADS:       # all at once
        pause()
    for i in range(shared.rounds):
        with inside:
            check(capi.holds_gil() == 1, "the GIL is held")
            ob = new(capi.PyLong_FromLong(i))
            equal(integer(call(shared.function, [ob])), i + 1, "result")
            capi.decref(ob)


def enter_often():
    thread(_enter_often)


def entering(args):
    """Several threads at once, each with its own state in CPython."""
    shared.rounds = 2000
    with inside:
        run("import threading\n"
            "seen = set()\n"
            "total = 0\n"
            "def function(x):\n"
            "    global total\n"
            "    total += 1\n"
            "    seen.add(threading.get_ident())\n"
            "    return x + 1\n")
        shared.function = evaluate("function")
    spawn(enter_often, THREADS)
    wait()
    with inside:
        show("len(seen), total")
        _no_states_left()


def _no_states_left():
    """Thread states that ended threads leave behind are gone."""
    run("import sys, time\n"
        "for _ in range(200):\n"
        "    if len(sys._current_frames()) == 1: break\n"
        "    time.sleep(0.01)")
    show("len(sys._current_frames())")


def callbacks(args):
    """Threads of RPython that enter CPython, which calls back."""
    install()
    shared.rounds = 2000
    with inside:
        shared.function = export(Toy(1), CALLABLE)
    spawn(enter_often, THREADS)
    wait()
    print "callbacks: %d" % state.callbacks
    with inside:
        equal(count(shared.function), 1, "references to the export")


def foreign(args):
    """Threads that CPython made call back: their state is not ours to keep."""
    install()
    with inside:
        export_as("toy", Toy(1), CALLABLE)
        run("import threading\n"
            "good = []\n"
            "def work():\n"
            "    for i in range(500):\n"
            "        assert toy(i) == i + 1\n"
            "    good.append(1)\n"
            "threads = [threading.Thread(target=work) for i in range(%d)]\n"
            "for t in threads: t.start()\n"
            "for t in threads: t.join()\n" % THREADS)
        show("len(good)")
        _no_states_left()
    print "callbacks: %d" % state.callbacks


def mixed(args):
    """Both kinds at once, with references dropped through the queue."""
    install()
    shared.rounds = 500
    with inside:
        shared.function = export(Toy(1), CALLABLE)
        define("toy", shared.function)
        run("import threading\n"
            "good = []\n"
            "def work():\n"
            "    for i in range(500):\n"
            "        assert toy(i) == i + 1\n"
            "    good.append(1)\n"
            "threads = [threading.Thread(target=work) for i in range(%d)]\n"
            "for t in threads: t.start()\n" % THREADS)
    spawn(drop_often, 2)
    spawn(enter_often, THREADS)
    wait()
    with inside:
        run("for t in threads: t.join()")
        show("len(good)")
        gil.leave()
        gil.enter()
        equal(count(shared.function), 2, "references to the export")


def _drop_often():
    for i in range(shared.rounds):
        with inside:
            capi.incref(shared.function)
        gil.drop_later(shared.function)


def drop_often():
    thread(_drop_often)


def _enter_once():
    with inside:
        ob = new(capi.call0(shared.function))
        capi.decref(ob)


def enter_once():
    thread(_enter_once)


def thread_local(args):
    """What CPython keeps for a thread dies with the thread, and may call back."""
    install()
    with inside:
        export_as("toy", Toy(1), CALLABLE)
        run("import threading\n"
            "local = threading.local()\n"
            "died = []\n"
            "class C:\n"
            "    def __del__(self):\n"
            "        died.append(toy(1))\n"
            "def function():\n"
            "    local.x = C()\n")
        shared.function = evaluate("function")
    spawn(enter_once, THREADS)
    wait()
    with inside:
        _no_states_left()
        show("died")


class Lock(object):
    ll = None


lock = Lock()


class LockingToy(Toy):
    """Its call takes an RPython lock whose owner wants CPython."""

    def compute(self, total):
        lock.ll.acquire(True)
        lock.ll.release()
        return total


def _hold_lock():
    lock.ll.acquire(True)
    shared.rounds = 1
    time.sleep(0.2)             # the main thread is in the callback by now
    with inside:
        capi.decref(evaluate("1"))
    lock.ll.release()


def hold_lock():
    thread(_hold_lock)


def callback_waits(args):
    """A callback that waits for a lock whose owner wants CPython: it has left
    CPython, so the owner gets in."""
    install()
    lock.ll = rthread.allocate_lock()
    shared.rounds = 0
    spawn(hold_lock, 1)
    while not shared.rounds:
        pause()
    with inside:
        toy = export(LockingToy(1), CALLABLE)
        capi.decref(call(toy, []))
        capi.decref(toy)
    wait()
    print "returned"


def _nested():
    """What a cffi callback of PyPy does: it takes PyPy's GIL, and knows nothing
    of CPython's, which may be held or not."""
    _acquire()
    llop.gc_stack_bottom(lltype.Void)
    _nested_inside()
    rgil.release()


def _nested_inside():
    try:
        for i in range(2):
            with inside:
                value = integer(evaluate("value()"))
                shared.ready += value
                gil.leave()         # as for PyPy code in between
                gil.enter()
    except Failed as e:
        print e.message


NESTED_FN = lltype.Ptr(lltype.FuncType([], lltype.Void))
_acquire = getattr(rgil, 'acquire_maybe_in_new_thread', rgil.acquire)


def _call_nested():
    for i in range(20):
        with inside:
            run("held(); released(); deeper()")


def call_nested():
    thread(_call_nested)


def nested(args):
    """PyPy code that runs on a thread that is inside, with the GIL or without."""
    address = rffi.cast(lltype.Signed, rffi.llhelper(NESTED_FN, _nested))
    with inside:
        run("import ctypes, threading, time\n"
            "held = ctypes.PYFUNCTYPE(None)(%d)\n"
            "released = ctypes.CFUNCTYPE(None)(%d)\n"
            "depth = 0\n"
            "def value():\n"
            "    time.sleep(0.001)\n"
            "    return 1\n"
            "def deeper():\n"
            "    global value\n"
            "    usual = value\n"
            "    def value():\n"
            "        global depth\n"
            "        depth += 1\n"
            "        if depth < 4: held(); released()\n"
            "        depth -= 1\n"
            "        return 0\n"
            "    released()\n"
            "    value = usual\n" % (address, address))
    shared.rounds = 1
    _call_nested()                  # the keeper, alone
    time.sleep(0.1)
    with inside:
        run("foreign = threading.Thread(target=released)\n"
            "foreign.start()\n"
            "foreign.join()\n")
        show("depth")
    print "calls: %d" % shared.ready
    shared.ready = 0
    with inside:
        run("deeper = int")         # its state is not for several threads
    spawn(call_nested, 3)
    wait()
    print "calls: %d" % shared.ready


def others_run(args):
    """While CPython code sleeps or computes, threads of RPython run."""
    spawn(count_up, 1)
    with inside:
        run("import time\ntime.sleep(0.3)")
        asleep = shared.rounds
        run("end = time.time() + 0.3\nwhile time.time() < end: pass")
        busy = shared.rounds
    shared.failed = -1
    while shared.ended < 1:
        pause()
    print "asleep: %d" % int(asleep > 5)
    print "busy: %d" % int(busy > asleep + 5)


def count_up():
    rthread.gc_thread_start()
    while shared.failed == 0:
        shared.rounds += 1
        pause()
    shared.ended += 1
    rthread.gc_thread_die()


COMMANDS = {'entering': entering, 'callbacks': callbacks, 'foreign': foreign, 'mixed': mixed,
            'thread-local': thread_local,
            'callback-waits': callback_waits, 'nested': nested, 'others-run': others_run}
