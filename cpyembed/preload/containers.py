"""Lists, dicts, sets and their kin to CPython: copy in, and copy out when the call returns.

One `Memo` belongs to one call. It knows which containers went over, so that the same one twice
arrives as one object, one that contains itself is refused, and what the callee changed is written
back. A change is found by comparing the item pointers with those of a copy made beforehand (which
keeps the items alive, so that an equal pointer means the same item).
"""

import collections

from cpyembed.preload import capi, errors
from cpyembed.preload.capi import W, ffi, lib
from cpyembed.preload.convert import (
    CLASS_RULES,
    TO,
    borrowed_to_py,
    call_type,
    list_pointers,
    to_c,
    tuple_to_c,
)
from cpyembed.preload.refs import decref, incref, intern


class Memo:
    """The containers that one call took over to CPython's side."""

    __slots__ = ("seen", "entries")

    def __init__(self):
        self.seen = {}      # id -> pointer; 0 while it is being filled
        self.entries = []   # Entry objects; each holds a reference

    def known(self, x):
        """A new reference to what `x` became, or 0 if it is new. ValueError if it is inside."""
        p = self.seen.get(id(x))
        if p is None:
            self.seen[id(x)] = 0
            return 0
        if p == 0:
            raise ValueError("a %s that contains itself cannot be copied to CPython; pass it by "
                             "reference with cpyembed.ref()" % type(x).__name__)
        incref(p)
        return p

    def add(self, x, p, snapshot, write_back):
        """Note that `x` became `p`. snapshot(p) -> list pointers (owned), for write_back."""
        self.seen[id(x)] = p
        incref(p)
        self.entries.append(Entry(x, p, snapshot, write_back))

    def copy_out(self):
        """After the call: bring the PyPy containers up to date."""
        mine = {e.p: e.x for e in self.entries}
        for entry in self.entries:
            if entry.write_back is not None:
                entry.update(mine)

    def close(self):
        """Drop all references."""
        for entry in self.entries:
            entry.close()
        self.entries = []


class Entry:
    """One container: the PyPy object `x`, CPython's at `p`, and what that held at first."""

    __slots__ = ("x", "p", "snapshot", "before", "write_back")

    def __init__(self, x, p, snapshot, write_back):
        self.x, self.p, self.snapshot, self.write_back = x, p, snapshot, write_back
        self.before = snapshot(p) if write_back is not None else []

    def update(self, mine):
        after = self.snapshot(self.p)
        try:
            if all(map(same_items, self.before, after)):
                return
            values = dict(mine)
            if len(self.before) == 1 and type(self.x) is list:
                for pointer, item in zip(list_pointers(self.before[0]), self.x):
                    values.setdefault(pointer, item)
            else:
                for side, pick in zip(self.before, (lambda kv: kv[0], lambda kv: kv[1])):
                    if isinstance(self.x, dict):
                        for pointer, pair in zip(list_pointers(side), list(self.x.items())):
                            values.setdefault(pointer, pick(pair))
            self.write_back(self.x, *[
                [values[q] if q in values else borrowed_to_py(q) for q in list_pointers(side)]
                for side in after])
        finally:
            for side in after:
                decref(side)

    def close(self):
        for side in self.before:
            decref(side)
        decref(self.p)


def same_items(a, b):
    """Whether the CPython lists at `a` and `b` hold the very same objects."""
    n = W[(a >> 3) + 1]
    if n != W[(b >> 3) + 1]:
        return False
    return n == 0 or lib.memcmp(ffi.cast("void *", W[(a >> 3) + 2]),
                                ffi.cast("void *", W[(b >> 3) + 2]), n * 8) == 0


def owned(p):
    """`p`, or the CPython error if it is 0."""
    if not p:
        raise errors.fetch()
    return p


def list_snapshot(p):
    return [owned(lib.PyList_GetSlice(p, 0, W[(p >> 3) + 1]))]


def dict_snapshot(p):
    return [owned(lib.PyDict_Keys(p)), owned(lib.PyDict_Values(p))]


def mapping_snapshot(p):
    """Of a dict's subclass, in the order of its own."""
    return [owned(lib.PyMapping_Keys(p)), owned(lib.PyMapping_Values(p))]


def iterable_snapshot(p):
    return [owned(lib.PySequence_List(p))]


def write_list(x, items):
    x[:] = items


def write_dict(x, keys, values):
    x.clear()
    for key, value in zip(keys, values):
        x[key] = value


def write_set(x, items):
    x.clear()
    x.update(items)


def write_deque(x, items):
    x.clear()
    x.extend(items)


def container(fill, snapshot, write_back):
    """A TO function: `fill(x, memo)` makes the CPython container."""
    def convert(x, memo):
        own = memo is None
        if own:
            memo = Memo()
        try:
            p = memo.known(x)
            if p:
                return p
            try:
                p = fill(x, memo)
            except BaseException:
                del memo.seen[id(x)]
                raise
            if p:
                memo.add(x, p, snapshot, None if own else write_back)
            return p
        finally:
            if own:
                memo.close()
    return convert


def fill_list(x, memo):
    p = lib.PyList_New(len(x))
    i = (W[(p >> 3) + 2] >> 3) - 1
    end = i + len(x)
    try:
        for item in x:
            if i == end:
                raise RuntimeError("list changed size while it was copied to CPython")
            W[i] = to_c(item, memo)
            i += 1
    except BaseException:
        decref(p)
        raise
    return p


def fill_dict(x, memo):
    p = lib.PyDict_New()
    return fill_mapping(p, x, memo)


def fill_mapping(p, x, memo):
    """Put the items of the PyPy dict `x` into the CPython mapping at `p`, which is returned."""
    set_item = lib.PyDict_SetItem if W[p >> 3] == capi.DICT_TYPE else lib.PyObject_SetItem
    try:
        for key, value in list(x.items()):
            k = to_c(key, memo)
            try:
                v = to_c(value, memo)
                failed = set_item(p, k, v)
                decref(v)
            finally:
                decref(k)
            if failed:
                raise errors.fetch()
    except BaseException:
        decref(p)
        raise
    return p


def set_filler(make):
    def fill(x, memo):
        p = make(0)
        try:
            for item in x:
                q = to_c(item, memo)
                failed = lib.PySet_Add(p, q)
                decref(q)
                if failed:
                    raise errors.fetch()
        except BaseException:
            decref(p)
            raise
        return p
    return fill


def collections_class(name):
    """A borrowed pointer to a class of CPython's `collections`."""
    if name not in found_classes:
        module = owned(lib.PyImport_ImportModule(b"collections"))
        found_classes[name] = owned(lib.PyObject_GetAttr(module, intern(name)))
        decref(module)
    return found_classes[name]


found_classes = {}


def fill_ordered_dict(x, memo):
    return fill_mapping(owned(call_type(collections_class("OrderedDict"))), x, memo)


def fill_defaultdict(x, memo):
    return fill_mapping(owned(call_type(collections_class("defaultdict"), x.default_factory)),
                        x, memo)


def fill_counter(x, memo):
    return fill_mapping(owned(call_type(collections_class("Counter"))), x, memo)


def fill_deque(x, memo):
    items = fill_list(x, memo)
    arguments = lib.PyTuple_New(2)
    W[(arguments >> 3) + 2] = items
    W[(arguments >> 3) + 3] = to_c(x.maxlen)
    try:
        return lib.PyObject_Call(collections_class("deque"), arguments, 0)
    finally:
        decref(arguments)


TO.update({
    list: container(fill_list, list_snapshot, write_list),
    dict: container(fill_dict, dict_snapshot, write_dict),
    set: container(set_filler(lib.PySet_New), iterable_snapshot, write_set),
    frozenset: container(set_filler(lib.PyFrozenSet_New), iterable_snapshot, None),
    collections.OrderedDict: container(fill_ordered_dict, mapping_snapshot, write_dict),
    collections.defaultdict: container(fill_defaultdict, dict_snapshot, write_dict),
    collections.Counter: container(fill_counter, dict_snapshot, write_dict),
    collections.deque: container(fill_deque, iterable_snapshot, write_deque),
})
CONTAINERS = {list, dict, set, frozenset, tuple, collections.OrderedDict,
              collections.defaultdict, collections.Counter, collections.deque}


def namedtuple_rule(t):
    """Instances of a namedtuple class become instances of a twin class, made once."""
    fields = t.__dict__.get("_fields")
    if not issubclass(t, tuple) or not isinstance(fields, tuple):
        return None
    make = owned(lib.PyObject_GetAttr(collections_class("namedtuple"), intern("__call__")))
    twin = owned(call_type(make, t.__name__, fields))
    decref(make)
    module = to_c(t.__module__)
    lib.PyObject_SetAttr(twin, intern("__module__"), module)
    decref(module)

    def convert(x, memo):
        items = tuple_to_c(tuple(x), memo)
        try:
            return lib.PyObject_Call(twin, items, 0)
        finally:
            decref(items)
    return convert


CLASS_RULES.append(namedtuple_rule)
