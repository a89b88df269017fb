"""Runs in CPython: what a reference that was released refers to."""


def make_released():
    """An object whose every use is a ValueError."""
    def refuse(self, *args, **kwargs):
        raise ValueError("this reference was released")

    class Released:
        __repr__ = lambda self: "<released>"
        __getattribute__ = __setattr__ = __call__ = __len__ = __iter__ = __getitem__ = refuse
        __setitem__ = __bool__ = __eq__ = __add__ = __float__ = __int__ = refuse
        __hash__ = object.__hash__
    return Released()
