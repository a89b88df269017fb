"""Runs in CPython: what a reference that was released refers to."""


def make_released():
    """An object whose every use is a ValueError."""
    def refuse(self, *args, **kwargs):
        raise ValueError("this reference was released")

    class Released:
        __getattribute__ = __setattr__ = __call__ = __len__ = __iter__ = __getitem__ = refuse
        __setitem__ = __delitem__ = __contains__ = __next__ = refuse
    return Released()
