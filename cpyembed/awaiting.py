"""Awaiting CPython's coroutines and futures from a PyPy event loop; both engines.

The awaitable runs on a CPython loop in a thread of its own; a PyPy future waits for it, and is
woken through `call_soon_threadsafe`. Cancelling the PyPy future cancels CPython's.
"""

import sys


def await_object(obj, plainly):
    """`__await__` of the Object `obj`: an iterator, as PyPy's coroutines want it.

    plainly: the function that gives CPython's own, for whoever drives it by hand.
    """
    loop = running_loop()
    return plainly(obj) if loop is None else wait_for(obj, loop)


def running_loop():
    """PyPy's running asyncio loop, or None (another framework, or `send` by hand)."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def wait_for(awaitable, loop):
    """The iterator that `__await__` of the Object `awaitable` gives while `loop` runs."""
    from cpyembed import cside
    future = loop.create_future()

    def done(kind, value):
        try:
            loop.call_soon_threadsafe(finish, kind, value)
        except RuntimeError:
            pass            # PyPy's loop is closed: nobody waits any more

    def finish(kind, value):
        if future.done():
            return
        if kind == "cancelled":
            future.cancel()
        elif kind == "error":
            future.set_exception(value)
        else:
            future.set_result(value)
    cancel = cside.function("event_loop.run_awaitable")(awaitable, done)

    def cancelled(f):
        if f.cancelled():
            cancel()
    future.add_done_callback(cancelled)
    return (yield from future)
