/* PyPy objects as CPython sees them: the types, whose slots ask RPython.

   An export holds a number, the handle, under which RPython keeps the object.
   Each PyPy type has one type here, with the slots that the PyPy type has and
   no more, so that callable() and isinstance(x, Iterable) are right.

   What is used often has a C slot of its own below.  Every other special method
   is put into the type's dictionary (special.c), where CPython makes the slots
   from it, and looks for what has none, as for a class written in Python. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#include <stdlib.h>
#include <string.h>
#include "cpyembed.h"

typedef struct {
    PyObject_HEAD
    long handle;
    vectorcallfunc vectorcall;
    PyObject *weakrefs;
} Export;

static void *(*call_in_pypy)(long handle, void **args, long nargs, void *kwnames);
static void *(*object_in_pypy)(long handle, long op, void *argument);
static long (*number_in_pypy)(long handle, long op, void *key, void *value);

void cpyembed_set_export_functions(void *call, void *object_op, void *number_op, void *method)
{
    call_in_pypy = call;
    object_in_pypy = object_op;
    number_in_pypy = number_op;
    cpyembed_method_in_pypy = method;
}

static void export_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (((Export *)self)->weakrefs)
        PyObject_ClearWeakRefs(self);
    cpyembed_export_gone(((Export *)self)->handle);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* The handle of an export, or -1 for any other object. */
long cpyembed_export_handle(void *object)
{
    if (Py_TYPE((PyObject *)object)->tp_dealloc != export_dealloc)
        return -1;
    return ((Export *)object)->handle;
}

#define HANDLE(self) (((Export *)(self))->handle)

static PyObject *export_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf,
                                   PyObject *kwnames)
{
    return call_in_pypy(HANDLE(self), (void **)args, (long)PyVectorcall_NARGS(nargsf), kwnames);
}

/* Attributes that are those of the export as an object of CPython: isinstance()
   wants a class of CPython's, and PyPy's way to pickle is of no use here. */
static int is_own(PyObject *name)
{
    static const char *const own[] = {"__class__", "__reduce__", "__reduce_ex__", NULL};
    int i;
    if (PyUnicode_GET_LENGTH(name) < 9 || PyUnicode_READ_CHAR(name, 0) != '_'
            || PyUnicode_READ_CHAR(name, 1) != '_')
        return 0;
    for (i = 0; own[i]; i++)
        if (PyUnicode_CompareWithASCIIString(name, own[i]) == 0)
            return 1;
    return 0;
}

static PyObject *export_getattro(PyObject *self, PyObject *name)
{
    if (is_own(name))
        return PyObject_GenericGetAttr(self, name);
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_GETATTR, name);
}

static int export_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    return (int)number_in_pypy(HANDLE(self), value ? CPYEMBED_OP_SETATTR : CPYEMBED_OP_DELATTR,
                               name, value);
}

static PyObject *export_repr(PyObject *self)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_REPR, NULL);
}

static PyObject *export_str(PyObject *self)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_STR, NULL);
}

static Py_hash_t export_hash(PyObject *self)
{
    return number_in_pypy(HANDLE(self), CPYEMBED_OP_HASH, NULL, NULL);
}

static int export_bool(PyObject *self)
{
    return (int)number_in_pypy(HANDLE(self), CPYEMBED_OP_BOOL, NULL, NULL);
}

static PyObject *export_richcompare(PyObject *self, PyObject *other, int op)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_LT + op, other);
}

static PyObject *export_iter(PyObject *self)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_ITER, NULL);
}

static PyObject *export_next(PyObject *self)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_NEXT, NULL);
}

static Py_ssize_t export_length(PyObject *self)
{
    return number_in_pypy(HANDLE(self), CPYEMBED_OP_LEN, NULL, NULL);
}

static PyObject *export_subscript(PyObject *self, PyObject *key)
{
    return object_in_pypy(HANDLE(self), CPYEMBED_OP_GETITEM, key);
}

static PyObject *export_item(PyObject *self, Py_ssize_t index)
{
    PyObject *result, *key = PyLong_FromSsize_t(index);
    if (!key)
        return NULL;
    result = export_subscript(self, key);
    Py_DECREF(key);
    return result;
}

static int export_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    return (int)number_in_pypy(HANDLE(self), value ? CPYEMBED_OP_SETITEM : CPYEMBED_OP_DELITEM,
                               key, value);
}

static int export_ass_item(PyObject *self, Py_ssize_t index, PyObject *value)
{
    int status;
    PyObject *key = PyLong_FromSsize_t(index);
    if (!key)
        return -1;
    status = export_ass_subscript(self, key, value);
    Py_DECREF(key);
    return status;
}

/* A PyPy function that became an attribute of a CPython class binds `self`. */
static PyObject *export_bind(PyObject *self, PyObject *instance, PyObject *owner)
{
    (void)owner;
    if (instance && instance != Py_None)
        return PyMethod_New(self, instance);
    Py_INCREF(self);
    return self;
}

static int export_contains(PyObject *self, PyObject *item)
{
    return (int)number_in_pypy(HANDLE(self), CPYEMBED_OP_CONTAINS, item, NULL);
}

static PyObject *export_reduce(PyObject *self, PyObject *args)
{
    PyObject *error, *pickle = PyImport_ImportModule("pickle");
    (void)args;
    if (!pickle)
        return NULL;
    error = PyObject_GetAttrString(pickle, "PicklingError");
    Py_DECREF(pickle);
    if (!error)
        return NULL;
    PyErr_Format(error, "%.200s object lives in PyPy: CPython cannot pickle it; "
                 "pickle it on the PyPy side", Py_TYPE(self)->tp_name);
    Py_DECREF(error);
    return NULL;
}

static PyObject *no_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    PyErr_Format(PyExc_TypeError, "cannot create '%.200s' instances: the class lives in PyPy",
                 type->tp_name);
    return NULL;
}

static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Export, vectorcall), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Export, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyMethodDef methods[] = {
    {"__reduce_ex__", export_reduce, METH_VARARGS, NULL},
    {"__reduce__", export_reduce, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}
};


#define ADD(id, function) (slots[n].slot = (id), slots[n++].pfunc = (void *)(function))

/* Slots for items, as CPython gives them to a class with the methods: those of
   a mapping and those of a sequence.  Only a dict is no sequence. */
static int add_item_slots(PyType_Slot *slots, long protocols)
{
    int n = 0, sequence = !(protocols & CPYEMBED_DICT);
    if (protocols & CPYEMBED_SIZED) {
        ADD(Py_mp_length, export_length);
        if (sequence)
            ADD(Py_sq_length, export_length);
    }
    if (protocols & (CPYEMBED_SUBSCRIPTABLE | CPYEMBED_CLASS))
        ADD(Py_mp_subscript, export_subscript);
    if (protocols & CPYEMBED_SUBSCRIPTABLE && sequence)
        ADD(Py_sq_item, export_item);
    if (protocols & CPYEMBED_ITEM_ASSIGNMENT) {
        ADD(Py_mp_ass_subscript, export_ass_subscript);
        if (sequence)
            ADD(Py_sq_ass_item, export_ass_item);
    }
    if (protocols & CPYEMBED_CONTAINER)
        ADD(Py_sq_contains, export_contains);
    return n;
}

static int add_slots(PyType_Slot *slots, long protocols)
{
    int n = 0;
    ADD(Py_tp_dealloc, export_dealloc);
    ADD(Py_tp_getattro, export_getattro);
    ADD(Py_tp_setattro, export_setattro);
    ADD(Py_tp_repr, export_repr);
    ADD(Py_tp_str, export_str);
    ADD(Py_tp_richcompare, export_richcompare);
    ADD(Py_tp_hash, protocols & CPYEMBED_HASHABLE ? (void *)export_hash
                                                  : (void *)PyObject_HashNotImplemented);
    ADD(Py_tp_members, members);
    ADD(Py_tp_methods, methods);
    ADD(Py_tp_new, no_new);
    if (protocols & CPYEMBED_TRUTH)
        ADD(Py_nb_bool, export_bool);
    if (protocols & CPYEMBED_CALLABLE)
        ADD(Py_tp_call, PyVectorcall_Call);
    if (protocols & CPYEMBED_ITERABLE)
        ADD(Py_tp_iter, export_iter);
    if (protocols & CPYEMBED_ITERATOR)
        ADD(Py_tp_iternext, export_next);
    if (protocols & CPYEMBED_BINDING)
        ADD(Py_tp_descr_get, export_bind);
    if (protocols & CPYEMBED_BUFFER) {
        ADD(Py_bf_getbuffer, cpyembed_get_memory);
        ADD(Py_bf_releasebuffer, cpyembed_release_memory);
    }
    return n;
}

/* A new type; `name` is what CPython's error messages say. */
void *cpyembed_export_type(const char *name, long protocols)
{
    PyType_Slot slots[32];
    PyType_Spec spec;
    int n = add_slots(slots, protocols);
    n += add_item_slots(slots + n, protocols);
    slots[n].slot = 0;
    slots[n].pfunc = NULL;
    spec.name = strdup(name);       /* up to 3.10 the type keeps this very pointer */
    spec.basicsize = sizeof(Export);
    spec.itemsize = 0;
    spec.flags = Py_TPFLAGS_DEFAULT;
    if (protocols & CPYEMBED_CALLABLE)
        spec.flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    spec.slots = slots;
    if (!spec.name)
        return PyErr_NoMemory();
    return PyType_FromSpec(&spec);
}

void *cpyembed_new_export(void *type, long handle)
{
    Export *self = PyObject_New(Export, (PyTypeObject *)type);
    if (!self)
        return NULL;
    self->handle = handle;
    self->vectorcall = export_vectorcall;
    self->weakrefs = NULL;
    return self;
}
