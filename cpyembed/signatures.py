"""The signature of a CPython callable, as PyPy's `inspect` says it; both engines."""

from cpyembed import cside


def signature_of(x):
    """PyPy's inspect.Signature of the CPython callable `x` (Object)."""
    if not callable(x):
        raise AttributeError("__signature__")
    try:
        parameters = cside.function("signatures.describe_signature")(x)
    except (ValueError, TypeError):
        raise AttributeError("__signature__")
    import inspect
    made = []
    for name, kind, has_default, default in parameters:
        made.append(inspect.Parameter(name, getattr(inspect.Parameter, kind),
                                      default=default if has_default else inspect._empty))
    return inspect.Signature(made)
