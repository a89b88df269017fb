"""fork() by CPython runs PyPy's hooks; the other way is the interpreter level's business
(pypy_module_cpyembed/forks.py)."""

import cpyembed


def prepare():
    """Register the at-fork functions of CPython's `os`; once, when CPython has started.

    Those registered first run last before the fork and first after it, so these go first.
    """
    hooks = cpyembed._cpython_forks
    register = cpyembed._raw_getattr(cpyembed._import_module("posix"), "register_at_fork")
    cpyembed._raw_call(register, before=lambda: hooks("before"),
                       after_in_parent=lambda: hooks("parent"),
                       after_in_child=lambda: hooks("child"))
