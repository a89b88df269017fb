"""Modules, attributes, calls, items, iteration: the protocols."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi

from driver import (attribute, call, check, consume_utf8, done, equal, evaluate, from_text,
                    import_module, inside, integer, new, repr_of, run)


def importing(args):
    with inside:
        math = import_module("math")
        sqrt = attribute(math, "sqrt")
        two = new(capi.PyFloat_FromDouble(2.0))
        result = call(sqrt, [two])
        print "sqrt(2) = %s" % repr_of(result)
        capi.decref_scalar(result)
        capi.decref_scalar(two)
        capi.decref(sqrt)
        capi.decref(math)


def few_arguments(args):
    """call0, call1, call2."""
    with inside:
        collect = evaluate("lambda *args: args")
        a = from_text("a")
        b = from_text("b")
        for result in [capi.call0(collect), capi.call1(collect, a), capi.call2(collect, a, b)]:
            print repr_of(new(result))
            capi.decref(result)
        capi.decref(a)
        capi.decref(b)
        capi.decref(collect)


def keywords(args):
    with inside:
        collect = evaluate("lambda *args, **kwargs: (args, kwargs)")
        array = lltype.malloc(capi.PYOBJP.TO, 4, flavor='raw')
        for i in range(3):
            array[i + 1] = new(capi.PyLong_FromLong(i))
        names = evaluate("('x', 'y')")
        result = new(capi.call_many(collect, array, 1, names))
        print repr_of(result)
        lltype.free(array, flavor='raw')
        capi.decref(result)
        capi.decref(names)
        capi.decref(collect)


def bound_method(args):
    """The free slot in front of the arguments is given back as it was."""
    with inside:
        run("class C:\n"
            "    def method(self, *args):\n"
            "        return (type(self).__name__,) + args")
        instance = evaluate("C()")
        method = attribute(instance, "method")
        a = from_text("a")
        for i in range(3):
            result = call(method, [a])
            print repr_of(result)
            capi.decref(result)
        capi.decref(a)
        capi.decref(method)
        capi.decref(instance)


def items(args):
    with inside:
        ob = evaluate("{}")
        key = from_text("k")
        value = new(capi.PyLong_FromLong(7))
        done(capi.PyObject_SetItem(ob, key, value))
        equal(done(capi.PySequence_Contains(ob, key)), 1, "contained")
        equal(integer(capi.PyObject_GetItem(ob, key)), 7, "item")
        equal(capi.PyObject_Size(ob), 1, "size")
        equal(done(capi.PyObject_IsTrue(ob)), 1, "truth")
        done(capi.PyObject_DelItem(ob, key))
        equal(done(capi.PyObject_IsTrue(ob)), 0, "truth when empty")
        check(not capi.PyObject_GetItem(ob, key), "no item left")
        check(bool(capi.PyErr_Occurred()), "KeyError")
        capi.PyErr_Clear()
        capi.decref(value)
        capi.decref(key)
        capi.decref(ob)
    print "all"


def attributes(args):
    with inside:
        run("class C: pass")
        ob = evaluate("C()")
        name = new(capi.intern("colour", 6))
        value = from_text("blue")
        done(capi.PyObject_SetAttr(ob, name, value))
        print consume_utf8(capi.PyObject_GetAttr(ob, name))
        done(capi.PyObject_SetAttr(ob, name, capi.NULL))        # deletes
        check(not capi.PyObject_GetAttr(ob, name), "no attribute left")
        capi.PyErr_Clear()
        capi.decref(value)
        capi.decref(name)
        capi.decref(ob)


def iteration(args):
    with inside:
        ob = evaluate("iter(range(3))")
        while True:
            item = capi.next(ob)
            if not item:
                break
            print repr_of(item)
            capi.decref(item)
        error = capi.fetch_error()
        print repr_of(error)
        capi.decref(error)
        capi.decref(ob)

        run("def generator():\n"
            "    yield 1\n"
            "    return 'last'")
        ob = evaluate("generator()")
        capi.decref(new(capi.next(ob)))
        check(not capi.next(ob), "the end")
        error = capi.fetch_error()
        print repr_of(error)
        capi.decref(error)
        capi.decref(ob)

        ob = evaluate("[]")
        check(not capi.next(ob), "no iterator")
        error = capi.fetch_error()
        print repr_of(error)
        capi.decref(error)
        capi.decref(ob)


def operators(args):
    with inside:
        a = evaluate("10")
        b = evaluate("4")
        for i in range(6):          # LT, LE, EQ, NE, GT, GE
            result = new(capi.PyObject_RichCompare(a, b, rffi.cast(rffi.INT, i)))
            print repr_of(result)
            capi.decref(result)
        for result in [capi.BINARY['Add'](a, b), capi.BINARY['InPlaceSubtract'](a, b),
                       capi.BINARY['Divmod'](a, b), capi.PyNumber_Negative(a)]:
            print repr_of(new(result))
            capi.decref(result)
        modulus = evaluate("7")
        print repr_of(new(capi.PyNumber_Power(a, b, modulus)))
        equal(capi.PyObject_Hash(a), 10, "hash")
        capi.decref(modulus)
        capi.decref(a)
        capi.decref(b)


def containers(args):
    with inside:
        ob = new(capi.PyList_New(2))
        for i in range(2):
            done(capi.PyList_SetItem(ob, i, new(capi.PyLong_FromLong(i))))
        equal(capi.PyList_Size(ob), 2, "size of a list")
        equal(capi.small_long(capi.PyList_GetItem(ob, 1)), 1, "item of a list")
        mapping = new(capi.PyDict_New())
        done(capi.PyDict_SetItem(mapping, capi.PyList_GetItem(ob, 1), ob))
        members = new(capi.PySet_New(capi.NULL))
        done(capi.PySet_Add(members, capi.PyList_GetItem(ob, 1)))
        print repr_of(ob), repr_of(mapping), repr_of(members)
        pairs = new(capi.pairs(mapping))
        equal(capi.list_size(pairs), 2, "a key and a value")
        check(capi.list_item(pairs, 1) == ob, "the value itself")
        print repr_of(pairs)
        capi.decref(pairs)
        capi.decref(members)
        capi.decref(mapping)
        capi.decref(ob)


def containers_whole(args):
    with inside:
        count = 1000
        with lltype.scoped_alloc(capi.SIGNEDP.TO, count) as longs:
            for i in range(count):
                longs[i] = (i - 500) * 123456789012345
            ob = new(capi.list_of_longs(longs, count))
        with lltype.scoped_alloc(capi.DOUBLEP.TO, count) as doubles:
            for i in range(count):
                doubles[i] = i * 0.5
            other = new(capi.list_of_doubles(doubles, count))
        equal(capi.list_size(ob), count, "size")
        print repr_of(capi.list_item(ob, 0)), repr_of(capi.list_item(other, 999))
        copy = new(capi.PySequence_List(ob))
        check(capi.same_items(ob, copy) == 1, "the same items")
        check(capi.same_items(ob, other) == 0, "other items")
        done(capi.PyList_SetItem(copy, 999, new(capi.PyLong_FromLong(1))))
        check(capi.same_items(ob, copy) == 0, "one other item")
        capi.decref(copy)
        capi.decref(other)
        capi.decref(ob)
        ob = evaluate("__import__('collections').OrderedDict(b=1, a=2)")
        run("def last(d): d.move_to_end('b')")
        move = evaluate("last")
        capi.decref(call(move, [ob]))
        pairs = new(capi.pairs(ob))
        print repr_of(pairs)
        capi.decref(pairs)
        capi.decref(move)
        capi.decref(ob)
        ob = evaluate("3")
        check(not capi.pairs(ob), "no mapping")
        capi.PyErr_Clear()
        capi.decref(ob)


def special_methods(args):
    with inside:
        run("class Meta(type):\n"
            "    def __round__(cls): return 'of the metaclass'\n"
            "class C(metaclass=Meta):\n"
            "    def __round__(self): return 'of the class'\n"
            "c = C()\n"
            "c.__round__ = None")
        name = new(capi.intern("__round__", 9))
        for source in ["c", "C"]:
            ob = evaluate(source)
            method = new(capi.special(ob, name))
            print consume_utf8(capi.call0(method))
            capi.decref(method)
            capi.decref(ob)
        ob = evaluate("object()")
        check(not capi.special(ob, name), "no such method")
        error = capi.fetch_error()
        print repr_of(error)
        capi.decref(error)
        capi.decref(ob)
        capi.decref(name)


COMMANDS = {'importing': importing, 'few-arguments': few_arguments, 'keywords': keywords,
            'bound-method': bound_method, 'items': items, 'attributes': attributes,
            'iteration': iteration, 'operators': operators, 'containers': containers,
            'containers-whole': containers_whole, 'special-methods': special_methods}
