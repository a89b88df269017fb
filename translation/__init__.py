"""The driver of ``translate.sh``: PyPy's source in, a relocatable ``pypy-cpyembed`` out.

Standard library only, Python 3.9 or later.  One concept a file; ``build.py`` is the way through.
"""
