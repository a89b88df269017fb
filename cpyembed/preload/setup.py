"""What happens once CPython runs: the conversions are filled in, its side is prepared."""

import os

from cpyembed.preload import interpreter

process_id = None
support = None      # the namespace of `cside`, as an Object


def run():
    """Prepare both sides; on the main thread, with the GIL."""
    global process_id
    process_id = os.getpid()
    from cpyembed.preload import capi, errors
    errors.learn_builtins()
    from cpyembed.preload import containers, convert, protocols, types
    _ = (capi, containers, convert, protocols)
    types.learn()


def import_module(name):
    from cpyembed.preload import capi, errors
    from cpyembed.preload.gil import enter, leave
    from cpyembed.preload.object import wrap
    enter()
    try:
        p = capi.lib.PyImport_ImportModule(name.encode("utf-8"))
        if not p:
            e = errors.fetch()
            raise with_hint(e, name)
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
    from cpyembed.preload import api
    if not isinstance(source, str):
        raise TypeError("%s() takes a str, not %s" % (how, type(source).__name__))
    ns = {} if globals is None else globals
    function = getattr(api.import_module("builtins"), how)
    ns.setdefault("__builtins__", api.import_module("builtins"))
    try:
        if locals is None:
            return function(source, ns)
        return function(source, ns, locals)
    finally:
        if type(ns) is dict:
            ns.pop("__builtins__", None)


def register_abstract(cls, t):
    pass


def signature(x):
    raise AttributeError("__signature__")


def make_exception_class(cls, bases):
    raise NotImplementedError


def run_exit_functions():
    pass
