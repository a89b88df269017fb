"""An Object that is released while an operation on it is under way: the object lives until the
operation is over, and no longer. Each test is a program of its own: it could end the process."""

import textwrap

import pytest

THING = '''
import cpyembed
names = {}
cpyembed.exec("""
ended = []
def count():
    return len(ended)
class Thing:
    def __init__(self, callback):
        self.callback = callback
        self.value = [5] * 1000
    def __del__(self):
        ended.append(1)
    def use(self, *args, **kwargs):
        self.callback()
        return self.value[-1]
    __call__ = __getitem__ = __add__ = __radd__ = __pow__ = __hash__ = __len__ = __int__ = use
    __next__ = use
    def __getattr__(self, name): return self.use()
    def __setitem__(self, key, value): self.use()
    def __delitem__(self, key): self.use()
    def __delattr__(self, name): self.use()
    def __contains__(self, item): return self.use() == 5
    def __bool__(self): return self.use() == 5
    def __eq__(self, other): return self.use() == 5
    def __lt__(self, other): return self.use() == 5
    def __repr__(self): return 'Thing %d' % self.use()
    def __format__(self, spec): return 'Thing %d' % self.use()
    def __iter__(self): self.use(); return iter(self.value)
    def __instancecheck__(self, x): return self.use() == 5
def allocate():
    return [bytes(i) for i in range(1000)]
""", names)
Thing, count, allocate = names["Thing"], names["count"], names["allocate"]

def set_item(x, key, value):
    x[key] = value

def del_item(x, key):
    del x[key]

def set_attribute(x, value):
    x.other = value

def del_attribute(x):
    del x.other

def tried(operations, things, callback):
    """Each on a Thing of its own, which is released in between, and goes when it is over."""
    for number, operation in enumerate(operations):
        thing = Thing(callback)
        things[:] = [thing]
        before = count()
        operation(thing)
        assert not things, number
        assert count() == before + 1, number
        try:
            thing.value
        except ValueError:
            continue
        raise AssertionError(number)
    print("done")
'''

PROGRAMS = {
    "in a converter of an argument": '''
        class Key:
            pass

        def convert(key):
            if things:
                cpyembed.release(things.pop())
                allocate()
            return 1
        cpyembed.register_converter(pypy_type=Key, to_cpython=convert)
        things = []
        tried([lambda x: x[Key()], lambda x: set_item(x, Key(), 1), lambda x: set_item(x, 1, Key()),
               lambda x: del_item(x, Key()), lambda x: set_attribute(x, Key()),
               lambda x: x(Key()), lambda x: x(1, Key()), lambda x: x(1, k=Key()),
               lambda x: cpyembed.raw(x)(Key()), lambda x: Key() in x, lambda x: x + Key(),
               lambda x: Key() + x, lambda x: x == Key(), lambda x: x < Key(),
               lambda x: pow(x, Key(), 7), lambda x: pow(x, 2, Key()), lambda x: x([Key()]),
               lambda x: x({"k": Key()}), lambda x: isinstance(Key(), x)], things, lambda: None)
    ''',
    "in a callback of the object": '''
        def callback():
            if things:
                cpyembed.release(things.pop())
                allocate()
        things = []
        for turn in range(200):         # compiled code, too
            tried([lambda x: x(), lambda x: x(1.5), lambda x: x(1, 2, 3, 4), lambda x: x[0],
                   lambda x: set_item(x, 1, 2), lambda x: del_item(x, 1), lambda x: x.missing,
                   del_attribute, lambda x: x == 1, lambda x: x < 1, hash, len, bool, repr, format,
                   lambda x: 1 in x, lambda x: x + 1, lambda x: 1 + x, lambda x: pow(x, 2), int,
                   next, iter, lambda x: isinstance(3, x)], things, callback)
    ''',
    "by the iterator of an argument": '''
        def items():
            cpyembed.release(things.pop())
            allocate()
            yield 1
        things = []
        grow = cpyembed.eval("lambda x, items: x.value.extend(items) or x.value[-1]")
        tried([lambda x: grow(x, items()), lambda x: list(grow(x, items()) for _ in "1")],
              things, lambda: None)
    ''',
    "by another thread": '''
        import threading, time
        wait = cpyembed.import_module("time").sleep
        things = []
        def callback():
            if things:
                gone.set()
                released.wait(10)
                allocate()
        gone, released = threading.Event(), threading.Event()
        def release():
            while not over:
                if gone.wait(0.1):
                    gone.clear()
                    cpyembed.release(things.pop())
                    allocate()
                    released.set()
        over = []
        thread = threading.Thread(target=release)
        thread.start()
        def once(operation):
            def run(x):
                released.clear()
                operation(x)
            return run
        tried([once(lambda x: x()), once(lambda x: x([1])), once(lambda x: x[0]),
               once(lambda x: x.missing), once(lambda x: x == 1), once(hash), once(repr),
               once(next), once(lambda x: "text" in x), once(lambda x: set_item(x, "a", "b"))],
              things, callback)
        over.append(True)
        thread.join()
    ''',
    "by threads at any time": '''
        import threading, time
        class Key:
            pass
        cpyembed.register_converter(pypy_type=Key, to_cpython=lambda key: time.sleep(0) or 1)
        pool = [Thing(lambda: None) for _ in range(50)]
        end = time.monotonic() + 3
        wrong = []
        def use(seed):
            i = seed
            while time.monotonic() < end:
                i = (i * 7 + 3) % 50
                thing = pool[i]
                try:
                    assert thing(Key()) == 5 and thing[i] == 5 and thing[Key()] == 5
                    assert thing("x") == 5 and ("x" in thing) and hash(thing) == 5
                    assert thing.value[3] == 5
                except ValueError:
                    pass            # released
                except BaseException as e:
                    wrong.append(e)
        def replace():
            i = 0
            while time.monotonic() < end:
                i = (i + 1) % 50
                old, pool[i] = pool[i], Thing(lambda: None)
                cpyembed.release(old)
        threads = [threading.Thread(target=use, args=(i,)) for i in range(3)]
        threads.append(threading.Thread(target=replace))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, wrong
        print("done")
    ''',
    "while memory is looked at": '''
        import numpypy
        make = cpyembed.raw(getattr(cpyembed.builtins, "eval"))
        for source in "bytearray(b'abc' * 1000)", "__import__('numpy').arange(1000.0)":
            data = make(source, {})
            view = memoryview(data)
            before = bytes(view[:100])
            cpyembed.release(data)
            allocate()
            assert bytes(view[:100]) == before
        data = make("__import__('numpy').arange(1000.0)", {})
        array = numpypy.asarray(data)
        cpyembed.release(data)
        allocate()
        assert array.sum() == 499500.0
        print("done")
    ''',
}


@pytest.mark.parametrize("case", list(PROGRAMS))
def test_release(case, succeeds):
    printed = succeeds(THING + textwrap.dedent(PROGRAMS[case]))
    assert set(printed.split()) == {"done"}


def test_the_original_of_an_exception_is_released_before_it_is_raised_again(succeeds):
    printed = succeeds("""
        import cpyembed
        call = cpyembed.eval("lambda f: f()")
        try:
            cpyembed.eval("1 / 0")
        except ZeroDivisionError as e:
            kept = e
        cpyembed.release(kept.__cpython__)
        def fail():
            raise kept
        try:
            call(fail)
        except Exception as e:
            print(type(e).__name__)
    """)
    assert printed.strip() in ("ZeroDivisionError", "RuntimeError", "ValueError")
