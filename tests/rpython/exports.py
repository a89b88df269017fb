"""A toy for what PyPy's layer does: RPython objects that CPython calls.

A handle is an index into `state.table`; each entry is an instance of Toy.
"""
from rpython.rtyper.lltypesystem import rffi

from pypy_module_cpyembed import capi, gil

from driver import Failed, check, define, evaluate, from_text, integer, new, string_of, utf8

(OP_GETATTR, OP_GETITEM, OP_REPR, OP_STR, OP_ITER, OP_NEXT,
 OP_LT, OP_LE, OP_EQ, OP_NE, OP_GT, OP_GE) = range(12)
(OP_HASH, OP_LEN, OP_BOOL, OP_CONTAINS,
 OP_SETATTR, OP_DELATTR, OP_SETITEM, OP_DELITEM) = range(8)
(CALLABLE, ITERABLE, ITERATOR, SIZED, SUBSCRIPTABLE, ITEM_ASSIGNMENT, CONTAINER,
 HASHABLE, BUFFER, TRUTH, BINDING, CLASS, DICT) = [1 << i for i in range(13)]


class Toy(object):
    """A number that can be called (it is added to the arguments) and has
    attributes, items and a length."""
    steps = 0

    def __init__(self, value):
        self.value = value

    def compute(self, total):
        return total


class State(object):
    def __init__(self):
        self.table = []
        self.exports = []       # the pointers; borrowed
        self.callbacks = 0


state = State()


def export(toy, protocols):
    """A new reference to an export of the toy."""
    return export_with(toy, protocols, [])


def export_with(toy, protocols, names):
    """With the special methods of those names; one with a `-` in front is None."""
    state.table.append(toy)
    type = new(capi.export_type("rpython.Toy", protocols))
    for name in names:
        if name[0] == '-':
            check(capi.export_refuse(type, name[1:]) == 0, "refuse")
        else:
            check(capi.export_add_special(type, special_number(name)) == 0, name)
    result = new(capi.new_export(type, len(state.table) - 1))
    capi.decref(type)
    state.exports.append(result)
    return result


def special_number(name):
    number = 0
    while True:
        known = capi.special_name(number)
        if not known:
            raise Failed("no special method " + name)
        if rffi.charp2str(known) == name:
            return number
        number += 1


def install():
    capi.set_export_functions(rffi.llhelper(capi.CALL_FN, _call_entry),
                              rffi.llhelper(capi.OBJECT_FN, _object_entry),
                              rffi.llhelper(capi.NUMBER_FN, _number_entry),
                              rffi.llhelper(capi.METHOD_FN, _method_entry))


def export_as(name, toy, protocols):
    """The export is in CPython's __main__ only."""
    ob = export(toy, protocols)
    define(name, ob)
    capi.decref(ob)


def forget_gone():
    """Take out of the table what CPython let go of; how many."""
    found = 0
    while True:
        handle = capi.next_gone_export()
        if handle < 0:
            return found
        state.table[handle] = None
        found += 1


# ____________________________________________________________
# What CPython calls.  Reading the arguments needs CPython's GIL; the toy's own
# work is done without it, as PyPy code would be.


def call_toy(handle, args, nargs, kwnames):
    token = gil.callback_begin()
    result = capi.NULL
    try:
        values = []
        for i in range(nargs):
            ob = args[i]
            if capi.kind(ob) != capi.KIND_INT:
                raise Failed("an int, please")
            capi.incref(ob)
            values.append(integer(ob))
        gil.leave()
        try:
            total = work(state.table[handle], values)
        finally:
            gil.enter()
        result = new(capi.PyLong_FromLong(total))
    except Failed as e:
        raise_type_error(e.message)
    gil.callback_end(token)
    return result


def work(toy, values):
    state.callbacks += 1
    if toy.value < 0:
        raise Failed("a toy below zero")
    total = toy.value
    for value in values:
        total += value
    return toy.compute(total)


def raise_type_error(message):
    """Sets CPython's exception, through an exception object."""
    builtins = new(capi.PyImport_ImportModule("builtins"))
    name = from_text("TypeError")
    cls = new(capi.PyObject_GetAttr(builtins, name))
    text = from_text(message)
    error = new(capi.call1(cls, text))
    for ob in [text, cls, name, builtins]:
        capi.decref(ob)
    capi.restore_error(error)


def stop_iteration():
    builtins = new(capi.PyImport_ImportModule("builtins"))
    name = from_text("StopIteration")
    cls = new(capi.PyObject_GetAttr(builtins, name))
    error = new(capi.call0(cls))
    for ob in [cls, name, builtins]:
        capi.decref(ob)
    capi.restore_error(error)


def object_of_toy(handle, op, argument):
    token = gil.callback_begin()
    toy = state.table[handle]
    result = capi.NULL
    if op == OP_GETATTR:
        name = utf8(argument)
        if name == 'value':
            result = new(capi.PyLong_FromLong(toy.value))
        elif name == '__class__':
            result = rffi.cast(capi.PYOBJ, state.exports[handle].ob_type)
            capi.incref(result)
        else:
            raise_type_error("no " + name)
    elif op == OP_GETITEM:
        capi.incref(argument)
        result = new(capi.PyLong_FromLong(toy.value * integer(argument)))
    elif op == OP_REPR:
        result = from_text("<toy %d>" % toy.value)
    elif op == OP_STR:
        result = from_text("toy %d" % toy.value)
    elif op == OP_ITER:
        result = export(Toy(toy.value), ITERABLE | ITERATOR)
    elif op == OP_NEXT:
        if toy.steps < toy.value:
            result = new(capi.PyLong_FromLong(toy.steps))
            toy.steps += 1
        else:
            stop_iteration()
    else:
        other = capi.export_handle(argument)
        answer = other >= 0 and compare(op, toy.value, state.table[other].value)
        if other < 0:
            result = evaluate("NotImplemented")
        elif answer:
            result = rffi.cast(capi.PYOBJ, capi.get_shared().true)
            capi.incref(result)
        else:
            result = rffi.cast(capi.PYOBJ, capi.get_shared().false)
            capi.incref(result)
    gil.callback_end(token)
    return result


def compare(op, a, b):
    if op == OP_LT:
        return a < b
    if op == OP_LE:
        return a <= b
    if op == OP_EQ:
        return a == b
    if op == OP_NE:
        return a != b
    if op == OP_GT:
        return a > b
    return a >= b


def number_of_toy(handle, op, key, value):
    token = gil.callback_begin()
    toy = state.table[handle]
    result = 0
    if op == OP_HASH or op == OP_LEN:
        result = toy.value
        if op == OP_LEN and result < 0:
            raise_type_error("a length below zero")
            result = -1
    elif op == OP_BOOL:
        result = int(toy.value != 0)
    elif op == OP_CONTAINS:
        capi.incref(key)
        result = int(integer(key) == toy.value)
    elif op == OP_SETATTR and utf8(key) == 'value':
        capi.incref(value)
        toy.value = integer(value)
    elif op == OP_SETITEM:
        capi.incref(key)
        capi.incref(value)
        toy.value = integer(key) * integer(value)
    elif op == OP_DELITEM:
        toy.value = 0
    else:
        raise_type_error("not for toys")
        result = -1
    gil.callback_end(token)
    return result


def method_of_toy(handle, number, args, nargs, kwnames):
    """The name and the arguments as text; a number where one is wanted."""
    token = gil.callback_begin()
    toy = state.table[handle]
    name = rffi.charp2str(capi.special_name(number))
    if toy.value < 0:
        raise_type_error("a toy below zero has no " + name)
        result = capi.NULL
    elif name == '__int__' or name == '__index__':
        result = new(capi.PyLong_FromLong(toy.value))
    elif name == '__float__':
        result = new(capi.PyFloat_FromDouble(float(toy.value)))
    elif name == '__length_hint__' or name == '__mul__':
        result = evaluate("NotImplemented")
    else:
        text = name
        for i in range(nargs):
            text += ' ' + string_of(args[i])
        result = from_text(text)
    gil.callback_end(token)
    return result


_call_entry = gil.entry(call_toy, capi.NULL, 4)
_object_entry = gil.entry(object_of_toy, capi.NULL, 3)
_number_entry = gil.entry(number_of_toy, -1, 4)
_method_entry = gil.entry(method_of_toy, capi.NULL, 5)
