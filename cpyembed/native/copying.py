"""`cpyembed.to_python`: a deep copy of CPython containers as PyPy's own."""

import cpyembed

_COPIED = (list, tuple, dict, set, frozenset)


def to_python(obj):
    """A PyPy copy of an exact CPython list, tuple, dict, set or frozenset, elements too, at any
    depth; anything else is returned as it is. A container that contains itself stays so."""
    return _copy(obj, {})


def _copy(obj, made):
    if type(obj) is tuple:
        return tuple(_copy(item, made) for item in obj)
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
        new = made[address] = []
        for item in obj:
            t = type(item)
            # A million numbers are not a million calls.
            plain = t is int or t is float or t is str
            new.append(item if plain else _copy(item, made))
    else:
        new = made[address] = cls(_copy(item, made) for item in obj)
    return new
