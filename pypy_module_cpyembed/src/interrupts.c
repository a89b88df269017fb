/* Ctrl-C while CPython's code runs.

   PyPy's own handler only notes the signal, and PyPy's bytecode finds the note;
   a CPython loop, sleep or lock would go on.  So while the program's main
   thread is inside CPython, the signal trips CPython, and only CPython: the
   KeyboardInterrupt that it raises crosses to PyPy like any exception.  If
   CPython has not raised it when the thread leaves (a C function that does not
   look), it is taken back and given to PyPy, so that it is raised once.

   Only the main thread writes `told`, its signal handler included.  While it
   says something, or has just stopped to, CPYEMBED_INTERRUPTED is set. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include "cpyembed.h"
#include "keep.h"

enum { NOT_TOLD, TOLD, TOLD_BOTH };
static volatile int told;
static struct sigaction in_pypy;        /* PyPy's action; empty: not followed yet */

static void on_interrupt(int signal_number)
{
    int saved = errno;
    if (!pthread_equal(pthread_self(), cpyembed_keeper())) {
        /* It came on another thread.  The main one may be asleep. */
        pthread_kill(cpyembed_keeper(), signal_number);
    }
    else if (cpyembed_is_keeper() && cpyembed_keeper_is_inside()) {
        told = TOLD;
        CPYEMBED_SET_RARE(CPYEMBED_INTERRUPTED);
        PyErr_SetInterrupt();
    }
    else {
        in_pypy.sa_handler(signal_number);
    }
    errno = saved;
}

static int taken_back(void)
{
    /* In this order: a signal that comes in between is seen here or next time. */
    int before;
    CPYEMBED_CLEAR_RARE(CPYEMBED_INTERRUPTED);
    before = told;
    told = NOT_TOLD;
    return before;
}

/* On the way in, with the GIL: if PyPy was told too, CPython forgets. */
void cpyembed_interrupt_entering(void)
{
    if (cpyembed_is_keeper() && told == TOLD_BOTH) {
        (void)taken_back();
        (void)PyOS_InterruptOccurred();         /* forgets it */
    }
}

/* On the way out, with the GIL: what CPython did not notice is PyPy's. */
void cpyembed_interrupt_leaving(void)
{
    if (cpyembed_is_keeper() && taken_back() == TOLD && PyOS_InterruptOccurred())
        in_pypy.sa_handler(SIGINT);
}

/* Outside: it came between the last look and the door. */
void cpyembed_interrupt_left(void)
{
    if (cpyembed_is_keeper() && told == TOLD) {
        told = TOLD_BOTH;
        in_pypy.sa_handler(SIGINT);
    }
}

/* CPython's default handler raises KeyboardInterrupt.  Nothing is tripped
   unless one is registered with it. */
static int register_in_cpython(void)
{
    PyObject *handler, *result = NULL, *module = PyImport_ImportModule("_signal");
    if (!module)
        return -1;
    handler = PyObject_GetAttrString(module, "default_int_handler");
    if (handler) {
        result = PyObject_CallMethod(module, "signal", "iO", SIGINT, handler);
        Py_DECREF(handler);
    }
    Py_DECREF(module);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Puts the handler above in the place of PyPy's or CPython's, again whenever
   one of these has been put there.  On the main thread, inside; returns -1 with
   CPython's exception set. */
long cpyembed_watch_interrupts(void)
{
    struct sigaction action;
    if (!cpyembed_is_keeper())
        return 0;
    if (in_pypy.sa_handler == NULL) {
        sigaction(SIGINT, NULL, &in_pypy);
        if (in_pypy.sa_handler == SIG_IGN || in_pypy.sa_handler == SIG_DFL) {
            in_pypy.sa_handler = NULL;
            return 0;
        }
        if (register_in_cpython() < 0)
            return -1;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_interrupt;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    return 0;
}
