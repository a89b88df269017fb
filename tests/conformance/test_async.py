"""Section 4: awaiting CPython from a PyPy event loop."""

import asyncio
import time

import pytest

import cpyembed


@pytest.fixture(scope="module")
def names():
    ns = {}
    cpyembed.exec("""if 1:
        import asyncio
        log = []
        async def double(x):
            await asyncio.sleep(0.05)
            return x * 2
        async def fails():
            await asyncio.sleep(0.01)
            raise KeyError('k')
        async def leaves():
            raise SystemExit(3)
        async def long():
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                log.append('cancelled')
                raise
        async def agen():
            for i in range(3):
                yield i
        class Manager:
            async def __aenter__(self): return 'entered'
            async def __aexit__(self, *exc): log.append('left')
        manager = Manager()
        def wait_for(coroutine): return asyncio.run(coroutine)
        async def await_it(x): return ('got', await x)
    """, ns)
    return ns


def test_await(names):
    async def main():
        return await names["double"](21)
    assert asyncio.run(main()) == 42


def test_pypys_loop_goes_on_meanwhile(names):
    async def main():
        ticks = []

        async def tick():
            for _ in range(5):
                ticks.append(1)
                await asyncio.sleep(0.005)
        results = await asyncio.gather(names_double(3), tick())
        return results[0], len(ticks)

    async def names_double(x):
        return await names["double"](x)
    assert asyncio.run(main()) == (6, 5)


def test_an_exception_crosses(names):
    async def main():
        await names["fails"]()
    with pytest.raises(KeyError):
        asyncio.run(main())


def test_system_exit_crosses_and_the_loop_goes_on(names):
    async def main(f, *args):
        return await f(*args)
    with pytest.raises(SystemExit) as caught:
        asyncio.run(main(names["leaves"]))
    assert caught.value.code == 3
    assert asyncio.run(main(names["double"], 4)) == 8


def test_await_in_the_child_of_a_fork(program):
    done = program("""if 1:
        import asyncio, os, cpyembed
        sleep = cpyembed.import_module('asyncio').sleep
        async def main():
            return await sleep(0.01, 'slept')
        print(asyncio.run(main()), flush=True)
        pid = os.fork()
        if pid == 0:
            print(asyncio.run(main()), flush=True)
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    """)
    assert done.stdout == "slept\nslept\n", done.stdout + done.stderr


def test_cancellation_crosses(names):
    async def main():
        async def wait():
            await names["long"]()
        task = asyncio.ensure_future(wait())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    asyncio.run(main())
    end = time.monotonic() + 2
    while "cancelled" not in names["log"] and time.monotonic() < end:
        time.sleep(0.01)
    assert "cancelled" in names["log"]


def test_async_iteration(names):
    async def main():
        return [i async for i in names["agen"]()]
    assert asyncio.run(main()) == [0, 1, 2]


def test_async_context_manager(names):
    async def main():
        async with names["manager"] as value:
            return value
    assert asyncio.run(main()) == "entered"
    assert "left" in names["log"]


def test_a_pypy_coroutine_in_cpythons_loop(names):
    async def pypys():
        return 7
    assert names["wait_for"](names["await_it"](pypys())) == ("got", 7)


def test_a_pypy_coroutine_in_cpythons_loop_awaits_cpythons(names):
    async def pypys():
        doubled = await names["double"](4)
        return doubled + sum([i async for i in names["agen"]()])
    assert names["wait_for"](names["await_it"](pypys())) == ("got", 11)
