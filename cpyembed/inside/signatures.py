"""Runs in CPython: the signature of a CPython callable, in a form that crosses."""


def describe_signature(f):
    """The parameters of `f`: tuples (name, kind, has default, default)."""
    import inspect
    return tuple((p.name, p.kind.name, p.default is not p.empty,
                  None if p.default is p.empty else p.default)
                 for p in inspect.signature(f).parameters.values())
