"""What `import cpyembed` exposes on the native engine.

The module is built in; its Python part is the package folder `cpyembed` in
lib_pypy, on `__path__`.  Names that are not here come from there when they are
first used, so that the import costs next to nothing.
"""
from pypy.interpreter.mixedmodule import MixedModule


# A file that is called like a built-in of Python 2 (object, buffer) cannot be named in these
# tables, which are evaluated: `boundary` imports from it.


class Module(MixedModule):
    """A real CPython inside PyPy."""
    applevel_name = 'cpyembed'
    is_package = True           # patches/0006: gives it __path__

    appleveldefs = {
        '__getattr__': 'app_cpyembed.__getattr__',
        '__dir__': 'app_cpyembed.__dir__',
    }

    interpleveldefs = {
        'Object': 'boundary.W_Object',
        '_start': 'boundary.start',
        '_is_started': 'boundary.is_started',
        '_stop': 'boundary.stop',
        '_watch_interrupts': 'boundary.watch_interrupts',
        '_signals_changed': 'boundary.signals_changed',
        '_callback_frames': 'callbacks.frames',
        '_cpython_frames': 'callbacks.cpython_frames',
        '_gives_import_lock': 'space.w_True',
        '_cpython_forks': 'forks.cpython_forks',
        '_register': 'hooks.register',
        '_own_attribute': 'hooks.own_attribute',
        '_convert_to_cpython': 'boundary.convert_to_cpython',
        '_convert_to_pypy': 'boundary.convert_to_pypy',
        '_scope_begin': 'scopes.begin',
        '_scope_end': 'scopes.end',
        '_scope_note': 'scopes.note_object',
        '_import_module': 'boundary.import_module',
        '_raw_getattr': 'boundary.raw_getattr',
        '_getattr_or_none': 'boundary.getattr_or_none',
        '_raw_call': 'boundary.raw_call',
        '_is_overridden': 'boundary.is_overridden',
        '_by_reference': 'boundary.by_reference',
        '_release': 'boundary.release',
        '_refcount': 'boundary.refcount',
        '_address': 'boundary.address',
        '_drain': 'boundary.drain',
        '_exports_alive': 'boundary.exports_alive',
        '_libpython': 'boundary.libpython',
        '_asarray': 'boundary.asarray',
        '_loops': 'loops.loops',
        '_arrays_arrive': 'boundary.arrays_arrive',
        '_pair': 'class_statements.pair',
        '_stand_in': 'class_statements.stand_in',
        '_class_of_instances': 'class_statements.class_of_instances',
        '_Forward': 'class_statements.W_Forward',
        '_getattribute': 'class_statements.getattribute',
        '_missing': 'class_statements.missing',
    }

    def __init__(self, space, w_name):
        MixedModule.__init__(self, space, w_name)
        from pypy.module.cpyembed.boundary import DropAction
        space.actionflag.register_periodic_action(DropAction(space), use_bytecode_counter=False)

    def setup_after_space_initialization(self):
        from pypy.module.cpyembed import forks
        forks.install()         # after those of the modules that this one may come before

    def init(self, space):
        MixedModule.init(self, space)
        # PyPy's modules ask their dictionary for __getattr__, which is filled lazily.
        self.getdictvalue(space, '__getattr__')

    def shutdown(self, space):
        from pypy.module.cpyembed import gil, interpreter
        try:
            interpreter.stop()
        except gil.GateClosed:
            pass
