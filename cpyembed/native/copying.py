"""`cpyembed.to_python`: a deep copy of CPython containers as PyPy's own."""

from __pypy__ import strategy

import cpyembed

_COPIED = (list, tuple, dict, set, frozenset)
# How PyPy keeps a list whose elements are bare values, among which there is no container.
_BARE = ("IntegerListStrategy", "FloatListStrategy", "IntOrFloatListStrategy",
         "AsciiListStrategy", "BytesListStrategy", "EmptyListStrategy")


def to_python(obj):
    """A PyPy copy of an exact CPython list, tuple, dict, set or frozenset, elements too, at any
    depth; anything else is returned as it is. A container that contains itself stays so."""
    return _copy(obj, {})


def _copy(obj, made):
    if type(obj) is tuple:
        return tuple([_copy(item, made) for item in obj])
    if not isinstance(obj, cpyembed.Object):
        return obj
    cls = obj.__class__
    if cls not in _COPIED:
        return obj
    address = cpyembed._address(obj)
    if address in made:
        return made[address]
    if cls is dict:
        new = made[address] = {}
        for key, value in obj.items():
            new[_copy(key, made)] = _copy(value, made)
    elif cls is list:
        new = made[address] = list(obj)
        if strategy(new) not in _BARE:
            for i in range(len(new)):
                new[i] = _copy(new[i], made)
    else:
        new = made[address] = cls([_copy(item, made) for item in obj])
    return new
