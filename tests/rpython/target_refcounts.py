"""Reference counts around each operation."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi

from driver import (attribute, call, check, count, define, done, equal, evaluate, evaluate_any,
                    from_text, import_module, inside, new, repr_of, run, string_of)


def counts(args):
    with inside:
        run("class C: pass")
        ob = evaluate("C()")
        key = from_text("a key of its own")
        equal(count(ob), 1, "new")
        capi.incref(ob)
        equal(count(ob), 2, "incref")
        capi.decref(ob)
        equal(count(ob), 1, "decref")
        repr_of(ob)
        string_of(ob)
        capi.PyObject_Hash(ob)
        done(capi.PyObject_IsTrue(ob))
        capi.kind(ob)
        capi.type_name(ob.ob_type)
        equal(count(ob), 1, "looked at")
        done(capi.PyObject_SetAttr(ob, key, ob))
        equal(count(ob), 2, "its own attribute")
        check(new(capi.PyObject_GetAttr(ob, key)) == ob, "read back")
        equal(count(ob), 3, "attribute read")
        capi.decref(ob)
        done(capi.PyObject_SetAttr(ob, key, capi.NULL))
        equal(count(ob), 1, "attribute deleted")
        _in_containers(ob, key)
        _in_calls(ob)
        capi.decref(key)
        capi.decref(ob)
    print "all"


def _in_containers(ob, key):
    mapping = new(capi.PyDict_New())
    done(capi.PyDict_SetItem(mapping, key, ob))
    equal(count(ob), 2, "in a dict")
    copy = new(capi.PyDict_Copy(mapping))
    equal(count(ob), 3, "in its copy")
    capi.decref(copy)
    check(new(capi.PyObject_GetItem(mapping, key)) == ob, "item")
    equal(count(ob), 3, "item read")
    capi.decref(ob)
    capi.decref(mapping)
    equal(count(ob), 1, "dict gone")
    pair = new(capi.PyTuple_New(1))
    capi.incref(ob)
    done(capi.PyTuple_SetItem(pair, 0, ob))
    equal(count(ob), 2, "a tuple takes the reference")
    check(capi.tuple_item(pair, 0) == ob, "item of a tuple")
    equal(count(ob), 2, "which is borrowed")
    sequence = new(capi.PySequence_List(pair))
    equal(count(ob), 3, "in a list")
    iterator = new(capi.PyObject_GetIter(sequence))
    check(new(capi.next(iterator)) == ob, "next")
    equal(count(ob), 4, "item of an iterator")
    for other in [ob, iterator, sequence, pair]:
        capi.decref(other)
    equal(count(ob), 1, "all gone")


def _in_calls(ob):
    identity = evaluate("lambda x: x")
    check(new(capi.call1(identity, ob)) == ob, "called")
    equal(count(ob), 2, "the result is a new reference")
    capi.decref(ob)
    check(call(identity, [ob]) == ob, "called with an array")
    capi.decref(ob)
    equal(count(ob), 1, "after the calls")
    fails = evaluate("lambda x: x + x")
    check(not capi.call1(fails, ob), "fails")
    capi.PyErr_Clear()
    equal(count(ob), 1, "after a failed call")
    view = capi.buffer_of(ob)
    check(not view, "no buffer")
    capi.PyErr_Clear()
    equal(count(ob), 1, "after a refused buffer")
    capi.decref(fails)
    capi.decref(identity)


def dealloc(args):
    """The last decref runs the destructor, which may call CPython code."""
    with inside:
        run("died = []\n"
            "class C:\n"
            "    def __del__(self): died.append(1)")
        capi.decref(evaluate("C()"))
        ob = evaluate("died")
        print repr_of(ob)
        capi.decref(ob)


def immortals(args):
    """None's count: up to 3.11 counted, from 3.12 on left alone."""
    with inside:
        ob = evaluate("None")
        before = count(ob)
        for i in range(1000):
            capi.incref(ob)
        print count(ob) - before
        for i in range(1000):
            capi.decref_scalar(ob)
        equal(count(ob), before, "in the end")


COMMANDS = {'counts': counts, 'dealloc': dealloc, 'immortals': immortals}
