"""fork(), multiprocessing and subprocess, from either side, while threads of both are at work."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from work_threads import Threads, there

import cpyembed


class Busy:
    """Threads of both sides at work, as long as the block runs."""

    def __enter__(self):
        sqrt = cpyembed.import_module("math").sqrt
        self.names = there("""
import threading
ended = threading.Event()
def spin():
    while not ended.is_set():
        sum(range(100))
thread = threading.Thread(target=spin, daemon=True)
thread.start()
""")
        self.threads = [Threads(lambda number: sqrt(4.0), 2),
                        Threads(lambda number: sum(range(1000)), 1)]
        return self

    def __exit__(self, *exc):
        for threads in self.threads:
            threads.join()
        self.names["ended"].set()
        self.names["thread"].join(10)


def works():
    """Whether both sides are of use: in a child."""
    import math
    ok = [cpyembed.eval("6 * 7") == 42, cpyembed.eval("lambda f: f(2)")(lambda x: x + 1) == 3,
          cpyembed.import_module("math").sqrt(2.0) == math.sqrt(2.0)]
    seen = []
    thread = threading.Thread(target=lambda: seen.append(cpyembed.eval("1 + 1")))
    thread.start()
    thread.join(20)
    there_thread = cpyembed.import_module("threading").Thread(target=lambda: seen.append(2))
    there_thread.start()
    there_thread.join(20)
    return all(ok) and seen == [2, 2]


def ended_well(pid, patience=50):
    """Wait for a child; its status must be 0."""
    end = time.monotonic() + patience
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert status == 0, "the child ended with %d" % status
            return
        if time.monotonic() > end:
            show_child(pid)
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            raise AssertionError("the child hangs")
        time.sleep(0.002)


def show_child(pid):
    """Its stacks; it has inherited the handlers."""
    os.kill(pid, signal.SIGUSR1)
    time.sleep(1)


def fork_by_pypy(clock):
    """os.fork on PyPy's side, on the main thread and on others."""
    done = [0]

    def fork_once():
        pid = os.fork()
        if pid == 0:
            try:
                os._exit(0 if works() else 1)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(2)
        ended_well(pid)
        done[0] += 1
    with Busy():
        for number in clock.rounds(100):
            if number % 2:
                errors = []

                def run():
                    try:
                        fork_once()
                    except BaseException as e:
                        errors.append(e)
                thread = threading.Thread(target=run)
                thread.start()
                thread.join()
                if errors:
                    raise errors[0]
            else:
                fork_once()
    return "%d children" % done[0]


def fork_by_cpython(clock):
    """os.fork in CPython code, while PyPy threads compute; the child calls back."""
    fork_once = there("""
import os, traceback
def fork_once(works):
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if works() else 1)
        except BaseException:
            traceback.print_exc()
            os._exit(2)
    return pid
""")["fork_once"]
    in_thread = there("""
import threading
def in_thread(f, *args):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(f(*args)))
    thread.start()
    thread.join()
    return seen[0]
""")["in_thread"]
    done = 0
    with Busy():
        for number in clock.rounds(100):
            pid = in_thread(fork_once, works) if number % 2 else fork_once(works)
            ended_well(pid)
            done += 1
    return "%d children" % done


AMID_AN_IMPORT = """
import _imp, threading, time
ended = threading.Event()
turns = 0
def amid_an_import(f):
    global turns
    while not ended.is_set():
        _imp.acquire_lock()
        try:
            f()
        finally:
            _imp.release_lock()
        turns += 1
        sum(range(100000))
        time.sleep(0.001)
def start(f):
    thread = threading.Thread(target=amid_an_import, args=(f,), daemon=True)
    thread.start()
    return thread
def count():
    return turns
"""


def fork_amid_imports(clock):
    """Forks of either side while threads that have CPython's import lock import in PyPy, as an
    object can that dies in the midst of an import. A fork takes the import locks of both. Several
    threads: who gives the lock to the next computes for a while, so that the next has it, and waits
    for CPython's GIL before he can say so."""
    names = there(AMID_AN_IMPORT)
    theirs = cpyembed.import_module("subprocess")

    def imports():
        sys.modules.pop("colorsys", None)
        import colorsys
        assert colorsys
    threads = [names["start"](imports) for _ in range(3)]
    done = 0
    for number in clock.rounds(200):
        if number % 3 == 2:         # C code of CPython's forks
            assert theirs.run(["true"], preexec_fn=imports).returncode == 0
        else:
            pid = os.fork()
            if pid == 0:
                imports()
                os._exit(0 if works() else 1)
            ended_well(pid)
        done += 1
    names["ended"].set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert names["count"]() >= done
    return "%d children, %d imports" % (done, names["count"]())


def subprocesses(clock):
    """subprocess of either side, with and without a preexec_fn, which uses the other side."""
    theirs = cpyembed.import_module("subprocess")
    done = 0
    with Busy():
        for number in clock.rounds(100):
            module = (subprocess, theirs)[number % 2]
            prepare = (None, works)[number // 2 % 2]
            child = module.Popen(["/bin/sh", "-c", "exit 3"], preexec_fn=prepare)
            assert child.wait(timeout=30) == 3
            done += 1
    return "%d children" % done


def answer(queue, number):
    """What a child of multiprocessing does on PyPy's side."""
    queue.put(cpyembed.import_module("math").factorial(number))


def multiprocessing_of_pypy(clock):
    """fork and spawn; the children use CPython."""
    done = {"fork": 0, "spawn": 0}
    with Busy():
        for number in clock.rounds(200):
            kind = ("fork", "spawn")[number % 2]
            context = multiprocessing.get_context(kind)
            queue = context.SimpleQueue()
            child = context.Process(target=answer, args=(queue, 5))
            child.start()
            child.join(60)
            assert child.exitcode == 0, (kind, child.exitcode)
            assert queue.get() == 120
            done[kind] += 1
    return "%(fork)d forked, %(spawn)d spawned" % done


THEIR_TASKS = """
import math, multiprocessing
def answer(queue, number):
    queue.put(math.factorial(number))
def ask(kind):
    context = multiprocessing.get_context(kind)
    queue = context.SimpleQueue()
    child = context.Process(target=answer, args=(queue, 5))
    child.start()
    child.join(60)
    return child.exitcode, queue.get() if child.exitcode == 0 else None
"""


def multiprocessing_of_cpython(clock):
    """fork and spawn; what is spawned is CPython's own executable."""
    done = {"fork": 0, "spawn": 0}
    with tempfile.TemporaryDirectory() as folder, Busy():
        with open(os.path.join(folder, "stress_tasks.py"), "w") as f:
            f.write(THEIR_TASKS)
        cpyembed.import_module("sys").path.insert(0, folder)
        ask = cpyembed.import_module("stress_tasks").ask
        for number in clock.rounds(200):
            kind = ("fork", "spawn")[number % 2]
            assert ask(kind) == (0, 120), kind
            done[kind] += 1
    return "%(fork)d forked, %(spawn)d spawned" % done


TESTS = {function.__name__: function for function in (
    fork_by_pypy, fork_by_cpython, fork_amid_imports, subprocesses, multiprocessing_of_pypy,
    multiprocessing_of_cpython)}
