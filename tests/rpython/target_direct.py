"""The short ways across: all of a crossing in one C call."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi, gil

from driver import attribute, check, equal, evaluate, import_module, inside, new, repr_of, run

ONE_OBJECT = 1 << 8 | capi.OBJECT_ARGUMENT


def address(ob):
    return rffi.cast(lltype.Signed, ob)


def releases():
    return gil.state.shared.releases


def say(status):
    """Print what a short way did, and end it."""
    if status == capi.FLOAT_RESULT:
        print "float", capi.outcome_number()
    elif status == capi.INT_RESULT:
        print "int", capi.outcome_integer()
    elif status == capi.OBJECT_RESULT:
        check(capi.holds_gil() != 0, "inside with an object")
        ob = capi.outcome_object()
        print "object", repr_of(ob)
        capi.decref(ob)
        gil.leave()
    elif status == capi.ERROR:
        check(capi.holds_gil() != 0, "inside with an error")
        error = capi.fetch_error()
        print "error", repr_of(error)
        capi.decref(error)
        gil.leave()
    else:
        print "status", status


def results(args):
    """Every kind of result, of f(x) with an object."""
    with inside:
        identity = evaluate("lambda x: x")
        values = [evaluate(text) for text in [
            "1.5", "0", "7", "-7", "2**30 - 1", "-2**30 + 1", "2**70", "None", "False", "True",
            "'text'", "float('nan')", "[1]"]]
        fails = evaluate("lambda x: x.nothing")
    for value in values:
        say(capi.direct_call(identity, releases(), ONE_OBJECT, capi.NULL, address(value), 0, 0))
    say(capi.direct_call(fails, releases(), ONE_OBJECT, capi.NULL, address(values[0]), 0, 0))


def arguments(args):
    """Numbers, keywords, none at all, and a callee that lets go of itself."""
    with inside:
        collect = evaluate("lambda *args, **kwargs: [args, kwargs]")
        names = evaluate("('x', 'y')")
        run("class Once:\n"
            "    def __call__(self, x):\n"
            "        return [x]\n")
        once = evaluate("Once()")
        two = evaluate("2")
    say(capi.direct_call(collect, releases(), 0, capi.NULL, 0, 0, 0))
    shape = 3 << 8 | capi.INT_ARGUMENT | capi.OBJECT_ARGUMENT << 2 | capi.FLOAT_ARGUMENT << 4
    half = 0x3fe << 52          # the bits of 0.5
    say(capi.direct_call(collect, releases(), shape, capi.NULL, -1, address(two), half))
    say(capi.direct_call(collect, releases(), shape | 2 << 16, names, -1, address(two), half))
    say(capi.direct_call(once, releases(), ONE_OBJECT, capi.NULL, address(two), 0, 0))


def floats(args):
    """f(x) of a float: a float as itself, NaN and all else by the outcome."""
    with inside:
        math = import_module("math")
        functions = [attribute(math, name) for name in ["sqrt", "floor", "isnan"]]
        identity = evaluate("lambda x: x")
    print "number", capi.direct_call_float(functions[0], releases(), 2.25)
    nan = capi.direct_call_float(functions[1], releases(), 2.25)
    check(nan != nan, "NaN for an int")
    say(capi.outcome_status())
    nan = capi.direct_call_float(functions[2], releases(), 2.25)
    check(nan != nan, "NaN for a bool")
    equal(capi.outcome_status(), capi.FALSE_RESULT, "False")
    nan = capi.direct_call_float(identity, releases(), nan)
    check(nan != nan, "NaN itself")
    say(capi.outcome_status())
    nan = capi.direct_call_float(functions[0], releases(), -1.0)
    check(nan != nan, "NaN for an error")
    say(capi.outcome_status())


def released(args):
    """Nothing is done with addresses that were read before a release()."""
    with inside:
        calls = evaluate("[]")
        append = attribute(calls, "append")
    before = releases()
    gil.state.shared.releases += 1
    status = capi.direct_call(append, before, ONE_OBJECT, capi.NULL, address(calls), 0, 0)
    equal(status, capi.RETRY, "status")
    nan = capi.direct_call_float(append, before, 1.0)
    check(nan != nan, "NaN")
    equal(capi.outcome_status(), capi.RETRY, "status of a float")
    equal(capi.direct_next(calls, before), capi.RETRY, "status of next")
    with inside:
        print repr_of(calls)


def attributes_and_items(args):
    with inside:
        run("class Colour:\n"
            "    name = 'blue'\n"
            "    number = 5\n")
        colour = evaluate("Colour")
        number = new(capi.intern("number", 6))
        nothing = new(capi.intern("nothing", 7))
        items = evaluate("{1: 'one', 2.0: 2.5}")
    two = 1 << 62               # the bits of 2.0
    say(capi.direct_getattr(colour, releases(), number))
    say(capi.direct_getattr(colour, releases(), nothing))
    say(capi.direct_getitem(items, releases(), capi.INT_ARGUMENT, 1))
    say(capi.direct_getitem(items, releases(), capi.FLOAT_ARGUMENT, two))
    say(capi.direct_getitem(items, releases(), capi.OBJECT_ARGUMENT, address(colour)))


def elements(args):
    """A list is read without giving up PyPy's GIL, until its end."""
    with inside:
        ob = evaluate("[1.5, -3, 2**70, None, (1, 2)]")
    slot = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    index = 0
    while True:
        with inside:            # what is queued is drained: list_next does not wait
            pass
        status = capi.list_next(ob, index, rffi.cast(rffi.VOIDP, slot))
        if status == capi.RETRY:
            continue
        if status == capi.END:
            break
        if status == capi.FLOAT_RESULT:
            print "float", rffi.cast(capi.DOUBLEP, slot)[0]
        elif status == capi.INT_RESULT:
            print "int", slot[0]
        elif status == capi.OBJECT_RESULT:
            item = rffi.cast(capi.PYOBJ, slot[0])
            print "object", repr_of(item)
            capi.decref(item)
            gil.leave()
        else:
            print "status", status
        index += 1
    equal(index, 5, "elements")
    lltype.free(slot, flavor='raw')


def counts(args):
    """No reference is lost or dropped twice."""
    with inside:
        run("class Thing:\n"
            "    def same(self, x):\n"
            "        return x\n"
            "    def fail(self, x):\n"
            "        raise ValueError(x)\n"
            "thing = Thing()\n")
        thing = evaluate("thing")
        same = attribute(thing, "same")
        fail = attribute(thing, "fail")
        before = thing.ob_refcnt
        same_before = same.ob_refcnt
    for i in range(100):
        for function in [same, fail]:
            status = capi.direct_call(function, releases(), ONE_OBJECT, capi.NULL,
                                      address(thing), 0, 0)
            if status == capi.OBJECT_RESULT:
                capi.decref(capi.outcome_object())
            else:
                equal(status, capi.ERROR, "status")
                capi.decref(capi.fetch_error())
            gil.leave()
    with inside:
        equal(thing.ob_refcnt, before, "references to the argument")
        equal(same.ob_refcnt, same_before, "references to the callee")
    print "all"


COMMANDS = {'direct-results': results, 'direct-arguments': arguments, 'direct-floats': floats,
            'direct-released': released, 'direct-attributes': attributes_and_items,
            'direct-elements': elements, 'direct-counts': counts}
