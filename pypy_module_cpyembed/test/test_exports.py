"""PyPy objects as CPython sees them, untranslated."""
from pypy.interpreter.gateway import interp2app
from pypy.module.cpyembed.test.support import Started


class AppTestExports(Started):
    def setup_class(cls):
        Started.setup_class.im_func(cls)

        def known(space):
            """How many objects the table holds; unlike _exports_alive, it does not tidy up."""
            from pypy.module.cpyembed import export
            return space.newint(len(export.get(space).handles))
        cls.w_known = cls.space.wrap(interp2app(known))

    def setup_method(self, method):
        Started.setup_method.im_func(self, method)
        self.w_ask = self.space.appexec([], """():
            import cpyembed

            def ask(expression, **names):
                builtins = cpyembed._import_module('builtins')
                space = cpyembed._raw_getattr(cpyembed._import_module('__main__'), '__dict__')
                make = builtins.eval('lambda %s: %s' % (', '.join(names), expression), space)
                return make(*names.values())
            return ask
        """)

    def test_operators(self):
        class C:
            def __add__(self, o): return ('add', o)
            def __radd__(self, o): return ('radd', o)
            def __iadd__(self, o): return ('iadd', o)
            def __pow__(self, o, m=None): return ('pow', o, m)
            def __neg__(self): return 'neg'
            def __matmul__(self, o): return ('matmul', o)
            def __divmod__(self, o): return ('divmod', o)
            __hash__ = None
        c = C()
        ask = self.ask
        assert ask('(c + 1, 1 + c, c ** 2, pow(c, 2, 3), -c, c @ 1, divmod(c, 1))', c=c) == (
            ('add', 1), ('radd', 1), ('pow', 2, None), ('pow', 2, 3), 'neg', ('matmul', 1),
            ('divmod', 1))
        assert ask("__import__('operator').iadd(c, 1)", c=c) == ('iadd', 1)
        raises(TypeError, ask, 'hash(c)', c=c)
        raises(TypeError, ask, 'c - 1', c=c)

    def test_two_exports(self):
        class A:
            def __add__(self, o): return NotImplemented
            def __sub__(self, o): return 'sub of A'
            def __lt__(self, o): return 'lt of A'
        class B:
            def __radd__(self, o): return 'radd of B'
        class D(A):
            def __rsub__(self, o): return 'rsub of D'
            def __gt__(self, o): return 'gt of D'
        ask = self.ask
        assert ask('a + b', a=A(), b=B()) == 'radd of B'
        raises(TypeError, ask, 'b + a', a=A(), b=B())
        # The method of the class that derives from the other comes first.
        assert ask('(a - d, a < d, d - a)', a=A(), d=D()) == ('rsub of D', 'gt of D', 'sub of A')

    def test_numbers_and_text(self):
        class N:
            def __float__(self): return 2.25
            def __int__(self): return 2
            def __index__(self): return 3
            def __complex__(self): return 1j
            def __format__(self, spec): return '<%s>' % spec
            def __bytes__(self): return b'bb'
            def __fspath__(self): return 'path'
            def __reversed__(self): return iter('ba')
            def __round__(self, n=None): return ('round', n)
        assert self.ask("(float(n), int(n), [0, 1, 2, 3][n], complex(n), '{:x}'.format(n), "
                        "bytes(n), __import__('os').fspath(n), tuple(reversed(n)), round(n))",
                        n=N()) == (2.25, 2, 3, 1j, '<x>', b'bb', 'path', ('b', 'a'),
                                   ('round', None))

    def test_with(self):
        import cpyembed
        seen = []
        class C:
            def __enter__(self):
                return 5
            def __exit__(self, kind, value, tb):
                seen.append(kind)
                return kind is KeyError
        names = {}
        builtins = cpyembed._import_module('builtins')
        getattr(builtins, 'exec')('def f(c, fail):\n'
                                  '    with c as v:\n'
                                  '        if fail: raise KeyError\n'
                                  '    return v\n', names)
        assert names['f'](C(), False) == 5 and names['f'](C(), True) == 5
        assert seen == [None, KeyError]

    def test_abstract_classes_and_no_more(self):
        import collections.abc
        class M(collections.abc.MutableMapping):
            def __init__(self): self.d = {}
            def __getitem__(self, k): return self.d[k]
            def __setitem__(self, k, v): self.d[k] = v
            def __delitem__(self, k): del self.d[k]
            def __iter__(self): return iter(self.d)
            def __len__(self): return len(self.d)
        class Plain: pass
        class Refuses:
            __iter__ = None
            def __getitem__(self, i): return i
        ask = self.ask
        kind = "isinstance(x, __import__('collections').abc.%s)"
        assert [ask(kind % name, x=M()) for name in
                ('Mapping', 'MutableMapping', 'Sequence', 'Iterable', 'Sized', 'Callable')] == [
                    True, True, False, True, True, False]
        assert ask('dict(x)', x=M()) == {}
        for name in ('Iterable', 'Sized', 'Callable', 'Awaitable', 'Container'):
            assert ask(kind % name, x=Plain()) is False
        for name in ('__len__', '__getitem__', '__enter__', '__add__', '__bool__', '__get__'):
            assert ask("hasattr(type(x), %r)" % name, x=Plain()) is False
        raises(TypeError, ask, 'iter(x)', x=Refuses())

    def test_classes(self):
        class C:
            "About C."
            def __init__(self, a=0): self.a = a
            @classmethod
            def make(cls): return cls(9)
            def __class_getitem__(cls, key): return ('item', key)
        class D(C): pass
        ask = self.ask
        assert ask('C(3)', C=C).a == 3 and ask('C.make()', C=C).a == 9
        assert ask('(C.__name__, C.__doc__, type(c).__doc__, type(c).__qualname__[-1])',
                   C=C, c=C()) == ('C', 'About C.', 'About C.', 'C')
        assert ask('(isinstance(c, C), isinstance(c, D), isinstance(3, C), issubclass(D, C), '
                   'issubclass(C, D), C[4])',
                   C=C, D=D, c=C()) == (True, False, False, True, False, ('item', 4))

    def test_a_function_binds_self(self):
        import cpyembed
        names = {}
        getattr(cpyembed._import_module('builtins'), 'exec')('class C: pass\nc = C()', names)
        def method(self, x):
            return self, x
        names['C'].method = method
        assert names['c'].method(3) == (names['c'], 3)
        assert names['C'].method is method

    def test_signature_copy_pickle(self):
        f = eval('lambda a, b=2, *c, d=4, **e: None')     # Python 2 reads this file too
        class C:
            pass
        c = C()
        c.x = [1]
        ask = self.ask
        assert ask("str(__import__('inspect').signature(f))", f=f) == '(a, b=2, *c, d=4, **e)'
        other = ask("__import__('copy').deepcopy(c)", c=c)
        assert type(other) is C and other is not c and other.x == [1] and other.x is not c.x
        other = ask("__import__('copy').copy(c)", c=c)
        assert other is not c and other.x is c.x
        error = raises(Exception, ask, "__import__('pickle').dumps(c)", c=c).value
        assert type(error).__name__ == 'PicklingError' and 'PyPy' in str(error)

    def test_await(self):
        import cpyembed
        here = {}
        exec("""if 1:
            class Ready:
                def __await__(self):
                    return iter(())
            class Source:
                def __init__(self): self.n = 0
                def __aiter__(self): return self
                async def __anext__(self):
                    self.n += 1
                    if self.n > 3: raise StopAsyncIteration
                    return self.n
                async def __aenter__(self): return 'entered'
                async def __aexit__(self, *args): return None
            async def value():
                await Ready()
                return 42
        """, here)
        names = {}
        getattr(cpyembed._import_module('builtins'), 'exec')(
            'async def main(value, source):\n'
            '    async with source as entered: pass\n'
            '    return [await value] + [x async for x in source] + [entered]\n'
            'def run(main):\n'
            '    try: main.send(None)\n'
            '    except StopIteration as e: return tuple(e.value)\n', names)
        assert names['run'](cpyembed._raw_call(names['main'], here['value'](), here['Source']())) == (
            42, 1, 2, 3, 'entered')

    def test_an_export_goes_when_the_call_is_over(self):
        import cpyembed
        kept = cpyembed._raw_call(cpyembed._raw_getattr(cpyembed._import_module('builtins'),
                                                        'list'))
        class C:
            pass
        self.ask('None', c=C())
        before = self.known()
        self.ask('None', c=C())
        assert self.known() == before
        kept.append(C())
        assert self.known() == before + 1
        kept.clear()            # a call without an argument takes a short way
        assert self.known() == before
