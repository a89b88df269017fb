/* Where PyPy came between CPython's frames.

   A callback notes the frame that CPython was in when it came (gil.c).  What a
   CPython version calls that frame is decided here: up to 3.10 it is the frame
   object, from 3.11 on the interpreter's own, which a frame object knows. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include "cpyembed.h"
#include "keep.h"

/* The head of a frame object, from 3.11 on. */
struct head {
    PyObject_HEAD
    void *f_back;
    void *f_frame;
};

void *cpyembed_current_frame(PyThreadState *state)
{
#if PY_VERSION_HEX >= 0x030d0000
    return state->current_frame;
#elif PY_VERSION_HEX >= 0x030b0000
    return state->cframe->current_frame;
#else
    return state->frame;
#endif
}

static int is_noted(PyFrameObject *frame, void *noted)
{
#if PY_VERSION_HEX >= 0x030b0000
    return ((struct head *)frame)->f_frame == noted;
#else
    return (void *)frame == noted;
#endif
}

/* Appends the frame object for a noted frame, or None for none, and goes on to
   it in `*walked`, which is owned.  0 if it was not found: a frame is not shown
   before its first instruction.  -1 with an exception. */
static int append_frame(PyObject *found, PyFrameObject **walked, void *noted)
{
    while (*walked && !is_noted(*walked, noted)) {
        PyFrameObject *back = PyFrame_GetBack(*walked);
        Py_DECREF(*walked);
        *walked = back;
    }
    if (noted && !*walked)
        return 0;
    if (PyList_Append(found, *walked ? (PyObject *)*walked : Py_None) < 0)
        return -1;
    return 1;
}

/* For Python code in CPython: a list, for each callback under way on the thread
   the frame that CPython was in, or None; the innermost first. */
static PyObject *callback_frames(PyObject *self, PyObject *ignored)
{
    void *noted;
    long outwards;
    int status = 1;
    PyFrameObject *walked;
    PyObject *found = PyList_New(0);
    (void)self;
    (void)ignored;
    if (!found || !cpyembed_callback_frame(0, &noted))
        return found;
    walked = PyEval_GetFrame();
    Py_XINCREF(walked);
    for (outwards = 0; status > 0 && cpyembed_callback_frame(outwards, &noted); outwards++)
        status = append_frame(found, &walked, noted);
    Py_XDECREF(walked);
    if (status < 0)
        Py_CLEAR(found);
    return found;
}

/* A new reference, or NULL with an exception. */
void *cpyembed_frames_function(void)
{
    static PyMethodDef definition = {"callback_frames", callback_frames, METH_NOARGS, NULL};
    return PyCFunction_New(&definition, NULL);
}
