/* The embedded interpreter: configured, started, ended.

   It is configured as its own `python` would be (prefix, site-packages and
   virtual environment follow from the executable's path), except for what
   belongs to PyPy: the signal handlers, and the variables PYTHONPATH and
   PYTHONHOME, which the process has set for PyPy. */
#define PY_SSIZE_T_CLEAN
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <Python.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include "cpyembed.h"
#include "keep.h"

static char *set_aside(const char *name)
{
    const char *value = getenv(name);
    char *copy = value ? strdup(value) : NULL;
    unsetenv(name);
    return copy;
}

static void put_back(const char *name, char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
    free(value);
}

static void fill_shared(void)
{
    struct cpyembed_shared *shared = cpyembed_get_shared();
    shared->none = Py_None;
    shared->true_ = Py_True;
    shared->false_ = Py_False;
    shared->float_type = &PyFloat_Type;
    shared->long_type = &PyLong_Type;
    shared->bool_type = &PyBool_Type;
    shared->unicode_type = &PyUnicode_Type;
    shared->bytes_type = &PyBytes_Type;
    shared->tuple_type = &PyTuple_Type;
    shared->list_type = &PyList_Type;
}

static PyStatus initialize(const char *executable, char **argv, long argc)
{
    PyPreConfig preconfig;
    PyConfig config;
    PyStatus status;

    PyPreConfig_InitPythonConfig(&preconfig);
    preconfig.coerce_c_locale = 0;
    preconfig.parse_argv = 0;
    status = Py_PreInitialize(&preconfig);
    if (PyStatus_Exception(status))
        return status;
    PyConfig_InitPythonConfig(&config);
    config.install_signal_handlers = 0;
    config.parse_argv = 0;
    status = PyConfig_SetBytesString(&config, &config.program_name, executable);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetBytesString(&config, &config.executable, executable);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

/* NULL when CPython runs; else why not, in memory that stays.  `pythonpath`
   may be NULL.  The caller does not hold CPython's GIL afterwards. */
char *cpyembed_start(const char *executable, char **argv, long argc, const char *pythonpath)
{
    PyStatus status;
    char *path = set_aside("PYTHONPATH");
    char *home = set_aside("PYTHONHOME");
    if (pythonpath)
        setenv("PYTHONPATH", pythonpath, 1);
    cpyembed_watch_thread_ends();
    status = initialize(executable, argv, argc);
    put_back("PYTHONPATH", path);
    put_back("PYTHONHOME", home);
    if (PyStatus_Exception(status))
        return strdup(status.err_msg ? status.err_msg : "CPython asked to exit while starting");
    fill_shared();
    cpyembed_leave_after_start();
    return NULL;
}

static void call_if_there(const char *module_name, const char *function)
{
    PyObject *result = NULL, *module = PyImport_ImportModule(module_name);
    if (module) {
        result = PyObject_CallMethod(module, function, NULL);
        Py_DECREF(module);
    }
    if (result)
        Py_DECREF(result);
    else if (PyErr_ExceptionMatches(PyExc_SystemExit))
        PyErr_Clear();          /* the program is ending, and has its status */
    else
        PyErr_WriteUnraisable(NULL);
}

static void flush(const char *stream)
{
    PyObject *file = PySys_GetObject(stream);       /* borrowed */
    PyObject *result = NULL;
    if (file && file != Py_None) {
        result = PyObject_CallMethod(file, "flush", NULL);
        if (result)
            Py_DECREF(result);
        else
            PyErr_Clear();          /* a closed stream has nothing to lose */
    }
}

/* With CPython's GIL held.  What Py_FinalizeEx does for the program, without
   taking the interpreter apart: PyPy objects still refer to it, and threads of
   C libraries may. */
void cpyembed_stop(void)
{
    call_if_there("threading", "_shutdown");
    call_if_there("atexit", "_run_exitfuncs");
    flush("stdout");
    flush("stderr");
    CPYEMBED_SET_RARE(CPYEMBED_ENDED);
}

/* The file that the functions of libpython came from. */
const char *cpyembed_libpython(void)
{
    Dl_info info;
    if (dladdr((void *)Py_IsInitialized, &info) && info.dli_fname)
        return info.dli_fname;
    return "";
}
