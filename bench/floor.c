/* The floors: the same work as in works/section8.py, in C.

       floor SECONDS WARM CAP WORK...      prints what worker.py prints

   Calls, attributes and items go through libpython, CPython's GIL kept
   throughout.  The loops over arrays are plain C; they are compiled without
   vectorisation. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LENGTH 1000000

static PyObject *first, *second;        /* what a work prepared */
static double *a, *b, *d;

static void check(int good)
{
    if (!good) {
        if (PyErr_Occurred())
            PyErr_Print();
        exit(1);
    }
}

static PyObject *evaluated(const char *source)
{
    PyObject *names = PyDict_New(), *result;
    check(names != NULL);
    PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins());
    result = PyRun_String(source, Py_eval_input, names, names);
    check(result != NULL);
    return result;
}

static double taken_float(PyObject *number)
{
    double value;
    check(number != NULL);
    value = PyFloat_AS_DOUBLE(number);
    Py_DECREF(number);
    return value;
}

static void prepare_sin(void)
{
    first = PyObject_GetAttrString(PyImport_ImportModule("math"), "sin");
}

static double run_sin(long turns)
{
    double total = 0.0;
    for (long i = 0; i < turns; i++) {
        PyObject *result, *array[2] = {NULL, PyFloat_FromDouble((double)i)};
        check(array[1] != NULL);
        result = PyObject_Vectorcall(first, array + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF(array[1]);
        total += taken_float(result);
    }
    return total;
}

static void prepare_attribute(void)
{
    first = evaluated("type('Point', (), {'x': 1.5})()");
    second = PyUnicode_InternFromString("x");
}

static double run_attribute(long turns)
{
    double total = 0.0;
    for (long i = 0; i < turns; i++)
        total += taken_float(PyObject_GetAttr(first, second));
    return total;
}

static void prepare_keywords(void)
{
    first = evaluated("lambda x, base: base");
    second = evaluated("('base',)");
}

static double run_keywords(long turns)
{
    long total = 0;
    for (long i = 0; i < turns; i++) {
        PyObject *result, *array[3] = {NULL, PyLong_FromLong(i), PyLong_FromLong(2)};
        check(array[1] && array[2]);
        result = PyObject_Vectorcall(first, array + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, second);
        Py_DECREF(array[1]);
        Py_DECREF(array[2]);
        check(result != NULL);
        total += PyLong_AsLong(result);
        Py_DECREF(result);
    }
    return (double)total;
}

static void prepare_item(void)
{
    first = evaluated("[float(i) for i in range(1024)]");
}

static double run_item(long turns)
{
    double total = 0.0;
    for (long i = 0; i < turns; i++) {
        PyObject *result, *key = PyLong_FromLong(i & 1023);
        check(key != NULL);
        result = PyObject_GetItem(first, key);
        Py_DECREF(key);
        total += taken_float(result);
    }
    return total;
}

static void prepare_arrays(void)
{
    a = malloc(LENGTH * sizeof(double));
    b = malloc(LENGTH * sizeof(double));
    d = malloc(LENGTH * sizeof(double));
    check(a && b && d);
    for (long i = 0; i < LENGTH; i++) {
        a[i] = (double)i;
        b[i] = 2.0 * i;
        d[i] = 0.0;
    }
}

static double run_sum(long turns)
{
    double total = 0.0;
    for (long turn = 0; turn < turns; turn++)
        for (long i = 0; i < LENGTH; i++)
            total += a[i];
    return total / turns;
}

static double run_add(long turns)
{
    for (long turn = 0; turn < turns; turn++)
        for (long i = 0; i < LENGTH; i++)
            d[i] = a[i] + b[i];
    return d[LENGTH - 1];
}

static double run_stencil(long turns)
{
    for (long turn = 0; turn < turns; turn++)
        for (long i = 1; i < LENGTH - 1; i++)
            d[i] = 0.25 * a[i - 1] + 0.5 * a[i] + 0.25 * a[i + 1];
    return d[LENGTH - 2];
}

static const struct work {
    const char *name;
    void (*prepare)(void);
    double (*run)(long turns);
} WORK[] = {
    {"sin", prepare_sin, run_sin},
    {"attribute", prepare_attribute, run_attribute},
    {"keywords", prepare_keywords, run_keywords},
    {"item", prepare_item, run_item},
    {"array-sum", prepare_arrays, run_sum},
    {"array-add", prepare_arrays, run_add},
    {"array-stencil", prepare_arrays, run_stencil},
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* As in worker.py: warmed up, and then for about so many seconds. */
static void time_work(const struct work *work, double seconds)
{
    long turns = 1;
    double start, elapsed, result;
    work->prepare();
    result = work->run(3);
    for (;;) {
        start = now();
        work->run(turns);
        elapsed = now() - start;
        if (elapsed >= seconds / 4)
            break;
        turns *= 2;
    }
    turns = (long)(turns * seconds / elapsed);
    if (turns < 1)
        turns = 1;
    start = now();
    work->run(turns);
    printf("%s\t-\t%.4f\t%.17g\n%s\tdone\n", work->name,
           (now() - start) / turns * 1e9, result, work->name);
}

static const struct work *found(const char *name)
{
    for (size_t i = 0; i < sizeof(WORK) / sizeof(WORK[0]); i++)
        if (strcmp(WORK[i].name, name) == 0)
            return &WORK[i];
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    Py_Initialize();
    for (int i = 4; i < argc; i++)
        time_work(found(argv[i]), atof(argv[1]));
    return 0;
}
