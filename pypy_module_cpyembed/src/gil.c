/* CPython's GIL, as the threads of PyPy take it and give it up.

   Every operating-system thread that enters CPython keeps one PyThreadState,
   made at its first entry and deleted when the thread ends.  `resting` is that
   state while the thread is outside CPython.  The thread that started CPython
   may keep the GIL between its calls, see keep.c.  Nothing here touches PyPy's
   GIL: RPython releases it around cpyembed_enter(), so a thread that waits here
   never holds it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "cpyembed.h"
#include "keep.h"

static CPYEMBED_THREAD PyThreadState *resting;
static volatile int gate_closed;
volatile int cpyembed_rare;
static pthread_key_t thread_end;
static pthread_once_t thread_end_once = PTHREAD_ONCE_INIT;

static int decrefs_are_pending(void)
{
    return ((struct cpyembed_shared *)cpyembed_get_shared())->pending_decrefs != 0;
}

static void forget_thread(void *state)
{
    /* The interpreter may be past its end; its thread states are then nobody's. */
    if (gate_closed || resting == NULL)
        return;
    PyEval_RestoreThread((PyThreadState *)state);
    resting = NULL;
    /* Not PyGILState_Release: CPython's own key may have been cleared already. */
    PyThreadState_Clear((PyThreadState *)state);
    PyThreadState_DeleteCurrent();
}

static void make_thread_end_key(void)
{
    pthread_key_create(&thread_end, forget_thread);
}

/* Called before CPython makes the key behind PyGILState_Ensure.  At the end of
   a thread the keys are cleared in the order in which they were made, and what
   runs in PyThreadState_Clear may want that one. */
void cpyembed_watch_thread_ends(void)
{
    pthread_once(&thread_end_once, make_thread_end_key);
}

/* Enters without waiting if that can be: 1 if the thread is inside now. */
long cpyembed_try_enter(void)
{
    if (decrefs_are_pending() || cpyembed_rare)
        return 0;
    return cpyembed_keep_resume();
}

/* Returns 0, or -1 when the gate has closed and CPython must not be entered. */
long cpyembed_enter(void)
{
    if (cpyembed_forking)
        return 0;
    if (!cpyembed_keep_resume()) {
        if (resting != NULL) {
            PyEval_RestoreThread(resting);
        }
        else {
            if (gate_closed)
                return -1;
            (void)PyGILState_Ensure();
            resting = PyThreadState_Get();
            pthread_setspecific(thread_end, resting);
        }
        cpyembed_keep_entered();
    }
    if (cpyembed_rare & CPYEMBED_INTERRUPTED)
        cpyembed_interrupt_entering();
    if (decrefs_are_pending())
        cpyembed_drain();
    return 0;
}

/* 1 if the GIL is to be left. */
static int leave_in_a_rare_case(void)
{
    if (cpyembed_forking)
        return 0;
    if (gate_closed && !PyGILState_Check())
        return 0;       /* an entry was refused on the way through a callback */
    if (cpyembed_rare & CPYEMBED_INTERRUPTED)
        cpyembed_interrupt_leaving();
    return 1;
}

void cpyembed_leave(void)
{
    if (cpyembed_rare && !leave_in_a_rare_case())
        return;
    if (!cpyembed_keep_instead()) {
        resting = PyEval_SaveThread();
        cpyembed_keep_left();
    }
    if (cpyembed_rare & CPYEMBED_INTERRUPTED)
        cpyembed_interrupt_left();
}

/* The thread that started CPython, which holds the GIL as Py_Initialize left it. */
void cpyembed_leave_after_start(void)
{
    resting = PyThreadState_Get();
    cpyembed_keep_start(&resting);
    cpyembed_leave();
}

/* A callback may come on a thread that CPython or a C library made, whose state
   is not ours to keep: what `resting` was before goes back when the callback
   ends.  In between the callback leaves and enters like any other code. */
void *cpyembed_callback_begin(void)
{
    return resting;
}

void cpyembed_callback_end(void *token)
{
    resting = (PyThreadState *)token;
}

long cpyembed_holds_gil(void)
{
    return PyGILState_Check();
}

void cpyembed_close_gate(void)
{
    gate_closed = 1;
    CPYEMBED_SET_RARE(CPYEMBED_GATE_CLOSED);
}

void cpyembed_fatal_reentry(void)
{
    fputs("Fatal error in cpyembed: CPython called back into PyPy from a function that was "
          "called with PyPy's GIL held; please report it\n", stderr);
    abort();
}
