"""The process of one stress test: `worker.py NAME SECONDS FD`.

FD is the pipe of the supervisor.
"""

import faulthandler
import os
import signal
import sys

import cpyembed

MODULES = ["threads", "references", "forks", "ends"]


def catalogue():
    """The stress tests: a dict of name and function, which takes a Clock."""
    found = {}
    for name in MODULES:
        module = __import__("work_" + name)
        found.update(module.TESTS)
    return found


def hang(clock):
    """Wait for ever on both sides; not in the catalogue, for it tests the supervisor."""
    import threading
    cpyembed.exec("import threading\n"
                  "def stuck_there(lock): lock.acquire(); lock.acquire()\n"
                  "threading.Thread(target=stuck_there, args=(threading.Lock(),),\n"
                  "                 daemon=True).start()", {})

    def stuck_here(lock):
        lock.acquire()
        lock.acquire()
    stuck_here(threading.Lock())


def register_stacks():
    """SIGUSR1 shows PyPy's stacks, and then CPython's."""
    there = cpyembed.import_module("faulthandler")
    stderr = cpyembed.eval("__import__('os').fdopen(2, 'w', closefd=False)")
    there.register(int(signal.SIGUSR1), file=stderr, all_threads=True)
    there.enable(file=stderr)
    faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True, chain=True)


def main(name, seconds, fd):
    from clock import Clock
    os.set_inheritable(int(fd), False)
    test = hang if name == "hang" else catalogue()[name]
    if not getattr(test, "starts_cpython_itself", False):
        cpyembed.start()
        register_stacks()
    clock = Clock(float(seconds), int(fd))
    clock.beat()
    print("done:", test(clock), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
