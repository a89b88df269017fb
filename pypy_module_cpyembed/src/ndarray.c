/* NumPy's arrays over memory that PyPy owns, and the memory of CPython's
   buffers for PyPy.

   NumPy's C API is a table of pointers whose positions its ABI fixes
   (numpy/__multiarray_api.h); it is fetched once, at run time, so that the
   build needs no NumPy and works with any. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include "cpyembed.h"

#define NPY_WRITEABLE 0x0400
#define NPY_ALIGNED 0x0100

/* Positions in the table. */
enum { ARRAY_TYPE = 2, DESCR_FROM_TYPE = 45, SCALAR = 60, SCALAR_AS_CTYPE = 62,
       NEW_FROM_DESCR = 94, DESCR_NEW_BYTEORDER = 106, SET_BASE_OBJECT = 282 };

/* NumPy's numbers of these types; `long` and `unsigned long` are two less. */
enum { LONGLONG = 9, ULONGLONG = 10 };

/* Where the table has the types of the scalars that are numbers, and the numbers of their dtypes. */
static const struct { int position, typenum; } scalar_types[] = {
    {8, 0}, {20, 1}, {25, 2}, {21, 3}, {26, 4}, {22, 5}, {27, 6}, {23, 7}, {28, 8},
    {24, LONGLONG}, {29, ULONGLONG}, {30, 11}, {31, 12}, {33, 14}, {34, 15}, {217, 23}};

static void **api;

/* 0, or -1 with the exception set. */
long cpyembed_numpy_load(void)
{
    PyObject *module, *capsule;
    if (api)
        return 0;
    module = PyImport_ImportModule("numpy._core._multiarray_umath");
    if (!module) {
        PyErr_Clear();                  /* NumPy 1 */
        module = PyImport_ImportModule("numpy.core._multiarray_umath");
    }
    if (!module)
        return -1;
    capsule = PyObject_GetAttrString(module, "_ARRAY_API");
    Py_DECREF(module);
    if (!capsule)
        return -1;
    api = PyCapsule_GetPointer(capsule, NULL);
    Py_DECREF(capsule);
    if (!api)
        return -1;
    cpyembed_numpy_memory(api);
    return 0;
}

/* numpypy's int64 may be a `long long`; NumPy's is a `long`, and another type. */
static int plain_type(long typenum)
{
    if (sizeof(long) == sizeof(long long) && (typenum == LONGLONG || typenum == ULONGLONG))
        return (int)typenum - 2;
    return (int)typenum;
}

static PyObject *descriptor(long typenum, long swapped)
{
    PyObject *swapped_descr;
    PyObject *descr = ((PyObject *(*)(int))api[DESCR_FROM_TYPE])(plain_type(typenum));
    if (!descr || !swapped)
        return descr;
    swapped_descr = ((PyObject *(*)(PyObject *, char))api[DESCR_NEW_BYTEORDER])(descr, 's');
    Py_DECREF(descr);
    return swapped_descr;
}

/* An ndarray on `data`; takes the references to `descr` and to `base`, which keeps the memory
   alive. */
static void *array_on(PyObject *descr, long nd, long *shape, long *strides, void *data,
                      long writable, void *base)
{
    PyObject *array;
    array = ((PyObject *(*)(PyTypeObject *, PyObject *, int, const Py_ssize_t *,
                            const Py_ssize_t *, void *, int, PyObject *))api[NEW_FROM_DESCR])(
        (PyTypeObject *)api[ARRAY_TYPE], descr, (int)nd, shape, strides, data,
        (writable ? NPY_WRITEABLE : 0) | NPY_ALIGNED, NULL);
    if (!array) {
        Py_DECREF((PyObject *)base);
        return NULL;
    }
    if (((int (*)(PyObject *, PyObject *))api[SET_BASE_OBJECT])(array, base) < 0) {
        Py_DECREF(array);
        return NULL;
    }
    return array;
}

/* An ndarray of numbers on `data`; takes the reference to `base`. */
void *cpyembed_numpy_array(long typenum, long swapped, long nd, long *shape, long *strides,
                           void *data, long writable, void *base)
{
    PyObject *descr = descriptor(typenum, swapped);
    if (!descr) {
        Py_DECREF((PyObject *)base);
        return NULL;
    }
    return array_on(descr, nd, shape, strides, data, writable, base);
}

/* A NumPy scalar with the value at `data`, in native byte order. */
void *cpyembed_numpy_scalar(long typenum, void *data)
{
    PyObject *scalar, *descr = descriptor(typenum, 0);
    if (!descr)
        return NULL;
    scalar = ((PyObject *(*)(void *, PyObject *, PyObject *))api[SCALAR])(data, descr, NULL);
    Py_DECREF(descr);
    return scalar;
}

/* The number of a scalar's dtype; -1 for what is no scalar of NumPy's, or one that is no number;
   -2 if NumPy's C API was not loaded yet. */
long cpyembed_scalar_typenum(void *object)
{
    size_t i;
    if (!api)
        return -2;
    for (i = 0; i < sizeof(scalar_types) / sizeof(*scalar_types); i++)
        if (Py_TYPE((PyObject *)object) == (PyTypeObject *)api[scalar_types[i].position])
            return plain_type(scalar_types[i].typenum);
    return -1;
}

/* The bytes of such a scalar, at `data`. */
void cpyembed_scalar_value(void *object, void *data)
{
    ((void (*)(PyObject *, void *))api[SCALAR_AS_CTYPE])((PyObject *)object, data);
}

/* The heads of a dtype and of an ndarray, the same in every NumPy. */
typedef struct {
    PyObject_HEAD
    PyTypeObject *typeobj;
    char kind, type, byteorder, flags;
    int type_num;
} DescrHead;

typedef struct {
    PyObject_HEAD
    char *data;
    int nd;
    Py_ssize_t *dimensions;
    Py_ssize_t *strides;
    PyObject *base;
    DescrHead *descr;
    int flags;
} ArrayHead;

static int is_swapped(const ArrayHead *array)
{
    int one = 1;
    char other = *(char *)&one ? '>' : '<';
    return array->descr->byteorder == other;
}

static int is_exact_array(void *object)
{
    return api && Py_TYPE((PyObject *)object) == (PyTypeObject *)api[ARRAY_TYPE];
}

/* What an exact ndarray shows: its type number, 1 if its bytes are swapped, 1
   if it may not be written, its dimensions.  `shape` and `strides` have room
   for 64 numbers.  -1 for anything else. */
long cpyembed_ndarray_head(void *object, void *data, long *typenum, long *swapped,
                           long *readonly, long *nd, long *shape, long *strides)
{
    ArrayHead *array = object;
    int i;
    if (!is_exact_array(object) || array->nd > 64)
        return -1;
    *(void **)data = array->data;
    *typenum = plain_type(array->descr->type_num);
    *swapped = is_swapped(array);
    *readonly = !(array->flags & NPY_WRITEABLE);
    *nd = array->nd;
    for (i = 0; i < array->nd; i++) {
        shape[i] = array->dimensions[i];
        strides[i] = array->strides[i];
    }
    return 0;
}

/* The size of an element of an exact ndarray, whatever its dtype; -1 without an exception for
   anything else.  (The struct of a dtype differs between NumPy 1 and 2 from here on.) */
long cpyembed_ndarray_itemsize(void *object)
{
    PyObject *number;
    long size;
    if (!is_exact_array(object))
        return -1;
    number = PyObject_GetAttrString((PyObject *)((ArrayHead *)object)->descr, "itemsize");
    size = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    PyErr_Clear();
    return size;
}

/* An ndarray on `data` with the dtype of `original`, an exact ndarray; takes the reference to
   `base`. */
void *cpyembed_numpy_array_like(void *original, long nd, long *shape, long *strides, void *data,
                                long writable, void *base)
{
    PyObject *descr = (PyObject *)((ArrayHead *)original)->descr;
    Py_INCREF(descr);
    return array_on(descr, nd, shape, strides, data, writable, base);
}

/* A new reference to `object` if it is an exact ndarray that shows just this;
   else NULL, and no exception.  A negative type number stands for any dtype. */
void *cpyembed_ndarray_if_same(void *object, long typenum, long swapped, long nd, long *shape,
                               long *strides, void *data, long writable)
{
    ArrayHead *array = object;
    int i;
    if (!is_exact_array(object) || array->data != data || array->nd != nd
            || (typenum >= 0 && (plain_type(array->descr->type_num) != plain_type(typenum)
                                 || is_swapped(array) != swapped))
            || !(array->flags & NPY_WRITEABLE) != !writable)
        return NULL;
    for (i = 0; i < nd; i++)
        if (array->dimensions[i] != shape[i] || array->strides[i] != strides[i])
            return NULL;
    Py_INCREF((PyObject *)object);
    return object;
}

/* Of CPython's own bytearray or array.array, whose buffers run no code. */
static long bytes_of_buffer(PyObject *object)
{
    Py_buffer view;
    long bytes;
    if (!PyByteArray_CheckExact(object)
            && strcmp(Py_TYPE(object)->tp_name, "array.array") != 0)
        return 0;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        return 0;
    }
    bytes = view.len;
    PyBuffer_Release(&view);
    return bytes;
}

/* How much memory an exact ndarray, array.array or bytearray keeps alive by
   itself; 0 for a view. */
long cpyembed_owned_bytes(void *object)
{
    ArrayHead *array = object;
    long bytes = 0;
    int i;
    if (cpyembed_export_handle(object) >= 0)
        return 0;                       /* PyPy knows its own memory */
    if (strcmp(Py_TYPE((PyObject *)object)->tp_name, "numpy.ndarray") != 0)
        return bytes_of_buffer(object);
    if (array->base)
        return 0;
    /* An owner is contiguous: its largest step times its length is all of it. */
    for (i = 0; i < array->nd; i++) {
        long extent = array->dimensions[i] * array->strides[i];
        if (extent > bytes)
            bytes = extent;
    }
    return bytes;
}

/* A memoryview, which holds the exporter's buffer for as long as it lives. */
void *cpyembed_buffer_of(void *object)
{
    return PyMemoryView_FromObject((PyObject *)object);
}

/* What a memoryview shows.  `shape` and `strides` have room for 64 numbers.
   -1 when it has suboffsets or more dimensions. */
long cpyembed_buffer_shape(void *memoryview, void *data, long *itemsize, long *nd,
                           long *readonly, void *format, long *shape, long *strides)
{
    Py_buffer *buffer = PyMemoryView_GET_BUFFER((PyObject *)memoryview);
    int i;
    if (buffer->suboffsets || buffer->ndim > 64)
        return -1;
    *(void **)data = buffer->buf;
    *itemsize = buffer->itemsize;
    *nd = buffer->ndim;
    *readonly = buffer->readonly;
    *(const char **)format = buffer->format ? buffer->format : "B";
    for (i = 0; i < buffer->ndim; i++) {
        shape[i] = buffer->shape[i];
        strides[i] = buffer->strides[i];
    }
    return 0;
}
