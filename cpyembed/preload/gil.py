"""Who may touch CPython, when; and the references that wait to be dropped.

`enter()` before touching CPython, `leave()` afterwards; a callback from CPython does the reverse,
so that PyPy code never runs with CPython's GIL in its way. The lock order of the design is kept
by cffi itself: every call gives up PyPy's GIL first, so nobody waits for CPython's GIL with
PyPy's in hand.

On PyPy's main thread `leave()` does not drop the GIL but puts a token into `kept`: whoever pops
the token (one bytecode, hence atomic) has decided what happens. `enter()` pops it and goes on for
free; the signal handler pops it and drops the GIL. The watcher thread sends that signal every
TICK while there is a token, so nobody waits long for a GIL that is merely kept, even while the
main thread sleeps in a system call. While other PyPy threads use CPython (`crowded`), and on all
threads but the main one, each `leave()` drops the GIL.

What a stock PyPy does not give: PyPy runs signal handlers between bytecodes, so a long call of
PyPy's own that neither returns nor is interrupted (a sort, a regular expression) keeps a kept
GIL until it ends. The native engine drops it inside the C handler.
"""

import _thread
import os
import signal
import time

from cpyembed.preload import capi

TICK = 0.01
SIGNAL = signal.SIGURG      # ignored by default, so harmless to a process without the handler

kept = []                   # one token: the main thread holds CPython's GIL while on PyPy's side
crowded = []                # not empty: drop the GIL at each leave()
pending = []                # pointers of references to be dropped by whoever holds the GIL
buffers = []                # Py_buffers to be given back, likewise
states = {}                 # ident of a PyPy thread -> (its PyThreadState, its kernel id)
get_ident = _thread.get_ident
local = _thread._local()

main_ident = 0
main_state = [0]            # PyThreadState of the main thread while it has dropped the GIL
closed = [True]             # the gate: not started, or ended
inside = [0]                # whether the main thread is in CPython, for the watcher; a hint only


ON_MAIN = -1                # what `leave_for_callback` gives on the main thread
NESTED = "nested"           # in `crowded`: the main thread entered again without having left
THREADS = "threads"         # in `crowded`: another PyPy thread uses CPython


def enter():
    """Take CPython's GIL, or find that this thread kept it; drops what waits to be dropped."""
    if get_ident() == main_ident:
        enter_main()
    else:
        enter_other()
        if pending:
            drop_pending()


def leave():
    """The opposite of `enter()`."""
    if get_ident() == main_ident:
        leave_main()
    else:
        leave_other()


def enter_main():
    """`enter()` on the main thread."""
    try:
        kept.pop()
    except IndexError:
        enter_main_slowly()
    if pending:
        drop_pending()


def leave_main():
    """`leave()` on the main thread."""
    if crowded:
        leave_main_slowly()
    else:
        kept.append(1)


def enter_main_slowly():
    check_gate()
    if to_start:
        for start in to_start:
            start()
        to_start.clear()
    if capi.lib.PyGILState_Check():
        crowded.append(NESTED)
    else:
        capi.lib.PyEval_RestoreThread(main_state[0])


def leave_main_slowly():
    if NESTED in crowded:
        crowded.remove(NESTED)
    else:
        main_state[0] = capi.lib.PyEval_SaveThread()


def enter_other():
    """`enter()` on any thread but the main one; its PyThreadState is made at the first entry."""
    check_gate()
    try:
        depth = local.depth
    except AttributeError:
        local.depth = depth = 0
        local.state = 0
    if depth:
        local.depth = depth + 1
        return
    if THREADS not in crowded and get_ident() not in own_threads:
        crowded.append(THREADS)
        if kept:
            capi.lib.pthread_kill(main_ident, SIGNAL)
    if local.state:
        capi.lib.PyEval_RestoreThread(local.state)
    else:
        capi.lib.PyGILState_Ensure()
        local.state = capi.lib.PyGILState_GetThisThreadState()
        old = states.get(get_ident())
        states[get_ident()] = (local.state, capi.lib.gettid())
        if old:
            delete_state(old[0])
    local.depth = 1


def leave_other():
    depth = local.depth - 1
    local.depth = depth
    if not depth:
        capi.lib.PyEval_SaveThread()


def leave_for_callback():
    """Like `leave()`, at the start of a callback from CPython; gives what `reenter` wants."""
    if get_ident() == main_ident:
        leave_main()
        return ON_MAIN
    try:
        depth = local.depth
    except AttributeError:      # a thread that CPython or a C library made
        depth = 1
    local.state = capi.lib.PyEval_SaveThread()
    local.depth = 0
    return depth


def reenter(depth):
    """Like `enter()`, at the end of a callback."""
    if depth == ON_MAIN or get_ident() == main_ident:   # it was not when a fork made it so
        enter_main()
        return
    capi.lib.PyEval_RestoreThread(local.state)
    local.depth = depth


def check_gate():
    """Raise RuntimeError if CPython has ended (or never started)."""
    if closed[0]:
        raise RuntimeError("CPython has ended in this process")


def drop_pending():
    """Drop the references whose PyPy objects are gone; with the GIL."""
    while buffers:
        try:
            view = buffers.pop()
        except IndexError:
            break
        capi.lib.PyBuffer_Release(view)
    while pending:
        try:
            p = pending.pop()
        except IndexError:
            return
        capi.lib.Py_DecRef(p)


def on_signal(signum, frame):
    """The watcher asks the main thread to drop a GIL that it merely keeps."""
    try:
        kept.pop()
    except IndexError:
        return
    main_state[0] = capi.lib.PyEval_SaveThread()


# ---- the watcher thread ------------------------------------------------------------------------

stopping = []
own_threads = set()         # idents of the engine's own threads


def start_watching():
    """On the main thread, with the GIL held, after CPython has started."""
    global main_ident
    main_ident = get_ident()
    signal.signal(SIGNAL, on_signal)
    closed[0] = False
    _thread.start_new_thread(watch, ())


to_start = []       # after a fork, in the child: what starts the engine's threads again


def start_again_in_child(*others):
    """After a fork, in the child, with the GIL, which is dropped: this thread is the only one.

    The engine's threads start at the next entry: within PyPy's fork hooks it is too early.
    """
    global main_ident
    main_ident = get_ident()
    for container in (kept, crowded, states, own_threads):
        container.clear()
    to_start[:] = [start_watcher, *others]
    main_state[0] = capi.lib.PyEval_SaveThread()


def start_watcher():
    _thread.start_new_thread(watch, ())


def watch():
    """Body of the watcher: ask for a kept GIL, drop references, forget threads that ended."""
    own_threads.add(get_ident())
    ticks = 0
    while not stopping:
        time.sleep(TICK)
        if closed[0]:
            continue
        if kept:
            capi.lib.pthread_kill(main_ident, SIGNAL)
        ticks += 1
        try:
            if ticks % 5 == 0:
                look_at_threads()
            if pending and not kept:
                enter()
                leave()
        except RuntimeError:    # the gate closed meanwhile
            pass


def look_at_threads():
    """Forget the states of threads that ended; back to keeping the GIL when none is left.

    (Not with sys._current_frames(): looking at another thread's frames while the JIT runs it in a
    cffi call ends in a fatal error of PyPy 7.3.11.)
    """
    for ident, entry in list(states.items()):
        if os.path.exists("/proc/self/task/%d" % entry[1]):
            continue
        enter()     # `states` changes only under CPython's GIL: idents are used again
        try:
            if states.get(ident) is entry:
                del states[ident]
                delete_state(entry[0])
        finally:
            leave()
    if THREADS in crowded and not set(states) - own_threads:
        crowded.remove(THREADS)


def delete_state(state):
    """Delete the PyThreadState of a thread that is gone; with the GIL."""
    capi.lib.PyThreadState_Clear(state)
    capi.lib.PyThreadState_Delete(state)
