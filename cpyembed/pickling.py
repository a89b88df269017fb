"""Copies and pickles of an `Object`: CPython makes them, for it knows how.

PyPy's pickle of an `Object` holds the bytes of CPython's; `load` has CPython read them again, in
whatever process that is. What CPython refuses to copy or pickle is refused with its own error.
"""

import cpyembed


def load(data):
    """The Object (or the value) that `reduce` took apart; data: bytes."""
    return cpyembed.import_module("pickle").loads(data)


def reduce(obj, protocol=None):
    """What `__reduce_ex__` says of an Object: (function, arguments)."""
    return load, (cpyembed.import_module("pickle").dumps(obj, protocol),)


def copy(obj):
    """CPython's shallow copy of an Object."""
    return cpyembed.import_module("copy").copy(obj)


def deepcopy(obj, memo=None):
    """CPython's deep copy of an Object. PyPy's memo, which knows nothing of CPython's objects, is
    not handed on: what two Objects have in common is copied for each."""
    return cpyembed.import_module("copy").deepcopy(obj)


# What PyPy's copy and pickle look for: attribute -> function of the Object and their arguments.
METHODS = {"__reduce_ex__": reduce, "__reduce__": reduce, "__copy__": copy,
           "__deepcopy__": deepcopy}
