/* Calls with few arguments: the argument array lives on the C stack. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

/* The free slot in front lets the callee put `self` there without a copy. */
#define CALL(n) PyObject_Vectorcall(callable, arguments + 1, \
                                    (n) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)

void *cpyembed_call0(void *callable)
{
    PyObject *arguments[1] = {NULL};
    return CALL(0);
}

void *cpyembed_call1(void *callable, void *a)
{
    PyObject *arguments[2] = {NULL, a};
    return CALL(1);
}

void *cpyembed_call2(void *callable, void *a, void *b)
{
    PyObject *arguments[3] = {NULL, a, b};
    return CALL(2);
}

/* `arguments` has a free slot in front, and the values of the keywords in
   `names` (a tuple, or NULL) behind the `count` positional ones. */
void *cpyembed_call_many(void *callable, void *array, long count, void *names)
{
    PyObject **arguments = array;
    return PyObject_Vectorcall(callable, arguments + 1,
                               (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}

/* The next item, or NULL; StopIteration is then set even where the iterator
   only returned NULL, so that its value is not lost. */
void *cpyembed_next(void *iterator)
{
    iternextfunc next = Py_TYPE((PyObject *)iterator)->tp_iternext;
    PyObject *item;
    if (next == NULL)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator",
                            Py_TYPE((PyObject *)iterator)->tp_name);
    item = next(iterator);
    if (item == NULL && !PyErr_Occurred())
        PyErr_SetNone(PyExc_StopIteration);
    return item;
}

/* The method `name` (a str) of an object's type, bound to the object, as the
   interpreter itself looks special methods up: the object's own attributes and
   its metaclass have no say. */
void *cpyembed_special(void *object, void *name)
{
    PyTypeObject *type = Py_TYPE((PyObject *)object);
    PyObject *bound, *found = _PyType_Lookup(type, name);
    if (!found)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object has no %U", type->tp_name, name);
    Py_INCREF(found);
    if (!Py_TYPE(found)->tp_descr_get)
        return found;
    bound = Py_TYPE(found)->tp_descr_get(found, object, (PyObject *)type);
    Py_DECREF(found);
    return bound;
}
