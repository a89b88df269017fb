"""Threads of both sides at once, and of C."""

import gc
import os
import threading
import time

from clock import Clock  # noqa: F401  what the functions take

import cpyembed


class Threads:
    """Threads of PyPy, each of which counts its turns; `join` raises the first exception."""

    def __init__(self, function, count):
        self.counts = [0] * count
        self.ended = False
        self.errors = []
        self.threads = [threading.Thread(target=self._run, args=(function, i), daemon=True)
                        for i in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self, function, number):
        try:
            while not self.ended:
                function(number)
                self.counts[number] += 1
        except BaseException as e:
            self.errors.append(e)
            raise

    def join(self):
        self.ended = True
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), "a thread hangs"
        if self.errors:
            raise self.errors[0]


def there(source):
    """Execute in CPython; the names that it makes, as a dict."""
    names = {}
    cpyembed.exec(source, names)
    return names


CALLERS = """
import gc, threading
counts = []
ended = threading.Event()
errors = []
def work(function, number):
    try:
        while not ended.is_set():
            assert function(number, [number] * 5) == number + 5
            counts[number] += 1
    except BaseException as e:
        errors.append(repr(e))
        raise
def start(function, count):
    counts.extend([0] * count)
    threads = [threading.Thread(target=work, args=(function, i), daemon=True)
               for i in range(count)]
    for t in threads: t.start()
    return threads
def collect_often():
    while not ended.wait(0.05):
        gc.collect()
def snapshot():
    return tuple(counts)
"""


def both_ways(clock):
    """8 threads of each side call the other, with collections forced on both."""
    names = there(CALLERS)
    there_add = cpyembed.eval("lambda a, b: a + len(b)")
    thing = cpyembed.eval("type('Thing', (), {})")

    def call(number):
        assert there_add(number, [number] * 3) == number + 3
        x = thing()
        x.value = lambda: number
        assert x.value() == number

    def called(number, items):
        return number + len(items)
    theirs = names["start"](called, 8)
    cpyembed.import_module("threading").Thread(target=names["collect_often"], daemon=True).start()
    ours = Threads(call, 8)
    collector = Threads(lambda number: (gc.collect(), time.sleep(0.05)), 1)
    clock.watch(lambda: ours.counts + list(names["snapshot"]()))
    ours.join()
    collector.join()
    names["ended"].set()
    for thread in theirs:
        thread.join(30)
    there_counts = names["snapshot"]()
    assert not list(names["errors"]), list(names["errors"])
    assert min(ours.counts) > 0 and min(there_counts) > 0, (ours.counts, there_counts)
    return "%d calls one way, %d the other" % (sum(ours.counts), sum(there_counts))


def lock_in_a_callback(clock):
    """A callback waits for a lock whose owner wants CPython."""
    lock = threading.Lock()
    call = cpyembed.eval("lambda f: f()")
    sqrt = cpyembed.import_module("math").sqrt

    def owner(number):
        with lock:
            for _ in range(20):
                assert sqrt(4.0) == 2.0
            time.sleep(0)

    def waits():
        with lock:
            return sqrt(9.0)

    def calls(number):
        assert call(waits) == 3.0
    owners, waiters = Threads(owner, 4), Threads(calls, 4)
    clock.watch(lambda: [sum(owners.counts), sum(waiters.counts)])
    owners.join()
    waiters.join()
    return "%d with the lock, %d waited" % (sum(owners.counts), sum(waiters.counts))


RUNNERS = """
import asyncio, threading, time
from concurrent.futures import ThreadPoolExecutor
ended = threading.Event()
ticks = {"thread": [], "pool": [], "loop": []}
def tick(name):
    ticks[name].append(time.monotonic())
def thread():
    while not ended.wait(0.005):
        tick("thread")
pool = ThreadPoolExecutor(4)
def pooled():
    while not ended.is_set():
        list(pool.map(lambda n: time.sleep(0.002), range(4)))
        tick("pool")
async def looped():
    while not ended.is_set():
        await asyncio.sleep(0.005)
        tick("loop")
threads = [threading.Thread(target=thread, daemon=True),
           threading.Thread(target=pooled, daemon=True),
           threading.Thread(target=lambda: asyncio.run(looped()), daemon=True)]
def start():
    for t in threads: t.start()
def stop():
    ended.set()
    for t in threads: t.join(10)
    pool.shutdown()
    return not any(t.is_alive() for t in threads)
def gaps(since):
    # of each kind: how many ticks, and the gap that nine of ten are below
    result = []
    for name in sorted(ticks):
        times = [since] + [t for t in list(ticks[name]) if t >= since]
        gaps = sorted(b - a for a, b in zip(times, times[1:]))
        result.append((len(gaps), gaps[int(len(gaps) * 0.9)] if gaps else 1e9))
        del ticks[name][:-1]
    return tuple(result)
"""


def compute():
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        sum(range(100))


def wait_for_a_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=0.5)


def read_a_pipe():
    r, w = os.pipe()
    threading.Timer(0.5, os.write, (w, b"x")).start()
    os.read(r, 1)
    os.close(r)
    os.close(w)


def sort():
    """One long operation without a bytecode of Python."""
    items = [(i * 7919) % 1000003 for i in range(300000)]
    items.sort(key=lambda x: -x)


def threads_of_cpython(clock):
    """A thread, a pool and an event loop of CPython run whatever PyPy's main thread does."""
    names = there(RUNNERS)
    names["start"]()
    number = 0
    waits = [compute, lambda: time.sleep(0.5), wait_for_a_lock, read_a_pipe, sort]
    while clock.running() or number < len(waits):
        wait = waits[number % len(waits)]
        since = time.monotonic()
        wait()
        for ticks, gap in names["gaps"](since):
            # 50 ms by the contract, beside what the kind itself waits; the machine may be busy.
            assert ticks > 3 and gap < 0.05 + busy_allowance(), (wait, ticks, gap)
        number += 1
        clock.beat()
    assert names["stop"]()
    return "%d waits" % number


def busy_allowance():
    """What a busy machine may add to a wait, in seconds: a share for each that wants to run."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return 0.02 * max(0.0, crowd - 0.5)


THREAD_OF_C = """
import ctypes, time
entered = []
@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
def run(argument):
    # ctypes has taken the GIL by PyGILState_Ensure before this runs.
    entered.append(time.monotonic())
    return None
address = ctypes.cast(run, ctypes.c_void_p).value
def last():
    return entered.pop() if entered else None
"""


class ThreadOfC:
    """Threads made by C, each of which takes CPython's GIL once."""

    def __init__(self):
        import cffi
        self.ffi = cffi.FFI()
        self.ffi.cdef("int pthread_create(unsigned long *, void *, void *, void *);"
                      "int pthread_detach(unsigned long);")
        self.c = self.ffi.dlopen(None)
        self.names = there(THREAD_OF_C)
        self.address = self.ffi.cast("void *", self.names["address"])
        self.handle = self.ffi.new("unsigned long *")

    def wait_of_one(self, sleep):
        """How long one waits (seconds) while this thread sleeps for `sleep` seconds."""
        begun = time.monotonic()
        assert self.c.pthread_create(self.handle, self.ffi.NULL, self.address, self.ffi.NULL) == 0
        self.c.pthread_detach(self.handle[0])
        time.sleep(sleep)
        entered = self.names["last"]()
        assert entered is not None, "it did not get in while the main thread slept"
        return entered - begun


def said_of(waits):
    """Check them, and what to say of them."""
    waits.sort()
    middle = waits[len(waits) // 2]
    assert middle < 0.05 + busy_allowance(), waits
    return "%d threads, at most %.0f ms, half below %.0f ms" % (
        len(waits), waits[-1] * 1000, middle * 1000)


def thread_of_c(clock):
    """A thread made by C asks for CPython's GIL while PyPy's main thread sleeps."""
    threads = ThreadOfC()
    sqrt = cpyembed.import_module("math").sqrt
    waits = []
    for _ in clock.rounds(20):
        for _ in range(1000):
            assert sqrt(4.0) == 2.0         # the GIL stays with this thread
        waits.append(threads.wait_of_one(2.0 if clock.whole else 0.3))
    return said_of(waits)


def signal_taken_away(clock):
    """The same where the program blocks SIGURG, or handles it, on either side."""
    import signal
    theirs = cpyembed.import_module("signal")
    threads = ThreadOfC()
    sqrt = cpyembed.import_module("math").sqrt
    called = []
    waits = []
    for number in clock.rounds(40):
        module = (signal, theirs)[number % 2]
        for _ in range(1000):
            assert sqrt(4.0) == 2.0         # the GIL stays with this thread
        if number % 4 < 2:
            module.pthread_sigmask(module.SIG_BLOCK, [module.SIGURG])
            waits.append(threads.wait_of_one(0.3))
            module.pthread_sigmask(module.SIG_UNBLOCK, [module.SIGURG])
        else:
            module.signal(module.SIGURG, lambda *args: called.append(1))
            waits.append(threads.wait_of_one(0.3))
            module.signal(module.SIGURG, module.SIG_DFL)
    assert not called, "the program's handler was called"
    return said_of(waits)


def past_the_exports(clock):
    """A cffi callback of PyPy, which CPython's ctypes calls with and without the GIL, calls
    CPython: on the main thread, on others, on CPython's."""
    import cffi
    ffi = cffi.FFI()
    add = cpyembed.eval("lambda x: x + 1")

    @ffi.callback("int(int)")
    def called(x):
        result = add(x)
        if x % 10 == 0:
            time.sleep(0.012)       # as long as the watcher waits
        return add(result)
    names = there("""
import ctypes, threading
def prepare(address):
    global held, released
    held = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int)(address)
    released = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(address)
def call(x):
    return held(x) == x + 2 and released(x) == x + 2
def call_in_a_thread(x):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(call(x)))
    thread.start()
    thread.join()
    return seen == [True]
""")
    names["prepare"](int(ffi.cast("long", called)))
    done = 0
    for number in clock.rounds(1000):
        assert names["call"](number)
        if number % 5 == 0:
            assert names["call_in_a_thread"](number)
        if number % 20 == 0:
            ours = Threads(lambda n: names["call"](n + 1), 3)
            time.sleep(0.02)
            ours.join()
            done += sum(ours.counts)
        done += 1
    return "%d calls" % done


def c_library_on_the_main_thread(clock):
    """A C library that PyPy calls on the main thread enters CPython by itself, and stays there for
    longer than the GIL would be kept."""
    import cffi
    ffi = cffi.FFI()
    ffi.cdef("int PyGILState_Ensure(void); void PyGILState_Release(int);"
             "int PyRun_SimpleString(char *); int usleep(unsigned);")
    c = ffi.dlopen(cpyembed.info()["libpython"])
    sqrt = cpyembed.import_module("math").sqrt
    busy = there(CALLERS)
    done = 0
    for number in clock.rounds(200):
        if number % 10 == 5:
            other = busy["start"](lambda number, items: number + len(items), 1)
        if number % 10 == 9:
            busy["ended"].set()
            other[0].join(10)
            busy["ended"].clear()
        for _ in range(100):
            assert sqrt(4.0) == 2.0
        state = c.PyGILState_Ensure()
        c.usleep(25000)
        assert c.PyRun_SimpleString(b"sum(range(100000))") == 0
        assert sqrt(4.0) == 2.0             # in between, on the same thread
        c.usleep(25000)
        assert c.PyRun_SimpleString(b"sum(range(100000))") == 0
        c.PyGILState_Release(state)
        done += 1
    busy["ended"].set()
    return "%d times" % done


COUNT_STATES = """
import ctypes
api = ctypes.pythonapi
for name in ('PyInterpreterState_Get', 'PyInterpreterState_ThreadHead', 'PyThreadState_Next'):
    getattr(api, name).restype = ctypes.c_void_p
def states():
    state = api.PyInterpreterState_ThreadHead(ctypes.c_void_p(api.PyInterpreterState_Get()))
    number = 0
    while state:
        number += 1
        state = api.PyThreadState_Next(ctypes.c_void_p(state))
    return number
"""


def threads_that_come_and_go(clock):
    """10,000 threads of PyPy, each of which calls CPython; their states go with them."""
    names = there(COUNT_STATES)
    sqrt = cpyembed.import_module("math").sqrt
    make = cpyembed.eval("type('Thing', (), {})")
    failed = []

    def work():
        try:
            assert sqrt(4.0) == 2.0
            make().attribute = work
        except BaseException as e:
            failed.append(e)
    before = names["states"]()
    done = 0
    for _ in clock.rounds(1000):
        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done += len(threads)
        assert not failed, failed
    end = time.monotonic() + 5
    while names["states"]() > before and time.monotonic() < end:
        time.sleep(0.01)            # a thread is joined before its last moment
    assert names["states"]() <= before
    return "%d threads" % done


def first_use_in_a_thread(clock):
    """CPython is first used off the main thread: refused by name, or handed over."""
    import subprocess
    import sys
    source = """if 1:
        import threading, cpyembed
        said = []
        def use():
            try:
                said.append(cpyembed.import_module("math").sqrt(4.0))
            except RuntimeError as e:
                said.append(e)
        threads = [threading.Thread(target=use) for _ in range(3)]
        for t in threads: t.start()
        for t in threads: t.join()
        print(*said, sep="\\n")
        print(cpyembed.import_module("math").sqrt(9.0))
    """
    done = 0
    for _ in clock.rounds(20):
        child = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True,
                               timeout=60)
        assert child.returncode == 0, child.stderr
        lines = child.stdout.splitlines()
        assert len(lines) == 4 and lines[-1] == "3.0", child.stdout
        assert all(line == "2.0" or "cpyembed.start()" in line for line in lines[:3]), child.stdout
        done += 1
    return "%d programs" % done


first_use_in_a_thread.starts_cpython_itself = True

TESTS = {function.__name__: function for function in (
    both_ways, lock_in_a_callback, threads_of_cpython, thread_of_c, signal_taken_away,
    past_the_exports, c_library_on_the_main_thread, threads_that_come_and_go,
    first_use_in_a_thread)}
