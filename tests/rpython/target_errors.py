"""CPython's exceptions: fetched, walked, set again."""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy_module_cpyembed import capi

from driver import (attribute, call, call_any, check, class_name, count, equal, evaluate,
                    evaluate_any, inside, new, repr_of, run, string_of)

SOURCE = ("def inner(x):\n"
          "    raise KeyError(x)\n"
          "def outer(x):\n"
          "    try:\n"
          "        inner(x)\n"
          "    except KeyError as e:\n"
          "        raise ValueError('outer') from e\n")


def print_traceback(error):
    entry = capi.traceback_of(error)
    lineno = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    texts = lltype.malloc(rffi.CCHARPP.TO, 2, flavor='raw')
    while entry:
        image = capi.traceback_entry(entry, lineno, texts, rffi.ptradd(texts, 1))
        print "  %s:%d %s%s" % (rffi.charp2str(texts[0]), lineno[0], rffi.charp2str(texts[1]),
                                " (image)" if image else "")
        following = capi.traceback_next(entry)
        capi.decref(entry)
        entry = following
    lltype.free(texts, flavor='raw')
    lltype.free(lineno, flavor='raw')


def fetch(args):
    with inside:
        run(SOURCE)
        check(not evaluate_any("outer(42)"), "raises")
        error = capi.fetch_error()
        check(not capi.PyErr_Occurred(), "fetched")
        print class_name(error), repr_of(error)
        print_traceback(error)
        cause = attribute(error, "__cause__")
        print class_name(cause), repr_of(cause)
        print_traceback(cause)
        capi.decref(cause)
        capi.decref(error)


def restore(args):
    """Through RPython and on: the same object, its traceback kept."""
    with inside:
        run(SOURCE)
        check(not evaluate_any("inner(1)"), "raises")
        error = capi.fetch_error()
        before = count(error)
        capi.incref(error)
        capi.restore_error(error)
        check(bool(capi.PyErr_Occurred()), "set")
        again = capi.fetch_error()
        check(again == error, "the same object")
        equal(count(error), before + 1, "its references")
        print_traceback(again)
        capi.decref(again)
        capi.decref(error)


def add_image(args):
    with inside:
        check(not evaluate_any("1 / 0"), "raises")
        capi.add_image("function_of_pypy", "/made/up.py", 12)
        error = capi.fetch_error()
        print repr_of(error)
        print_traceback(error)
        capi.decref(error)


def replace_traceback(args):
    """An exception that is set with another traceback has that one alone."""
    with inside:
        run(SOURCE)
        check(not evaluate_any("inner(1)"), "raises")
        error = capi.fetch_error()
        whole = capi.traceback_of(error)
        behind = capi.traceback_next(whole)
        capi.decref(whole)
        capi.set_traceback(error, behind)
        capi.decref(behind)
        print_traceback(error)
        capi.set_traceback(error, capi.NULL)
        check(not capi.traceback_of(error), "none")
        capi.decref(error)


def recursion(args):
    with inside:
        capi.set_recursion_error()
        error = capi.fetch_error()
        print class_name(error), string_of(error)
        capi.decref(error)


def nothing_set(args):
    with inside:
        error = capi.fetch_error()
        print class_name(error), string_of(error)
        capi.decref(error)


def leaks(args):
    """Fetching and dropping 1000 times: what the exception holds is let go."""
    with inside:
        run(SOURCE)
        marker = evaluate("object()")
        inner = evaluate("inner")
        before = count(marker)
        for i in range(1000):
            check(not call_any(inner, [marker]), "raises")
            error = capi.fetch_error()
            entry = capi.traceback_of(error)
            lineno = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
            texts = lltype.malloc(rffi.CCHARPP.TO, 2, flavor='raw')
            while entry:
                capi.traceback_entry(entry, lineno, texts, rffi.ptradd(texts, 1))
                following = capi.traceback_next(entry)
                capi.decref(entry)
                entry = following
            lltype.free(texts, flavor='raw')
            lltype.free(lineno, flavor='raw')
            capi.restore_error(error)
            capi.decref(capi.fetch_error())
        equal(count(marker), before, "references after")
        capi.decref(inner)
        capi.decref(marker)
    print "none"


COMMANDS = {'fetch': fetch, 'restore': restore, 'add-image': add_image, 'replace-traceback': replace_traceback,
            'recursion': recursion,
            'nothing-set': nothing_set, 'error-leaks': leaks}
