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
#include <malloc.h>
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

/* Both sides make large values and free them a little later, two or three at a
   time.  glibc's malloc would give the pages back to the system each time, and
   a page that comes anew costs more than what is written into it (a str of 1 MB
   to PyPy: 0.9 ms, 0.1 without).  These are the limits that malloc comes to by
   itself once a program has freed 32 MB in one piece. */
static void keep_freed_pages(void)
{
#ifdef __GLIBC__
    if (getenv("GLIBC_TUNABLES") || getenv("MALLOC_TRIM_THRESHOLD_") ||
            getenv("MALLOC_MMAP_THRESHOLD_"))
        return;         /* somebody has chosen */
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
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
    keep_freed_pages();
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

/* CPython's own end looks at sys.modules, and imports nothing. */
static PyObject *loaded_module(const char *name)
{
    PyObject *module, *text = PyUnicode_FromString(name);
    if (text == NULL)
        return NULL;
    module = PyImport_GetModule(text);
    Py_DECREF(text);
    return module;
}

static void join_threads(void)
{
    PyObject *result, *threading = loaded_module("threading");
    if (threading == NULL) {
        PyErr_Clear();
        return;
    }
    result = PyObject_CallMethod(threading, "_shutdown", NULL);
    if (result == NULL && PyErr_ExceptionMatches(PyExc_SystemExit))
        PyErr_Clear();              /* the program is ending, and has its status */
    else if (result == NULL)
        PyErr_WriteUnraisable(threading);
    Py_XDECREF(result);
    Py_DECREF(threading);
}

/* What they raise, SystemExit too, is shown and changes nothing, in the words
   of each version: up to 3.9 the last exception comes back here, shown already. */
static void run_exit_functions(void)
{
    PyObject *result = NULL, *module = PyImport_ImportModule("atexit");
    if (module)
        result = PyObject_CallMethod(module, "_run_exitfuncs", NULL);
    if (result == NULL)
        PyErr_Clear();
    Py_XDECREF(result);
    Py_XDECREF(module);
}

static int is_closed(PyObject *file)
{
    PyObject *closed = PyObject_GetAttrString(file, "closed");
    int result = closed ? PyObject_IsTrue(closed) : 0;
    Py_XDECREF(closed);
    PyErr_Clear();
    return result > 0;
}

static void flush(const char *stream)
{
    PyObject *file = PySys_GetObject(stream);       /* borrowed */
    PyObject *result;
    if (file == NULL || file == Py_None)
        return;
    Py_INCREF(file);
    if (!is_closed(file)) {
        result = PyObject_CallMethod(file, "flush", NULL);
        if (result == NULL && strcmp(stream, "stdout") == 0)
            PyErr_WriteUnraisable(file);
        PyErr_Clear();              /* of stderr there is nowhere to tell */
        Py_XDECREF(result);
    }
    Py_DECREF(file);
}

/* With CPython's GIL held.  What Py_FinalizeEx does for the program, without
   taking the interpreter apart: PyPy objects still refer to it, and threads of
   C libraries may.  As there, nothing that is raised keeps the rest from being
   done. */
void cpyembed_stop(void)
{
    join_threads();
    run_exit_functions();
    flush("stdout");
    flush("stderr");
    cpyembed_shut_gate();
}

/* The file that the functions of libpython came from. */
const char *cpyembed_libpython(void)
{
    Dl_info info;
    if (dladdr((void *)Py_IsInitialized, &info) && info.dli_fname)
        return info.dli_fname;
    return "";
}
