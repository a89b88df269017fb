"""The thread that started CPython keeps its GIL between calls, while it is alone."""
import time

from rpython.rlib import rthread
from rpython.rtyper.lltypesystem import lltype, rffi
from rpython.translator.tool.cbuild import ExternalCompilationInfo

from pypy_module_cpyembed import capi, gil

from driver import check, inside, run, show


def sleep(seconds):
    """In system calls; the signal cuts one short."""
    end = time.time() + seconds
    while True:
        left = end - time.time()
        if left <= 0.0:
            return
        time.sleep(left)


def kept_now():
    """Whether the GIL is still here after an entry and an exit.  Tried again,
    as a busy machine may put this thread aside for as long as an idle one."""
    for i in range(5):
        with inside:
            pass
        if capi.holds_gil():
            return 1
    return 0


def idle(args):
    """It is kept, dropped when nothing happens, and kept again."""
    for i in range(3):
        print "kept: %d" % kept_now()
        sleep(0.2)
        print "idle: %d" % capi.holds_gil()


def busy(args):
    """Calls that go on for long keep it, callbacks or not."""
    end = time.time() + 0.3
    while time.time() < end:
        check(kept_now() == 1, "kept while busy")
    with inside:
        run("import time; time.sleep(0.05)")        # CPython drops and takes it itself
    print "kept: %d" % kept_now()


def not_alone(args):
    """With another thread in CPython each exit drops it."""
    with inside:
        run("import threading\n"
            "event = threading.Event()\n"
            "other = threading.Thread(target=event.wait)\n"
            "other.start()")
    print "with another: %d" % kept_now()
    with inside:
        run("event.set(); other.join()")
    print "alone again: %d" % kept_now()


def blocked(args):
    """A thread that does not get the signal does not keep it."""
    kept_now()
    sleep(0.2)
    with inside:
        run("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])")
    print "blocked: %d" % capi.holds_gil()
    with inside:
        run("signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGURG])")
    print "unblocked: %d" % kept_now()


def blocked_later(args):
    """Likewise where it is blocked while the GIL is kept: the next exits see it."""
    check(kept_now() == 1, "kept")
    with inside:
        run("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])")
    end = time.time() + 0.1
    while time.time() < end:
        with inside:
            pass
    print "blocked: %d" % capi.holds_gil()


def told(args):
    """Where it is told, the next exit is enough."""
    check(kept_now() == 1, "kept")
    with inside:
        run("import _signal; _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGURG])")
    check(capi.signals_changed() == 1, "this is the keeper")
    with inside:
        pass
    print "blocked: %d" % capi.holds_gil()


def handled(args):
    """Somebody else's handler is not called, and the GIL is given up all the same."""
    with inside:
        run("import signal\n"
            "called = []\n"
            "signal.signal(signal.SIGURG, lambda *args: called.append(1))")
    capi.signals_changed()
    for i in range(3):
        print "kept: %d" % kept_now()
        sleep(0.1)
    with inside:
        run("signal.signal(signal.SIGURG, signal.SIG_DFL)")
        show("called")
    check(capi.signals_changed() == 1, "this is the keeper")
    print "kept: %d" % kept_now()


PyGILState_Ensure = rffi.llexternal('PyGILState_Ensure', [], rffi.INT, releasegil=True,
                                    compilation_info=capi.eci.merge(ExternalCompilationInfo(
                                        post_include_bits=['extern int PyGILState_Ensure(void);'])))
PyGILState_Release = rffi.llexternal('PyGILState_Release', [rffi.INT], lltype.Void, releasegil=True,
                                     compilation_info=capi.eci.merge(ExternalCompilationInfo(
                                         post_include_bits=[
                                             'extern void PyGILState_Release(int);'])))


def borrowed(args):
    """A C library that enters CPython by itself on the keeper, kept or not, does
    not lose the GIL, whatever goes on in between."""
    for i in range(4):
        if i % 2:
            check(kept_now() == 1, "kept")
        else:
            kept_now()
            sleep(0.1)
        before = capi.holds_gil()
        state = PyGILState_Ensure()
        sleep(0.1)
        held = capi.holds_gil()
        with inside:
            # Its list is asked at the exit: another thread is there now.
            run("import threading\n"
                "event = threading.Event()\n"
                "other = threading.Thread(target=event.wait)\n"
                "other.start()")
        held += capi.holds_gil()
        with inside:
            run("event.set(); other.join()")
        held += capi.holds_gil()
        sleep(0.1)
        held += capi.holds_gil()
        PyGILState_Release(state)
        sleep(0.1)
        print "before %d, held %d, idle %d" % (before, held, capi.holds_gil())


PyEval_SaveThread = rffi.llexternal('PyEval_SaveThread', [], rffi.VOIDP, releasegil=True,
                                    compilation_info=capi.eci.merge(ExternalCompilationInfo(
                                        post_include_bits=['extern void *PyEval_SaveThread(void);'])))
PyEval_RestoreThread = rffi.llexternal(
    'PyEval_RestoreThread', [rffi.VOIDP], lltype.Void, releasegil=True,
    compilation_info=capi.eci.merge(ExternalCompilationInfo(
        post_include_bits=['extern void PyEval_RestoreThread(void *);'])))


def borrowed_and_left(args):
    """Such a library may give the GIL up around what calls us."""
    for i in range(4):
        kept_now()
        if i % 2:
            sleep(0.1)
        state = PyGILState_Ensure()
        thread_state = PyEval_SaveThread()
        with inside:
            run("x = 1")
        held = capi.holds_gil()
        PyEval_RestoreThread(thread_state)
        with inside:
            run("x = 2")
        held += 10 * capi.holds_gil()
        PyGILState_Release(state)
        print "held: %d" % held
    print "kept: %d" % kept_now()


class Shared(object):
    waited = 0.0
    ended = False


shared = Shared()


def enter_once():
    rthread.gc_thread_start()
    start = time.time()
    gil.enter()
    shared.waited = time.time() - start
    gil.leave()
    shared.ended = True
    rthread.gc_thread_die()


def waiting(args):
    """Another thread gets it while the keeper sleeps in a system call."""
    rthread.gc_thread_start()
    for i in range(10):
        check(kept_now() == 1, "kept")
        shared.ended = False
        rthread.start_new_thread(enter_once, ())
        end = time.time() + 5.0
        while not shared.ended and time.time() < end:
            sleep(0.2)
        check(shared.ended, "the other thread was inside")
        print "waited: %d ms" % int(shared.waited * 1000)


COMMANDS = {'keep-idle': idle, 'keep-busy': busy, 'keep-not-alone': not_alone,
            'keep-blocked': blocked, 'keep-blocked-later': blocked_later, 'keep-told': told,
            'keep-handled': handled, 'keep-borrowed': borrowed,
            'keep-borrowed-and-left': borrowed_and_left, 'keep-waiting': waiting}
