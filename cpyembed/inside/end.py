"""Runs in CPython: the end of the program."""

import sys


def finish():
    """What CPython's own end would do that a program can see: threads joined, atexit run."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    import atexit
    atexit._run_exitfuncs()
