"""CPython uses objects of RPython: each slot, errors, and their end."""
from pypy_module_cpyembed import capi

from driver import (call, call_any, check, class_name, count, define, equal, evaluate,
                    evaluate_any, inside, integer, new, run, show, string_of)
from exports import (BINDING, CALLABLE, CLASS, CONTAINER, DICT, HASHABLE, ITEM_ASSIGNMENT, ITERABLE,
                     ITERATOR, SIZED, SUBSCRIPTABLE, TRUTH, Toy, export, export_as, export_with,
                     forget_gone, install, special_number, state)

FULL = (CALLABLE | CONTAINER | HASHABLE | ITEM_ASSIGNMENT | ITERABLE | SIZED | SUBSCRIPTABLE | TRUTH)
SPECIAL = ['__add__', '__radd__', '__iadd__', '__mul__', '__pow__', '__divmod__', '__matmul__',
           '__neg__', '__int__', '__float__', '__index__', '__bytes__', '__format__', '__round__',
           '__enter__', '__exit__', '__fspath__', '__reversed__', '__length_hint__', '__get__',
           '__instancecheck__', '__set_name__', '__await__', '-__iter__', '-__radd__']


def evaluate_special(args):
    """Likewise with `x`, which has special methods, `below`, which fails in each, and `r`, which
    has only __radd__."""
    install()
    with inside:
        define_special("x", Toy(3), SPECIAL)
        define_special("below", Toy(-1), SPECIAL)
        define_special("r", Toy(1), ['__radd__'])
        run("import operator, os, pickle")
    evaluate_each(args)


def define_special(name, toy, names):
    ob = export_with(toy, HASHABLE, names)
    define(name, ob)
    capi.decref(ob)


def evaluate_each(args):
    """Each argument, with `five`, a toy, at hand; `x = y` is executed."""
    install()
    with inside:
        export_as("five", Toy(5), FULL)
        export_as("three", Toy(3), FULL)
        export_as("bare", Toy(1), 0)
        export_as("function", Toy(1), CALLABLE | BINDING)
        export_as("mapping", Toy(1), SIZED | SUBSCRIPTABLE | DICT)
        export_as("cls", Toy(1), CLASS)
        export_as("negative", Toy(-1), FULL)
        run("import collections.abc, weakref")
        for source in args:
            if source.startswith('! '):
                run(source[2:])
                continue
            ob = evaluate_any(source)
            if not ob:
                error = capi.fetch_error()
                print "%s raises %s: %s" % (source, class_name(error), string_of(error))
                capi.decref(error)
            else:
                capi.decref(ob)
                show(source)


def identity(args):
    with inside:
        toy = Toy(9)
        ob = export(toy, 0)
        equal(capi.kind(ob), capi.KIND_EXPORT, "kind")
        check(state.table[capi.export_handle(ob)] is toy, "the handle leads to the toy")
        other = evaluate("object()")
        equal(capi.export_handle(other), -1, "no handle")
        capi.decref(other)
        capi.decref(ob)
    print "all"


def gone(args):
    """CPython lets go, in a cycle or not: the handle is in the queue."""
    install()
    with inside:
        equal(forget_gone(), 0, "nothing yet")
        ob = export(Toy(1), 0)
        equal(forget_gone(), 0, "alive")
        capi.decref(ob)
        equal(forget_gone(), 1, "gone")
        export_as("x", Toy(1), CALLABLE)
        run("keep = [x, lambda: keep]\nkeep.append(keep)\ndel x")
        equal(forget_gone(), 0, "kept by the list")
        run("import gc\ndel keep\ngc.collect()")
        equal(forget_gone(), 1, "gone with the cycle")
        run("import weakref")
        export_as("x", Toy(1), 0)
        run("died = []\nref = weakref.ref(x, lambda r: died.append(1))\ndel x")
        show("ref(), died")
        equal(forget_gone(), 1, "gone under a weak reference")
    print "all"


def type_leaks(args):
    """An export holds its type, and lets go of it."""
    with inside:
        type = new(capi.export_type("rpython.Toy", CALLABLE))
        state.table.append(Toy(1))
        state.exports.append(capi.NULL)
        before = count(type)
        for i in range(1000):
            capi.decref(new(capi.new_export(type, 0)))
        equal(count(type), before, "references to the type")
        capi.decref(type)
    print "none"


def call_leaks(args):
    """1000 callbacks, good ones and bad ones, leave the counts as they were."""
    install()
    with inside:
        toy = export(Toy(5), FULL)
        big = evaluate("10 ** 15")
        text = evaluate("'a text of its own: ' + str(object())")
        counts = [count(toy), count(big), count(text)]
        for i in range(1000):
            equal(integer(call(toy, [big])), 1000000000000005, "sum")
            check(not call_any(toy, [text]), "a str is refused")
            capi.decref(capi.fetch_error())
        equal(count(toy), counts[0], "references to the export")
        equal(count(big), counts[1], "references to the argument")
        equal(count(text), counts[2], "references to the refused one")
        capi.decref(text)
        capi.decref(big)
        capi.decref(toy)
        equal(forget_gone(), 1, "gone")
    print "none"


def special_leaks(args):
    """1000 operators, good ones and bad ones, leave the counts as they were."""
    install()
    with inside:
        good = export_with(Toy(5), 0, ['__add__', '__get__'])
        bad = export_with(Toy(-5), 0, ['__add__'])
        big = evaluate("10 ** 15")
        capi.decref(special(good, '__add__', big))      # caches fill
        counts = [count(good), count(bad), count(big)]
        for i in range(1000):
            capi.decref(special(good, '__add__', big))
            check(not special(bad, '__add__', big), "a toy below zero")
            capi.decref(capi.fetch_error())
        equal(count(good), counts[0], "references to the export")
        equal(count(bad), counts[1], "references to the export that fails")
        equal(count(big), counts[2], "references to the argument")
        for ob in [good, bad, big]:
            capi.decref(ob)
        equal(forget_gone(), 2, "gone")
    print "none"


def special(ob, name, argument):
    assert name == '__add__'
    return capi.BINARY['Add'](ob, argument)


COMMANDS = {'export-special': evaluate_special, 'export-special-leaks': special_leaks, 'export-evaluate': evaluate_each, 'export-identity': identity, 'export-gone': gone,
            'export-type-leaks': type_leaks, 'export-call-leaks': call_leaks}
