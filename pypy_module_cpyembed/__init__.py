"""The native engine of cpyembed: a real CPython inside PyPy.

Copied to `pypy/module/cpyembed` for the translation.  `capi`, `gil` and
`interpreter` import only `rpython.*`; the other files need PyPy's interpreter.
"""
