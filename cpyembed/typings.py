"""Generic aliases, unions and type variables to CPython: its own of the same spelling."""

import types
import typing
import weakref

_get = _call = None


def begin(get, call):
    """Once, before the first conversion.

    get(module, name): an attribute of a CPython module; call(function, *args, **keywords): a call
    of a CPython function. Both give an Object.
    """
    global _get, _call
    _get, _call = get, call


def _there(name):
    return _get("typing", name)


def _subscript(form, arguments):
    """`typing.FORM[arguments]` in CPython."""
    return _there(form)[arguments if len(arguments) != 1 else arguments[0]]


def converter(cls):
    """The function that makes CPython's value of an instance of `cls`, a class that `types` or
    `typing` keeps for itself; or None."""
    if cls is types.GenericAlias:
        return _alias
    if cls is getattr(types, "UnionType", None):    # since 3.10
        return _union_type
    if cls.__module__ == "typing":
        return _TYPING.get(cls.__name__)
    if cls.__module__ == "collections.abc" and cls.__name__ == "_CallableGenericAlias":
        return _abstract_callable
    return None


def _alias(x):
    return _call(_get("types", "GenericAlias"), x.__origin__, x.__args__)


def _union_type(x):
    """`int | None`; CPython 3.9 has only typing's way to write it."""
    combine = _get("operator", "or_")
    made, *others = x.__args__
    try:
        for other in others:
            made = _call(combine, made, other)
    except TypeError:
        return _subscript("Union", x.__args__)
    return made


def _typing_alias(x):
    """`List[int]`, `Union[int, str]`, `ClassVar[int]`; None for an alias of a class that CPython
    does not have, which is exported."""
    if x.__origin__ is typing.Union:
        return _subscript("Union", x.__args__)
    name = getattr(x, "_name", None) or getattr(x.__origin__, "_name", None)
    if not name or not hasattr(typing, name):
        return None
    return _subscript(name, x.__args__)


def _callable_alias(x, form=None):
    *parameters, result = x.__args__
    form = form or _there("Callable")
    return form[... if parameters == [...] else parameters, result]


def _abstract_callable(x):
    return _callable_alias(x, _get("collections.abc", "Callable"))


def _annotated(x):
    return _subscript("Annotated", (x.__origin__, *x.__metadata__))


def _special_form(x):
    return _there(x._name)


def _forward_reference(x):
    return _call(_there("ForwardRef"), x.__forward_arg__)


_variables = weakref.WeakKeyDictionary()    # a variable is its identity


def _variable(x):
    if x not in _variables:
        make = _there(type(x).__name__)
        if isinstance(x, typing.TypeVar):
            made = _call(make, x.__name__, *x.__constraints__, bound=x.__bound__,
                         covariant=x.__covariant__, contravariant=x.__contravariant__)
        else:
            made = _call(make, x.__name__)
        _variables[x] = made
    return _variables[x]


_TYPING = {
    "_GenericAlias": _typing_alias, "_UnionGenericAlias": _typing_alias,
    "_LiteralGenericAlias": _typing_alias, "_ConcatenateGenericAlias": _typing_alias,
    "_CallableGenericAlias": _callable_alias, "_AnnotatedAlias": _annotated,
    "_SpecialGenericAlias": _special_form, "_SpecialForm": _special_form,
    "_CallableType": _special_form, "_TupleType": _special_form,
    "ForwardRef": _forward_reference, "TypeVar": _variable, "ParamSpec": _variable,
    "TypeVarTuple": _variable,
}
