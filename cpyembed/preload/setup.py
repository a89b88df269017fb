"""What happens once CPython runs: the conversions are filled in, its side is prepared."""

import os
import sys

from cpyembed import cside
from cpyembed.preload import interpreter

ready = False       # the files of `inside/` can be used


def run():
    """Prepare both sides; on the main thread, with the GIL."""
    global ready
    from cpyembed.preload import errors
    errors.learn_builtins()
    # In this order: each adds its conversions to the tables of `convert`.
    from cpyembed.preload import containers, convert, library, protocols, scalars, types
    types.learn()
    del containers, convert, library, protocols, scalars
    cside.begin(module)
    ready = True
    set_arguments()
    cside.follow()
    from cpyembed import display
    display.prepare()
    from cpyembed.preload import signals
    signals.begin()
    from cpyembed import ending
    ending.run_last_at_exit(interpreter.stop)
    os.register_at_fork(before=before_fork, after_in_parent=after_fork_in_parent,
                        after_in_child=after_fork_in_child)


def module(name):
    """CPython's module `name` as an Object, kept for ever; no hints, no following."""
    found = kept_modules.get(name)
    if found is None:
        from cpyembed.preload import capi, errors
        from cpyembed.preload.gil import enter, leave
        from cpyembed.preload.object import wrap
        enter()
        try:
            p = capi.lib.PyImport_ImportModule(name.encode())
            if not p:
                raise errors.fetch()
            found = kept_modules[name] = wrap(p)
        finally:
            leave()
    return found


kept_modules = {}


def call_builtin(name, *args):
    """Call a function of CPython's `builtins`."""
    return getattr(module("builtins"), name)(*args)


def make_released():
    """The address of the object that stands in for released ones: every use is ValueError."""
    from cpyembed.preload.object import pointer
    from cpyembed.preload.refs import incref
    p = pointer(cside.function("released.make_released")())
    incref(p)
    return p


def set_arguments():
    """CPython's sys.argv, and what its sys.path starts with."""
    system = module("sys")
    configured = interpreter.configured["argv"]
    system.argv = configured if configured is not None else list(getattr(sys, "argv", [""]))
    first = first_path()
    if first is not None and first not in system.path[:1]:
        system.path.insert(0, first)


def first_path():
    """What CPython's sys.path starts with, as if the program had been started there."""
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        return None
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    if path and getattr(main, "__spec__", None) is None:
        return os.path.dirname(os.path.realpath(path))
    return os.getcwd() if path else ""


def import_module(name):
    """CPython's module `name`, an Object; see `api.import_module`."""
    from cpyembed.preload import capi, errors
    from cpyembed.preload.gil import enter, leave
    from cpyembed.preload.object import wrap
    enter()
    try:
        p = capi.lib.PyImport_ImportModule(name.encode("utf-8", "surrogatepass"))
        if not p:
            raise with_hint(errors.fetch(), name)
        return wrap(p)
    finally:
        leave()


def with_hint(e, name):
    """A ModuleNotFoundError for the module asked for gets the command that installs it."""
    if isinstance(e, ModuleNotFoundError) and e.name and not hasattr(e, "hinted"):
        from cpyembed import hints
        chosen = interpreter.choice
        e.args = ("%s %s" % (e.args[0], hints.missing_module(
            e.name, chosen.executable, chosen.notes)),)
        e.msg = e.args[0]
        e.hinted = True
    return e


def run_source(how, source, globals, locals):
    """`eval` and `exec` of the API."""
    from cpyembed.preload.object import Object
    if not isinstance(source, (str, bytes, Object)):    # a code object of CPython's
        raise TypeError("%s() takes a str, not %s" % (how, type(source).__name__))
    if globals is not None and not isinstance(globals, (dict, Object)):
        raise TypeError("%s() takes a dict for globals, not %s" % (how, type(globals).__name__))
    ns = module("builtins").vars(module("__main__")) if globals is None else globals
    if type(ns) is dict and "__builtins__" not in ns:
        ns["__builtins__"] = module("builtins")
        try:
            return call_run(how, source, ns, locals)
        finally:
            ns.pop("__builtins__", None)
    return call_run(how, source, ns, locals)


def call_run(how, source, ns, locals):
    if locals is None:
        return call_builtin(how, source, ns)
    return call_builtin(how, source, ns, locals)


# ---- exceptions ------------------------------------------------------------------------------

def make_exception_class(cls, bases):
    """The address (a new reference) of CPython's twin of the PyPy exception class `cls`."""
    from cpyembed.preload.object import pointer, wrap
    from cpyembed.preload.refs import incref
    wrapped = []
    for p in bases:
        incref(p)
        wrapped.append(wrap(p))
    make = cside.function("exceptions.make_exception")
    twin = make(cls.__name__, cls.__module__, cls.__qualname__, tuple(wrapped))
    if isinstance(twin, type):      # arrived as a PyPy class: an exception class does
        from cpyembed.preload import errors
        p = errors.from_class.pop(twin)
        errors.to_class.pop(p, None)
        return p
    incref(pointer(twin))
    return pointer(twin)


# ---- the end, and forks ------------------------------------------------------------------------

def run_exit_functions():
    """CPython's own end, as far as a program can see it."""
    try:
        cside.function("end.finish")()
    except SystemExit:
        pass
    except BaseException as e:
        sys.excepthook(type(e), e, e.__traceback__)


def before_fork():
    """PyPy forks: hold CPython's GIL, and let its fork hooks run."""
    from cpyembed.preload import capi, gil
    if gil.closed[0]:
        return
    gil.enter()
    capi.lib.PyOS_BeforeFork()


def after_fork_in_parent():
    from cpyembed.preload import capi, gil
    if gil.closed[0]:
        return
    capi.lib.PyOS_AfterFork_Parent()
    gil.leave()


def after_fork_in_child():
    from cpyembed.preload import capi, gil
    if gil.closed[0]:
        return
    capi.lib.PyOS_AfterFork_Child()
    from cpyembed.preload import signals
    gil.start_again_in_child(*([signals.start_pipe] if signals.pipe else []))
