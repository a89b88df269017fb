"""Ctrl-C on either side: whose it is, and that it is raised once."""
import os
import time

from rpython.rlib import rsignal

from pypy_module_cpyembed import capi, gil

from driver import Failed, done, evaluate, inside, new, run


def watch():
    rsignal.pypysig_setflag(rsignal.SIGINT)     # as PyPy does
    with inside:
        done(capi.watch_interrupts())


def send_soon():
    os.system("(sleep 0.3; kill -INT %d) &" % os.getpid())


def report(message):
    """`message`, and which signal PyPy would find noted (-1: none)."""
    print "%s, noted: %d" % (message, rsignal.pypysig_poll())


def interrupt(source):
    """While CPython runs `source`."""
    send_soon()
    message = "no exception"
    gil.enter()
    try:
        run(source)
    except Failed as e:
        message = e.message
    gil.leave()
    report(message)


def in_cpython(args):
    watch()
    with inside:
        run("import threading, time\n"
            "lock = threading.Lock()\n"
            "lock.acquire()\n")
    interrupt("while True: pass")
    interrupt("time.sleep(20)")
    interrupt("lock.acquire()")
    interrupt("try:\n"
              "    time.sleep(20)\n"
              "except KeyboardInterrupt:\n"
              "    pass\n")


def in_c_code(args):
    """A function that does not look."""
    watch()
    with inside:
        function, numbers = evaluate("sum"), evaluate("range(60000000)")
    send_soon()
    with inside:        # no bytecode of CPython's comes after it, which would look
        capi.decref(new(capi.call1(function, numbers)))
    report("no exception")
    with inside:
        run("for i in range(100): pass")
    report("no exception")


def in_rpython(args):
    watch()
    send_soon()
    end = time.time() + 10.0
    while time.time() < end:
        time.sleep(0.1)
        noted = rsignal.pypysig_poll()
        if noted >= 0:
            print "noted: %d" % noted
            break
    with inside:
        run("for i in range(100): pass")


def handler_of_cpython(args):
    """CPython's own C handler is replaced again."""
    watch()
    with inside:
        run("import signal, time\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)")
        done(capi.watch_interrupts())
    interrupt("time.sleep(20)")
    in_rpython(args)


COMMANDS = {'interrupt-cpython': in_cpython, 'interrupt-c-code': in_c_code,
            'interrupt-rpython': in_rpython, 'interrupt-handler': handler_of_cpython}
