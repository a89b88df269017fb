/* The floor of `s += sin(float(i))`: a C program that does the same with
   libpython, CPython's GIL kept throughout.  Prints nanoseconds a turn. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

int main(int argc, char **argv)
{
    long i, n = argc > 1 ? atol(argv[1]) : 1000000;
    double sum = 0.0;
    struct timespec start, end;
    PyObject *math, *sine;
    Py_Initialize();
    math = PyImport_ImportModule("math");
    sine = math ? PyObject_GetAttrString(math, "sin") : NULL;
    if (!sine)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (i = 0; i < n; i++) {
        PyObject *result, *array[2] = {NULL, PyFloat_FromDouble((double)i)};
        if (!array[1])
            return 1;
        result = PyObject_Vectorcall(sine, array + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF(array[1]);
        if (!result)
            return 1;
        sum += PyFloat_AS_DOUBLE(result);
        Py_DECREF(result);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.2f %.12g\n", ((end.tv_sec - start.tv_sec) * 1e9 +
                            (end.tv_nsec - start.tv_nsec)) / n, sum);
    return 0;
}
