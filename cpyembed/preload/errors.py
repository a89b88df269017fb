"""Exceptions across, both ways (section 6).

`fetch()` turns CPython's current error into the PyPy exception to raise; `restore(e)` sets
CPython's error for a PyPy exception. The caller holds the GIL. An exception that only passes
through keeps its identity: PyPy's remembers CPython's as `__cpython__`, and CPython's remembers
PyPy's through an export under `__pypy__`.
"""

import builtins

from cpyembed.preload import capi
from cpyembed.preload.capi import W, ffi, lib
from cpyembed.preload.refs import c_string, decref, incref, intern, type_flags, type_word

BASE_EXCEPTION = None       # filled by `setup`: addresses of CPython's built-in classes
to_class = {}               # address of a CPython exception class -> PyPy class
from_class = {}             # PyPy exception class -> address of the CPython class


def learn_builtins():
    """Pair the built-in exception classes of the two sides; once, at the start."""
    module = lib.PyImport_ImportModule(b"builtins")
    table = lib.PyModule_GetDict(module)
    for name, cls in list(vars(builtins).items()):
        if isinstance(cls, type) and issubclass(cls, BaseException) and cls.__name__ == name:
            p = lib.PyDict_GetItemWithError(table, intern(name))
            if p:
                incref(p)
                to_class[p], from_class[cls] = cls, p
    globals()["BASE_EXCEPTION"] = from_class[BaseException]


# ---- CPython to PyPy ---------------------------------------------------------------------------

def fetch():
    """The PyPy exception for CPython's current error, which is cleared."""
    three = ffi.new("P[3]")
    lib.PyErr_Fetch(three, three + 1, three + 2)
    if not three[0]:
        return SystemError("CPython returned NULL without an error set")
    lib.PyErr_NormalizeException(three, three + 1, three + 2)
    value = three[1]
    if three[2]:
        lib.PyException_SetTraceback(value, three[2])
        decref(three[2])
    decref(three[0])
    return from_exception(value)


def from_exception(p):
    """The PyPy exception for CPython's exception at `p`, whose reference is taken over."""
    from cpyembed.preload.object import extra, set_extra, wrap
    e = extra(p)
    if e is None:
        e = original_of(p)
    if e is not None:
        add_traceback(e, p)
        decref(p)
        return e
    cls = class_of(W[p >> 3])
    e = build(cls, p)
    e.__cpython__ = original = wrap(p)
    set_extra(original, e)      # a cycle on PyPy's side only, which its collector sees
    add_traceback(e, p)
    add_details(e, p)
    return e


def original_of(p):
    """The PyPy exception that the one at `p` was made from, or None."""
    from cpyembed.preload import export
    a = optional(p, "__pypy__")
    if not a:
        return None
    x = export.exported_at(a)
    decref(a)
    return x


def optional(p, name):
    """A new reference to an attribute of the object at `p`, or 0 with no error set."""
    a = lib.PyObject_GetAttr(p, intern(name))
    if not a:
        lib.PyErr_Clear()
    return a


def class_of(t):
    """The PyPy exception class for the CPython class at `t`; made once, with the same bases."""
    cls = to_class.get(t)
    if cls is None:
        from cpyembed.preload.convert import attribute
        bases = type_word(t, 336)               # tp_bases
        mapped = []
        for i in range(W[(bases >> 3) + 1]):
            base = W[(bases >> 3) + 2 + i]
            if lib.PyType_IsSubtype(base, BASE_EXCEPTION):
                mapped.append(class_of(base))
        name, module = attribute(t, "__name__"), attribute(t, "__module__")
        cls = make_class(name, tuple(mapped), module, attribute(t, "__qualname__"))
        incref(t)
        to_class[t], from_class[cls] = cls, t
    return cls


def make_class(name, bases, module, qualname):
    namespace = {"__module__": module, "__qualname__": qualname, "__getattr__": from_original,
                 "__str__": str_of_original}
    try:
        return type(name, bases, namespace)
    except TypeError:           # layouts that PyPy cannot combine
        return type(name, bases[:1], namespace)


def from_original(self, name):
    """Attributes that PyPy's exception lacks come from CPython's."""
    if name == "__cpython__":
        raise AttributeError(name)
    original = self.__dict__.get("__cpython__")
    if original is None:
        raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
    return getattr(original, name)


def str_of_original(self):
    original = self.__dict__.get("__cpython__")
    if original is None:
        return Exception.__str__(self)
    return str(original)


def build(cls, p):
    """An instance of `cls` for the exception at `p`, without calling a class's own __init__."""
    from cpyembed.preload.convert import attribute
    try:
        args = attribute(p, "args")
    except Exception:
        args = ()
    base = next(b for b in cls.__mro__ if b.__module__ == "builtins")
    if issubclass(cls, OSError) and len(args) == 2:
        args = os_error_args(p, args)
    try:
        e = cls.__new__(cls, *args)
        base.__init__(e, *args)
    except Exception:           # arguments that PyPy's class does not take
        e = cls.__new__(cls)
        e.args = args
    if issubclass(cls, ImportError):
        e.name, e.path = attribute(p, "name"), attribute(p, "path")
    elif issubclass(cls, SystemExit):
        e.code = attribute(p, "code")
    elif issubclass(cls, SyntaxError):      # a library's own sets them itself
        for name in ("msg", "filename", "lineno", "offset", "text"):
            setattr(e, name, attribute(p, name))
    elif issubclass(cls, AttributeError) and capi.version >= (3, 10):
        e.name = attribute(p, "name")
    return e


def os_error_args(p, args):
    """OSError keeps file names out of `args`; its class wants them back."""
    from cpyembed.preload.convert import attribute
    filename, second = attribute(p, "filename"), attribute(p, "filename2")
    if second is not None:
        return args + (filename, None, second)
    return args + (filename,) if filename is not None else args


def add_details(e, p):
    """Cause, context, notes and the members of a group."""
    for get, name in ((lib.PyException_GetCause, "__cause__"),
                      (lib.PyException_GetContext, "__context__")):
        q = get(p)
        if q:
            setattr(e, name, from_exception(q))
    from cpyembed.preload.convert import attribute
    e.__suppress_context__ = attribute(p, "__suppress_context__")
    a = optional(p, "__notes__")
    if a:
        from cpyembed.preload.containers import list_pointers
        from cpyembed.preload.convert import borrowed_to_py
        if W[a >> 3] == capi.LIST_TYPE:
            e.__notes__ = [borrowed_to_py(q) for q in list_pointers(a)]
        decref(a)


# ---- tracebacks --------------------------------------------------------------------------------

FRAMES_AT_MOST = 100
codes = {}


def add_traceback(e, p):
    """Give `e` traceback entries for those CPython frames of the exception at `p` it lacks.

    `COUNTS` of an exception: how many entries of PyPy's traceback CPython's has already, and how
    many of CPython's PyPy's has; both grow at the outer end.
    """
    tb = lib.PyException_GetTraceback(p)
    entries = traceback_entries(tb) if tb else []
    known = e.__dict__.get(COUNTS, (0, 0))[1]
    chain = e.__traceback__
    for filename, name, line in reversed(entries[:max(0, len(entries) - known)]):
        if filename != "<cpyembed>":
            chain = fake_entry(filename, name, line, chain)
    e.__traceback__ = chain
    e.__dict__[COUNTS] = (length_of(chain), len(entries))


COUNTS = "__cpyembed_counts__"


def traceback_entries(tb):
    """[(file name, function, line)], outermost first, of CPython's traceback at `tb` (taken)."""
    from cpyembed.preload.object import wrap
    entries = []
    entry = wrap(tb)
    while entry is not None and len(entries) < FRAMES_AT_MOST:
        code = entry.tb_frame.f_code
        entries.append((code.co_filename, code.co_name, entry.tb_lineno))
        entry = entry.tb_next
    return entries


def length_of(tb):
    """The number of entries of a PyPy traceback."""
    n = 0
    while tb is not None:
        n += 1
        tb = tb.tb_next
    return n


def fake_entry(filename, name, line, following):
    """A PyPy traceback entry that shows `filename`, `line` and `name`, then `following`."""
    import types
    key = (filename, name, line)
    code = codes.get(key)
    if code is None:
        if len(codes) > 10000:
            codes.clear()
        code = compile("\n" * (line - 1) + "raise marker", filename, "exec")
        code = codes[key] = code.replace(co_name=name)
    try:
        exec(code, {"marker": Marker, "__name__": name})
    except Marker as marker:
        tb = marker.__traceback__.tb_next
        return types.TracebackType(following, tb.tb_frame, tb.tb_lasti, tb.tb_lineno)


class Marker(Exception):
    """Raised by `fake_entry` to get a frame."""


# ---- PyPy to CPython ---------------------------------------------------------------------------

def restore(e):
    """Set CPython's current error to what stands for the PyPy exception `e`."""
    try:
        p = exception_to_c(e)
        t = W[p >> 3]
        incref(t)
        lib.PyErr_Restore(t, p, lib.PyException_GetTraceback(p))
        add_frames(e, p)
    except Exception as problem:    # a RecursionError, say, leaves little room for anything
        cls = next(c for c in type(e).__mro__ if c.__module__ == "builtins")
        if isinstance(problem, RecursionError):
            cls = RecursionError
        text = "%s" % (e,) if cls is type(e) else "%s: %s" % (type(e).__name__, e)
        lib.PyErr_SetString(from_class.get(cls, from_class[RuntimeError]),
                            text.encode("utf-8", "replace"))


def add_frames(e, p):
    """Put the PyPy frames of `e` that CPython lacks on its current error, innermost first."""
    frames = []
    tb = e.__traceback__
    known, entries = e.__dict__.get(COUNTS, (0, 0))
    total = length_of(tb)
    for _ in range(min(total - known, FRAMES_AT_MOST)):
        code = tb.tb_frame.f_code
        if not code.co_filename.startswith(OWN_FILES):
            frames.append((code.co_name, code.co_filename, tb.tb_lineno))
        tb = tb.tb_next
    for name, filename, line in reversed(frames):
        lib._PyTraceback_Add(name.encode("utf-8", "replace"),
                             filename.encode("utf-8", "replace"), line)
    e.__dict__[COUNTS] = (total, entries + len(frames))


OWN_FILES = __file__.rpartition("errors.")[0]


def exception_to_c(e, memo=None):
    """A new reference to CPython's exception for the PyPy exception `e`."""
    from cpyembed.preload.object import Object, pointer
    original = getattr(e, "__cpython__", None)
    if isinstance(original, Object):
        p = pointer(original)
        incref(p)
        return p
    from cpyembed.preload import export
    from cpyembed.preload.convert import to_c, tuple_to_c
    cls = class_to_c(type(e))
    args = e.args
    if isinstance(e, OSError) and len(args) == 2 and e.filename is not None:
        args = args + (e.filename,)
    try:
        arguments = tuple_to_c(tuple(args), None)
    except ValueError:          # one cannot be copied: a list that contains itself
        arguments = tuple_to_c(tuple(map(export.Reference, args)), None)
    p = lib.PyObject_Call(cls, arguments, 0)
    if not p:
        lib.PyErr_Clear()
        p = lib.PyObject_Call(from_class[RuntimeError], arguments, 0)
    decref(arguments)
    if not p:
        raise fetch()
    a = export.export(e)
    lib.PyObject_SetAttr(p, intern("__pypy__"), a)
    decref(a)
    for name in ("name", "path"):
        if isinstance(e, ImportError):
            a = to_c(getattr(e, name))
            lib.PyObject_SetAttr(p, intern(name), a)
            decref(a)
    if e.__cause__ is not None:
        lib.PyException_SetCause(p, exception_to_c(e.__cause__))
    elif e.__context__ is not None and e.__context__ is not e and id(e) not in in_progress:
        in_progress.add(id(e))
        try:
            if id(e.__context__) not in in_progress:
                lib.PyException_SetContext(p, exception_to_c(e.__context__))
        finally:
            in_progress.discard(id(e))
    notes = getattr(e, "__notes__", None)
    if notes and isinstance(notes, (list, tuple)):      # it may be anything
        a = to_c(list(notes))
        lib.PyObject_SetAttr(p, intern("__notes__"), a)
        decref(a)
    return p


in_progress = set()


def class_to_c(cls):
    """A borrowed pointer to CPython's class for the PyPy exception class `cls`; made once."""
    p = from_class.get(cls)
    if p is None:
        from cpyembed.preload import setup
        bases = [class_to_c(b) for b in cls.__bases__ if issubclass(b, BaseException)]
        p = setup.make_exception_class(cls, bases)
        to_class[p], from_class[cls] = cls, p
    return p


def describe(p):
    """'numpy.ndarray' for the object at `p`: the name CPython's messages use."""
    return c_string(type_word(W[p >> 3], capi.TP_NAME))


def is_exception_type(t):
    """Whether the type at `t` is an exception class."""
    return bool(type_flags(t) & capi.FLAG_EXC)
