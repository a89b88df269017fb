"""Runs in CPython: an event loop in a thread of its own, for coroutines that PyPy awaits."""

import os

loop = None


def event_loop():
    """CPython's event loop, running in a thread of its own."""
    global loop
    if loop is None:
        import asyncio
        import threading
        loop = asyncio.new_event_loop()
        threading.Thread(target=run_loop, name="cpyembed-asyncio", daemon=True).start()
    return loop


def run_loop():
    """Body of the thread. SystemExit and KeyboardInterrupt of a task end `run_forever`; they are
    for whoever awaits it, and the loop goes on."""
    while True:
        try:
            loop.run_forever()
        except (SystemExit, KeyboardInterrupt):
            pass


def forget_loop():
    """In the child of a fork, where the thread is gone."""
    global loop
    loop = None


os.register_at_fork(after_in_child=forget_loop)


def run_awaitable(awaitable, done):
    """Run it on CPython's loop; done(kind, value) is called there at the end. Returns cancel."""
    import asyncio

    async def run():
        return await awaitable

    def finished(future):
        if future.cancelled():
            done("cancelled", None)
        elif future.exception() is not None:
            done("error", future.exception())
        else:
            done("result", future.result())
    if isinstance(awaitable, asyncio.Future) and awaitable.get_loop() is not event_loop():
        raise RuntimeError("a future of another CPython event loop cannot be awaited from PyPy")
    future = asyncio.run_coroutine_threadsafe(run(), event_loop())
    future.add_done_callback(finished)
    return future.cancel
