"""`import_mod`, the name that PyPy's blog post of December 2011 used for `import_module`."""

import cpyembed


def import_mod(name):
    """The CPython module `name` (str, with dots); see `cpyembed.import_module`."""
    return cpyembed.import_module(name)
