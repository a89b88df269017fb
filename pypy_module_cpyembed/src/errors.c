/* CPython's current exception, taken and set. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

/* The exception instance that was set, its traceback attached; a new
   reference.  A function that failed without setting one gets a SystemError. */
void *cpyembed_fetch_error(void)
{
    PyObject *type, *value, *traceback;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError,
                        "a CPython function returned NULL without setting an exception");
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

/* Sets the exception, traceback and all; takes the reference. */
void cpyembed_restore_error(void *exception)
{
    PyObject *value = exception;
    PyObject *type = (PyObject *)Py_TYPE(value);
    Py_INCREF(type);
    PyErr_Restore(type, value, cpyembed_traceback_of(value));
}

/* The export of the PyPy exception that this one was made for, or NULL; a new
   reference.  No exception comes out, whatever the class does. */
void *cpyembed_origin_of(void *exception)
{
    PyObject *origin = PyObject_GetAttrString((PyObject *)exception, "__pypy__");
    if (origin == NULL)
        PyErr_Clear();
    return origin;
}

void cpyembed_set_runtime_error(const char *text)
{
    PyErr_SetString(PyExc_RuntimeError, text);
}

void cpyembed_set_recursion_error(void)
{
    PyErr_SetString(PyExc_RecursionError,
                    "maximum recursion depth exceeded while CPython called PyPy");
}
