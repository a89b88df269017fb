/* Memory that PyPy lends to CPython: the buffer protocol of exports.

   RPython describes the memory in a block of numbers, which stays until the
   buffer is released; what the caller asked for is checked and taken from it
   here, where CPython's flags are. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

/* memory.py fills in the block. */
enum { TOKEN, DATA, LENGTH, ITEMSIZE, READONLY, FORMAT, DIMENSIONS, SHAPE };

static void *(*lend_in_pypy)(long handle, long writable);
static long (*give_back_in_pypy)(long token);
static char nothing[1];         /* the address of memory without a byte */

void cpyembed_set_memory_functions(void *lend, void *give_back)
{
    lend_in_pypy = lend;
    give_back_in_pypy = give_back;
}

static int asked(int flags, int what)
{
    return (flags & what) == what;
}

/* Why the caller cannot have what it asked for, or NULL. */
static const char *refusal(Py_buffer *view, int flags)
{
    if (asked(flags, PyBUF_WRITABLE) && view->readonly)
        return "Object is not writable.";
    if (asked(flags, PyBUF_C_CONTIGUOUS) || !asked(flags, PyBUF_STRIDES)) {
        if (!PyBuffer_IsContiguous(view, 'C'))
            return "memory of PyPy is not C-contiguous";
    }
    if (asked(flags, PyBUF_F_CONTIGUOUS) && !PyBuffer_IsContiguous(view, 'F'))
        return "memory of PyPy is not Fortran contiguous";
    if (asked(flags, PyBUF_ANY_CONTIGUOUS) && !PyBuffer_IsContiguous(view, 'A'))
        return "memory of PyPy is not contiguous";
    return NULL;
}

/* bf_getbuffer of an export. */
int cpyembed_get_memory(void *self, void *buffer, int flags)
{
    Py_buffer *view = buffer;
    const char *why;
    long *block = lend_in_pypy(cpyembed_export_handle(self), flags & PyBUF_WRITABLE);
    view->obj = NULL;
    if (!block)
        return -1;
    view->buf = block[DATA] ? (void *)block[DATA] : nothing;
    view->len = block[LENGTH];
    view->itemsize = block[ITEMSIZE];
    view->readonly = (int)block[READONLY];
    view->format = (char *)block[FORMAT];
    view->ndim = (int)block[DIMENSIONS];
    view->shape = (Py_ssize_t *)block + SHAPE;
    view->strides = view->shape + view->ndim;
    view->suboffsets = NULL;
    view->internal = block;
    why = refusal(view, flags);
    if (why) {
        give_back_in_pypy(block[TOKEN]);
        PyErr_SetString(PyExc_BufferError, why);
        return -1;
    }
    if (!asked(flags, PyBUF_FORMAT))
        view->format = NULL;
    if (!asked(flags, PyBUF_STRIDES))
        view->strides = NULL;
    if (!asked(flags, PyBUF_ND)) {
        view->shape = NULL;
        view->ndim = 1;
    }
    Py_INCREF((PyObject *)self);
    view->obj = self;
    return 0;
}

/* bf_releasebuffer of an export. */
void cpyembed_release_memory(void *self, void *buffer)
{
    long *block = ((Py_buffer *)buffer)->internal;
    (void)self;
    give_back_in_pypy(block[TOKEN]);
}

/* Whether an object has the buffer protocol. */
long cpyembed_has_buffer(void *object)
{
    return PyObject_CheckBuffer((PyObject *)object);
}
