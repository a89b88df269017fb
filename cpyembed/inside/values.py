"""Runs in CPython: makers of values whose classes are said in Python."""


def make_generic(kind, origin, arguments):
    """A generic alias or union: `kind` says where its maker is found."""
    import types
    import typing
    if kind == "alias":
        return types.GenericAlias(origin, arguments)
    if kind == "union":
        return typing.Union[arguments]
    return getattr(typing, kind)[arguments]


def make_type_variable(name, bound, constraints, covariant, contravariant):
    import typing
    return typing.TypeVar(name, *constraints, bound=bound, covariant=covariant,
                          contravariant=contravariant)
