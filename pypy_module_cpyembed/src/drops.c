/* References waiting to be dropped, in both directions.

   A PyPy finalizer runs inside a collection and must not take CPython's GIL:
   it leaves the pointer here, and the next thread that holds the GIL drops it.
   Where none comes along, for PyPy's threads sleep or block, a thread that is
   here for that does, the drainer.  The other way, an export that CPython lets go of leaves its handle here, and
   the next thread that holds PyPy's GIL forgets the PyPy object. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include "cpyembed.h"
#include "keep.h"

/* What waits for so long, and nobody drops anything, the drainer drops. */
#define PERIOD_NS 15000000

/* After so many references a thread that waits for CPython's GIL has a turn. */
#define TURN 100

struct queue {
    volatile int locked;
    long size, capacity;
    void **items;
};

static struct queue decrefs, exports;
struct cpyembed_shared cpyembed_shared_memory;

static volatile unsigned long dropped;      /* how many so far */
static volatile int has_drainer;
static volatile int awake;                  /* the drainer is */
static sem_t wake;
static sigset_t usual_signals;

static void lock(struct queue *queue)
{
    /* Held for some stores, at worst for one realloc: spinning is cheaper than
       a mutex, and yielding covers an owner that the system has put to sleep. */
    while (__atomic_exchange_n(&queue->locked, 1, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(struct queue *queue)
{
    __atomic_store_n(&queue->locked, 0, __ATOMIC_RELEASE);
}

static void push(struct queue *queue, void *item, long *pending)
{
    lock(queue);
    if (queue->size == queue->capacity) {
        long capacity = queue->capacity ? 2 * queue->capacity : 1024;
        void **items = realloc(queue->items, capacity * sizeof(void *));
        if (items == NULL) {        /* leaking one reference beats crashing */
            unlock(queue);
            return;
        }
        queue->items = items;
        queue->capacity = capacity;
    }
    queue->items[queue->size++] = item;
    *pending = queue->size;
    unlock(queue);
}

static int pop(struct queue *queue, void **item, long *pending)
{
    int found = 0;
    lock(queue);
    if (queue->size > 0) {
        *item = queue->items[--queue->size];
        found = 1;
    }
    *pending = queue->size;
    unlock(queue);
    return found;
}

void *cpyembed_get_shared(void)
{
    return &cpyembed_shared_memory;
}

/* ------------------------------------------------------------------ dropping */

/* Called with CPython's GIL held and PyPy's not: dropping runs any code. */
void cpyembed_drain(void)
{
    void *item;
    int left = TURN;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    while (pop(&decrefs, &item, &cpyembed_shared_memory.pending_decrefs)) {
        dropped++;
        Py_DECREF((PyObject *)item);
        if (--left == 0) {
            left = TURN;
            PyEval_RestoreThread(PyEval_SaveThread());
        }
    }
    PyErr_Restore(type, value, traceback);
}

/* With a thread state made for it, so that CPython sees another thread, and the
   keeper (keep.c) does not keep, only as long as there is something to drop. */
static void drain_as_a_thread(void)
{
    sigset_t none;
    PyGILState_STATE state = PyGILState_Ensure();
    if (!cpyembed_gate_is_closed()) {
        /* What is dropped may start processes, which inherit the mask. */
        pthread_sigmask(SIG_SETMASK, &usual_signals, &none);
        cpyembed_drain();
        pthread_sigmask(SIG_SETMASK, &none, NULL);
    }
    PyGILState_Release(state);
}

static void sleep_until_one_is_queued(void)
{
    awake = 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (cpyembed_shared_memory.pending_decrefs && !__atomic_exchange_n(&awake, 1, __ATOMIC_SEQ_CST))
        return;
    while (sem_wait(&wake) < 0 && errno == EINTR)
        ;
}

static void *drain_what_waits(void *unused)
{
    (void)unused;
    while (!cpyembed_gate_is_closed()) {
        struct timespec period = {0, PERIOD_NS};
        unsigned long before;
        if (cpyembed_shared_memory.pending_decrefs == 0)
            sleep_until_one_is_queued();
        before = dropped;
        nanosleep(&period, NULL);
        if (cpyembed_shared_memory.pending_decrefs != 0 && dropped == before)
            drain_as_a_thread();
    }
    return NULL;
}

/* Started by the first reference that is queued, inside a collection of PyPy's:
   nothing here knows of that.  It needs a stack as any thread, for what it drops
   may be code. */
static void start_drainer(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all;
    has_drainer = 1;
    awake = 1;
    sem_init(&wake, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &usual_signals);
    /* Without it references wait until somebody enters. */
    (void)pthread_create(&thread, &attributes, drain_what_waits, NULL);
    pthread_sigmask(SIG_SETMASK, &usual_signals, NULL);
    pthread_attr_destroy(&attributes);
}

/* Called with PyPy's GIL held, by a finalizer. */
void cpyembed_drop_later(void *object)
{
    push(&decrefs, object, &cpyembed_shared_memory.pending_decrefs);
    if (!has_drainer)
        start_drainer();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!awake && !__atomic_exchange_n(&awake, 1, __ATOMIC_SEQ_CST))
        sem_post(&wake);
}

/* Likewise, by that of an Object; NULL if it was released. */
void cpyembed_object_gone(void *object)
{
    cpyembed_shared_memory.objects_gone++;
    if (object != NULL)
        cpyembed_drop_later(object);
}

/* -------------------------------------------------------------------- exports */

void cpyembed_export_gone(long handle)
{
    push(&exports, (void *)handle, &cpyembed_shared_memory.pending_exports);
}

/* The handle of one export that is gone, or -1. */
long cpyembed_next_gone_export(void)
{
    void *item;
    return pop(&exports, &item, &cpyembed_shared_memory.pending_exports) ? (long)item : -1;
}

/* ---------------------------------------------------------------------- forks */

/* The child gets the queues whole, and no drainer. */
void cpyembed_drops_before_fork(void)
{
    lock(&decrefs);
    lock(&exports);
}

void cpyembed_drops_in_parent(void)
{
    unlock(&exports);
    unlock(&decrefs);
}

void cpyembed_drops_in_child(void)
{
    has_drainer = 0;
    cpyembed_drops_in_parent();
}
