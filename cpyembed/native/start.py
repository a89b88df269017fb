"""Starting CPython: which one, with what, and the functions that the interpreter level calls."""

import functools
import os
import sys
import threading

import cpyembed

_configured = {"python": None, "argv": None}
_chosen = None


def configure(python=None, argv=None):
    """Say which CPython to use, before its first use.

    python: str or path, the executable of a CPython or of a virtual environment of one.
    argv: list of str, its `sys.argv`; PyPy's own if not given.
    Raises RuntimeError when CPython has started already, TypeError for other types.
    """
    if cpyembed._is_started():
        raise RuntimeError("CPython has started already: call cpyembed.configure() before the "
                           "first use of it")
    if argv is not None:
        argv = list(argv)
        if not all(isinstance(arg, str) for arg in argv):
            raise TypeError("argv must be a list of str")
        _configured["argv"] = argv
    if python is not None:
        _configured["python"] = os.fspath(python)


def start():
    """Start CPython now, instead of at the first use. Does nothing when it runs already.

    Raises RuntimeError outside the main thread; UnusablePython, a RuntimeError too, for a CPython
    that cannot be used.
    """
    if cpyembed._is_started():
        return
    if threading.get_ident() != threading.main_thread().ident:
        raise RuntimeError("CPython starts on the main thread: call cpyembed.start() there before "
                           "other threads use it")
    global _chosen
    from cpyembed import choice
    _chosen = choice.choose(_configured["python"], linked_libpython=cpyembed._libpython(),
                            build_python=build_python())
    argv = _configured["argv"] if _configured["argv"] is not None else list(sys.argv)
    sys.stdout.flush()
    cpyembed._start(os.fspath(_chosen.executable), argv or [""],
                    os.environ.get("CPYEMBED_PYTHONPATH", ""))
    register()
    _add_script_folder()
    _begin_to_follow()


def _begin_to_follow():
    """Each side does from here on what the other one does: output, Ctrl-C, the end."""
    from cpyembed import cside, display, ending, extensions
    from cpyembed.native import forks, interrupts, keeping
    cside.begin(cpyembed._import_module, cpyembed._raw_getattr)
    cside.follow()
    display.prepare()
    extensions.refuse_cpyext()
    interrupts.begin()
    ending.run_last_at_exit(cpyembed._stop)
    forks.prepare()
    keeping.prepare()


def build_python():
    """The interpreter that the build was made for (str), which the packaging wrote into the
    package's folder; None in a tree that was not packaged."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        with open(os.path.join(folder, "build_python"), "rb") as f:
            return os.fsdecode(f.read()).rstrip("\n")
    except FileNotFoundError:
        return None


def register():
    """Give the interpreter level its functions; once, when CPython runs."""
    from cpyembed import exports, pickling, signatures
    from cpyembed.native import errors, values
    cpyembed._register(
        new_exception=errors.new_exception, exception_class=errors.exception_class,
        cpython_exception=errors.cpython_exception, cpython_class=values.cpython_class,
        converter=values.converter, from_cpython=values.from_cpython,
        value_class=values.value_class, builtin_class=values.builtin_class,
        await_object=_await, signature=signatures.signature_of,
        export_type=exports.finish, export_attribute=exports.attribute,
        mro_entries=_mro_entries)
    for name, method in pickling.METHODS.items():
        cpyembed._own_attribute(name, _bound(method))


def _await(obj):
    """`__await__` of an Object."""
    from cpyembed import awaiting
    return awaiting.await_object(obj, lambda obj: obj.__await__())


def _mro_entries(base, bases):
    """For the first class statement with a base class of CPython, which few programs have; the
    module registers what is called from then on."""
    from cpyembed.native import classes
    return classes.mro_entries(base, bases)


def _bound(method):
    return lambda obj: functools.partial(method, obj)


def _add_script_folder():
    """The script's own folder comes first on CPython's `sys.path`, as it would there."""
    main = sys.modules.get("__main__")
    script = getattr(main, "__file__", None)
    folder = sys.path[0] if sys.path else ""
    if folder == "" or (script and os.path.dirname(os.path.abspath(script)) ==
                        os.path.abspath(folder)):
        cpyembed._import_module("sys").path.insert(0, folder)


def chosen():
    """The `choice.Choice` in use; CPython has been started."""
    start()
    return _chosen
