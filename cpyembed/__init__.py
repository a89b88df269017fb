"""A real CPython inside PyPy: the public API, over the preload engine.

(On the native engine `cpyembed` is a built-in module, and this file is never executed; the other
files of this folder that are not in `preload/` serve both.) Importing this costs next to nothing;
CPython starts on the first use.
"""

from cpyembed.preload import launch as _launch

_launch.check_process()
if _launch.preloaded_libpython():
    _launch.arrive()

__version__ = "0.1.0"

# Which module of the engine each public name comes from.
_HOME = {
    "import_module": "api", "eval": "api", "exec": "api", "raw": "api", "release": "api",
    "scope": "api", "to_python": "api", "ref": "api", "asarray": "api", "builtins": "api",
    "register_converter": "api", "configure": "api", "start": "api", "info": "api",
    "Object": "object", "UnusablePython": None,
}
__all__ = ["import_module", "eval", "exec", "builtins", "Object", "raw", "release", "scope",
           "to_python", "ref", "asarray", "register_converter", "configure", "start", "info",
           "install"]


def install(*names):
    """From here on `import NAME` gives CPython's module; see `cpyembed.hook.install`."""
    from cpyembed.hook import install
    return install(*names)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError("module 'cpyembed' has no attribute %r" % name)
    import importlib
    home = _HOME[name]
    module = importlib.import_module("cpyembed.preload." + home if home else "cpyembed.choice")
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | set(_HOME))
