"""Runs on either side: something is done to a module when the program imports it, not before."""

import importlib.util
import sys


class Finder:
    """Lets one module be imported as ever, and then calls a function with it."""

    def __init__(self, name, function):
        self.name, self.function = name, function

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                self.function(module)
            spec.loader.exec_module = exec_module
        return spec


def call(name, function):
    """Call `function` with the module `name` as soon as it is imported, now if it is already."""
    if name in sys.modules:
        function(sys.modules[name])
    else:
        sys.meta_path.insert(0, Finder(name, function))
