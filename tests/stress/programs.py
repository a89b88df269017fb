"""The programs that `work_ends` starts: `programs.py NAME`.

Each says "ready" when it is where the signal is to find it, and what became of it.
"""

import os
import sys
import threading
import time

import cpyembed


def say(*words):
    print(*words, flush=True)


def interrupted(run, *args):
    """Run it; say when KeyboardInterrupt came out of it, and that no second one follows."""
    try:
        run(*args)
    except KeyboardInterrupt:
        say("interrupted", time.monotonic())
        try:
            time.sleep(0.05)
            cpyembed.eval("sum(range(1000))")
        except KeyboardInterrupt:
            say("twice")
        return
    say("not interrupted", time.monotonic())


def there(source):
    names = {}
    cpyembed.exec(source, names)
    return names


def bytecode():
    run = there("def run(say):\n    say('ready')\n    while True: pass")["run"]
    interrupted(run, say)


def cpython_sleep():
    run = there("import time\ndef run(say):\n    say('ready')\n    time.sleep(20)")["run"]
    interrupted(run, say)


def cpython_lock():
    run = there("import threading\nlock = threading.Lock()\nlock.acquire()\n"
                "def run(say):\n    say('ready')\n    lock.acquire()")["run"]
    interrupted(run, say)


def pypy_sleep():
    def run():
        cpyembed.start()
        say("ready")
        time.sleep(20)
    interrupted(run)


def callback():
    def spin():
        say("ready")
        while True:
            pass
    interrupted(cpyembed.eval("lambda f: f()"), spin)


def numpy_call():
    """A C function that does not look for signals: about half a second."""
    np = cpyembed.import_module("numpy")
    a = np.arange(4000000.0)

    def run():
        say("ready")
        np.sort(a[::-1] * 1.5 % 1013.0)
        for _ in range(200):
            cpyembed.eval("None")       # CPython would stop at the next bytecode
        time.sleep(5)
    interrupted(run)


def terminated():
    cpyembed.start()
    say("ready")
    cpyembed.import_module("time").sleep(20)


def exit_from_a_thread():
    """sys.exit in a thread ends the thread; os._exit ends the program."""
    cpyembed.start()

    def leave():
        cpyembed.eval("1 + 1")
        sys.exit(9)
    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    there("import threading, sys\nt = threading.Thread(target=sys.exit)\nt.start(); t.join()")

    def end():
        cpyembed.eval("1 + 1")
        sys.stdout.flush()
        os._exit(7)
    say("ready")
    threading.Thread(target=end).start()
    time.sleep(20)


def exit_with_threads():
    """Daemon threads of both sides run into the end; others are waited for."""
    sqrt = cpyembed.import_module("math").sqrt

    def call():
        while True:
            sqrt(4.0)

    def spin():
        while True:
            pass
    for target in (call, call, spin):
        threading.Thread(target=target, daemon=True).start()
    names = there("""
import threading, time, atexit
def spin():
    while True: pass
def back(f):
    while True: f()
main_goes = threading.Event()
def late(say):
    main_goes.wait()
    time.sleep(0.05)
    say("late")
def start(f, say):
    threading.Thread(target=spin, daemon=True).start()
    threading.Thread(target=back, args=(f,), daemon=True).start()
    threading.Thread(target=late, args=(say,)).start()
    atexit.register(say, "atexit")
""")
    names["start"](lambda: None, say)
    say("ready")
    names["main_goes"].set()
    sys.exit(5)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
