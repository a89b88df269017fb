/* CPython's current exception, taken, set, and its traceback walked. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

/* libpython exports it and declares it to its own files only. */
extern void _PyTraceback_Add(const char *function, const char *filename, int lineno);

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
    PyErr_Restore(type, value, PyException_GetTraceback(value));
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

void *cpyembed_traceback_of(void *exception)
{
    return PyException_GetTraceback((PyObject *)exception);
}

static const char *text_attribute(PyObject *object, const char *name)
{
    /* The code object owns the str, and the str its UTF-8: both outlive the
       caller's use, which is before the traceback is let go of. */
    const char *text = NULL;
    PyObject *value = PyObject_GetAttrString(object, name);
    if (value) {
        text = PyUnicode_AsUTF8(value);
        Py_DECREF(value);
    }
    if (!text) {
        PyErr_Clear();
        text = "?";
    }
    return text;
}

/* One entry of a traceback; takes the reference to it and returns a new one to
   the next entry, or NULL.  The texts are good until then plus one entry: the
   exception holds the whole chain. */
void *cpyembed_traceback_next(void *pointer, long *lineno, void *filename, void *function)
{
    PyTracebackObject *traceback = pointer;
    PyObject *next = (PyObject *)traceback->tb_next;
    PyObject *number = PyObject_GetAttrString((PyObject *)traceback, "tb_lineno");
    PyCodeObject *code = PyFrame_GetCode((PyFrameObject *)traceback->tb_frame);
    *lineno = number && number != Py_None ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    PyErr_Clear();
    *(const char **)filename = text_attribute((PyObject *)code, "co_filename");
    *(const char **)function = text_attribute((PyObject *)code, "co_name");
    Py_DECREF(code);
    Py_XINCREF(next);
    Py_DECREF(traceback);
    return next;
}

/* Puts a frame of PyPy's in front of the current exception's traceback. */
void cpyembed_add_traceback(const char *function, const char *filename, long lineno)
{
    _PyTraceback_Add(function, filename, (int)lineno);
}

void cpyembed_set_runtime_error(const char *text)
{
    PyErr_SetString(PyExc_RuntimeError, text);
}
