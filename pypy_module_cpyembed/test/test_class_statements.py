"""Untranslated tests of class statements in PyPy with a base class of CPython."""
from pypy.module.cpyembed.test.support import Started

SOURCE = """if 1:
    class Base:
        def __init__(self, a=1): self.a = a
        def method(self, x): return ('base', self.a, x)
        def template(self): return self.hook() + 1
        def hook(self): return 0
        @property
        def prop(self): return self.a * 2
        @classmethod
        def build(cls, a): return cls(a)
        def __len__(self): return 3
    class Lazy:
        asked = 0
        def __getattr__(self, name):
            Lazy.asked += 1
            if name == 'lazy': return 'found'
            raise AttributeError('nothing called ' + name)
    class Keeper:
        def __init_subclass__(cls, tag=None, **kw): cls.tag = tag
    def call(x): return x.method(5)
    def get(x, name): return getattr(x, name)
    def new(cls, *args): return cls(*args)
    kept = []
    def keep(x): kept.append(x)
    def kept_one(): return kept[-1]
    def class_name(x): return type(x).__name__
"""


class AppTestClassStatements(Started):
    def setup_class(cls):
        Started.setup_class.im_func(cls)
        cls.w_source = cls.space.newtext(SOURCE)

    def w_names(self):
        import cpyembed
        builtins = cpyembed._import_module('builtins')
        names = {}
        getattr(builtins, 'exec')(self.source, names)
        return names

    def test_a_class_and_its_twin(self):
        names = self.names()

        class Net(names['Base']):
            "A net."
            constant = 12

            def __init__(self, a, b):
                super().__init__(a)
                self.b = b

            def method(self, x):
                return ('net', self.b) + super().method(x)

            def hook(self):
                return 41

            def me(self):
                return self

            @property
            def double(self):
                return self.a * 10

            @double.setter
            def double(self, x):
                self.a = x

            @classmethod
            def make(cls):
                return cls(3, 4)

            @staticmethod
            def static(x):
                return x + 1
        net = Net(1, [2])
        assert type(net) is Net and isinstance(net, Net)
        assert isinstance(net, names['Base'])
        assert net.a == 1 and list(net.b) == [2]
        assert net.method(7)[0] == 'net' and net.method(7)[2:] == ('base', 1, 7)
        assert names['call'](net)[2:] == ('base', 1, 5)
        assert net.template() == 42
        assert net.prop == 2
        assert names['class_name'](net) == 'Net'
        assert Net.__name__ == 'Net' and Net.__doc__ == 'A net.'
        assert len(net) == 3
        assert net.me() is net and names['get'](net, 'me')() is net
        names['keep'](net)
        assert names['kept_one']() is net
        assert net.double == 10 and names['get'](net, 'double') == 10
        net.double = 5
        assert net.a == 5
        assert Net.make().a == 3 and names['get'](Net, 'make')().a == 3
        assert net.static(1) == 2 and names['get'](net, 'static')(1) == 2
        assert net.constant == 12 and Net.constant == 12
        net.constant = 13
        assert net.constant == 13 and Net.constant == 12
        other = names['new'](Net, 9, 0)
        assert type(other) is Net and other.a == 9
        assert type(Net.build) is not None
        Net.later = lambda self: ('later', self.a)
        assert net.later() == ('later', 5) and names['get'](net, 'later')() == ('later', 5)
        net.hook = lambda: 1            # an instance's own comes before the class's
        assert net.hook() == 1 and net.template() == 2
        raises(AttributeError, "net.nothing")
        raises(TypeError, "Net(1)")

    def test_missing_attributes(self):
        Lazy = self.names()['Lazy']

        class A(Lazy):
            def __getattr__(self, name):
                if name == 'mine':
                    return 'mine'
                return super().__getattr__(name)

        class B(A):
            def __getattr__(self, name):
                return 'B' + super().__getattr__(name)
        assert A().lazy == 'found' and A().mine == 'mine'
        assert B().lazy == 'Bfound' and B().mine == 'Bmine'
        before = Lazy.asked
        error = raises(AttributeError, getattr, A(), 'nothing').value
        assert str(error) == 'nothing called nothing'
        assert Lazy.asked == before + 1

    def test_keywords_and_init_subclass(self):
        Keeper = self.names()['Keeper']
        seen = []

        class Mixin:
            def __init_subclass__(cls, mixed=None, **keywords):
                seen.append((cls, mixed))
                super().__init_subclass__(**keywords)

        class D(Keeper):
            def __init_subclass__(cls, own=None, **keywords):
                super().__init_subclass__(**keywords)
                seen.append((cls, own))
        # Python 2 reads this file, and knows no keywords here.
        scope = {'Mixin': Mixin, 'Keeper': Keeper, 'D': D}
        exec("class C(Mixin, Keeper, tag='t', mixed='m'): pass", scope)
        exec("class E(D, own=5, tag='e'): pass", scope)
        C, E = scope['C'], scope['E']
        assert C.tag == 't' and E.tag == 'e'
        assert seen == [(C, 'm'), (E, 5)]

    def test_object_itself_has_no_subclasses(self):
        import cpyembed
        raises(TypeError, type, 'Mine', (cpyembed.Object,), {})
        base = self.names()['Base']
        raises(TypeError, type, 'Mine', (type(base(1)),), {})
        raises(TypeError, cpyembed._pair, int, base)
        raises(TypeError, cpyembed._pair, type(base(1)), base(1))
        raises(TypeError, cpyembed._register, no_such_hook=1)
