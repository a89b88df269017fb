/* References waiting to be dropped, in both directions.

   A PyPy finalizer runs inside a collection and must not take CPython's GIL:
   it leaves the pointer here, and the next thread that holds the GIL drops it.
   The other way, an export that CPython lets go of leaves its handle here, and
   the next thread that holds PyPy's GIL forgets the PyPy object. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <sched.h>
#include <stdlib.h>
#include "cpyembed.h"

struct queue {
    volatile int locked;
    long size, capacity;
    void **items;
};

static struct queue decrefs, exports;
static struct cpyembed_shared shared;

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
    return &shared;
}

void cpyembed_drop_later(void *object)
{
    push(&decrefs, object, &shared.pending_decrefs);
}

/* Called with CPython's GIL held and PyPy's not: dropping runs any code. */
void cpyembed_drain(void)
{
    void *item;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    while (pop(&decrefs, &item, &shared.pending_decrefs))
        Py_DECREF((PyObject *)item);
    PyErr_Restore(type, value, traceback);
}

void cpyembed_export_gone(long handle)
{
    push(&exports, (void *)handle, &shared.pending_exports);
}

/* The handle of one export that is gone, or -1. */
long cpyembed_next_gone_export(void)
{
    void *item;
    return pop(&exports, &item, &shared.pending_exports) ? (long)item : -1;
}
