/* Tracebacks of CPython: walked, and given entries for PyPy's frames.

   An image is an entry that stands for a frame of PyPy: a frame of CPython that
   never runs, which has the right file, function and line.  It is known by its
   globals, so that an exception that comes back to PyPy is not taken to have
   passed there twice. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include "cpyembed.h"

static PyObject *image_globals(void)
{
    static PyObject *globals;
    if (globals == NULL)
        globals = PyDict_New();
    return globals;
}

/* A new reference, or NULL; CPython may say None instead. */
void *cpyembed_traceback_of(void *exception)
{
    PyObject *traceback = PyException_GetTraceback((PyObject *)exception);
    if (traceback && !PyTraceBack_Check(traceback))
        Py_CLEAR(traceback);
    return traceback;
}

/* `traceback` may be NULL: the exception has none then. */
void cpyembed_set_traceback(void *exception, void *traceback)
{
    if (PyException_SetTraceback((PyObject *)exception,
                                 traceback ? (PyObject *)traceback : Py_None) < 0)
        PyErr_Clear();
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

static int is_image(PyFrameObject *frame)
{
#if PY_VERSION_HEX >= 0x030b0000
    PyObject *globals = PyFrame_GetGlobals(frame);
    Py_XDECREF(globals);
#else
    PyObject *globals = frame->f_globals;
#endif
    return globals == image_globals();
}

/* What one entry says; 1 if it is an image.  The texts are good for as long as
   the entry lives. */
long cpyembed_traceback_entry(void *pointer, long *lineno, void *filename, void *function)
{
    PyTracebackObject *traceback = pointer;
    PyFrameObject *frame = (PyFrameObject *)traceback->tb_frame;
    PyObject *number = PyObject_GetAttrString((PyObject *)traceback, "tb_lineno");
    PyCodeObject *code = PyFrame_GetCode(frame);
    *lineno = number && number != Py_None ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    PyErr_Clear();
    *(const char **)filename = text_attribute((PyObject *)code, "co_filename");
    *(const char **)function = text_attribute((PyObject *)code, "co_name");
    Py_DECREF(code);
    return is_image(frame);
}

/* A new reference to the entry behind this one, or NULL. */
void *cpyembed_traceback_next(void *traceback)
{
    PyObject *next = (PyObject *)((PyTracebackObject *)traceback)->tb_next;
    Py_XINCREF(next);
    return next;
}

/* Puts an image in front of the current exception's traceback.  An error on the
   way costs the entry, not the exception. */
void cpyembed_add_image(const char *function, const char *filename, long lineno)
{
    PyObject *type, *value, *traceback;
    PyCodeObject *code;
    PyFrameObject *frame = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    code = PyCode_NewEmpty(filename, function, (int)lineno);
    if (code && image_globals())
        frame = PyFrame_New(PyThreadState_Get(), code, image_globals(), NULL);
    if (frame == NULL)
        PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    if (frame) {
#if PY_VERSION_HEX < 0x030b0000
        frame->f_lineno = (int)lineno;
#endif
        PyTraceBack_Here(frame);
    }
    Py_XDECREF(frame);
    Py_XDECREF(code);
}
