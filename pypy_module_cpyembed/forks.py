"""os.fork from PyPy: both sides' hooks run, and the child finds CPython's GIL its own.

The thread that forks takes CPython's GIL before the fork, after the hooks of
PyPy's program, and keeps it until CPython's own preparations are undone.
CPython's os.fork comes here by PyPy's (`cpyembed/inside/forks.py`).  Where its C
code forks by itself, CPython's at-fork functions call `cpython_forks`.  In both
cases the last of those takes the import locks, CPython's first (`inside/forks.py`).
"""
from rpython.rlib import jit
from rpython.rlib.objectmodel import not_rpython

from pypy.interpreter.error import oefmt
from pypy.interpreter.gateway import unwrap_spec
from pypy.module.cpyembed import capi, gil
from pypy.module.imp.importing import getimportlock


def before(space):
    if not gil.state.started or gil.state.ended:
        return
    if capi.forking_side() != capi.NOBODY_FORKS:
        return                      # it is C code of CPython's that forks
    levels = _give_import_lock(space)
    try:
        gil.enter()
    except gil.GateClosed:
        getimportlock(space).acquire_lock()
        return
    capi.before_fork()
    _have_import_lock(space, levels)


def _give_import_lock(space):
    """Give back what a hook before has taken: while this thread waits for
    CPython's import lock, or runs CPython's at-fork functions, it must not have
    PyPy's.  The last of those functions takes it again.  Returns how often this
    thread had it: more than once if it forks amid an import of its own."""
    lock = getimportlock(space)
    levels = lock.lockcounter
    lock.release_lock(silent_after_fork=True)
    return levels


def _have_import_lock(space, levels):
    """For the hooks after, which give it back, should that function have failed."""
    lock = getimportlock(space)
    if lock.lockowner is not space.getexecutioncontext() or lock.lockcounter < levels:
        lock.acquire_lock()


def after_in_parent(space):
    if capi.is_forking():
        capi.after_fork_in_parent()
        gil.leave()


def after_in_child(space):
    if capi.is_forking():
        capi.after_fork_in_child()
        gil.leave()


@not_rpython
def install():
    """Into PyPy's lists of hooks: the last before, the first afterwards, so that
    hooks which wait for locks do so without CPython's GIL."""
    from pypy.module.posix import interp_posix
    if before not in interp_posix.before_fork_hooks:
        interp_posix.before_fork_hooks.append(before)
        interp_posix.after_fork_parent_hooks.insert(0, after_in_parent)
        # After the first, which forgets the threads that are gone.
        interp_posix.after_fork_child_hooks.insert(1, after_in_child)


@jit.dont_look_inside
@unwrap_spec(where='text')
def cpython_forks(space, where):
    """To be called by CPython's at-fork functions, with 'before', 'parent' or
    'child': PyPy's hooks are run, unless it is PyPy that forks."""
    from pypy.module.posix.interp_posix import run_fork_hooks
    from pypy.module.thread.os_thread import reinit_threads
    if capi.forking_side() == capi.PYPY_FORKS:
        return
    if where == 'before':
        capi.set_forking_side(capi.CPYTHON_FORKS)
        run_fork_hooks('before', space)
        _give_import_lock(space)
    elif where == 'parent':
        _have_import_lock(space, 1)
        run_fork_hooks('parent', space)
        capi.set_forking_side(capi.NOBODY_FORKS)
    elif where == 'child':
        reinit_threads(space)
        run_fork_hooks('child', space)
        capi.set_forking_side(capi.NOBODY_FORKS)
    else:
        raise oefmt(space.w_ValueError, "no such moment of a fork: %s", where)
