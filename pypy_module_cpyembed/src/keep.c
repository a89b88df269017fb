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
   it is set the handler does nothing. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include "cpyembed.h"
#include "keep.h"

/* Two of these pass before an idle keeper is asked to drop the GIL. */
#define PERIOD_NS 5000000

/* Ignored by default, so that one that comes late, in a child say, does no harm. */
#define DROP_SIGNAL SIGURG

#define COMPILER_BARRIER() __asm__ __volatile__("" ::: "memory")

static CPYEMBED_THREAD int is_keeper;
static volatile int busy, kept;
static volatile unsigned long turns;        /* exits of the keeper so far */
static int fresh;                           /* inside after a real acquisition */
static volatile int watched;                /* the watcher is awake */
static volatile int has_watcher;
static sem_t wake;
static pthread_t keeper;
static PyThreadState **keeper_resting;

static void drop(int signal_number)
{
    int saved = errno;
    (void)signal_number;
    if (is_keeper && kept && !busy) {
        busy = 1;
        *keeper_resting = PyEval_SaveThread();
        kept = 0;
        COMPILER_BARRIER();
        busy = 0;
    }
    errno = saved;
}

static void *watch(void *unused)
{
    struct timespec period = {0, PERIOD_NS};
    unsigned long last_turn = 0;
    int idle = 0;
    (void)unused;
    for (;;) {
        nanosleep(&period, NULL);
        if (busy) {
            idle = 0;
        }
        else if (kept) {
            if (idle && turns == last_turn) {
                pthread_kill(keeper, DROP_SIGNAL);
                idle = 0;
            }
            else {
                idle = 1;
                last_turn = turns;
            }
        }
        else {
            /* Dropped.  Sleep until the keeper keeps again; it may just have. */
            idle = 0;
            watched = 0;
            __atomic_thread_fence(__ATOMIC_SEQ_CST);
            if (kept && !__atomic_exchange_n(&watched, 1, __ATOMIC_SEQ_CST))
                continue;
            while (sem_wait(&wake) < 0 && errno == EINTR)
                ;
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

/* A child of fork() has no watcher. */
static void in_child(void)
{
    has_watcher = 0;
    fresh = 1;
    keeper = pthread_self();        /* the only thread, though it may keep nothing */
}

/* The calling thread, which is inside CPython, is the keeper from now on. */
void cpyembed_keep_start(PyThreadState **resting)
{
    struct sigaction action;
    is_keeper = 1;
    keeper = pthread_self();
    keeper_resting = resting;
    busy = 1;
    fresh = 1;
    memset(&action, 0, sizeof(action));
    action.sa_handler = drop;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);         /* it would take drop() for being inside */
    sigaction(DROP_SIGNAL, &action, NULL);
    pthread_atfork(NULL, NULL, in_child);
}

int cpyembed_is_keeper(void)
{
    return is_keeper;
}

pthread_t cpyembed_keeper(void)
{
    return keeper;
}

/* For the keeper itself, in a signal handler too. */
int cpyembed_keeper_is_inside(void)
{
    return busy;
}

/* On entry: 1 if the GIL is still here. */
int cpyembed_keep_resume(void)
{
    if (!is_keeper)
        return 0;
    busy = 1;
    COMPILER_BARRIER();
    if (kept)
        return 1;
    busy = 0;
    return 0;
}

/* After a real acquisition. */
void cpyembed_keep_entered(void)
{
    if (is_keeper) {
        busy = 1;
        fresh = 1;
    }
}

static int is_alone(void)
{
    /* Two loads, on every exit: what PyInterpreterState_ThreadHead and
       PyThreadState_Next would say. */
    PyThreadState *state = *keeper_resting;
    return state->prev == NULL && state->next == NULL;
}

/* Whether DROP_SIGNAL reaches drop(): not if the program handles or blocks it. */
static int signal_works(void)
{
    struct sigaction action;
    sigset_t blocked;
    return sigaction(DROP_SIGNAL, NULL, &action) == 0 && action.sa_handler == drop &&
           pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 &&
           !sigismember(&blocked, DROP_SIGNAL);
}

/* The first exit after a real acquisition: is a watcher awake? */
static int watch_over(void)
{
    if (!signal_works())
        return 0;
    fresh = 0;
    kept = 1;                   /* before anybody looks; `busy` still protects it */
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
    if (!is_keeper)
        return 0;
    turns++;
    if (!is_alone() || (fresh && !watch_over())) {
        kept = 0;
        return 0;
    }
    kept = 1;
    COMPILER_BARRIER();
    busy = 0;
    return 1;
}

/* After a real release. */
void cpyembed_keep_left(void)
{
    if (is_keeper)
        busy = 0;
}
