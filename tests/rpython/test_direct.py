"""The short ways across: one C call for a crossing."""


def test_every_kind_of_result(target):
    assert target("direct-results").lines == [
        "float 1.500000", "int 0", "int 7", "int -7", "int 1073741823", "int -1073741823",
        "object 1180591620717411303424", "status 4", "status 5", "status 6", "object 'text'",
        "float nan", "object [1]",
        "error AttributeError(\"'float' object has no attribute 'nothing'\")"]


def test_arguments(target):
    assert target("direct-arguments").lines == [
        "object [(), {}]", "object [(-1, 2, 0.5), {}]", "object [(-1,), {'x': 2, 'y': 0.5}]",
        "object [2]"]


def test_a_function_of_a_float(target):
    assert target("direct-floats").lines == [
        "number 1.500000", "int 2", "float nan", "error ValueError('math domain error')"]


def test_addresses_read_before_a_release_are_not_used(target):
    assert target("direct-released").lines == ["[]"]


def test_attributes_and_items(target):
    assert target("direct-attributes").lines == [
        "int 5", "error AttributeError(\"type object 'Colour' has no attribute 'nothing'\")",
        "object 'one'", "float 2.500000", "error KeyError(<class '__main__.Colour'>)"]


def test_elements_of_a_list(target):
    assert target("direct-elements").lines == [
        "float 1.500000", "int -3", "object 1180591620717411303424", "status 4",
        "object (1, 2)"]


def test_references(target):
    assert target("direct-counts").lines == ["all"]
