"""Class statements with a CPython base: what `cpyembed.class_statements` asks of this engine.

The primitives are in pypy_module_cpyembed/class_statements.py.
"""

import sys

import cpyembed
from cpyembed import _address as address
from cpyembed import _by_reference as by_reference
from cpyembed import _class_of_instances as class_of_instances
from cpyembed import _Forward as Forward
from cpyembed import _getattr_or_none as attribute_or_none
from cpyembed import _getattribute as getattribute
from cpyembed import _import_module as import_module
from cpyembed import _missing as missing
from cpyembed import _pair as pair
from cpyembed import _raw_call as raw_call
from cpyembed import _raw_getattr as raw_attribute
from cpyembed import _stand_in as stand_in
from cpyembed import class_statements
from cpyembed.class_statements import forward, mro_entries

__all__ = ["address", "attribute_or_none", "by_reference", "class_of_instances", "Forward",
           "forward", "getattribute", "import_module", "is_overridden", "missing",
           "more_of_stand_in", "mro_entries", "pair", "raw_attribute", "raw_call", "stand_in"]


def is_overridden(original, base, name):
    """Whether a CPython class has another `name` than the built-in class called `base`."""
    return cpyembed._is_overridden(original, raw_attribute(import_module("builtins"), base), name)


def more_of_stand_in(original):
    """What else the stand-in of a CPython class has in its dictionary."""
    return {}


class_statements.engine = sys.modules[__name__]
cpyembed._register(mro_entries=mro_entries, forward=forward)
