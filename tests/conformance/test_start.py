"""Section 3: starting, importing, running source, information."""

import sys

import pytest

import cpyembed


def test_info_names_engine_and_cpython():
    facts = cpyembed.info()
    assert facts["engine"] in ("native", "preload")
    for key in ("cpython", "executable", "prefix", "libpython"):
        assert facts[key]


def test_import_module_gives_cpythons():
    module = cpyembed.import_module("sys")
    assert module.implementation.name == "cpython"
    assert sys.implementation.name == "pypy"


def test_import_module_of_a_submodule():
    assert cpyembed.import_module("xml.dom.minidom").__name__ == "xml.dom.minidom"


def test_the_version_is_that_of_info():
    version = cpyembed.import_module("sys").version.split()[0]
    assert version == cpyembed.info()["cpython"]


def test_prefix_and_executable_are_the_chosen_ones():
    module = cpyembed.import_module("sys")
    assert module.prefix == cpyembed.info()["prefix"]
    assert module.executable == cpyembed.info()["executable"]


def test_missing_module_tells_the_command():
    with pytest.raises(ModuleNotFoundError) as caught:
        cpyembed.import_module("no_such_module_at_all")
    assert "-m cpyembed pip install no_such_module_at_all" in str(caught.value)
    assert caught.value.name == "no_such_module_at_all"


@pytest.mark.parametrize("bad", [3, None, b"math", ["math"]])
def test_import_module_wants_a_str(bad):
    with pytest.raises(TypeError):
        cpyembed.import_module(bad)


@pytest.mark.parametrize("bad", ["", ".", "..x", "a\0b", "sys\0", "sys\ud800"])
def test_import_module_wants_a_name(bad):
    with pytest.raises(ValueError, match="is not the name of a module") as caught:
        cpyembed.import_module(bad)
    assert type(caught.value) is ValueError


def test_module_that_fails_while_importing(tmp_path):
    (tmp_path / "fails_on_import_for_cpyembed.py").write_text("1 / 0\n")
    path = cpyembed.import_module("sys").path
    path.insert(0, str(tmp_path))
    try:
        with pytest.raises(ZeroDivisionError):
            cpyembed.import_module("fails_on_import_for_cpyembed")
    finally:
        path.pop(0)


def test_eval():
    assert cpyembed.eval("1 + 1") == 2
    assert cpyembed.eval("x + y", {"x": 1, "y": 2}) == 3
    assert cpyembed.eval("x + y", {"x": 1}, {"y": 3}) == 4


def test_eval_syntax_error():
    with pytest.raises(SyntaxError):
        cpyembed.eval("1 +")


def test_exec_leaves_its_names():
    names = {"a": 2}
    cpyembed.exec("b = a * 21\ndef f(x): return x + b", names)
    assert names["b"] == 42
    assert names["f"](1) == 43
    assert "__builtins__" not in names


def test_exec_changes_names():
    names = {"a": 2, "gone": 1}
    cpyembed.exec("a = 3\ndel gone", names)
    assert names == {"a": 3}


@pytest.mark.parametrize("bad", [3, None])
def test_eval_wants_source(bad):
    with pytest.raises(TypeError):
        cpyembed.eval(bad)
    with pytest.raises(TypeError):
        cpyembed.exec(bad)


def test_builtins():
    assert cpyembed.builtins.len([1, 2]) == 2


def test_configure_is_too_late():
    cpyembed.start()
    with pytest.raises(RuntimeError):
        cpyembed.configure(argv=["x"])


def test_start_twice_is_harmless():
    cpyembed.start()
    cpyembed.start()


def test_object_makes_the_cpython_object():
    x = cpyembed.Object(3.5)
    assert isinstance(x, cpyembed.Object)
    assert cpyembed.eval("lambda x: type(x)")(x) is float
    assert x + 1 == 4.5
    assert cpyembed.Object(x) is x


def test_raw_never_converts():
    f = cpyembed.raw(cpyembed.import_module("math").sqrt)
    x = f(4.0)
    assert isinstance(x, cpyembed.Object)
    assert float(x) == 2.0


def test_raw_wants_a_callable():
    for bad in (3, cpyembed.eval("[]")):
        with pytest.raises(TypeError):
            cpyembed.raw(bad)


def test_release_drops_now(define):
    names = define("""
        import weakref
        class C: pass
        def make(): return C()
    """)
    x = names["make"]()
    ref = cpyembed.import_module("weakref").ref(x)
    cpyembed.release(x)
    assert ref() is None
    with pytest.raises(ValueError):
        x.attribute
    cpyembed.release(x)


def test_release_wants_an_object():
    with pytest.raises(TypeError):
        cpyembed.release(3)


def test_scope_drops_at_its_end(define):
    names = define("""
        import weakref
        class C: pass
        refs = []
        def make():
            c = C()
            refs.append(weakref.ref(c))
            return c
        def alive(): return [r() is not None for r in refs].count(True)
    """)
    with cpyembed.scope():
        x = names["make"]()
        y = names["make"]()
        assert names["alive"]() == 2
    assert names["alive"]() == 0
    for gone in (x, y):
        with pytest.raises(ValueError):
            gone.attribute


def test_scopes_nest_and_end_after_an_error(define):
    names = define("""
        import weakref
        class C: pass
        refs = []
        def make():
            c = C()
            refs.append(weakref.ref(c))
            return c
        def alive(): return [r() is not None for r in refs].count(True)
    """)
    outside = names["make"]()
    with pytest.raises(KeyError):
        with cpyembed.scope():
            first = names["make"]()
            with cpyembed.scope():
                second = names["make"]()
            assert names["alive"]() == 2
            with pytest.raises(ValueError):
                second.attribute
            assert first.__class__ is names["C"]
            raise KeyError
    assert names["alive"]() == 1 and outside.__class__ is names["C"]


def test_a_scope_can_be_entered_again():
    scope = cpyembed.scope()
    with scope:
        with scope:
            inner = cpyembed.eval("object()")
        with pytest.raises(ValueError):
            inner.attribute
        outer = cpyembed.eval("object()")
        assert outer.__class__ is object
    with pytest.raises(ValueError):
        outer.attribute
    with pytest.raises(ValueError):
        scope.__exit__(None, None, None)


def test_what_a_scope_imported_stays(define):
    with cpyembed.scope():
        module = cpyembed.import_module("colorsys")
        error = define("class E(Exception): pass\ndef f(): raise E('text')")
        with pytest.raises(error["E"]) as caught:
            error["f"]()
    assert module.__name__ == "colorsys"
    assert str(caught.value) == "text"


def test_to_python_is_deep():
    x = cpyembed.eval("{'a': [1, (2, [3]), {4}], 'b': frozenset([5])}")
    y = cpyembed.to_python(x)
    assert y == {"a": [1, (2, [3]), {4}], "b": frozenset([5])}
    assert type(y) is dict and type(y["a"]) is list and type(y["a"][1][1]) is list
    assert type(y["a"][2]) is set and type(y["b"]) is frozenset


@pytest.mark.parametrize("source", [
    "[1, 2]", "[1.5, 2.5]", "[1, 2.5]", "['a', 'b']", "[b'a']", "[]", "[(1, 2), (3, 4)]",
    "[[1], [[2.5]], ({3},)]", "{1: {2: [3]}}", "[2**70, 1]", "['\\ud800', 'é']"])
def test_to_python_of_every_kind_of_list(source):
    x = cpyembed.to_python(cpyembed.eval(source))
    assert x == eval(source) and type(x) is type(eval(source))
    assert "Object" not in str(list(map(type, x)))


def test_to_python_of_what_contains_itself(define):
    x = cpyembed.to_python(define("x = []\nx.append(x)")["x"])
    assert x[0] is x


def test_ref_passes_by_reference(define):
    append = define("def f(x): x.append(1); return x")["f"]
    xs = []
    assert append(cpyembed.ref(xs)) is xs
    assert xs == [1]


def test_register_converter_both_ways(define):
    class Metres:
        def __init__(self, n):
            self.n = n
    names = define("""
        class Feet:
            def __init__(self, n): self.n = n
        def double(x): return x * 2
    """)
    cpyembed.register_converter(pypy_type=Metres, to_cpython=lambda x: x.n)
    cpyembed.register_converter(cpython_type=names["Feet"], to_pypy=lambda x: Metres(x.n * 3))
    assert names["double"](Metres(4)) == 8
    assert names["Feet"](2).n == 6


def test_a_converter_that_goes_in_circles_is_refused(identity):
    class Circle:
        pass
    cpyembed.register_converter(pypy_type=Circle, to_cpython=lambda x: Circle())
    with pytest.raises(TypeError):
        identity(Circle())


def test_converters_of_classes_that_cross_by_value(define):
    class Pair(tuple):
        pass
    names = define("""
        class Inches(float): pass
        def f(x): return x
    """)
    cpyembed.register_converter(pypy_type=Pair, to_cpython=lambda x: "%s-%s" % (x[0], x[1]))
    cpyembed.register_converter(cpython_type=names["Inches"], to_pypy=lambda x: float(x) * 2.54)
    assert names["f"](Pair((1, 2))) == "1-2"
    assert names["Inches"](2.0) == 5.08 and names["f"](2.0) == 2.0


@pytest.mark.parametrize("bad", [
    {}, {"pypy_type": int}, {"cpython_type": 3, "to_pypy": len},
    {"pypy_type": 3, "to_cpython": len}, {"pypy_type": list, "to_cpython": 3},
    {"pypy_type": float, "to_cpython": len}, {"pypy_type": cpyembed.Object, "to_cpython": len}])
def test_register_converter_refuses(bad):
    with pytest.raises(TypeError):
        cpyembed.register_converter(**bad)


def test_first_use_on_another_thread(program):
    done = program("""if 1:
        import threading, cpyembed
        def use():
            try:
                print(cpyembed.import_module('math').sqrt(4.0))
            except RuntimeError as e:
                print('start' in str(e) and 2.0)
        t = threading.Thread(target=use)
        t.start()
        t.join()
    """)
    assert done.stdout.strip() == "2.0", done.stderr


def test_importing_alone_is_quick(program):
    done = program("import time\nt = time.perf_counter()\nimport cpyembed\n"
                   "cpyembed.Object\nprint(time.perf_counter() - t < 0.05)")
    assert done.stdout.strip() == "True", done.stderr


def test_pythonpath_is_pypys_own(program, tmp_path):
    (tmp_path / "a_module_on_a_path.py").write_text("x = 1\n")
    code = ("import cpyembed\ntry:\n    cpyembed.import_module('a_module_on_a_path')\n"
            "    print('found')\nexcept ImportError:\n    print('not found')")
    root = __file__.rpartition("/tests/")[0]
    both = "%s:%s" % (root, tmp_path)
    assert program(code, env={"PYTHONPATH": both}).stdout.strip() == "not found"
    assert program(code, env={"CPYEMBED_PYTHONPATH": str(tmp_path)}).stdout.strip() == "found"
