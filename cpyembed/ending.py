"""CPython's end is the last thing that happens at PyPy's exit; both engines."""

import atexit


def run_last_at_exit(function):
    """Register an atexit function that runs behind all others, also behind those that the program
    has registered already. PyPy's atexit keeps its functions in a list and runs them backwards."""
    functions = getattr(atexit.register, "__globals__", {}).get("atexit_callbacks")
    if isinstance(functions, list):
        functions.insert(0, (function, (), {}))
    else:
        atexit.register(function)
