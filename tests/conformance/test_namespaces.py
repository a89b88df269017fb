"""Where `cpyembed.exec` and `cpyembed.eval` leave and find names."""

import cpyembed


def test_without_globals_it_is_cpythons_main():
    cpyembed.exec("left_in_main = 5")
    try:
        assert cpyembed.eval("left_in_main + 1") == 6
        assert cpyembed.import_module("__main__").left_in_main == 5
    finally:
        cpyembed.exec("del left_in_main")


def test_a_dict_gets_the_names_and_nothing_else():
    names = {"x": 2}
    cpyembed.exec("y = x * 2", names)
    assert names == {"x": 2, "y": 4}
    assert cpyembed.eval("x + y", names) == 6


def test_locals_of_their_own():
    names, own = {"x": 1}, {"x": 10}
    cpyembed.exec("y = x", names, own)
    assert (names, own) == ({"x": 1}, {"x": 10, "y": 10})


def test_a_dict_of_cpythons():
    names = cpyembed.Object({"x": 2})
    cpyembed.exec("y = x * 2", names)
    assert names["y"] == 4


def test_a_code_object():
    code = cpyembed.builtins.compile("6 * 7", "<there>", "eval")
    assert cpyembed.eval(code) == 42
