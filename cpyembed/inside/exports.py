"""Runs in CPython: what exports need that is easier said in Python."""


def register(cls, names):
    """Make the export type `cls` a virtual subclass of abstract classes."""
    import collections.abc
    import numbers
    for name in names:
        abstract = getattr(collections.abc, name, None) or getattr(numbers, name)
        abstract.register(cls)


def make_signature(parameters):
    """An inspect.Signature. parameters: tuples (name, kind, has default, default)."""
    import inspect
    made = []
    for name, kind, has_default, default in parameters:
        made.append(inspect.Parameter(name, getattr(inspect.Parameter, kind),
                                      default=default if has_default else inspect._empty))
    return inspect.Signature(made)
