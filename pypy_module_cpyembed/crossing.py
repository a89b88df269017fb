"""Containers that one call takes across: copied in, and copied out again.

A list, dict or set that PyPy hands over arrives as a new one.  The same object
twice in one call is one object there, and what the callee changed in it is
changed in PyPy's when the call returns.  To see the change, each is compared
with a snapshot, element by element, by address: what was not replaced is the
PyPy object that it was before.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import OperationError, oefmt
from pypy.module.cpyembed import capi, errors

LIST, DICT, SET = range(3)


class Container(object):
    """One PyPy container and its copy on CPython's side."""

    def __init__(self, w_container, kind):
        self.w_container = w_container
        self.kind = kind
        self.ob = capi.NULL             # owned; NULL while it is being made
        self.snapshot = capi.NULL       # owned; a list of the elements
        self.elements_w = []            # the PyPy objects of the snapshot's elements
        self.new_w = None               # the PyPy elements after a change


class Crossing(object):
    """What one call carries.  Empty for the calls without containers."""

    def __init__(self):
        self.containers = None

    @jit.dont_look_inside
    def find(self, space, w_container):
        """The copy that this call made already, borrowed; or NULL."""
        if self.containers is None:
            return capi.NULL
        for container in self.containers:
            if container.w_container is w_container:
                if not container.ob:
                    raise oefmt(space.w_ValueError,
                                "a %T that contains itself cannot be copied to CPython: "
                                "pass cpyembed.ref(x)", w_container)
                return container.ob
        return capi.NULL

    @jit.dont_look_inside
    def begin(self, w_container, kind):
        container = Container(w_container, kind)
        if self.containers is None:
            self.containers = []
        self.containers.append(container)
        return container

    @jit.dont_look_inside
    def made(self, space, container, ob, elements_w):
        """The copy is whole: remember it, and what it held.  A new reference
        to it is kept."""
        snapshot = _elements(container.kind, ob)
        if not snapshot:
            raise errors.current(space)
        capi.incref(ob)
        container.ob = ob
        container.snapshot = snapshot
        container.elements_w = elements_w

    @jit.dont_look_inside
    def read_back(self, space):
        """Inside CPython, after the call: find what was changed."""
        for container in self.containers:
            if container.ob:
                self._read_container(space, container)

    def _read_container(self, space, container):
        from pypy.module.cpyembed import convert
        after = _elements(container.kind, container.ob)
        if not after:
            raise errors.current(space)
        try:
            if _same(container.snapshot, after):
                return
            known_w = self._known()
            before = container.snapshot
            for i in range(capi.PyList_Size(before)):
                if i < len(container.elements_w):
                    known_w[_address(capi.PyList_GetItem(before, i))] = container.elements_w[i]
            new_w = []
            for i in range(capi.PyList_Size(after)):
                ob = capi.PyList_GetItem(after, i)
                w_known = known_w.get(_address(ob), None)
                if w_known is None:
                    capi.incref(ob)
                    w_known = convert.to_pypy(space, ob)
                new_w.append(w_known)
            container.new_w = new_w
        finally:
            capi.decref(after)

    def _known(self):
        known_w = {}
        for container in self.containers:
            if container.ob:
                known_w[_address(container.ob)] = container.w_container
        return known_w

    @jit.dont_look_inside
    def release(self):
        """Inside CPython: let go of the copies."""
        for container in self.containers:
            if container.ob:
                capi.decref(container.ob)
                capi.decref(container.snapshot)
                container.ob = capi.NULL

    @jit.dont_look_inside
    def write_back(self, space):
        """Outside CPython: change the PyPy containers."""
        for container in self.containers:
            new_w = container.new_w
            if new_w is None:
                continue
            w_container = container.w_container
            if container.kind == LIST:
                w_slice = space.newslice(space.w_None, space.w_None, space.w_None)
                space.setitem(w_container, w_slice, space.newlist(new_w[:]))
                continue
            space.call_method(w_container, 'clear')
            if container.kind == DICT:
                i = 0
                while i + 1 < len(new_w):
                    space.setitem(w_container, new_w[i], new_w[i + 1])
                    i += 2
            else:
                for w_item in new_w:
                    space.call_method(w_container, 'add', w_item)


def _address(ob):
    return rffi.cast(lltype.Signed, ob)


def _elements(kind, ob):
    """A new list of what a container holds; of a dict, key and value by turns."""
    if kind != DICT:
        return capi.PySequence_List(ob)
    elements = capi.PyList_New(2 * capi.PyDict_Size(ob))
    if not elements:
        return elements
    position = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    pair = lltype.malloc(capi.PYOBJP.TO, 2, flavor='raw')
    position[0] = 0
    i = 0
    while rffi.cast(lltype.Signed, capi.PyDict_Next(ob, position, pair, rffi.ptradd(pair, 1))):
        capi.incref(pair[0])
        capi.incref(pair[1])
        capi.PyList_SetItem(elements, i, pair[0])
        capi.PyList_SetItem(elements, i + 1, pair[1])
        i += 2
    lltype.free(pair, flavor='raw')
    lltype.free(position, flavor='raw')
    return elements


def _same(before, after):
    size = capi.PyList_Size(before)
    if size != capi.PyList_Size(after):
        return False
    for i in range(size):
        if capi.PyList_GetItem(before, i) != capi.PyList_GetItem(after, i):
            return False
    return True
