"""libpython as cffi sees it: types, functions, struct layout; nothing else, and the only place.

Every `PyObject *` is an integer here (`P`), because integers are what PyPy's JIT keeps in
registers. Words of CPython's memory are read through two arrays that start at address 8 (cffi
refuses address 0): `W[(p >> 3) + n]` is the word at `p + 8 + 8 * n`, `D` the same as a double.
So of an object at `p`:

    W[(p >> 3) - 1]   ob_refcnt
    W[p >> 3]         ob_type
    W[(p >> 3) + 1]   the first word of what the type adds; ob_size for variable-sized types

`load()` fills the module in; before it only the declarations are here.
"""

import os

DECLARATIONS = """
typedef intptr_t P;

/* start and stop */
void PyConfig_InitPythonConfig(void *);
void PyConfig_Clear(void *);
typedef struct { int type; const char *func; const char *err_msg; int exitcode; } PyStatus;
PyStatus PyConfig_SetBytesString(void *, void *, const char *);
PyStatus Py_InitializeFromConfig(void *);
int Py_IsInitialized(void);
int Py_FinalizeEx(void);
const char *Py_GetVersion(void);

/* threads */
intptr_t PyEval_SaveThread(void);
void PyEval_RestoreThread(intptr_t);
int PyGILState_Ensure(void);
void PyGILState_Release(int);
int PyGILState_Check(void);
intptr_t PyGILState_GetThisThreadState(void);
intptr_t PyInterpreterState_Get(void);
intptr_t PyThreadState_New(intptr_t);
void PyThreadState_Clear(intptr_t);
void PyThreadState_Delete(intptr_t);
intptr_t PyInterpreterState_ThreadHead(intptr_t);
intptr_t PyThreadState_Next(intptr_t);
void PyErr_SetInterrupt(void);
void PyOS_BeforeFork(void);
void PyOS_AfterFork_Parent(void);
void PyOS_AfterFork_Child(void);

/* references */
void Py_IncRef(P);
void Py_DecRef(P);
void _Py_Dealloc(P);
void PyObject_Free(P);

/* errors */
P PyErr_Occurred(void);
void PyErr_Fetch(P *, P *, P *);
void PyErr_Restore(P, P, P);
void PyErr_NormalizeException(P *, P *, P *);
void PyErr_Clear(void);
void PyErr_SetNone(P);
void PyErr_SetObject(P, P);
void PyErr_SetString(P, const char *);
P PyErr_NewException(const char *, P, P);
int PyException_SetTraceback(P, P);
P PyException_GetTraceback(P);
P PyException_GetCause(P);
P PyException_GetContext(P);
void PyException_SetCause(P, P);
void PyException_SetContext(P, P);
void _PyTraceback_Add(const char *, const char *, int);
int PyErr_CheckSignals(void);

/* values */
P PyFloat_FromDouble(double);
double PyFloat_AsDouble(P);
P PyLong_FromLongLong(long long);
P PyLong_FromString(const char *, char **, int);
long long PyLong_AsLongLongAndOverflow(P, int *);
P PyBool_FromLong(long);
P PyComplex_FromDoubles(double, double);
P PyUnicode_DecodeUTF8(const char *, ssize_t, const char *);
P PyUnicode_FromStringAndSize(const char *, ssize_t);
P PyUnicode_AsEncodedString(P, const char *, const char *);
const char *PyUnicode_AsUTF8AndSize(P, ssize_t *);
void PyUnicode_InternInPlace(P *);
P PyBytes_FromStringAndSize(const char *, ssize_t);
P PySlice_New(P, P, P);
P PyTuple_New(ssize_t);
P PyList_New(ssize_t);
P PyList_GetSlice(P, ssize_t, ssize_t);
P PyList_AsTuple(P);
int PyList_Append(P, P);
P PyDict_New(void);
int PyDict_SetItem(P, P, P);
int PyDict_SetItemString(P, const char *, P);
P PyDict_GetItemWithError(P, P);
P PyDict_Keys(P);
P PyMapping_Keys(P);
P PyMapping_Values(P);
P PyDict_Values(P);
P PyDict_Items(P);
P PyDict_Copy(P);
ssize_t PyDict_Size(P);
P PySet_New(P);
P PyFrozenSet_New(P);
int PySet_Add(P, P);
P PySequence_List(P);
P PySequence_Tuple(P);

/* objects */
P PyImport_ImportModule(const char *);
P PyImport_AddModule(const char *);
P PyModule_GetDict(P);
P PyEval_GetBuiltins(void);
P PyObject_VectorcallDict(P, P *, size_t, P);
P PyObject_Vectorcall(P, P *, size_t, P);       /* from 3.11 on */
P PyObject_Call(P, P, P);
P PyVectorcall_Call(P, P, P);
P PyObject_GetAttr(P, P);
int PyObject_SetAttr(P, P, P);
P PyObject_GetItem(P, P);
int PyObject_SetItem(P, P, P);
int PyObject_DelItem(P, P);
ssize_t PyObject_Size(P);
int PyObject_IsTrue(P);
P PyObject_RichCompare(P, P, int);
ssize_t PyObject_Hash(P);
P PyObject_Str(P);
P PyObject_Repr(P);
P PyObject_Bytes(P);
P PyObject_Format(P, P);
P PyObject_Dir(P);
P PyObject_GetIter(P);
P PyIter_Next(P);
int PySequence_Contains(P, P);
int PyObject_IsInstance(P, P);
int PyObject_IsSubclass(P, P);
P PyObject_GenericGetAttr(P, P);
int PyObject_GenericSetAttr(P, P, P);
P PyObject_SelfIter(P);
P _PyType_Lookup(P, P);
P *_PyObject_GetDictPtr(P);
int PyType_IsSubtype(P, P);
P PyType_FromSpecWithBases(void *, P);
P PyType_GenericAlloc(P, ssize_t);
void PyObject_ClearWeakRefs(P);
P PyCode_NewEmpty(const char *, const char *, int);
P PyNumber_Add(P, P);
P PyNumber_Subtract(P, P);
P PyNumber_Multiply(P, P);
P PyNumber_MatrixMultiply(P, P);
P PyNumber_TrueDivide(P, P);
P PyNumber_FloorDivide(P, P);
P PyNumber_Remainder(P, P);
P PyNumber_Divmod(P, P);
P PyNumber_Power(P, P, P);
P PyNumber_Lshift(P, P);
P PyNumber_Rshift(P, P);
P PyNumber_And(P, P);
P PyNumber_Or(P, P);
P PyNumber_Xor(P, P);
P PyNumber_InPlaceAdd(P, P);
P PyNumber_InPlaceSubtract(P, P);
P PyNumber_InPlaceMultiply(P, P);
P PyNumber_InPlaceMatrixMultiply(P, P);
P PyNumber_InPlaceTrueDivide(P, P);
P PyNumber_InPlaceFloorDivide(P, P);
P PyNumber_InPlaceRemainder(P, P);
P PyNumber_InPlacePower(P, P, P);
P PyNumber_InPlaceLshift(P, P);
P PyNumber_InPlaceRshift(P, P);
P PyNumber_InPlaceAnd(P, P);
P PyNumber_InPlaceOr(P, P);
P PyNumber_InPlaceXor(P, P);
P PyNumber_Negative(P);
P PyNumber_Positive(P);
P PyNumber_Absolute(P);
P PyNumber_Invert(P);
P PyNumber_Index(P);
P PyNumber_Long(P);
P PyNumber_Float(P);
P PyNumber_ToBase(P, int);

/* buffers */
typedef struct {
    void *buf; P obj; ssize_t len; ssize_t itemsize; int readonly; int ndim; char *format;
    ssize_t *shape; ssize_t *strides; ssize_t *suboffsets; void *internal;
} Py_buffer;
int PyObject_GetBuffer(P, Py_buffer *, int);
void PyBuffer_Release(Py_buffer *);
P PyMemoryView_FromObject(P);

/* what a type is made of */
typedef struct { int slot; void *pfunc; } PyType_Slot;
typedef struct {
    const char *name; int basicsize; int itemsize; unsigned int flags; PyType_Slot *slots;
} PyType_Spec;
typedef struct { const char *name; int type; ssize_t offset; int flags; const char *doc;
} PyMemberDef;

int memcmp(const void *, const void *, size_t);
int pthread_kill(unsigned long, int);
int gettid(void);
int mallopt(int, int);
"""

# Offsets in PyTypeObject, the same from 3.9 to 3.13.
TP_NAME, TP_DEALLOC, TP_AS_BUFFER, TP_FLAGS, TP_BASE, TP_DICT, TP_MRO, TP_FREE = (
    24, 48, 160, 168, 256, 264, 344, 320)
TP_DICTOFFSET, TP_WEAKLISTOFFSET = 288, 208
FLAG_HEAPTYPE, FLAG_BASETYPE, FLAG_HAVE_VECTORCALL, FLAG_HAVE_GC = 1 << 9, 1 << 10, 1 << 11, 1 << 14
FLAG_LONG, FLAG_LIST, FLAG_TUPLE, FLAG_BYTES, FLAG_UNICODE, FLAG_DICT, FLAG_EXC, FLAG_TYPE = (
    1 << 24, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30, 1 << 31)
TYPES = ["Float", "Long", "Bool", "Complex", "Unicode", "Bytes", "ByteArray", "Tuple", "List",
         "Dict", "Set", "FrozenSet", "Slice", "Range", "Type", "BaseObject", "Module",
         "MemoryView", "CFunction", "Method", "Ellipsis", "Function", "MethodDescr", "Super"]
STRUCTS = ["_Py_NoneStruct", "_Py_TrueStruct", "_Py_FalseStruct", "_Py_EllipsisObject",
           "_Py_NotImplementedStruct"]
ARGUMENTS_OFFSET = 1 << 63  # the callee may use args[-1] for a moment

ffi = None
lib = None
version = None       # (3, 11)
loaded_from = None


def declarations():
    """All of the above as one text for cffi."""
    text = DECLARATIONS
    for name in TYPES:
        text += "extern char Py%s_Type[];\n" % name
    for name in STRUCTS:
        text += "extern char %s[];\n" % name
    return text


def make_ffi():
    """The FFI of `declarations()`; parsing costs a second, so the result is cached as a file."""
    import hashlib
    import sys

    import _cffi_backend

    from cpyembed.paths import cache_dir, write_atomically
    text = declarations()
    digest = hashlib.sha256((text + sys.version + _cffi_backend.__version__).encode())
    path = os.path.join(cache_dir(), "capi", digest.hexdigest()[:20] + ".py")
    source = None
    try:
        with open(path) as f:
            source = f.read()
    except OSError:
        source = generate(text)
        try:
            write_atomically(path, source)
        except OSError:
            pass  # the next start parses again
    namespace = {}
    exec(compile(source, path, "exec"), namespace)
    return namespace["ffi"]


def generate(text):
    """The source (str) of a module with `ffi` for the declarations `text`."""
    import contextlib
    import io
    import tempfile

    import cffi
    builder = cffi.FFI()
    builder.cdef(text)
    builder.set_source("cpyembed_capi", None)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cpyembed_capi.py")
        with contextlib.redirect_stdout(io.StringIO()):     # it says what it does
            builder.emit_python_code(path)
        with open(path) as f:
            return f.read()


def load(path, cpython_version):
    """Load libpython from `path` and fill this module in; `cpython_version` is (3, 11, ...)."""
    global ffi, lib, version, loaded_from
    ffi = make_ffi()
    lib = ffi.dlopen(path, ffi.RTLD_GLOBAL | ffi.RTLD_NOW)
    version, loaded_from = tuple(cpython_version[:2]), path
    names = globals()
    names["W"] = ffi.cast("intptr_t *", 8)
    names["D"] = ffi.cast("double *", 8)
    names["U32"] = ffi.cast("uint32_t *", 4)    # U32[p >> 2] is the half word at p + 4
    for name in TYPES:
        try:
            names[name.upper() + "_TYPE"] = address("Py%s_Type" % name)
        except AttributeError:
            names[name.upper() + "_TYPE"] = 0
    names["NONE"] = address("_Py_NoneStruct")
    names["TRUE"] = address("_Py_TrueStruct")
    names["FALSE"] = address("_Py_FalseStruct")
    names["ELLIPSIS"] = address("_Py_EllipsisObject")
    names["NOTIMPLEMENTED"] = address("_Py_NotImplementedStruct")


def address(name):
    """The address (int) of a variable of libpython."""
    return int(ffi.cast("intptr_t", ffi.addressof(lib, name)))
