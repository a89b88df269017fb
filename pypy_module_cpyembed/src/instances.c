/* The own dictionary of an instance, whatever its class says about attributes. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

/* What the object's own dictionary has under `name`, a new reference; NULL, and
   no exception, when it has nothing, or no dictionary. */
void *cpyembed_instance_value(void *object, void *name)
{
    PyObject *value, **dictionary = _PyObject_GetDictPtr((PyObject *)object);
    if (!dictionary || !*dictionary)
        return NULL;
    value = PyDict_GetItemWithError(*dictionary, (PyObject *)name);
    if (!value)
        PyErr_Clear();          /* a key whose comparison failed is another key */
    Py_XINCREF(value);
    return value;
}
