/* The special methods of exports that have no C slot of their own.

   Each is a method in the dictionary of the type of the exports whose class has
   it, and asks RPython for the method of that name.  CPython makes the slots
   from these (a reflected operator, `with`, await), as it does for a class that
   is written in Python. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

void *(*cpyembed_method_in_pypy)(long handle, long method, void **args, long nargs,
                                 void *kwnames);

#define BINARY(X, name) X(name) X(r##name) X(i##name)
#define METHODS(X) \
    BINARY(X, add) BINARY(X, sub) BINARY(X, mul) BINARY(X, matmul) BINARY(X, truediv) \
    BINARY(X, floordiv) BINARY(X, mod) BINARY(X, pow) BINARY(X, lshift) BINARY(X, rshift) \
    BINARY(X, and) BINARY(X, or) BINARY(X, xor) X(divmod) X(rdivmod) \
    X(neg) X(pos) X(abs) X(invert) X(int) X(float) X(index) X(complex) X(bytes) \
    X(round) X(trunc) X(floor) X(ceil) X(fspath) X(format) X(reversed) X(length_hint) \
    X(enter) X(exit) X(await) X(aiter) X(anext) X(aenter) X(aexit) \
    X(get) X(set) X(delete) X(set_name) X(missing) X(dir) X(sizeof) X(copy) \
    X(instancecheck) X(subclasscheck) X(array_ufunc) X(array_function)

enum {
#define AS_NUMBER(name) SPECIAL_##name,
    METHODS(AS_NUMBER)
    SPECIAL_COUNT
};

#define AS_FUNCTION(name) \
    static PyObject *special_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, \
                                    PyObject *kwnames) \
    { \
        return cpyembed_method_in_pypy(cpyembed_export_handle(self), SPECIAL_##name, \
                                       (void **)args, (long)nargs, kwnames); \
    }
METHODS(AS_FUNCTION)

#define AS_ENTRY(name) \
    {"__" #name "__", (PyCFunction)(void (*)(void))special_##name, \
     METH_FASTCALL | METH_KEYWORDS, NULL},
static PyMethodDef entries[] = {
    METHODS(AS_ENTRY)
    {NULL, NULL, 0, NULL}
};

/* The name of a method by number; NULL after the last. */
const char *cpyembed_special_name(long method)
{
    return entries[method].ml_name;
}

static long set_on_type(PyObject *type, const char *name, PyObject *value)
{
    long status;
    if (!value)
        return -1;
    status = PyObject_SetAttrString(type, name, value);
    Py_DECREF(value);
    return status;
}

/* 0, or -1 with an exception set. */
long cpyembed_export_add_special(void *type, long method)
{
    return set_on_type(type, entries[method].ml_name,
                       PyDescr_NewMethod((PyTypeObject *)type, &entries[method]));
}

/* Say what a class says with `__iter__ = None`: that it is not to be tried. */
long cpyembed_export_refuse(void *type, const char *name)
{
    Py_INCREF(Py_None);
    return set_on_type(type, name, Py_None);
}
