/* Short ways across: all that a crossing takes, in one C call.

   PyPy's JIT gives up PyPy's GIL once around each of these, so entering,
   making the arguments, the operation, reading a plain result and leaving cost
   one crossing and not one each.  A result that is not plain stays here, the
   thread inside CPython, until RPython has taken it.

   Addresses of CPython objects come in without a reference of their own, read
   before CPython's GIL was taken.  RPython keeps the owners alive, so only
   release() by another thread can have dropped one meanwhile: it counts, and
   when the count has moved nothing is done (RETRY). */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include "cpyembed.h"
#include "fast.h"

#define MAX_ARGUMENTS 3

/* What the thread's last short way left for RPython. */
static CPYEMBED_THREAD struct {
    PyObject *object;
    double number;
    long integer;
    long status;
} outcome;

static inline void leave(void)
{
    if (!cpyembed_fast_leave())
        cpyembed_leave();
}

static inline long finish(long status)
{
    leave();
    return status;
}

/* 1 if inside; else `*status` says why nothing was done. */
static int begin(long releases, long *status)
{
    if ((cpyembed_rare & CPYEMBED_ENDED) || cpyembed_enter() < 0) {
        *status = CPYEMBED_CLOSED;
        return 0;
    }
    if (cpyembed_shared_now()->releases != releases) {
        *status = finish(CPYEMBED_RETRY);
        return 0;
    }
    return 1;
}

static int one_digit(PyObject *number)
{
#if PY_VERSION_HEX >= 0x030c0000
    return PyUnstable_Long_IsCompact((PyLongObject *)number);
#else
    return -1 <= Py_SIZE(number) && Py_SIZE(number) <= 1;
#endif
}

static long read_digit(PyObject *number)
{
#if PY_VERSION_HEX >= 0x030c0000
    return PyUnstable_Long_CompactValue((PyLongObject *)number);
#else
    return Py_SIZE(number) * (long)((PyLongObject *)number)->ob_digit[0];
#endif
}

/* A plain value is read into `number` or `integer`; an OBJECT is not touched. */
static long read_plain(PyObject *result, double *number, long *integer)
{
    if (Py_IS_TYPE(result, &PyFloat_Type)) {
        *number = PyFloat_AS_DOUBLE(result);
        return CPYEMBED_FLOAT_RESULT;
    }
    if (Py_IS_TYPE(result, &PyLong_Type) && one_digit(result)) {
        *integer = read_digit(result);
        return CPYEMBED_INT_RESULT;
    }
    if (result == Py_None)
        return CPYEMBED_NONE_RESULT;
    if (result == Py_False)
        return CPYEMBED_FALSE_RESULT;
    if (result == Py_True)
        return CPYEMBED_TRUE_RESULT;
    return CPYEMBED_OBJECT_RESULT;
}

/* Takes the reference; leaves CPython if that was all. */
static long deliver(PyObject *result)
{
    long status;
    outcome.object = result;
    if (result == NULL)
        return CPYEMBED_ERROR;
    status = read_plain(result, &outcome.number, &outcome.integer);
    if (status == CPYEMBED_OBJECT_RESULT)
        return status;
    Py_DECREF(result);
    return finish(status);
}

void *cpyembed_outcome_object(void)
{
    return outcome.object;
}

double cpyembed_outcome_number(void)
{
    return outcome.number;
}

long cpyembed_outcome_integer(void)
{
    return outcome.integer;
}

long cpyembed_outcome_status(void)
{
    return outcome.status;
}

/* A float that was an argument and that nobody kept, for the next call: nobody
   can tell it from one that was freed and made anew.  CPython's GIL is its lock. */
static PyObject *spare;

static inline PyObject *float_argument(double value)
{
    PyObject *number = spare;
    if (number == NULL)
        return PyFloat_FromDouble(value);
    spare = NULL;
    ((PyFloatObject *)number)->ob_fval = value;
    return number;
}

static inline void drop_float_argument(PyObject *number)
{
    if (Py_REFCNT(number) == 1 && spare == NULL)
        spare = number;
    else
        Py_DECREF(number);
}

/* A new reference for an argument. */
static PyObject *make(long kind, long bits)
{
    PyObject *object;
    double number;
    if (kind == CPYEMBED_FLOAT_ARGUMENT) {
        memcpy(&number, &bits, sizeof(number));
        return float_argument(number);
    }
    if (kind == CPYEMBED_INT_ARGUMENT)
        return PyLong_FromLong(bits);
    object = (PyObject *)bits;
    Py_INCREF(object);
    return object;
}

/* Calls with up to three arguments.  `shape`: two bits for the kind of each,
   then, from bit 8 on, how many there are, and from bit 16 on, how many of them
   are values of the keywords in `names` (a tuple, or NULL). */
long cpyembed_direct_call(void *callable, long releases, long shape, void *names,
                          long a, long b, long c)
{
    PyObject *arguments[MAX_ARGUMENTS + 1], *result = NULL;
    long bits[MAX_ARGUMENTS], status;
    int i, made = 0, count = (shape >> 8) & 0xff, keywords = (int)(shape >> 16);
    if (!begin(releases, &status))
        return status;
    bits[0] = a;
    bits[1] = b;
    bits[2] = c;
    arguments[0] = NULL;                /* the callee's to use, see calls.c */
    for (; made < count; made++) {
        arguments[made + 1] = make((shape >> 2 * made) & 3, bits[made]);
        if (!arguments[made + 1])
            break;
    }
    if (made == count) {
        Py_INCREF((PyObject *)callable);        /* its Object may be released meanwhile */
        result = PyObject_Vectorcall((PyObject *)callable, arguments + 1,
                                     (size_t)(count - keywords) |
                                     PY_VECTORCALL_ARGUMENTS_OFFSET, (PyObject *)names);
        Py_DECREF((PyObject *)callable);
    }
    for (i = 0; i < made; i++) {
        if (((shape >> 2 * i) & 3) == CPYEMBED_FLOAT_ARGUMENT)
            drop_float_argument(arguments[i + 1]);
        else
            Py_DECREF(arguments[i + 1]);
    }
    return deliver(result);
}

/* f(x) of a float.  A float comes back as itself; NaN says that the outcome is
   to be asked, whose status is then like that of the other functions. */
double cpyembed_direct_call_float(void *callable, long releases, double x)
{
    PyObject *arguments[2], *result = NULL;
    double number;
    if (!begin(releases, &outcome.status))
        return Py_NAN;
    arguments[0] = NULL;
    arguments[1] = float_argument(x);
    if (arguments[1]) {
        Py_INCREF((PyObject *)callable);
        result = PyObject_Vectorcall((PyObject *)callable, arguments + 1,
                                     1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF((PyObject *)callable);
        drop_float_argument(arguments[1]);
        if (result && Py_IS_TYPE(result, &PyFloat_Type)) {
            number = PyFloat_AS_DOUBLE(result);
            if (number == number) {
                Py_DECREF(result);
                leave();
                return number;
            }
        }
    }
    outcome.status = deliver(result);
    return Py_NAN;
}

long cpyembed_direct_getattr(void *object, long releases, void *name)
{
    PyObject *result;
    long status;
    if (!begin(releases, &status))
        return status;
    Py_INCREF((PyObject *)object);
    result = PyObject_GetAttr((PyObject *)object, (PyObject *)name);
    Py_DECREF((PyObject *)object);
    return deliver(result);
}

long cpyembed_direct_getitem(void *object, long releases, long kind, long bits)
{
    PyObject *key, *result = NULL;
    long status;
    if (!begin(releases, &status))
        return status;
    key = make(kind, bits);
    if (key) {
        Py_INCREF((PyObject *)object);
        result = PyObject_GetItem((PyObject *)object, key);
        Py_DECREF((PyObject *)object);
        Py_DECREF(key);
    }
    return deliver(result);
}

long cpyembed_direct_next(void *iterator, long releases)
{
    PyObject *result;
    long status;
    if (!begin(releases, &status))
        return status;
    Py_INCREF((PyObject *)iterator);
    result = cpyembed_next(iterator);
    Py_DECREF((PyObject *)iterator);
    return deliver(result);
}

/* An element of an exact list, inside CPython: a plain one is read where it
   lies, any other is a new reference in slot[0].  Runs no code. */
long cpyembed_list_read(void *list, long index, void *slot)
{
    PyObject *item;
    long status;
    if (index >= PyList_GET_SIZE((PyObject *)list))
        return CPYEMBED_END;
    item = PyList_GET_ITEM((PyObject *)list, index);
    if (item == NULL)           /* being filled by somebody */
        return CPYEMBED_END;
    status = read_plain(item, (double *)slot, (long *)slot);
    if (status == CPYEMBED_OBJECT_RESULT) {
        Py_INCREF(item);
        *(PyObject **)slot = item;
    }
    return status;
}

/* Likewise from outside, with PyPy's GIL kept: only if CPython can be entered
   without waiting, else RETRY. */
long cpyembed_list_next(void *list, long index, void *slot)
{
    long status;
    if (!cpyembed_fast_enter())
        return CPYEMBED_RETRY;
    status = cpyembed_list_read(list, index, slot);
    return status == CPYEMBED_OBJECT_RESULT ? status : finish(status);
}
