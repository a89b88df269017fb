"""The Python half of the native engine.

The built-in module `cpyembed` (pypy_module_cpyembed/) takes its public names from `api`, and calls
the functions that `start` registers for what is easier said in Python: classes of exceptions,
values of the standard library. None of it is on the path of an ordinary call.
"""
