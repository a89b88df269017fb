"""The public names of `cpyembed` on the native engine, but for `Object`."""

import cpyembed
from cpyembed.hook import check_import
from cpyembed.native.start import chosen, configure, start

__all__ = ["Object", "UnusablePython", "asarray", "builtins", "configure", "eval", "exec", "info",
           "import_module", "install", "raw", "ref", "register_converter", "release", "scope",
           "start", "to_python"]


def public(name):
    """The value of a public name; LookupError for any other."""
    if name == "builtins":
        return import_module("builtins")
    if name == "UnusablePython":
        from cpyembed.choice import UnusablePython
        return UnusablePython
    if name not in __all__:
        raise LookupError(name)
    return globals()[name]


def import_module(name):
    """The CPython module `name` (str, with dots), as an `Object`.

    Starts CPython on first use. Raises what the import raises: ModuleNotFoundError names the
    command that installs the module. TypeError and ValueError for what is no module's name.
    """
    check_import(name)
    start()
    try:
        return cpyembed._import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.partition(".")[0] == error.name.partition(".")[0]:
            from cpyembed import hints
            choice = chosen()
            remedy = hints.missing_module(error.name, choice.executable, choice.notes)
            raise ModuleNotFoundError("%s %s" % (error, remedy), name=error.name) from None
        raise


def eval(source, globals=None, locals=None):
    """Evaluate an expression (str or code object) in CPython and return its value.

    globals, locals: dicts, copied in and, where the expression changed them, out; or Objects of
    CPython dicts. Without globals, CPython's `__main__`.
    """
    return _run("eval", source, globals, locals)


def exec(source, globals=None, locals=None):
    """Execute statements (str or code object) in CPython; the names that they make are left in
    `globals` (dict or Object), or in CPython's `__main__`."""
    _run("exec", source, globals, locals)


def _run(how, source, namespace, local_names):
    start()
    if namespace is None:
        namespace = cpyembed._raw_getattr(cpyembed._import_module("__main__"), "__dict__")
    function = getattr(import_module("builtins"), how)
    # CPython puts its builtins into the globals; in a dict of PyPy's they would
    # become the builtins of PyPy code.
    private = type(namespace) is dict and "__builtins__" not in namespace
    try:
        if local_names is None:
            return function(source, namespace)
        return function(source, namespace, local_names)
    finally:
        if private:
            namespace.pop("__builtins__", None)


def info():
    """What runs where: a dict of str with engine, cpython (its version), executable, prefix,
    libpython, source (what named this CPython), and notes where a candidate was passed over."""
    choice = chosen()
    system = cpyembed._import_module("sys")
    facts = {"engine": "native", "cpython": system.version.split()[0],
             "executable": system.executable, "prefix": system.prefix,
             "libpython": choice.libpython, "source": choice.source}
    if choice.notes:
        facts["notes"] = "; ".join(choice.notes)
    return facts


def raw(function):
    """The same CPython callable, its results never converted: always an `Object`."""
    if isinstance(function, Raw):
        return function
    if not isinstance(function, cpyembed.Object) or not callable(function):
        raise TypeError("raw() takes a CPython callable, not %s" % type(function).__name__)
    return Raw(function)


class Raw:
    """What `raw` gives."""

    __slots__ = ("__wrapped__",)

    def __init__(self, function):
        self.__wrapped__ = function

    def __call__(self, *args, **keywords):
        made = cpyembed._raw_call(self.__wrapped__, *args, **keywords)
        cpyembed._scope_note(made)
        return made

    def __repr__(self):
        return "cpyembed.raw(%r)" % (self.__wrapped__,)


def release(obj):
    """Drop the reference now, without waiting for a collection; using `obj` afterwards raises
    ValueError. Releasing it again does nothing."""
    if not isinstance(obj, cpyembed.Object):
        raise TypeError("release() takes an Object, not %s" % type(obj).__name__)
    cpyembed._release(obj)


class scope:
    """`with cpyembed.scope():` releases at its end every Object that this thread got inside, from
    calls, attributes, items and iteration. Modules are not released. Scopes nest; one may be
    entered again."""

    def __init__(self):
        self._open = []         # numbers, the innermost last

    def __enter__(self):
        start()
        self._open.append(cpyembed._scope_begin())
        return self

    def __exit__(self, *details):
        if not self._open:
            raise ValueError("this scope has ended")
        cpyembed._scope_end(self._open.pop())


def install(*names):
    """From here on `import NAME` gives CPython's module; see `cpyembed.hook.install`."""
    from cpyembed import hook
    return hook.install(*names)


def asarray(obj):
    """A numpypy array on the memory of `obj`, an Object with the buffer protocol or memory of PyPy
    (bytearray, array.array, ...), which cannot be resized meanwhile; no copy.

    TypeError if it has no buffer, or elements that numpypy has no dtype for.
    """
    start()
    if not isinstance(obj, cpyembed.Object):
        obj = cpyembed.Object(obj)
    try:
        return cpyembed._asarray(obj)
    except ValueError as error:     # NumPy has no buffer for datetime64 and the like
        dtype = getattr(obj, "dtype", type(obj).__name__)
        raise TypeError("numpypy has no dtype for %s: %s" % (dtype, error)) from None


def to_python(obj):
    """A deep copy of CPython containers (list, tuple, dict, set, frozenset) as PyPy's own."""
    from cpyembed.native.copying import to_python
    return to_python(obj)


def ref(obj):
    """An Object that stands for a PyPy list, dict, set or anything else by reference, not by copy:
    what CPython does to it is done to `obj` itself."""
    start()
    if isinstance(obj, cpyembed.Object):
        return obj
    return cpyembed._by_reference(obj)


def register_converter(pypy_type=None, to_cpython=None, cpython_type=None, to_pypy=None):
    """Teach the boundary values of your own.

    to_cpython(x) gives what crosses in place of an instance of `pypy_type` (exactly that class);
    to_pypy(obj) gives PyPy's value for the Object `obj`, an instance of the CPython class
    `cpython_type` (exactly that class). TypeError for a half of a pair, and for a wrong kind.
    """
    start()
    from cpyembed import converters
    converters.check(pypy_type, to_cpython, cpython_type, to_pypy)
    if cpython_type is not None:
        cpyembed._convert_to_pypy(cpython_type, to_pypy)
    if pypy_type is not None:
        cpyembed._convert_to_cpython(pypy_type, converters.guarded(pypy_type, to_cpython))
