"""Which CPython frames were current when callbacks came."""
from pypy_module_cpyembed import capi

from driver import call, define, evaluate, inside, integer, new, run, show
from exports import CALLABLE, Toy, export, install


class Caller(Toy):
    """Calls CPython in its turn, with what it was called with."""

    def compute(self, total):
        with inside:
            if total == 0:
                run("found = names()")
            else:
                run("third(%d)" % (total - 1))
        return total


def frames(args):
    install()
    with inside:
        function = new(capi.frames_function())
        define("callback_frames", function)
        capi.decref(function)
        caller = export(Caller(0), CALLABLE)
        define("caller", caller)
        run("import sys\n"
            "def names():\n"
            "    found = callback_frames()\n"
            "    chain, frame = [], sys._getframe()\n"
            "    while frame:\n"
            "        chain.append(frame)\n"
            "        frame = frame.f_back\n"
            "    assert all(f is None or f in chain for f in found)\n"
            "    return [f and f.f_code.co_name for f in found]\n"
            "def first(n): return second(n)\n"
            "def second(n): return caller(n)\n"
            "def third(n): return list(map(caller, [n]))\n"
            "def generate(n): yield caller(n)\n"
            "class Dies:\n"
            "    def __del__(self): caller(0)\n"
            "def drop(): Dies()\n")
        show("names()")
        for source in ["first(0)", "first(1)", "first(2)", "list(map(caller, [0]))",
                       "list(generate(0))", "drop()", "[0].sort(key=caller)"]:
            capi.decref(evaluate(source))
            show("found")
        zero = evaluate("0")
        integer(call(caller, [zero]))
        show("found")
        show("names()")
        capi.decref(zero)
        capi.decref(caller)


COMMANDS = {'frames': frames}
