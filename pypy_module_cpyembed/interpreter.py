"""Start, configure and stop the embedded CPython.

It is started once, on the thread that calls `start`, and never torn down:
`stop` does for the program what the end of CPython would do (threads joined,
atexit functions run, streams flushed), and closes the gate for later threads.
"""
from rpython.rtyper.lltypesystem import lltype, rffi

from . import capi, gil


class StartError(Exception):
    """CPython refused to start; `message` says why."""

    def __init__(self, message):
        self.message = message


def start(executable, argv, pythonpath):
    """Start CPython as `executable` (a path, str) would start, with `argv` (a
    list of str) as its sys.argv.  `pythonpath` (str, may be empty) goes in front
    of its sys.path.  Raises StartError."""
    if gil.state.started:
        return
    ll_argv = rffi.liststr2charpp(argv)
    try:
        if pythonpath:
            message = capi.start(executable, ll_argv, len(argv), pythonpath)
        else:
            message = capi.start(executable, ll_argv, len(argv),
                                 lltype.nullptr(rffi.CCHARP.TO))
    finally:
        rffi.free_charpp(ll_argv)
    if message:
        raise StartError(rffi.charp2str(message))
    gil.setup_forks()
    gil.state.shared = capi.get_shared()
    capi.learn_layout()
    gil.state.started = True


def stop():
    """End the program's part in CPython.  The gate closes first: a thread that
    was never in CPython cannot enter it any more; when it is over, none can."""
    if not gil.state.started or gil.state.ended:
        return
    capi.close_gate()
    gil.enter()
    try:
        capi.stop()
    finally:
        gil.leave()
    gil.state.ended = True


def libpython():
    """The path of the libpython in use, as the loader found it."""
    return rffi.charp2str(capi.libpython())
