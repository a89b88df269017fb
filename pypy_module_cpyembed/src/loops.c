/* NumPy's inner loops: the C functions behind a ufunc, one for each combination
   of dtypes.  They know memory and no objects, so that PyPy can call them on
   its own arrays without CPython's GIL. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fenv.h>
#include <string.h>
#include "cpyembed.h"

#define RAISED (FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID)

typedef void (*Loop)(char **args, const Py_ssize_t *dimensions, const Py_ssize_t *steps,
                     void *data);

/* The head of a ufunc, the same in every NumPy (numpy/ufuncobject.h). */
typedef struct {
    PyObject_HEAD
    int nin, nout, nargs, identity;
    Loop *functions;
    void **data;
    int ntypes;
    int reserved;
    const char *name;
    const char *types;
    const char *doc;
    void *ptr;
    PyObject *obj, *userloops;
    int generalized;            /* its loops take whole vectors, as `signature` says */
    int dimension_names;
    int *dimension_counts, *dimensions, *offsets;
    char *signature;
} UfuncHead;

/* How many arrays a ufunc takes; 3 for two vectors that give a number, whose loops
   are for cpyembed_loop_pair() alone.  -1 if it is no ufunc, or has other operands,
   or another number of results than one. */
long cpyembed_ufunc_arity(void *object)
{
    UfuncHead *ufunc = object;
    PyTypeObject *type = Py_TYPE((PyObject *)object);
    /* A class of the program's may have the same name. */
    if (strcmp(type->tp_name, "numpy.ufunc") != 0 || (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
            || ufunc->nout != 1 || ufunc->nin < 1 || ufunc->nin > 2)
        return -1;
    if (!ufunc->generalized)
        return ufunc->nin;
    return ufunc->signature && strcmp(ufunc->signature, "(n),(n)->()") == 0 ? 3 : -1;
}

/* The loop of a ufunc whose operands are all of the dtype `typenum`: its
   address, what is to be passed to it, and the number of the result's dtype.
   -1 if there is none. */
long cpyembed_ufunc_loop(void *object, long typenum, long *found)
{
    UfuncHead *ufunc = object;
    int i, j;
    for (i = 0; i < ufunc->ntypes; i++) {
        const char *types = ufunc->types + i * ufunc->nargs;
        for (j = 0; j < ufunc->nin && types[j] == typenum; j++)
            ;
        if (j == ufunc->nin && ufunc->functions && ufunc->functions[i]) {
            found[0] = (long)ufunc->functions[i];
            found[1] = ufunc->data ? (long)ufunc->data[i] : 0;
            found[2] = types[j];
            return 0;
        }
    }
    return -1;
}

/* What the processor's flags say of a loop; 0 if nothing is to be told. */
static long watched(void *function, void *data, char **args, const Py_ssize_t *dimensions,
                    const Py_ssize_t *steps)
{
    long raised;
    if (fetestexcept(RAISED))
        feclearexcept(RAISED);
    ((Loop)function)(args, dimensions, steps, data);
    raised = fetestexcept(RAISED);
    if (raised)
        feclearexcept(RAISED);
    return raised;
}

/* `count` elements.  An operand whose step is 0 is one number; where its
   address is NULL, the number is in `number`. */
long cpyembed_loop_elements(void *function, void *data, long unary, void *first, long first_step,
                            void *second, long second_step, void *out, long out_step,
                            long number, long count)
{
    char *args[3];
    Py_ssize_t dimensions[1], steps[3];
    dimensions[0] = count;
    args[0] = first ? first : (void *)&number;
    steps[0] = first_step;
    args[1] = unary ? out : second ? second : (void *)&number;
    steps[1] = unary ? out_step : second_step;
    args[2] = out;
    steps[2] = out_step;
    return watched(function, data, args, dimensions, steps);
}

/* `count` elements that lie `step` apart into `total`, which has the number to
   start from. */
long cpyembed_loop_reduce(void *function, void *data, void *first, long step, void *total,
                          long count)
{
    char *args[3];
    Py_ssize_t dimensions[1], steps[3];
    dimensions[0] = count;
    args[0] = args[2] = total;
    args[1] = first;
    steps[0] = steps[2] = 0;
    steps[1] = step;
    return watched(function, data, args, dimensions, steps);
}

/* The loop of a generalized ufunc of two vectors that gives one number. */
long cpyembed_loop_pair(void *function, void *data, void *first, void *second, long step,
                        void *result, long count)
{
    char *args[3];
    Py_ssize_t dimensions[2], steps[5];
    args[0] = first;
    args[1] = second;
    args[2] = result;
    dimensions[0] = 1;
    dimensions[1] = count;
    steps[0] = steps[1] = steps[2] = 0;
    steps[3] = steps[4] = step;
    return watched(function, data, args, dimensions, steps);
}
