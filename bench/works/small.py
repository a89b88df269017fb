"""Small things with NumPy: the four lines of section 9 of the design, where cpyext is compared."""

from works.side import compiled, cpyembed, work


@work("numpy-small")
def numpy_small():
    numpy = cpyembed.import_module("numpy")
    a, b, small = numpy.arange(1000.0), numpy.arange(1000.0), numpy.arange(4.0)
    for label, body in [("np.add(a, b), 1,000 doubles", "add(a, b)"), ("a[5]", "a[5]"),
                        ("np.empty(4)", "empty(4)"), ("small.sum()", "small.sum()")]:
        yield label, compiled("_", body, {"add": numpy.add, "a": a, "b": b, "empty": numpy.empty,
                                          "small": small})
