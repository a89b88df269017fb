"""Section 4: `is` and `id` agree with CPython, and one PyPy object has one export."""

import cpyembed


def test_same_object_twice_is_the_same(define):
    names = define("x = object()\ndef get(): return x")
    assert names["get"]() is names["get"]()
    assert id(names["get"]()) == id(names["x"])


def test_singletons(define):
    NA = define("class NAType: pass\nNA = NAType()\ndef get(): return NA")
    assert NA["NA"] is NA["get"]()


def test_modules_are_the_same():
    assert cpyembed.import_module("json") is cpyembed.import_module("json")


def test_object_comes_back_as_itself(define):
    names = define("kept = []\ndef keep(x): kept.append(x)\ndef get(): return kept[0]")
    x = cpyembed.eval("[1]")
    names["keep"](x)
    assert names["get"]() is x


def test_bound_method_that_cpython_keeps(define):
    names = define("kept = []\ndef keep(x): kept.append(x)\ndef get(): return kept[0]")
    m = cpyembed.eval("[1]").append
    names["keep"](m)
    assert names["get"]() is m


def test_fluent_methods(define):
    x = define("class C:\n def me(self): return self\nx = C()")["x"]
    assert x.me() is x and x.me().me() is x


def test_export_comes_back_as_itself(identity):
    class C: pass
    for x in (C(), C, len, lambda: 1, print):
        assert identity(x) is x


def test_one_export_while_one_is_alive(define):
    names = define("def same(a, b): return a is b\nkept = []\ndef keep(x): kept.append(x)\n"
                   "def is_kept(x): return kept[0] is x")

    class C: pass
    c = C()
    assert names["same"](c, c)
    names["keep"](c)
    assert names["is_kept"](c)


def test_objects_as_dictionary_keys(define):
    names = define("x = object()\ny = object()\ndef get(): return x")
    table = {names["x"]: 1, names["y"]: 2}
    assert table[names["get"]()] == 1
