"""libpython as rffi sees it: types, functions, link flags, nothing else.

Which libpython that is, the interpreter named by the environment variable
CPYEMBED_BUILD_PYTHON says (default: `python3`), when this file is imported,
which is during the translation.  What depends on the minor version of CPython
is decided in src/, which is compiled for it, or here when CPython has started:
the rest of the translation can be linked to another version.

Python.h is not included in what the translation generates: prototypes are
derived from the signatures below, with `void *` for every object.
"""
import os
import subprocess

from rpython.rlib.objectmodel import specialize
from rpython.rlib.rarithmetic import intmask
from rpython.rtyper.lltypesystem import lltype, rffi
from rpython.translator.tool.cbuild import ExternalCompilationInfo

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = ['gil.c', 'keep.c', 'frames.c', 'forks.c', 'interrupts.c', 'drops.c', 'lifecycle.c',
           'kinds.c', 'calls.c', 'containers.c', 'direct.c', 'errors.c', 'traceback.c', 'export.c',
           'special.c', 'memory.c', 'ndarray.c', 'array_memory.c', 'loops.c', 'instances.c']

# ____________________________________________________________
# The CPython that is linked to

_QUERY = '''\
import sys, sysconfig
var = sysconfig.get_config_var
print(sys.executable)
print("%d %d" % sys.version_info[:2])
print(sysconfig.get_path("include"))
print(var("LIBDIR") or "")
print(var("INSTSONAME") or "")
print(int(bool(var("Py_ENABLE_SHARED"))))
'''


def query_python(executable):
    """The six facts about a CPython, as a list of str, from itself."""
    environ = dict(os.environ)
    for name in ('PYTHONPATH', 'PYTHONHOME', 'LD_PRELOAD'):
        environ.pop(name, None)
    child = subprocess.Popen([executable, '-c', _QUERY], stdout=subprocess.PIPE, env=environ)
    lines = child.communicate()[0].splitlines()
    if child.returncode != 0 or len(lines) != 6:
        raise Exception("%s is not a Python 3 that can be asked about itself" % executable)
    return lines


(EXECUTABLE, _version, INCLUDE_DIR, LIBRARY_DIR, _soname,
 _shared) = query_python(os.environ.get('CPYEMBED_BUILD_PYTHON', 'python3'))
VERSION = tuple([int(part) for part in _version.split()])
LIBPYTHON = os.path.join(LIBRARY_DIR, _soname)
if _shared != '1' or not os.path.exists(LIBPYTHON):
    raise Exception("%s has no shared libpython (%s): build it with --enable-shared" %
                    (EXECUTABLE, LIBPYTHON))


def _link_extra():
    # The loader finds what lies in a system folder by itself, and a run path
    # that names one would come before the user's LD_LIBRARY_PATH's wishes.
    if LIBRARY_DIR.startswith(('/usr/lib', '/lib')):
        return []
    return ['-Wl,-rpath,' + LIBRARY_DIR]


eci = ExternalCompilationInfo(
    includes=['cpyembed.h'],
    include_dirs=[os.path.join(HERE, 'src'), INCLUDE_DIR],
    separate_module_files=[os.path.join(HERE, 'src', name) for name in SOURCES],
    link_files=[LIBPYTHON],         # not link_extra, which comes before the objects
    link_extra=_link_extra(),
    libraries=['pthread', 'dl'],
    compile_extra=['-fwrapv'],
)

# ____________________________________________________________
# Types

# ob_type is a number here: it is compared, looked up, and never followed.
OBJECT = lltype.Struct('CPyObject', ('ob_refcnt', lltype.Signed), ('ob_type', lltype.Signed))
PYOBJ = lltype.Ptr(OBJECT)
FLOAT = lltype.Ptr(lltype.Struct('CPyFloat', ('ob_refcnt', lltype.Signed),
                                 ('ob_type', lltype.Signed), ('ob_fval', lltype.Float)))
LONG = lltype.Ptr(lltype.Struct('CPyLong', ('ob_refcnt', lltype.Signed),
                                ('ob_type', lltype.Signed), ('tag', lltype.Signed),
                                ('digit', rffi.UINT)))
TUPLE = lltype.Ptr(lltype.Struct('CPyTuple', ('ob_refcnt', lltype.Signed),
                                 ('ob_type', lltype.Signed), ('ob_size', lltype.Signed)))
BYTES = TUPLE           # the same head; the bytes start after ob_shash
BYTES_OFFSET = 32       # refcnt, type, size, hash; on 64 bits
TUPLE_OFFSET = 24
PYOBJP = rffi.CArrayPtr(PYOBJ)
LIST = lltype.Ptr(lltype.Struct('CPyList', ('ob_refcnt', lltype.Signed),
                                ('ob_type', lltype.Signed), ('ob_size', lltype.Signed),
                                ('ob_item', PYOBJP)))
SIGNEDP = rffi.CArrayPtr(lltype.Signed)
DOUBLEP = rffi.CArrayPtr(lltype.Float)
SHARED = lltype.Ptr(lltype.Struct(
    'CPyEmbedShared', *[(name, lltype.Signed) for name in (
        'none', 'true', 'false', 'float_type', 'long_type', 'bool_type', 'unicode_type',
        'bytes_type', 'tuple_type', 'list_type', 'pending_decrefs', 'pending_exports',
        'releases', 'objects_gone')]))

CALL_FN = lltype.Ptr(lltype.FuncType([lltype.Signed, PYOBJP, lltype.Signed, PYOBJ], PYOBJ))
METHOD_FN = lltype.Ptr(lltype.FuncType([lltype.Signed, lltype.Signed, PYOBJP, lltype.Signed,
                                        PYOBJ], PYOBJ))
OBJECT_FN = lltype.Ptr(lltype.FuncType([lltype.Signed, lltype.Signed, PYOBJ], PYOBJ))
NUMBER_FN = lltype.Ptr(lltype.FuncType([lltype.Signed, lltype.Signed, PYOBJ, PYOBJ],
                                       lltype.Signed))
LEND_FN = lltype.Ptr(lltype.FuncType([lltype.Signed, lltype.Signed], SIGNEDP))
GIVE_BACK_FN = lltype.Ptr(lltype.FuncType([lltype.Signed], lltype.Signed))
TAKE_FN = lltype.Ptr(lltype.FuncType([], lltype.Signed))
GIVE_FN = lltype.Ptr(lltype.FuncType([lltype.Signed], lltype.Void))

NULL = lltype.nullptr(OBJECT)

# enum cpyembed_kind
(KIND_OTHER, KIND_NONE, KIND_BOOL, KIND_INT, KIND_FLOAT, KIND_COMPLEX, KIND_STR, KIND_BYTES,
 KIND_TUPLE, KIND_ELLIPSIS, KIND_NOTIMPLEMENTED, KIND_SLICE, KIND_RANGE, KIND_EXPORT, KIND_TYPE,
 KIND_EXCEPTION_CLASS, KIND_EXCEPTION, KIND_INT_SUBCLASS, KIND_FLOAT_SUBCLASS, KIND_COMPLEX_SUBCLASS,
 KIND_STR_SUBCLASS, KIND_BYTES_SUBCLASS, KIND_TUPLE_SUBCLASS) = range(23)

# enum cpyembed_argument
OBJECT_ARGUMENT, INT_ARGUMENT, FLOAT_ARGUMENT = range(3)
# enum cpyembed_status
(OBJECT_RESULT, ERROR, FLOAT_RESULT, INT_RESULT, NONE_RESULT, FALSE_RESULT, TRUE_RESULT, END,
 RETRY, CLOSED) = range(10)

# enum cpyembed_forking
NOBODY_FORKS, PYPY_FORKS, CPYTHON_FORKS = range(3)

# ____________________________________________________________
# Functions

_C_TYPES = {lltype.Signed: 'long', lltype.Float: 'double', lltype.Void: 'void',
            rffi.INT: 'int', rffi.CCHARP: 'char *'}


def _c_type(TYPE):
    return _C_TYPES.get(TYPE, 'void *')


def _external(name, args, result, releasegil, declare):
    info = eci
    if declare:
        prototype = 'extern %s %s(%s);' % (
            _c_type(result), name, ', '.join([_c_type(ARG) for ARG in args]) or 'void')
        info = eci.merge(ExternalCompilationInfo(post_include_bits=[prototype]))
    return rffi.llexternal(name, args, result, compilation_info=info, releasegil=releasegil)


def _running(name, args, result):
    """A function of libpython that can run code, collect or free: PyPy's GIL is
    given up around it."""
    return _external(name, args, result, True, True)


def _plain(name, args, result):
    """A function of libpython that can do none of that."""
    return _external(name, args, result, False, True)


def _ours(name, args, result, releasegil=False):
    """A function of src/."""
    return _external(name, args, result, releasegil, False)


INT = rffi.INT
Signed = lltype.Signed

# Constructors and readers of exact scalars
PyFloat_FromDouble = _plain('PyFloat_FromDouble', [lltype.Float], PYOBJ)
PyLong_FromLong = _plain('PyLong_FromLong', [Signed], PYOBJ)
PyComplex_FromDoubles = _plain('PyComplex_FromDoubles', [lltype.Float, lltype.Float], PYOBJ)
PyBytes_FromStringAndSize = _plain('PyBytes_FromStringAndSize', [rffi.CCHARP, Signed], PYOBJ)
PyUnicode_DecodeUTF8 = _plain('PyUnicode_DecodeUTF8', [rffi.CCHARP, Signed, rffi.CCHARP], PYOBJ)
PyUnicode_GetLength = _plain('PyUnicode_GetLength', [PYOBJ], Signed)
PyUnicode_AsUTF8AndSize = _plain('PyUnicode_AsUTF8AndSize', [PYOBJ, SIGNEDP], rffi.CCHARP)
PyErr_Clear = _running('PyErr_Clear', [], lltype.Void)
# A lone surrogate goes through an error handler, which is code.
PyUnicode_Decode_running = _running('PyUnicode_DecodeUTF8',
                                    [rffi.CCHARP, Signed, rffi.CCHARP], PYOBJ)
PyUnicode_AsEncodedString = _running('PyUnicode_AsEncodedString',
                                     [PYOBJ, rffi.CCHARP, rffi.CCHARP], PYOBJ)
_Py_Dealloc = _running('_Py_Dealloc', [PYOBJ], lltype.Void)
_Py_Dealloc_scalar = _plain('_Py_Dealloc', [PYOBJ], lltype.Void)

# Containers.  Up to 3.11 a new tuple can start a collection.
PyTuple_New = _running('PyTuple_New', [Signed], PYOBJ)
PyList_New = _running('PyList_New', [Signed], PYOBJ)
PyList_Size = _plain('PyList_Size', [PYOBJ], Signed)
PyList_GetItem = _plain('PyList_GetItem', [PYOBJ, Signed], PYOBJ)
PyList_SetItem = _running('PyList_SetItem', [PYOBJ, Signed, PYOBJ], INT)
PyTuple_SetItem = _running('PyTuple_SetItem', [PYOBJ, Signed, PYOBJ], INT)
PyDict_New = _running('PyDict_New', [], PYOBJ)
PyDict_SetItem = _running('PyDict_SetItem', [PYOBJ, PYOBJ, PYOBJ], INT)
PyDict_Copy = _running('PyDict_Copy', [PYOBJ], PYOBJ)
PySet_New = _running('PySet_New', [PYOBJ], PYOBJ)
PyFrozenSet_New = _running('PyFrozenSet_New', [PYOBJ], PYOBJ)
PySet_Add = _running('PySet_Add', [PYOBJ, PYOBJ], INT)
PyObject_CallObject = _running('PyObject_CallObject', [PYOBJ, PYOBJ], PYOBJ)
PySequence_List = _running('PySequence_List', [PYOBJ], PYOBJ)

# The protocols
PyImport_ImportModule = _running('PyImport_ImportModule', [rffi.CCHARP], PYOBJ)
PyImport_AddModule = _running('PyImport_AddModule', [rffi.CCHARP], PYOBJ)
PyModule_GetDict = _plain('PyModule_GetDict', [PYOBJ], PYOBJ)
PyObject_GetAttr = _running('PyObject_GetAttr', [PYOBJ, PYOBJ], PYOBJ)
PyObject_SetAttr = _running('PyObject_SetAttr', [PYOBJ, PYOBJ, PYOBJ], INT)
PyObject_GetItem = _running('PyObject_GetItem', [PYOBJ, PYOBJ], PYOBJ)
PyObject_SetItem = _running('PyObject_SetItem', [PYOBJ, PYOBJ, PYOBJ], INT)
PyObject_DelItem = _running('PyObject_DelItem', [PYOBJ, PYOBJ], INT)
PyObject_GetIter = _running('PyObject_GetIter', [PYOBJ], PYOBJ)
PyErr_Occurred = _plain('PyErr_Occurred', [], PYOBJ)
PyObject_Size = _running('PyObject_Size', [PYOBJ], Signed)
PyObject_IsTrue = _running('PyObject_IsTrue', [PYOBJ], INT)
PyObject_Hash = _running('PyObject_Hash', [PYOBJ], Signed)
PyObject_Repr = _running('PyObject_Repr', [PYOBJ], PYOBJ)
PyObject_Str = _running('PyObject_Str', [PYOBJ], PYOBJ)
PyObject_Dir = _running('PyObject_Dir', [PYOBJ], PYOBJ)
PyObject_Format = _running('PyObject_Format', [PYOBJ, PYOBJ], PYOBJ)
PyObject_RichCompare = _running('PyObject_RichCompare', [PYOBJ, PYOBJ, INT], PYOBJ)
PyObject_IsInstance = _running('PyObject_IsInstance', [PYOBJ, PYOBJ], INT)
PyObject_IsSubclass = _running('PyObject_IsSubclass', [PYOBJ, PYOBJ], INT)
PySequence_Contains = _running('PySequence_Contains', [PYOBJ, PYOBJ], INT)
PyNumber_Float = _running('PyNumber_Float', [PYOBJ], PYOBJ)
PyNumber_Long = _running('PyNumber_Long', [PYOBJ], PYOBJ)
PyNumber_Index = _running('PyNumber_Index', [PYOBJ], PYOBJ)
BINARY = {}
for _name in ['Add', 'Subtract', 'Multiply', 'TrueDivide', 'FloorDivide', 'Remainder', 'Lshift',
              'Rshift', 'And', 'Or', 'Xor', 'MatrixMultiply']:
    for _prefix in ['PyNumber_', 'PyNumber_InPlace']:
        BINARY[_prefix[9:] + _name] = _running(_prefix + _name, [PYOBJ, PYOBJ], PYOBJ)
BINARY['Divmod'] = _running('PyNumber_Divmod', [PYOBJ, PYOBJ], PYOBJ)
PyNumber_Power = _running('PyNumber_Power', [PYOBJ, PYOBJ, PYOBJ], PYOBJ)
PyNumber_InPlacePower = _running('PyNumber_InPlacePower', [PYOBJ, PYOBJ, PYOBJ], PYOBJ)
PyNumber_Negative = _running('PyNumber_Negative', [PYOBJ], PYOBJ)
PyNumber_Positive = _running('PyNumber_Positive', [PYOBJ], PYOBJ)
PyNumber_Absolute = _running('PyNumber_Absolute', [PYOBJ], PYOBJ)
PyNumber_Invert = _running('PyNumber_Invert', [PYOBJ], PYOBJ)

# src/
get_shared = _ours('cpyembed_get_shared', [], SHARED)
start = _ours('cpyembed_start', [rffi.CCHARP, rffi.CCHARPP, Signed, rffi.CCHARP], rffi.CCHARP,
              releasegil=True)
stop = _ours('cpyembed_stop', [], lltype.Void, releasegil=True)
libpython = _ours('cpyembed_libpython', [], rffi.CCHARP)
try_enter = _ours('cpyembed_try_enter', [], Signed)
enter = _ours('cpyembed_enter', [], Signed, releasegil=True)
leave = _ours('cpyembed_leave', [], lltype.Void)
callback_begin = _ours('cpyembed_callback_begin', [], rffi.VOIDP)
callback_end = _ours('cpyembed_callback_end', [rffi.VOIDP], lltype.Void)
frames_function = _ours('cpyembed_frames_function', [], PYOBJ, releasegil=True)
holds_gil = _ours('cpyembed_holds_gil', [], Signed)
fatal_reentry = _ours('cpyembed_fatal_reentry', [], lltype.Void)
close_gate = _ours('cpyembed_close_gate', [], lltype.Void)
signals_changed = _ours('cpyembed_signals_changed', [], Signed)
before_fork = _ours('cpyembed_before_fork', [], lltype.Void, releasegil=True)
is_forking = _ours('cpyembed_is_forking', [], Signed)
set_fork_functions = _ours('cpyembed_set_fork_functions', [TAKE_FN, GIVE_FN], lltype.Void)
forking_side = _ours('cpyembed_forking_side', [], Signed)
set_forking_side = _ours('cpyembed_set_forking_side', [Signed], lltype.Void)
after_fork_in_parent = _ours('cpyembed_after_fork_in_parent', [], lltype.Void, releasegil=True)
after_fork_in_child = _ours('cpyembed_after_fork_in_child', [], lltype.Void, releasegil=True)
watch_interrupts = _ours('cpyembed_watch_interrupts', [], Signed, releasegil=True)
drop_later = _ours('cpyembed_drop_later', [PYOBJ], lltype.Void)
object_gone = _ours('cpyembed_object_gone', [PYOBJ], lltype.Void)
drain = _ours('cpyembed_drain', [], lltype.Void, releasegil=True)
next_gone_export = _ours('cpyembed_next_gone_export', [], Signed)
kind = _ours('cpyembed_kind', [PYOBJ], Signed)
ints_are_tagged = _ours('cpyembed_ints_are_tagged', [], Signed)
read_long = _ours('cpyembed_read_long', [PYOBJ, SIGNEDP], Signed)
long_from_bytes = _ours('cpyembed_long_from_bytes', [rffi.CCHARP, Signed], PYOBJ)
long_size = _ours('cpyembed_long_size', [PYOBJ], Signed)
long_to_bytes = _ours('cpyembed_long_to_bytes', [PYOBJ, rffi.CCHARP, Signed], Signed)
complex_parts = _ours('cpyembed_complex_parts', [PYOBJ, DOUBLEP], lltype.Void)
intern = _ours('cpyembed_intern', [rffi.CCHARP, Signed], PYOBJ, releasegil=True)
type_lookup = _ours('cpyembed_type_lookup', [Signed, PYOBJ], PYOBJ)
type_name = _ours('cpyembed_type_name', [Signed], rffi.CCHARP)
instance_value = _ours('cpyembed_instance_value', [PYOBJ, PYOBJ], PYOBJ, releasegil=True)
# PyObject_Vectorcall is in the headers only up to 3.10, so src/ calls it.
call0 = _ours('cpyembed_call0', [PYOBJ], PYOBJ, releasegil=True)
call1 = _ours('cpyembed_call1', [PYOBJ, PYOBJ], PYOBJ, releasegil=True)
call2 = _ours('cpyembed_call2', [PYOBJ, PYOBJ, PYOBJ], PYOBJ, releasegil=True)
call_many = _ours('cpyembed_call_many', [PYOBJ, PYOBJP, Signed, PYOBJ], PYOBJ, releasegil=True)
next = _ours('cpyembed_next', [PYOBJ], PYOBJ, releasegil=True)
outcome_object = _ours('cpyembed_outcome_object', [], PYOBJ)
outcome_number = _ours('cpyembed_outcome_number', [], lltype.Float)
outcome_integer = _ours('cpyembed_outcome_integer', [], Signed)
outcome_status = _ours('cpyembed_outcome_status', [], Signed)
direct_call = _ours('cpyembed_direct_call',
                    [PYOBJ, Signed, Signed, PYOBJ, Signed, Signed, Signed], Signed,
                    releasegil=True)
direct_call_float = _ours('cpyembed_direct_call_float', [PYOBJ, Signed, lltype.Float],
                          lltype.Float, releasegil=True)
direct_getattr = _ours('cpyembed_direct_getattr', [PYOBJ, Signed, PYOBJ], Signed,
                       releasegil=True)
direct_getitem = _ours('cpyembed_direct_getitem', [PYOBJ, Signed, Signed, Signed], Signed,
                       releasegil=True)
direct_next = _ours('cpyembed_direct_next', [PYOBJ, Signed], Signed, releasegil=True)
list_read = _ours('cpyembed_list_read', [PYOBJ, Signed, rffi.VOIDP], Signed)
list_next = _ours('cpyembed_list_next', [PYOBJ, Signed, rffi.VOIDP], Signed)
special = _ours('cpyembed_special', [PYOBJ, PYOBJ], PYOBJ, releasegil=True)
list_of_longs = _ours('cpyembed_list_of_longs', [SIGNEDP, Signed], PYOBJ, releasegil=True)
list_of_doubles = _ours('cpyembed_list_of_doubles', [DOUBLEP, Signed], PYOBJ, releasegil=True)
same_items = _ours('cpyembed_same_items', [PYOBJ, PYOBJ], Signed)
pairs = _ours('cpyembed_pairs', [PYOBJ], PYOBJ, releasegil=True)
fetch_error = _ours('cpyembed_fetch_error', [], PYOBJ, releasegil=True)
restore_error = _ours('cpyembed_restore_error', [PYOBJ], lltype.Void, releasegil=True)
origin_of = _ours('cpyembed_origin_of', [PYOBJ], PYOBJ, releasegil=True)
set_runtime_error = _ours('cpyembed_set_runtime_error', [rffi.CCHARP], lltype.Void,
                          releasegil=True)
set_recursion_error = _ours('cpyembed_set_recursion_error', [], lltype.Void, releasegil=True)
traceback_of = _ours('cpyembed_traceback_of', [PYOBJ], PYOBJ, releasegil=True)
set_traceback = _ours('cpyembed_set_traceback', [PYOBJ, PYOBJ], lltype.Void, releasegil=True)
traceback_entry = _ours('cpyembed_traceback_entry', [PYOBJ, SIGNEDP, rffi.CCHARPP, rffi.CCHARPP],
                        Signed, releasegil=True)
traceback_next = _ours('cpyembed_traceback_next', [PYOBJ], PYOBJ)
add_image = _ours('cpyembed_add_image', [rffi.CCHARP, rffi.CCHARP, Signed], lltype.Void,
                  releasegil=True)
set_export_functions = _ours('cpyembed_set_export_functions',
                             [CALL_FN, OBJECT_FN, NUMBER_FN, METHOD_FN],
                             lltype.Void, releasegil=True)
export_type = _ours('cpyembed_export_type', [rffi.CCHARP, Signed], PYOBJ, releasegil=True)
special_name = _ours('cpyembed_special_name', [Signed], rffi.CCHARP)
export_add_special = _ours('cpyembed_export_add_special', [PYOBJ, Signed], Signed,
                           releasegil=True)
export_refuse = _ours('cpyembed_export_refuse', [PYOBJ, rffi.CCHARP], Signed, releasegil=True)
new_export = _ours('cpyembed_new_export', [PYOBJ, Signed], PYOBJ, releasegil=True)
export_handle = _ours('cpyembed_export_handle', [PYOBJ], Signed)
set_memory_functions = _ours('cpyembed_set_memory_functions', [LEND_FN, GIVE_BACK_FN],
                             lltype.Void)
has_buffer = _ours('cpyembed_has_buffer', [PYOBJ], Signed)
numpy_load = _ours('cpyembed_numpy_load', [], Signed, releasegil=True)
numpy_array = _ours('cpyembed_numpy_array',
                    [Signed, Signed, Signed, SIGNEDP, SIGNEDP, rffi.VOIDP, Signed, PYOBJ],
                    PYOBJ, releasegil=True)
numpy_scalar = _ours('cpyembed_numpy_scalar', [Signed, rffi.VOIDP], PYOBJ, releasegil=True)
scalar_typenum = _ours('cpyembed_scalar_typenum', [PYOBJ], Signed)
scalar_value = _ours('cpyembed_scalar_value', [PYOBJ, rffi.VOIDP], lltype.Void)
ndarray_head = _ours('cpyembed_ndarray_head',
                     [PYOBJ, rffi.VOIDPP, SIGNEDP, SIGNEDP, SIGNEDP, SIGNEDP, SIGNEDP, SIGNEDP],
                     Signed)
ndarray_itemsize = _ours('cpyembed_ndarray_itemsize', [PYOBJ], Signed, releasegil=True)
numpy_array_like = _ours('cpyembed_numpy_array_like',
                         [PYOBJ, Signed, SIGNEDP, SIGNEDP, rffi.VOIDP, Signed, PYOBJ],
                         PYOBJ, releasegil=True)
ndarray_if_same = _ours('cpyembed_ndarray_if_same',
                        [PYOBJ, Signed, Signed, Signed, SIGNEDP, SIGNEDP, rffi.VOIDP, Signed],
                        PYOBJ)
owned_bytes = _ours('cpyembed_owned_bytes', [PYOBJ], Signed)
ufunc_arity = _ours('cpyembed_ufunc_arity', [PYOBJ], Signed)
ufunc_loop = _ours('cpyembed_ufunc_loop', [PYOBJ, Signed, SIGNEDP], Signed)
# These take as long as the arrays are large, and touch no object.
loop_elements = _ours('cpyembed_loop_elements',
                      [rffi.VOIDP, rffi.VOIDP, Signed, rffi.VOIDP, Signed, rffi.VOIDP, Signed,
                       rffi.VOIDP, Signed, Signed, Signed], Signed, releasegil=True)
loop_reduce = _ours('cpyembed_loop_reduce',
                    [rffi.VOIDP, rffi.VOIDP, rffi.VOIDP, Signed, rffi.VOIDP, Signed], Signed,
                    releasegil=True)
loop_pair = _ours('cpyembed_loop_pair',
                  [rffi.VOIDP, rffi.VOIDP, rffi.VOIDP, rffi.VOIDP, Signed, rffi.VOIDP, Signed],
                  Signed, releasegil=True)
buffer_of = _ours('cpyembed_buffer_of', [PYOBJ], PYOBJ, releasegil=True)
buffer_shape = _ours('cpyembed_buffer_shape',
                     [PYOBJ, rffi.VOIDPP, SIGNEDP, SIGNEDP, SIGNEDP, rffi.CCHARPP, SIGNEDP,
                      SIGNEDP], Signed)

# ____________________________________________________________
# Reference counts

# From 3.12 on an object whose low 32 bits are negative is immortal, and its
# count is left alone.  An older CPython has no such counts, but for an object
# with two thousand million references, which may as well live for ever: so the
# translation is the same for every version.


@specialize.ll()
def _is_immortal(count):
    return intmask(count << 32) < 0


def incref(ob):
    """With CPython's GIL held."""
    count = ob.ob_refcnt
    if not _is_immortal(count):
        ob.ob_refcnt = count + 1


def decref(ob):
    """With CPython's GIL held.  May run any code."""
    count = ob.ob_refcnt
    if _is_immortal(count):
        return
    ob.ob_refcnt = count - 1
    if count == 1:
        _Py_Dealloc(ob)


def decref_scalar(ob):
    """Likewise for an exact None, bool, int, float, str or bytes, whose end
    runs no code."""
    count = ob.ob_refcnt
    if _is_immortal(count):
        return
    ob.ob_refcnt = count - 1
    if count == 1:
        _Py_Dealloc_scalar(ob)


# ____________________________________________________________
# Reading structs

def float_value(ob):
    return rffi.cast(FLOAT, ob).ob_fval


class Layout(object):
    """What the translation must not know: it is the same for every version."""
    _immutable_fields_ = ['tagged_ints?']
    tagged_ints = False         # from 3.12 on; set when CPython starts


layout = Layout()


def learn_layout():
    layout.tagged_ints = ints_are_tagged() != 0


def is_small_long(ob):
    """Whether an exact int has at most one digit, so that small_long reads it."""
    tag = rffi.cast(LONG, ob).tag
    if layout.tagged_ints:
        return tag < 16                     # lv_tag: digits << 3 | sign
    return -1 <= tag <= 1                   # ob_size: signed number of digits


def small_long(ob):
    long_ob = rffi.cast(LONG, ob)
    digit = intmask(rffi.cast(lltype.Unsigned, long_ob.digit))
    if layout.tagged_ints:
        return digit * (1 - (long_ob.tag & 3))
    if long_ob.tag == 0:
        return 0
    return digit * long_ob.tag


def tuple_size(ob):
    return rffi.cast(TUPLE, ob).ob_size


def tuple_item(ob, index):
    """Borrowed."""
    items = rffi.cast(PYOBJP, rffi.ptradd(rffi.cast(rffi.CCHARP, ob), TUPLE_OFFSET))
    return items[index]


def tuple_store(ob, index, item):
    """Fill a tuple that nobody else has seen; takes the reference."""
    items = rffi.cast(PYOBJP, rffi.ptradd(rffi.cast(rffi.CCHARP, ob), TUPLE_OFFSET))
    items[index] = item


def list_size(ob):
    return rffi.cast(LIST, ob).ob_size


def list_item(ob, index):
    """Borrowed."""
    return rffi.cast(LIST, ob).ob_item[index]


def list_store(ob, index, item):
    """Fill a list that nobody else has seen; takes the reference."""
    rffi.cast(LIST, ob).ob_item[index] = item


def bytes_value(ob):
    start = rffi.ptradd(rffi.cast(rffi.CCHARP, ob), BYTES_OFFSET)
    return rffi.charpsize2str(start, rffi.cast(BYTES, ob).ob_size)
