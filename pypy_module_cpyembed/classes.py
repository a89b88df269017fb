"""The PyPy class for each CPython type that is met.

Each gets one subclass of `Object`, made once, with just the protocols that the
type has, so that `callable` and `isinstance(x, collections.abc.Iterable)` say
what they would say in CPython.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import rffi

from pypy.module.cpyembed import capi, errors, hooks


# NumPy's scalar types that numpypy may have too.
NUMPY_NUMBERS = dict.fromkeys(['numpy.' + name for name in (
    'bool', 'bool_', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64',
    'intc', 'uintc', 'longlong', 'ulonglong', 'float16', 'float32', 'float64', 'complex64',
    'complex128')], True)


class TypeInfo(object):
    """What is known of one CPython type."""
    _immutable_fields_ = ['w_class', 'name', 'is_array', 'is_number', 'has_memory', 'is_twin']

    def __init__(self, name, w_class, is_twin=False):
        self.name = name
        self.w_class = w_class
        self.is_twin = is_twin          # of a class statement of PyPy's
        self.is_array = name == 'numpy.ndarray'
        self.is_number = name in NUMPY_NUMBERS
        self.has_memory = self.is_array or name == 'array.array' or name == 'bytearray'
        self.w_own = None               # the user's function that makes a PyPy value of one
        self.w_convert = None           # ours
        self.convert_known = False
        self.is_plain = False           # an instance is an Object, as convert.py found out
        self.w_value_class = None       # for subclasses of int, float, str, ...


class TypeCache(object):
    MOST_NAMES = 1 << 16                # a program may make names up

    def __init__(self, space):
        from pypy.module.cpyembed import protocols
        self.space = space
        self.infos = {}                 # address of the type -> TypeInfo
        self.has_own = False            # whether any TypeInfo has a w_own
        self.methods = [(name, gateway.spacebind(space))
                        for name, gateway in protocols.METHODS]
        self.names = {}                 # attribute name -> interned str, as address

    @jit.elidable
    def _find_name(self, name):
        return self.names.get(name, 0)

    @jit.dont_look_inside
    def _make_name(self, name, keep):
        ob = capi.intern(name, len(name))       # another thread may run meanwhile
        if not ob:
            raise errors.current(self.space)
        if keep and name not in self.names:
            self.names[name] = rffi.cast(rffi.SIGNED, ob)
            capi.incref(ob)
        return ob

    def interned(self, name):
        """The CPython str of an attribute name that the engine asks for (UTF-8),
        made once.  Borrowed.  With CPython's GIL held."""
        address = self._find_name(name)
        if address != 0:
            return rffi.cast(capi.PYOBJ, address)
        ob = self._make_name(name, True)
        capi.decref(ob)                         # the table has it
        return ob

    def name_of(self, name):
        """Likewise of one that the program asks for: a new reference."""
        address = self._find_name(name)
        if address == 0:
            return self._make_name(name, len(self.names) < self.MOST_NAMES)
        ob = rffi.cast(capi.PYOBJ, address)
        capi.incref(ob)
        return ob

    def known_name(self, name):
        """Likewise, or NULL if it was not made yet: CPython's GIL is not needed."""
        return rffi.cast(capi.PYOBJ, self._find_name(name))

    @jit.elidable
    def _find(self, address):
        return self.infos.get(address, None)

    def info(self, address):
        """The TypeInfo of the type at `address`.  With CPython's GIL held; no
        code is run, on either side."""
        info = self._find(address)
        if info is None:
            info = self._make(address)
        return info

    @jit.dont_look_inside
    def _make(self, address):
        if address in self.infos:
            return self.infos[address]
        space = self.space
        name = self._full_name(address)
        dict_w = {'__slots__': space.newtuple([])}
        is_metatype = self._has(address, '__subclasses__')
        for method, w_function in self.methods:
            # A class can be subscribed and be a base by other means than a slot.
            if self._has(address, method) or (
                    is_metatype and method in ('__getitem__', '__mro_entries__')) or (
                    method == '__radd__' and self._is_sequence(address)):
                dict_w[method] = w_function
        if not self._has(address, '__hash__'):
            dict_w['__hash__'] = space.w_None
        if (is_metatype and not self._has(address, '__getitem__') and
                not self._has(address, '__iter__')):
            # What subscribes a class is no way to iterate over it.
            dict_w['__iter__'] = space.w_None
        info = TypeInfo(name, _make_class(space, name, dict_w))
        if info.is_array and capi.numpy_load() < 0:     # for src/array_memory.c
            capi.PyErr_Clear()
        capi.incref(rffi.cast(capi.PYOBJ, address))     # the class stands for it from now on
        self.infos[address] = info
        return info

    def pair(self, address, w_class):
        """Instances of the type at `address` have `w_class` from now on.  That is
        said before the first instance arrives, or `_find` would be wrong."""
        info = TypeInfo(self._full_name(address), w_class, True)
        capi.incref(rffi.cast(capi.PYOBJ, address))
        self.infos[address] = info

    def _has(self, address, name):
        found = capi.type_lookup(address, self.interned(name))
        if not found:
            return False
        # `__hash__ = None` and its like say that the protocol is not there.
        return rffi.cast(rffi.SIGNED, found) != _none()

    def _is_sequence(self, address):
        """Sequences have no `__radd__` in CPython: `[1] + x` is up to the left one,
        and that is the copy of a PyPy list."""
        return self._has(address, '__add__') and self._has(address, '__getitem__')

    def _full_name(self, address):
        """`numpy.ndarray`; just `list` for what is in CPython's builtins."""
        name = rffi.charp2str(capi.type_name(address))
        if '.' in name:
            return name
        module = capi.type_lookup(address, self.interned('__module__'))
        if module and capi.kind(module) == capi.KIND_STR:
            text = text_of(module)
            if text != 'builtins' and text != '':
                return text + '.' + name
        return name


def _none():
    from pypy.module.cpyembed import gil
    return gil.state.shared.none


def text_of(ob):
    """The text of an exact str whose UTF-8 exists or can be made; else ''."""
    from rpython.rtyper.lltypesystem import lltype
    size = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    text = capi.PyUnicode_AsUTF8AndSize(ob, size)
    if text:
        result = rffi.charpsize2str(text, size[0])
    else:
        capi.PyErr_Clear()
        result = ''
    lltype.free(size, flavor='raw')
    return result


def _make_class(space, name, dict_w):
    from pypy.module.cpyembed import object as objects
    from pypy.objspace.std.typeobject import W_TypeObject
    # The dotted name is what error messages say.
    dict_w['__doc__'] = objects.doc
    dot = name.rfind('.')
    if dot > 0:
        dict_w['__module__'] = space.newtext(name[:dot])
        dict_w['__qualname__'] = space.newtext(name[dot + 1:])
    else:
        dict_w['__module__'] = space.newtext('builtins')
    w_class = W_TypeObject(space, name, [space.gettypeobject(objects.W_Object.typedef)], dict_w)
    w_class.ready()
    return w_class


def get(space):
    return space.fromcache(TypeCache)


def info_of(space, ob):
    address = jit.promote(ob.ob_type)
    return get(space).info(address)


def is_plain(space, ob):
    """Whether `ob` is known to become an Object, by its type."""
    info = get(space)._find(jit.promote(ob.ob_type))
    return info is not None and info.is_plain


def interned(space, name):
    """Borrowed."""
    return get(space).interned(name)


def name_of(space, name):
    """A new reference."""
    return get(space).name_of(name)


@jit.dont_look_inside
def converter(space, info):
    """The function that makes a PyPy value of an instance of exactly this type
    (datetime, Decimal, ...), or None.  Outside CPython."""
    if not info.convert_known:
        w_function = space.call_function(hooks.get(space).w_from_cpython,
                                         space.newtext(info.name))
        if not space.is_none(w_function):
            info.w_convert = w_function
        info.convert_known = True
    return info.w_convert


def value_class(space, info, w_original_class, base):
    """The PyPy subclass of `base` (a name) that stands for a CPython subclass of
    a scalar.  Outside CPython."""
    if info.w_value_class is None:
        info.w_value_class = space.call_function(
            hooks.get(space).w_value_class, w_original_class, space.newtext(base))
    return info.w_value_class
