/* CPython's GIL, as the threads of PyPy take it and give it up.

   Every operating-system thread that enters CPython keeps one PyThreadState,
   made at its first entry and deleted when the thread ends.  `resting` is that
   state while the thread is outside CPython.  The thread that started CPython
   may keep the GIL between its calls, see keep.c.  Nothing here touches PyPy's
   GIL: RPython releases it around cpyembed_enter(), so a thread that waits here
   never holds it.

   Entries and exits alternate, but for two things that others bring about:
     - a callback comes in with the GIL held, so the thread is inside; it leaves
       and enters like any other code, and is inside again when it ends;
     - PyPy code can run on a thread that is inside without having left, or
       whose state is CPython's: a callback made with cffi that C code of
       CPython's side calls.  With or without the GIL: the C code may have given
       it up.  Such an entry nests; PyGILState_Ensure does what is right for it,
       and its exit undoes that.
   Both are levels on a small stack of the thread's own. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "cpyembed.h"
#include "fast.h"

struct level {
    int is_callback;
    /* of a callback: */
    PyThreadState *resting;
    int inside;
    struct cpyembed_keeping keeping;
    void *frame;                /* of CPython, current when it came: see frames.c */
    /* of an entry that nests: */
    PyGILState_STATE state;
};

/* Levels without a malloc(), which would want a free() at the thread's end. */
#define FEW 4

static CPYEMBED_THREAD PyThreadState *resting;
static CPYEMBED_THREAD int inside;              /* the keeper's is in keep.c */
CPYEMBED_THREAD int cpyembed_entry_nests;       /* the top of `levels` is such an entry */
static CPYEMBED_THREAD long depth;
static CPYEMBED_THREAD struct level few[FEW];
static CPYEMBED_THREAD struct level *many;      /* what is deeper; freed at the end of that */
static CPYEMBED_THREAD long room;

/* Closing: who has not been inside stays out.  Closed: everybody does. */
static volatile enum { OPEN, CLOSING, CLOSED } gate;
volatile int cpyembed_rare;
static pthread_key_t thread_end;
static pthread_once_t thread_end_once = PTHREAD_ONCE_INIT;

static int decrefs_are_pending(void)
{
    return cpyembed_shared_now()->pending_decrefs != 0;
}

static void fatal(const char *text)
{
    fprintf(stderr, "Fatal error in cpyembed: %s\n", text);
    abort();
}

/* ------------------------------------------------------------------ levels */

static struct level *level_at(long index)
{
    return index < FEW ? &few[index] : &many[index - FEW];
}

static struct level *push_level(int is_callback)
{
    struct level *level;
    if (depth == FEW + room) {
        long more = room ? 2 * room : 16;
        level = realloc(many, more * sizeof(struct level));
        if (level == NULL)
            fatal("no memory for a callback");
        many = level;
        room = more;
    }
    level = level_at(depth++);
    level->is_callback = is_callback;
    cpyembed_entry_nests = !is_callback;
    return level;
}

static struct level pop_level(void)
{
    struct level level = *level_at(--depth);
    cpyembed_entry_nests = depth > 0 && !level_at(depth - 1)->is_callback;
    if (depth <= FEW && room) {
        free(many);
        many = NULL;
        room = 0;
    }
    return level;
}

/* ------------------------------------------------------------ ends of threads */

static void forget_thread(void *state)
{
    /* After its end the interpreter's thread states are nobody's. */
    if (gate != OPEN || resting == NULL)
        return;
    PyEval_RestoreThread((PyThreadState *)state);
    resting = NULL;
    /* What dies with the thread may call back: it is inside. */
    inside = 1;
    /* Not PyGILState_Release: CPython's own key may have been cleared already. */
    PyThreadState_Clear((PyThreadState *)state);
    inside = 0;
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

/* ------------------------------------------------------------- in and out */

int cpyembed_is_inside(void)
{
    return cpyembed_is_keeper() ? cpyembed_keeper_is_inside() : inside;
}

/* PyGILState_Check says yes to everything once there was a subinterpreter. */
int cpyembed_holds_gil_now(void)
{
    PyThreadState *own = resting ? resting : PyGILState_GetThisThreadState();
    return own != NULL && _PyThreadState_UncheckedGet() == own;
}

/* Enters without waiting if that can be: 1 if the thread is inside now. */
long cpyembed_try_enter(void)
{
    return cpyembed_fast_enter();
}

static int is_refused(void)
{
    if (gate == OPEN || depth > 0)
        return 0;
    if (gate == CLOSING)
        return resting == NULL && !cpyembed_is_keeper();
    /* Closed.  A thread that is in the midst of a call has nowhere to raise an
       exception, so one that was inside before waits below, for ever. */
    return resting == NULL || cpyembed_is_keeper();
}

/* Whether the thread holds the GIL, or has a state that is not ours to keep. */
static int is_somebody_elses(void)
{
    if (cpyembed_is_inside() || cpyembed_keep_is_borrowed())
        return 1;
    if (resting == NULL)
        return PyGILState_GetThisThreadState() != NULL;
    return cpyembed_holds_gil_now();
}

static void take(void)
{
    if (resting != NULL) {
        PyEval_RestoreThread(resting);
    }
    else {
        (void)PyGILState_Ensure();
        resting = PyThreadState_Get();
        pthread_setspecific(thread_end, resting);
    }
    inside = 1;
    cpyembed_keep_entered();
}

/* Returns 0, or -1 when the gate has closed and CPython must not be entered. */
long cpyembed_enter(void)
{
    if (cpyembed_fast_enter())
        return 0;
    if (cpyembed_forking)
        return 0;
    if (gate != OPEN && is_refused())
        return -1;
    if (!cpyembed_keep_resume()) {
        if (is_somebody_elses()) {
            PyGILState_STATE state = PyGILState_Ensure();
            push_level(0)->state = state;
        }
        else
            take();
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
    if (gate != OPEN && !cpyembed_holds_gil_now())
        return 0;       /* an entry was refused on the way through a callback */
    if (cpyembed_rare & CPYEMBED_INTERRUPTED)
        cpyembed_interrupt_leaving();
    return 1;
}

void cpyembed_leave(void)
{
    if (cpyembed_fast_leave())
        return;
    if (cpyembed_rare && !leave_in_a_rare_case())
        return;
    if (cpyembed_entry_nests) {
        PyGILState_Release(pop_level().state);
        return;
    }
    if (!cpyembed_keep_instead()) {
        inside = 0;
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
    cpyembed_watch_forks();
    cpyembed_leave();
}

/* A callback may come on a thread that CPython or a C library made, whose state
   is not ours to keep: what was before goes back when the callback ends.  In
   between the callback leaves and enters like any other code. */
void *cpyembed_callback_begin(void)
{
    struct level *level = push_level(1);
    level->resting = resting;
    level->inside = inside;
    inside = 1;
    level->frame = cpyembed_current_frame(_PyThreadState_UncheckedGet());
    cpyembed_keep_begin(&level->keeping);
    return (void *)depth;
}

void cpyembed_callback_end(void *token)
{
    struct level level;
    if ((long)token != depth)           /* CPython's own stack is no better off */
        fatal("callbacks from CPython ended in another order than they began: greenlets of PyPy "
              "must not be switched like that");
    level = pop_level();
    cpyembed_keep_end(&level.keeping);
    inside = level.inside;
    resting = level.resting;
}

/* The frame that CPython was in when a callback came that is under way on this
   thread: number 0 is the innermost.  1, or 0 if there are not so many. */
int cpyembed_callback_frame(long outwards, void **frame)
{
    long index;
    for (index = depth - 1; index >= 0; index--)
        if (level_at(index)->is_callback && outwards-- == 0) {
            *frame = level_at(index)->frame;
            return 1;
        }
    return 0;
}

long cpyembed_holds_gil(void)
{
    return cpyembed_holds_gil_now();
}

/* ------------------------------------------------------------- fork and end */

/* In the child of a fork: the thread that forked is the only one. */
void cpyembed_gil_in_child(void)
{
    int was_inside = cpyembed_holds_gil_now();
    cpyembed_keep_in_child(was_inside ? &resting : NULL);
}

void cpyembed_close_gate(void)
{
    gate = CLOSING;
    CPYEMBED_SET_RARE(CPYEMBED_GATE_CLOSED);
}

/* With the GIL held; it stays with this thread, as at CPython's own end. */
void cpyembed_shut_gate(void)
{
    gate = CLOSED;
    CPYEMBED_SET_RARE(CPYEMBED_ENDED);
    cpyembed_keep_for_ever();
}

int cpyembed_gate_is_closed(void)
{
    return gate != OPEN;
}

void cpyembed_fatal_reentry(void)
{
    fatal("CPython called back into PyPy from a function that was called with PyPy's GIL held; "
          "please report it");
}
