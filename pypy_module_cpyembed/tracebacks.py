"""Tracebacks across: the frames of both sides stand in order, in the traceback of
the exception that the program sees.

Frames cannot cross, so each side shows the other's by images: entries that have
the right file, function and line.  Images of CPython's frames refer to the
entries that they stand for, so that on the way back the real ones are put in
place again and nothing is shown twice.
"""
from rpython.rtyper.lltypesystem import lltype, rffi

from pypy.interpreter.pycode import PyCode
from pypy.interpreter.pytraceback import PyTraceback
from pypy.module.cpyembed import capi


class Image(PyTraceback):
    """An entry that stands for a frame of CPython."""
    w_original = None       # the entry there, an Object; None where keeping it would make a
                            # cycle across: an exception of PyPy's that passed through CPython


class Entry(object):
    """What is known of a frame."""

    def __init__(self, filename, name, lineno):
        self.filename = filename
        self.name = name
        self.lineno = lineno
        self.w_original = None


def of_exception(space, exception, stop_at_image, keep):
    """[Entry] of a CPython exception, the outermost frame first.  With both
    GILs held.

    stop_at_image: leave out what stands behind the first image of a frame of
    PyPy.  keep: the entries refer to CPython's."""
    from pypy.module.cpyembed.object import wrap
    entries = []
    traceback = capi.traceback_of(exception)
    lineno = lltype.malloc(capi.SIGNEDP.TO, 1, flavor='raw')
    texts = lltype.malloc(rffi.CCHARPP.TO, 2, flavor='raw')
    while traceback:
        image = capi.traceback_entry(traceback, lineno, texts, rffi.ptradd(texts, 1))
        if image and stop_at_image:
            capi.decref(traceback)
            break
        entry = Entry(rffi.charp2str(texts[0]), rffi.charp2str(texts[1]), lineno[0])
        entries.append(entry)
        following = capi.traceback_next(traceback)
        if keep:
            entry.w_original = wrap(space, traceback)
        else:
            capi.decref(traceback)
        traceback = following
    lltype.free(texts, flavor='raw')
    lltype.free(lineno, flavor='raw')
    return entries


def to_pypy(space, entries, tail):
    """PyPy's traceback with images of CPython's `entries` in front of `tail`
    (a PyTraceback, or None)."""
    traceback = tail
    for i in range(len(entries) - 1, -1, -1):
        entry = entries[i]
        code = PyCode(space, 0, 0, 0, 0, 0, 0, '', [], [], [], entry.filename, entry.name,
                      entry.name, max(entry.lineno, 1), '', [], [])
        frame = space.createframe(code, space.newdict())
        # No instruction: the line is known, the columns are not.
        traceback = Image(space, frame, -1, traceback, entry.lineno)
        traceback.w_original = entry.w_original
    return traceback


class Split(object):
    """PyPy's traceback, as CPython is to see it: images of `entries`, and then
    the entries that CPython had."""

    def __init__(self, traceback):
        self.entries = []
        self.w_original = None
        while isinstance(traceback, PyTraceback):
            if isinstance(traceback, Image) and traceback.w_original is not None:
                self.w_original = traceback.w_original
                break
            code = traceback.frame.pycode
            self.entries.append(Entry(code.co_filename, code.co_name, traceback.get_lineno()))
            traceback = traceback.next


def restore(space, exception, traceback):
    """Make a CPython exception, whose reference is taken, the current one, with
    PyPy's `traceback`.  With both GILs held."""
    from pypy.module.cpyembed.object import W_Object
    split = Split(traceback)
    w_original = split.w_original
    if isinstance(w_original, W_Object):
        capi.set_traceback(exception, w_original.ptr)
    else:
        capi.set_traceback(exception, capi.NULL)
    capi.restore_error(exception)
    for i in range(len(split.entries) - 1, -1, -1):
        entry = split.entries[i]
        capi.add_image(entry.name, entry.filename, entry.lineno)
