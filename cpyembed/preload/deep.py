"""`cpyembed.to_python`: CPython containers as PyPy ones, all the way down."""

from cpyembed.preload import capi
from cpyembed.preload.capi import W
from cpyembed.preload.object import Object, valid_pointer

KINDS = {capi.LIST_TYPE: list, capi.DICT_TYPE: dict, capi.SET_TYPE: set,
         capi.FROZENSET_TYPE: frozenset}


def to_python(obj, memo=None):
    """A deep copy of `obj`: exact lists, dicts, sets, frozensets and tuples become PyPy's.

    What is none of those stays what it is. A container that contains itself comes out so.
    """
    if memo is None:
        memo = {}
    if type(obj) is tuple:
        return tuple([to_python(item, memo) for item in obj])
    if not isinstance(obj, Object):
        return obj
    p = valid_pointer(obj)
    if p in memo:
        return memo[p]
    kind = KINDS.get(W[p >> 3])
    if kind is list:
        out = memo[p] = []
        out.extend([to_python(item, memo) for item in obj])
    elif kind is dict:
        out = memo[p] = {}
        for key, value in list(obj.items()):
            out[to_python(key, memo)] = to_python(value, memo)
    elif kind is not None:
        out = kind(to_python(item, memo) for item in obj)
    else:
        out = obj
    return out
