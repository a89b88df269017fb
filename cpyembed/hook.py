"""`cpyembed.install("numpy")`: from then on an `import` statement gives CPython's module.

A finder on `sys.meta_path`, ahead of PyPy's own, answers for the installed names and everything
below them. It knows only the public API, so it serves both engines; on the native one NumPy is
numpypy, whose arrays PyPy's JIT sees through.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec


class CPythonLoader:
    """Loads one module from CPython's side.

    importlib writes `__spec__` and friends on whatever `create_module` returns, and CPython's
    module must keep its own. So the import system gets an ordinary module to write on, and
    `exec_module` puts the real one into `sys.modules`, which importlib reads again afterwards.
    """

    def __init__(self, name):
        self.name = name

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        import cpyembed
        sys.modules[module.__spec__.name] = (numpypys(self.name)
                                             or cpyembed.import_module(self.name))

    def __repr__(self):
        return "<loader of CPython's %s>" % self.name


def numpypys(name):
    """numpypy's module for one of NumPy's, where arrays can be PyPy's own; else None."""
    if name.partition(".")[0] != "numpy" or "_numpypy" not in sys.builtin_module_names:
        return None
    try:
        return importlib.import_module("numpypy" + name[len("numpy"):])
    except ModuleNotFoundError:         # not one of NumPy's public modules
        return None


class CPythonFinder:
    """Answers for the modules in `names`, and those below them."""

    def __init__(self):
        self.names = set()

    def covers(self, fullname):
        """Whether `fullname` is, or lies below, an installed name."""
        while fullname:
            if fullname in self.names:
                return True
            fullname = fullname.rpartition(".")[0]
        return False

    def find_spec(self, fullname, path=None, target=None):
        if not self.covers(fullname):
            return None
        return ModuleSpec(fullname, CPythonLoader(fullname), origin="CPython")

    def invalidate_caches(self):
        """Nothing is cached here; importlib asks every finder."""


finder = CPythonFinder()


def install(*names):
    """From here on `import NAME`, and of everything below it, gives the CPython module.

    names: str, module names such as "numpy" or "scipy.fft". A name that is installed already is
    left alone. Raises TypeError for anything but a str, ValueError for what is no module name,
    ImportError for a module that PyPy's side has imported already: code that holds it would go on
    using it.
    """
    for name in names:
        check_name(name)
    for name in names:
        finder.names.add(name)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)


def check_import(name):
    """Raise TypeError or ValueError if `name` cannot be that of a module, whichever is there."""
    if not isinstance(name, str):
        raise TypeError("import_module() takes a str, not %s" % type(name).__name__)
    # A C string ends at its first NUL, and has no lone surrogates.
    if not name or name.startswith(".") or "\0" in name or any(
            0xd800 <= ord(c) < 0xe000 for c in name):
        raise ValueError("%r is not the name of a module" % name)


def check_name(name):
    """Raise if `name` cannot be installed; see `install`."""
    import cpyembed
    if not isinstance(name, str):
        raise TypeError("install() takes module names, not %s" % type(name).__name__)
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("%r is not the name of a module" % name)
    if name.partition(".")[0] in ("cpyembed", "builtins", "sys", "__main__"):
        raise ValueError("%s cannot come from CPython" % name)
    if finder.covers(name):
        return
    for loaded, module in list(sys.modules.items()):
        if loaded != name and not loaded.startswith(name + "."):
            continue
        if module is not None and not isinstance(module, cpyembed.Object):
            raise ImportError(
                "%s is already imported on PyPy's side: call cpyembed.install(%r) before anything "
                "imports it, or use cpyembed.import_module(%r)" % (loaded, name, name),
                name=name)
