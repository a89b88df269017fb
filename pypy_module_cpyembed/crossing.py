"""Containers that one call takes across: copied in, and copied out again.

A list, dict, set or one of their kin in `collections` that PyPy hands over
arrives as a new one.  The same object
twice in one call is one object there, and what the callee changed in it is
changed in PyPy's when the call returns.  To see the change, each is compared
with a snapshot, element by element, by address: what was not replaced is the
PyPy object that it was before.
"""
from rpython.rlib import jit
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.error import OperationError, oefmt
from pypy.module.cpyembed import capi, errors

# How the elements are read there, and written back here.  A DICT is any kind of dict.
LIST, DICT, SET, DEQUE = range(4)


class Container(object):
    """One PyPy container and its copy on CPython's side."""

    def __init__(self, w_container, kind):
        self.w_container = w_container
        self.kind = kind
        self.ob = capi.NULL             # owned; NULL while it is being made
        self.snapshot = capi.NULL       # owned; a list of the elements
        self.elements_w = []            # the PyPy objects of the snapshot's elements, if they
                                        # have an identity that is to be kept
        self.new_w = None               # the PyPy elements after a change


class Crossing(object):
    """What one call carries.  Empty for the calls without containers."""

    def __init__(self, copies_out=True):
        self.copies_out = copies_out    # whether read_back and write_back will be called
        self.containers = None
        self.found = None               # PyPy container -> Container

    @jit.dont_look_inside
    def find(self, space, w_container):
        """The copy that this call made already, borrowed; or NULL."""
        if self.found is None:
            return capi.NULL
        container = self.found.get(w_container, None)
        if container is None:
            return capi.NULL
        if not container.ob:
            raise oefmt(space.w_ValueError,
                        "a %T that contains itself cannot be copied to CPython: "
                        "pass cpyembed.ref(x)", w_container)
        return container.ob

    @jit.dont_look_inside
    def begin(self, w_container, kind):
        container = Container(w_container, kind)
        if self.containers is None:
            self.containers = []
            self.found = {}
        self.containers.append(container)
        self.found[w_container] = container
        return container

    @jit.dont_look_inside
    def made(self, space, container, ob, elements_w):
        """The copy is whole: remember it, and what it held.  A new reference
        to it is kept."""
        if self.copies_out:
            snapshot = _elements(container.kind, ob)
            if not snapshot:
                raise errors.current(space)
            container.snapshot = snapshot
            container.elements_w = elements_w
        capi.incref(ob)
        container.ob = ob

    @jit.dont_look_inside
    def read_back(self, space):
        """Inside CPython, after the call: find what was changed."""
        copies_w = {}
        for container in self.containers:
            if container.ob:
                copies_w[_address(container.ob)] = container.w_container
        for container in self.containers:
            if container.ob:
                self._read_container(space, container, copies_w)

    def _read_container(self, space, container, copies_w):
        from pypy.module.cpyembed import convert
        before = container.snapshot
        if container.kind == LIST and capi.same_items(before, container.ob):
            return
        after = _elements(container.kind, container.ob)
        if not after:
            raise errors.current(space)
        try:
            if capi.same_items(before, after):
                return
            known_w = {}
            for i in range(min(capi.list_size(before), len(container.elements_w))):
                known_w[_address(capi.list_item(before, i))] = container.elements_w[i]
            new_w = []
            i = 0
            while i < capi.list_size(after):
                ob = capi.list_item(after, i)
                w_known = known_w.get(_address(ob), None)
                if w_known is None:
                    w_known = copies_w.get(_address(ob), None)
                if w_known is None:
                    capi.incref(ob)
                    w_known = convert.to_pypy(space, ob)
                new_w.append(w_known)
                i += 1
            container.new_w = new_w
        finally:
            capi.decref(after)

    @jit.dont_look_inside
    def release(self):
        """Inside CPython: let go of the copies."""
        for container in self.containers:
            if container.ob:
                capi.decref(container.ob)
                container.ob = capi.NULL
                if container.snapshot:
                    capi.decref(container.snapshot)

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
            elif container.kind == SET:
                space.call_method(w_container, 'update', space.newlist(new_w[:]))
            else:
                space.call_method(w_container, 'extend', space.newlist(new_w[:]))


def _address(ob):
    return rffi.cast(lltype.Signed, ob)


def _elements(kind, ob):
    """A new list of what a container holds; of a dict, key and value by turns."""
    if kind == DICT:
        return capi.pairs(ob)
    return capi.PySequence_List(ob)
