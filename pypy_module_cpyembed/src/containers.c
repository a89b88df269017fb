/* Containers whole: what would cost RPython a call for each element. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include "cpyembed.h"

/* New lists of C numbers. */

void *cpyembed_list_of_longs(long *values, long count)
{
    PyObject *list = PyList_New(count);
    long i;
    for (i = 0; list && i < count; i++) {
        PyObject *item = PyLong_FromLong(values[i]);
        if (!item) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

void *cpyembed_list_of_doubles(double *values, long count)
{
    PyObject *list = PyList_New(count);
    long i;
    for (i = 0; list && i < count; i++) {
        PyObject *item = PyFloat_FromDouble(values[i]);
        if (!item) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* Whether two lists hold the very same objects. */
long cpyembed_same_items(void *a, void *b)
{
    Py_ssize_t size = PyList_GET_SIZE((PyObject *)a);
    if (size != PyList_GET_SIZE((PyObject *)b))
        return 0;
    return size == 0 || memcmp(((PyListObject *)a)->ob_item, ((PyListObject *)b)->ob_item,
                               size * sizeof(PyObject *)) == 0;
}

static PyObject *pairs_of_dict(PyObject *dict)
{
    Py_ssize_t position = 0, i = 0, size = 2 * PyDict_Size(dict);
    PyObject *key, *value, *pairs = PyList_New(size);
    if (!pairs)
        return NULL;
    /* Making the list may have run code that changed the dict. */
    while (i < size && PyDict_Next(dict, &position, &key, &value)) {
        Py_INCREF(key);
        Py_INCREF(value);
        PyList_SET_ITEM(pairs, i, key);
        PyList_SET_ITEM(pairs, i + 1, value);
        i += 2;
    }
    if (i < size && PyList_SetSlice(pairs, i, size, NULL) < 0) {
        Py_DECREF(pairs);
        return NULL;
    }
    return pairs;
}

/* A new list of the keys and values of a dict or of a subclass of it, by turns
   and in its own order. */
void *cpyembed_pairs(void *mapping)
{
    PyObject *keys, *pairs;
    Py_ssize_t i;
    if (PyDict_CheckExact((PyObject *)mapping))
        return pairs_of_dict(mapping);
    keys = PyMapping_Keys(mapping);
    pairs = keys ? PyList_New(0) : NULL;
    for (i = 0; pairs && i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        PyObject *value = PyObject_GetItem(mapping, key);
        if (!value || PyList_Append(pairs, key) < 0 || PyList_Append(pairs, value) < 0)
            Py_CLEAR(pairs);
        Py_XDECREF(value);
    }
    Py_XDECREF(keys);
    return pairs;
}
