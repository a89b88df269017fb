/* Keeping CPython's GIL between calls.

   Taking and dropping the GIL costs more than a short call.  While CPython has
   one thread only, the one that started it (the keeper) keeps the GIL when it
   leaves, and finds it still there when it enters.  It gives the GIL up
     - when it leaves and there is another CPython thread, running or waiting
       for its first turn: each entry takes and each exit drops, as ever;
     - when it has been outside for a while: a watcher thread sends it a signal,
       whose handler drops the GIL.  So no thread waits long for a GIL that
       nobody is using, even while the keeper sleeps in a system call.

   The keeper's states, by (busy, kept):
       (0, 0) outside, GIL dropped     (1, 0) inside
       (0, 1) outside, GIL kept        (1, 1) inside, GIL not dropped since the last entry
   Only the keeper's own thread writes them, its signal handler included, so no
   locked instruction is needed: `busy` is set before `kept` is read, and while
   it is set the handler does nothing.  docs/threads.md goes through every
   transition. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include "cpyembed.h"
#include "fast.h"

/* Two of these pass before an idle keeper is asked to drop the GIL. */
#define PERIOD_NS 5000000

/* Ignored by default, so that one that comes late, in a child say, does no harm. */
#define DROP_SIGNAL SIGURG

CPYEMBED_THREAD int cpyembed_is_keeper_thread;
struct cpyembed_keep cpyembed_keep;
static volatile int watched;                /* the watcher is awake */
static volatile int has_watcher;
static volatile int for_ever;               /* CPython has ended */
static sem_t wake;
static pthread_t keeper;

static void drop(int signal_number)
{
    int saved = errno;
    (void)signal_number;
    if (cpyembed_is_keeper_thread && cpyembed_keep.kept && !cpyembed_keep.busy &&
        !cpyembed_is_borrowed()) {
        cpyembed_keep.busy = 1;
        *cpyembed_keep.resting = PyEval_SaveThread();
        cpyembed_keep.kept = 0;
        CPYEMBED_COMPILER_BARRIER();
        cpyembed_keep.busy = 0;
    }
    errno = saved;
}

static int is_ours(void)
{
    struct sigaction action;
    return sigaction(DROP_SIGNAL, NULL, &action) == 0 && action.sa_handler == drop;
}

/* Takes the signal, unless the program has a handler for it. */
static int take_signal(void)
{
    struct sigaction action;
    if (sigaction(DROP_SIGNAL, NULL, &action) != 0)
        return 0;
    if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
        return action.sa_handler == drop;
    memset(&action, 0, sizeof(action));
    action.sa_handler = drop;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);         /* it would take drop() for being inside */
    return sigaction(DROP_SIGNAL, &action, NULL) == 0;
}

/* Whether DROP_SIGNAL reaches drop(): not if the program handles or blocks it. */
static int signal_works(void)
{
    sigset_t blocked;
    return take_signal() && pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 &&
           !sigismember(&blocked, DROP_SIGNAL);
}

/* Sleep until the keeper keeps again; it may just have. */
static void sleep_while_dropped(void)
{
    watched = 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (cpyembed_keep.kept && !__atomic_exchange_n(&watched, 1, __ATOMIC_SEQ_CST))
        return;
    while (sem_wait(&wake) < 0 && errno == EINTR)
        ;
}

static void *watch(void *unused)
{
    struct timespec period = {0, PERIOD_NS};
    unsigned long last_turn = 0;
    int idle = 0;
    (void)unused;
    while (!for_ever) {
        nanosleep(&period, NULL);
        if (!cpyembed_keep.busy && !cpyembed_keep.kept) {
            idle = 0;
            sleep_while_dropped();
        }
        else if (cpyembed_keep.busy || cpyembed_keep.turns != last_turn) {
            /* At work.  What it does may be to block the signal, so its next
               exit looks; two system calls a period cannot be noticed. */
            last_turn = cpyembed_keep.turns;
            idle = 0;
            cpyembed_keep.fresh = 1;
        }
        else if (!idle)
            idle = 1;
        else {
            /* Somebody else's handler is not to be called. */
            if (is_ours())
                pthread_kill(keeper, DROP_SIGNAL);
            idle = 0;
        }
    }
    return NULL;
}

static int start_watcher(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all, before;
    int failed;
    sem_init(&wake, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    sigfillset(&all);                   /* signals are for the program's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    watched = 1;
    failed = pthread_create(&thread, &attributes, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    has_watcher = !failed;
    return has_watcher;
}

/* The calling thread, which is inside CPython, is the keeper from now on.
   `resting` is where its thread state is while it is outside. */
static void become_keeper(PyThreadState **resting)
{
    PyThreadState *state = PyThreadState_Get();
    cpyembed_is_keeper_thread = 1;
    keeper = pthread_self();
    cpyembed_keep.resting = resting;
    cpyembed_keep.base = state->gilstate_counter;
    cpyembed_keep.busy = 1;
    cpyembed_keep.kept = 0;
    cpyembed_keep.fresh = 1;
}

void cpyembed_keep_start(PyThreadState **resting)
{
    become_keeper(resting);
}

/* A child of fork() has no watcher, and one thread.  If `resting` is not NULL it
   holds CPython's GIL, and is the keeper from now on. */
void cpyembed_keep_in_child(PyThreadState **resting)
{
    has_watcher = 0;
    cpyembed_keep.fresh = 1;
    keeper = pthread_self();
    if (!cpyembed_is_keeper_thread && resting)
        become_keeper(resting);
}

int cpyembed_is_keeper(void)
{
    return cpyembed_is_keeper_thread;
}

pthread_t cpyembed_keeper(void)
{
    return keeper;
}

int cpyembed_keep_is_borrowed(void)
{
    return cpyembed_is_keeper_thread && cpyembed_is_borrowed();
}

/* For the keeper itself, in a signal handler too. */
int cpyembed_keeper_is_inside(void)
{
    return cpyembed_keep.busy && !for_ever;
}

/* On entry: 1 if the GIL is still here, and the thread was outside. */
int cpyembed_keep_resume(void)
{
    if (!cpyembed_is_keeper_thread || cpyembed_keep.busy)
        return 0;
    cpyembed_keep.busy = 1;
    CPYEMBED_COMPILER_BARRIER();
    if (cpyembed_keep.kept && !cpyembed_is_borrowed())
        return 1;
    cpyembed_keep.busy = 0;
    return 0;
}

/* After a real acquisition. */
void cpyembed_keep_entered(void)
{
    if (cpyembed_is_keeper_thread) {
        cpyembed_keep.busy = 1;
        cpyembed_keep.fresh = 1;
    }
}

/* Now and then: does the signal work, and is a watcher awake? */
static int watch_over(void)
{
    if (for_ever || !signal_works() ||
        PyInterpreterState_Head() != (*cpyembed_keep.resting)->interp)
        return 0;               /* a subinterpreter's threads are not counted */
    cpyembed_keep.fresh = 0;
    cpyembed_keep.kept = 1;     /* before anybody looks; `busy` still protects it */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!has_watcher)
        return start_watcher();
    if (!watched && !__atomic_exchange_n(&watched, 1, __ATOMIC_SEQ_CST))
        sem_post(&wake);
    return 1;
}

/* On exit: 1 if the GIL stays here, and nothing more is to be done. */
int cpyembed_keep_instead(void)
{
    if (!cpyembed_is_keeper_thread)
        return 0;
    cpyembed_keep.turns++;
    /* Not so at the entry, which would have nested.  Code that was called since
       has left one open for good. */
    if (cpyembed_is_borrowed())
        cpyembed_keep.base = (*cpyembed_keep.resting)->gilstate_counter;
    if (!cpyembed_is_alone() || (cpyembed_keep.fresh && !watch_over())) {
        if (for_ever)
            return 1;           /* inside for ever: no entry finds it outside */
        cpyembed_keep.kept = 0;
        return 0;
    }
    cpyembed_keep.kept = 1;
    CPYEMBED_COMPILER_BARRIER();
    cpyembed_keep.busy = 0;
    return 1;
}

/* After a real release. */
void cpyembed_keep_left(void)
{
    if (cpyembed_is_keeper_thread)
        cpyembed_keep.busy = 0;
}

/* A callback starts, inside, on a thread whose code may have entered CPython by
   itself (a C library that PyPy called did), and not through here. */
void cpyembed_keep_begin(struct cpyembed_keeping *before)
{
    if (!cpyembed_is_keeper_thread) {
        before->busy = 1;       /* it may be the keeper at the end: a child's only thread */
        before->base = -1;
        return;
    }
    before->busy = cpyembed_keep.busy;
    before->kept = cpyembed_keep.kept;
    before->base = cpyembed_keep.base;
    cpyembed_keep.busy = 1;
    CPYEMBED_COMPILER_BARRIER();
    cpyembed_keep.base = PyThreadState_Get()->gilstate_counter;
}

/* It ends, inside.  Such code goes on, and drops what it took by itself. */
void cpyembed_keep_end(const struct cpyembed_keeping *before)
{
    if (!cpyembed_is_keeper_thread)
        return;
    if (before->base >= 0)
        cpyembed_keep.base = before->base;
    if (!before->busy) {
        cpyembed_keep.kept = before->kept;
        CPYEMBED_COMPILER_BARRIER();
        cpyembed_keep.busy = 0;
    }
}

/* The keeper, inside, never gives it up again: CPython has ended, and no other
   thread is to run code in it while the process goes. */
void cpyembed_keep_for_ever(void)
{
    for_ever = 1;
    cpyembed_keep.fresh = 1;    /* for the exit that follows */
}

/* The program may have changed what becomes of DROP_SIGNAL: 1 if the calling
   thread is the keeper, whose next exit sees to it. */
long cpyembed_signals_changed(void)
{
    if (cpyembed_is_keeper_thread)
        cpyembed_keep.fresh = 1;
    return cpyembed_is_keeper_thread;
}
