"""Modules, attributes, calls, items, iteration: the protocols."""


def test_a_module_is_imported_and_its_function_called(target):
    assert target("importing").values() == {"sqrt(2)": "1.4142135623730951"}


def test_calls_with_few_arguments(target):
    assert target("few-arguments").lines == ["()", "('a',)", "('a', 'b')"]


def test_calls_with_keywords(target):
    assert target("keywords").lines == ["((0,), {'x': 1, 'y': 2})"]


def test_a_bound_method_can_be_called_again(target):
    assert target("bound-method").lines == ["('C', 'a')"] * 3


def test_items(target):
    assert target("items").lines == ["all"]


def test_attributes(target):
    assert target("attributes").lines == ["blue"]


def test_iteration_ends_with_stop_iteration_and_its_value(target):
    assert target("iteration").lines == [
        "0", "1", "2", "StopIteration()", "StopIteration('last')",
        "TypeError(\"'list' object is not an iterator\")"]


def test_operators(target):
    assert target("operators").lines == ["False", "False", "False", "True", "True", "True",
                                         "14", "6", "(2, 2)", "-10", "4"]


def test_containers(target):
    assert target("containers").lines == ["[0, 1] {1: [0, 1]} {1}", "[1, [0, 1]]"]


def test_containers_whole(target):
    assert target("containers-whole").lines == [
        "-61728394506172500 499.5", "['a', 2, 'b', 1]"]


def test_special_methods_are_those_of_the_type(target):
    assert target("special-methods").lines == [
        "of the class", "of the metaclass",
        "TypeError(\"'object' object has no __round__\")"]
