"""CPython started as its own `python` would be, and ended."""
import os

from rpython.rlib import rthread

from pypy_module_cpyembed import capi, gil, interpreter

from driver import check, inside, run, show


def facts(args):
    with inside:
        run("import sys, os")
        show("sys.version_info[:2]")
        show("sys.executable")
        show("sys.prefix")
        show("sys.base_prefix")
        show("sys.argv")
        show("os.environ.get('PYTHONPATH')")
        show("os.environ.get('PYTHONHOME')")
        show("sys.path")
        show("'site' in sys.modules")
        check(capi.holds_gil() == 1, "the GIL is held inside")
    print "libpython = '%s'" % interpreter.libpython()


def again(args):
    """A second start changes nothing."""
    interpreter.start("/nowhere/python", ["other"], "/nowhere")
    with inside:
        run("import sys")
        show("sys.argv")


class Seen(object):
    gate_closed = False
    ended = False


seen = Seen()


def late_thread():
    try:
        gil.enter()
        gil.leave()
    except gil.GateClosed:
        seen.gate_closed = True
    seen.ended = True


def end(args):
    """What CPython registered for its end runs, and the gate closes."""
    with inside:
        run("import atexit, threading, time\n"
            "def late():\n"
            "    time.sleep(0.2)\n"
            "    print('thread ended')\n"
            "atexit.register(print, 'atexit ran')\n"
            "atexit.register(lambda: 1 / 0)\n"
            "atexit.register(__import__('sys').exit, 5)\n"
            "threading.Thread(target=late).start()\n")
    interpreter.stop()
    rthread.gc_thread_start()
    rthread.start_new_thread(late_thread, ())
    while not seen.ended:
        _pause()
    print "gate closed: %d" % int(seen.gate_closed)
    try:
        gil.enter()
        print "main thread: enters"
    except gil.GateClosed:
        print "main thread: refused"
    interpreter.stop()          # does nothing


def _pause():
    import time
    time.sleep(0.01)


COMMANDS = {'facts': facts, 'again': again, 'end': end}
