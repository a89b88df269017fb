/* Where NumPy's arrays have their memory from.

   malloc() starts a block anywhere in a line of the processor's cache, and NumPy's
   loops, whose loads and stores are as wide as a line, then touch two each time.
   And PyPy drops what is dead by the hundred, after a collection: the same sizes
   are asked for again at once, which malloc() meanwhile has joined and split.
   So NumPy is given an allocator (NEP 49) whose blocks start with a line, and
   which keeps those that were freed last, each size in a stack.  Small and huge
   blocks are NumPy's own allocator's.

   All blocks come from malloc() or aligned_alloc(), so that any of them may be
   given to free() and realloc(), whoever made it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "cpyembed.h"

#define LINE 64
#define SMALL 1024              /* NumPy keeps blocks of less than that itself */
#define HUGE (1 << 22)          /* and asks for large pages from here on */
#define LARGEST_KEPT (1 << 17)
#define STACKS 64
#define KEPT_BYTES (8L << 20)   /* in all stacks, at most */

/* What PyDataMem_SetHandler takes: NumPy's ABI, version 1. */
typedef struct {
    void *context;
    void *(*malloc)(void *context, size_t size);
    void *(*calloc)(void *context, size_t count, size_t size);
    void *(*realloc)(void *context, void *block, size_t size);
    void (*free)(void *context, void *block, size_t size);
} Allocator;

typedef struct {
    char name[127];
    unsigned char version;
    Allocator allocator;
} Handler;

static Allocator usual;

typedef struct {
    size_t size;                /* of the blocks in it, in whole lines */
    void *top;                  /* each starts with the address of the next */
} Stack;

static Stack stacks[STACKS];
static size_t kept;             /* bytes */

/* NumPy's callers hold CPython's GIL; this makes sure.  Whoever does not get it
   does without the stacks. */
static atomic_flag busy = ATOMIC_FLAG_INIT;

static Stack *begin(size_t size)
{
    if (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        return NULL;
    return &stacks[size / LINE * 2654435761u % 4294967296u >> 26];
}

static void end(void)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

static void *pop(Stack *stack)
{
    void *block = stack->top;
    memcpy(&stack->top, block, sizeof(void *));
    kept -= stack->size;
    return block;
}

static void empty(Stack *stack)
{
    while (stack->top)
        free(pop(stack));
}

static void push(Stack *stack, void *block, size_t size)
{
    int i;
    if (stack->size != size) {
        empty(stack);
        stack->size = size;
    }
    if (kept + size > KEPT_BYTES)
        for (i = 0; i < STACKS; i++)
            empty(&stacks[i]);
    memcpy(block, &stack->top, sizeof(void *));
    stack->top = block;
    kept += size;
}

static void *get(void *context, size_t size)
{
    void *block = NULL;
    Stack *stack;
    if (size < SMALL || size >= HUGE)
        return usual.malloc(usual.context, size);
    size = (size + LINE - 1) & -LINE;
    stack = size <= LARGEST_KEPT ? begin(size) : NULL;
    if (stack) {
        if (stack->size == size && stack->top)
            block = pop(stack);
        end();
    }
    return block ? block : aligned_alloc(LINE, size);
}

/* Zeros that the system gives are free; those of small blocks are not. */
static void *get_zeros(void *context, size_t count, size_t size)
{
    void *block;
    if (count && size > LARGEST_KEPT / count)
        return usual.calloc(usual.context, count, size);
    block = get(context, count * size);
    if (block)
        memset(block, 0, count * size);
    return block;
}

static void *change(void *context, void *block, size_t size)
{
    return usual.realloc(usual.context, block, size);
}

/* `size` is what the array holds now, which C code may have changed: the block
   itself knows better. */
static void put(void *context, void *block, size_t size)
{
    Stack *stack;
    if (!block)
        return;
    if (size < SMALL) {
        usual.free(usual.context, block, size);
        return;
    }
    size = malloc_usable_size(block) & -LINE;
    if (size >= SMALL && size <= LARGEST_KEPT && (size_t)block % LINE == 0) {
        stack = begin(size);
        if (stack) {
            push(stack, block, size);
            end();
            return;
        }
    }
    free(block);
}

static Handler handler = {"cpyembed", 1, {NULL, get, get_zeros, change, put}};

/* Positions in NumPy's table. */
enum { FEATURES = 211, SET_HANDLER = 304, GET_HANDLER = 305 };
#define HAS_HANDLERS 0x0f       /* NumPy 1.22 */

/* For what the calling thread's context makes from here on, unless the program
   has an allocator of its own. */
void cpyembed_numpy_memory(void **api)
{
    PyObject *capsule, *before;
    Handler *there;
    if (((unsigned int (*)(void))api[FEATURES])() < HAS_HANDLERS)
        return;
    before = ((PyObject *(*)(void))api[GET_HANDLER])();
    there = before ? PyCapsule_GetPointer(before, "mem_handler") : NULL;
    if (there && there->version == 1 && strcmp(there->name, "default_allocator") == 0) {
        usual = there->allocator;
        capsule = PyCapsule_New(&handler, "mem_handler", NULL);
        if (capsule) {
            Py_XDECREF(((PyObject *(*)(PyObject *))api[SET_HANDLER])(capsule));
            Py_DECREF(capsule);
        }
    }
    Py_XDECREF(before);
    PyErr_Clear();              /* without it, everything works as before */
}
