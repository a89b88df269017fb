"""The names of the programs, in the order in which they take their turns."""

C, CPYTHON, NATIVE, PRELOAD = "C", "CPython", "native", "preload"
CPYEXT, JEP, RETICULATE, NODE = "PyPy, cpyext", "jep", "reticulate", "node-calls-python"
EXECNET, SHARED_MEMORY, NUMBA = "execnet", "shared memory", "Numba"

ENGINES = (NATIVE, PRELOAD)
EVERY = (C, CPYTHON, NATIVE, PRELOAD, CPYEXT, JEP, RETICULATE, NODE, EXECNET, SHARED_MEMORY, NUMBA)
