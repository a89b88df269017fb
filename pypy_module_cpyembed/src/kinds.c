/* What a CPython object is, for the conversion: one call, one number.

   The layout of int differs between minor versions, so its digits are read
   here, where Python.h knows it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"

static long kind_of_subclass(PyTypeObject *type, PyObject *object)
{
    unsigned long flags = PyType_GetFlags(type);
    if (flags & Py_TPFLAGS_LONG_SUBCLASS)
        return CPYEMBED_INT_SUBCLASS;
    if (flags & Py_TPFLAGS_TUPLE_SUBCLASS)
        return CPYEMBED_TUPLE_SUBCLASS;
    if (flags & Py_TPFLAGS_UNICODE_SUBCLASS)
        return CPYEMBED_STR_SUBCLASS;
    if (flags & Py_TPFLAGS_BYTES_SUBCLASS)
        return CPYEMBED_BYTES_SUBCLASS;
    if (flags & Py_TPFLAGS_TYPE_SUBCLASS)
        return PyExceptionClass_Check(object) ? CPYEMBED_EXCEPTION_CLASS : CPYEMBED_TYPE;
    if (flags & Py_TPFLAGS_BASE_EXC_SUBCLASS)
        return CPYEMBED_EXCEPTION;
    if (PyType_IsSubtype(type, &PyFloat_Type))
        return CPYEMBED_FLOAT_SUBCLASS;
    if (PyType_IsSubtype(type, &PyComplex_Type))
        return CPYEMBED_COMPLEX_SUBCLASS;
    return CPYEMBED_OTHER;
}

long cpyembed_kind(void *pointer)
{
    PyObject *object = pointer;
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyFloat_Type)
        return CPYEMBED_FLOAT;
    if (type == &PyLong_Type)
        return CPYEMBED_INT;
    if (type == &PyUnicode_Type)
        return CPYEMBED_STR;
    if (type == &PyTuple_Type)
        return CPYEMBED_TUPLE;
    if (type == &PyBool_Type)
        return CPYEMBED_BOOL;
    if (object == Py_None)
        return CPYEMBED_NONE;
    if (cpyembed_export_handle(object) >= 0)
        return CPYEMBED_EXPORT;
    if (type == &PyBytes_Type)
        return CPYEMBED_BYTES;
    if (type == &PyComplex_Type)
        return CPYEMBED_COMPLEX;
    if (type == &PySlice_Type)
        return CPYEMBED_SLICE;
    if (type == &PyRange_Type)
        return CPYEMBED_RANGE;
    if (object == Py_Ellipsis)
        return CPYEMBED_ELLIPSIS;
    if (object == Py_NotImplemented)
        return CPYEMBED_NOTIMPLEMENTED;
    return kind_of_subclass(type, object);
}

/* Whether the head of an int holds a tag, or the signed number of its digits. */
long cpyembed_ints_are_tagged(void)
{
    return PY_VERSION_HEX >= 0x030c0000;
}

/* 1 and *value for an int that fits a C long, else 0.  No code runs. */
long cpyembed_read_long(void *object, long *value)
{
    int overflow;
    *value = PyLong_AsLongAndOverflow((PyObject *)object, &overflow);
    return overflow == 0;
}

void *cpyembed_long_from_bytes(const char *bytes, long size)
{
    return _PyLong_FromByteArray((const unsigned char *)bytes, size, 1, 1);
}

/* Bytes that the two's complement of an int needs. */
long cpyembed_long_size(void *object)
{
    size_t bits = _PyLong_NumBits((PyObject *)object);
    return (long)(bits / 8 + 1);
}

long cpyembed_long_to_bytes(void *object, char *bytes, long size)
{
#if PY_VERSION_HEX >= 0x030d0000
    return _PyLong_AsByteArray((PyLongObject *)object, (unsigned char *)bytes, size, 1, 1, 1);
#else
    return _PyLong_AsByteArray((PyLongObject *)object, (unsigned char *)bytes, size, 1, 1);
#endif
}

void cpyembed_complex_parts(void *object, double *parts)
{
    Py_complex value = PyComplex_AsCComplex((PyObject *)object);
    parts[0] = value.real;
    parts[1] = value.imag;
}

/* The interned str of an attribute name, a new reference.  The name may hold
   anything that a PyPy str may: NUL characters, lone surrogates. */
void *cpyembed_intern(const char *utf8, long size)
{
    PyObject *name = PyUnicode_DecodeUTF8(utf8, size, "surrogatepass");
    if (name)
        PyUnicode_InternInPlace(&name);
    return name;
}

/* The attribute that a type or its bases define, borrowed, or NULL: no
   instance, no metaclass, no descriptor gets a say, so no code runs. */
void *cpyembed_type_lookup(long type, void *name)
{
    return _PyType_Lookup((PyTypeObject *)type, (PyObject *)name);
}

const char *cpyembed_type_name(long type)
{
    return ((PyTypeObject *)type)->tp_name;
}
