"""fork(), by either side, while other threads are at work."""
import os
import time

from rpython.rlib import rthread

from pypy_module_cpyembed import capi, gil

from driver import Failed, check, evaluate, inside, integer, run, show
from exports import CALLABLE, Toy, export_as, install

THREADS = 3


class Shared(object):
    ended = False
    running = 0
    done = 0


shared = Shared()


def call_cpython():
    """Goes in and out, and computes on both sides."""
    rthread.gc_thread_start()
    shared.running += 1
    try:
        while not shared.ended:
            with inside:
                capi.decref(evaluate("sum(range(1000))"))
            total = 0
            for i in range(10000):
                total += i
            check(total > 0, "computed")
    except Failed as e:
        print e.message
    shared.running -= 1
    rthread.gc_thread_die()


def start_threads():
    rthread.gc_thread_start()
    for i in range(THREADS):
        rthread.start_new_thread(call_cpython, ())
    while shared.running < THREADS:
        time.sleep(0.01)


def end_threads():
    shared.ended = True
    while shared.running:
        time.sleep(0.01)


def child_works():
    """What the child does: its exit status."""
    try:
        for i in range(3):
            with inside:
                if integer(evaluate("6 * 7")) != 42:
                    return 1
                run("import threading\n"
                    "t = threading.Thread(target=int)\n"
                    "t.start()\n"
                    "t.join()")
            end = time.time() + 5.0     # another thread may have it soon
            while capi.holds_gil():
                time.sleep(0.001)
                if time.time() > end:
                    return 2
        return 0
    except Failed as e:
        os.write(2, e.message)
        return 3


def fork_often():
    for i in range(20):
        gil.enter()
        capi.before_fork()
        pid = os.fork()
        if pid == 0:
            capi.after_fork_in_child()
        else:
            capi.after_fork_in_parent()
        gil.leave()
        if pid == 0:
            os._exit(child_works())
        pid, status = os.waitpid(pid, 0)
        if status == 0:
            shared.done += 1


def fork_here(args):
    """On the thread that started CPython."""
    start_threads()
    fork_often()
    end_threads()
    print "well: %d" % shared.done
    with inside:
        show("6 * 7")


def fork_in_a_thread():
    rthread.gc_thread_start()
    fork_often()
    shared.ended = True
    rthread.gc_thread_die()


def fork_there(args):
    """On another one, which is the only one in the child."""
    start_threads()
    rthread.start_new_thread(fork_in_a_thread, ())
    while not shared.ended:
        time.sleep(0.01)
    end_threads()
    print "well: %d" % shared.done


def cpython_forks(args):
    """CPython forks while RPython threads compute; the child calls back."""
    install()
    with inside:
        export_as("toy", Toy(1), CALLABLE)
        run("import os, threading\n"
            "well = 0\n"
            "def fork_often():\n"
            "    global well\n"
            "    for i in range(20):\n"
            "        pid = os.fork()\n"
            "        if pid == 0:\n"
            "            try:\n"
            "                os._exit(toy(i) != i + 1)\n"
            "            finally:\n"
            "                os._exit(1)\n"
            "        well += os.waitpid(pid, 0)[1] == 0\n")
    start_threads()
    with inside:
        run("fork_often()")
        run("t = threading.Thread(target=fork_often)\n"
            "t.start()\n"
            "t.join()")
    end_threads()
    with inside:
        show("well")


COMMANDS = {'fork-here': fork_here, 'fork-there': fork_there, 'fork-cpython': cpython_forks}
