"""Runs in CPython: what exports need that is easier said in Python. CPython 3.9 to 3.13."""


def finish(export_type, qualname, doc, abstract, of_classes):
    """Complete the new type of a PyPy class's exports.

    export_type: the type. qualname, doc: str, the class's own; doc may be None.
    abstract: tuple of str, names of the abstract classes that the class is one of.
    of_classes: bool, the instances are classes themselves.
    """
    export_type.__qualname__ = qualname
    export_type.__doc__ = doc
    if of_classes:
        # Their __copy__ and __deepcopy__, if any, are those of their instances.
        import copy
        copy._copy_dispatch[export_type] = lambda x: x
        copy._deepcopy_dispatch[export_type] = lambda x, memo: x
    elif "__copy__" not in vars(export_type):
        export_type.__copy__ = shallow_copy
    register(export_type, abstract)


def shallow_copy(self):
    """`copy.copy` would go the way of pickle, which is refused; PyPy knows a better one."""
    return self.__copy__()


def register(cls, names):
    """Make the export type `cls` a virtual subclass of abstract classes."""
    import collections.abc
    import io
    import numbers
    for name in names:
        for module in (collections.abc, numbers, io):
            abstract = getattr(module, name, None)
            if abstract is not None:
                abstract.register(cls)
                break


def make_signature(parameters):
    """An inspect.Signature. parameters: tuples (name, kind, has default, default)."""
    import inspect
    made = []
    for name, kind, has_default, default in parameters:
        made.append(inspect.Parameter(name, getattr(inspect.Parameter, kind),
                                      default=default if has_default else inspect._empty))
    return inspect.Signature(made)
