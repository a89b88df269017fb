"""Awaiting CPython's coroutines and futures from a PyPy event loop.

The awaitable runs on a CPython loop in a thread of its own; a PyPy future waits for it, and is
woken through `call_soon_threadsafe`. Cancelling the PyPy future cancels CPython's.
"""


def await_object(self):
    """`__await__` of an Object class: a generator, as PyPy's coroutines want it."""
    from cpyembed.preload import protocols
    loop = running_loop()
    if loop is None:
        return protocols.special("__await__")(self)
    return wait_for(self, loop)


def running_loop():
    """PyPy's running asyncio loop, or None (another framework, or `send` by hand)."""
    import sys
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def wait_for(awaitable, loop):
    from cpyembed.preload import setup
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
    cancel = setup.support["run_awaitable"](awaitable, done)

    def cancelled(f):
        if f.cancelled():
            cancel()
    future.add_done_callback(cancelled)
    return (yield from future)
