"""CPython uses objects of RPython: each slot, errors, and their end."""
from pypy_module_cpyembed import capi

from driver import (call, call_any, check, class_name, count, equal, evaluate, evaluate_any,
                    inside, integer, new, run, show, string_of)
from exports import (CALLABLE, CONTAINER, HASHABLE, ITEM_ASSIGNMENT, ITERABLE, ITERATOR, SIZED,
                     SUBSCRIPTABLE, Toy, export, export_as, forget_gone, install, state)

FULL = (CALLABLE | CONTAINER | HASHABLE | ITEM_ASSIGNMENT | ITERABLE | SIZED | SUBSCRIPTABLE)


def evaluate_each(args):
    """Each argument, with `five`, a toy, at hand; `x = y` is executed."""
    install()
    with inside:
        export_as("five", Toy(5), FULL)
        export_as("three", Toy(3), FULL)
        export_as("bare", Toy(1), 0)
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


COMMANDS = {'export-evaluate': evaluate_each, 'export-identity': identity, 'export-gone': gone,
            'export-type-leaks': type_leaks, 'export-call-leaks': call_leaks}
