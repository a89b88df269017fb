"""What the untranslated tests have in common: CPython, started once, with the Python half.

Run them in a PyPy source tree that has the patches and this module, by a PyPy 2.7 with libpython
preloaded (CONTRIBUTING.md has the command).
"""


class Started:
    """The base of the test classes; its name keeps it from being collected itself."""
    # One for all: CPython starts once in a process, and belongs to the space that started it.
    spaceconfig = dict(usemodules=['cpyembed', 'micronumpy', 'thread', 'signal', 'time', 'array',
                                   'mmap', 'struct', '_cffi_backend'])

    def setup_class(cls):
        from pypy.module.cpyembed import capi
        from pypy.tool.lib_pypy import LIB_PYPY
        cls.w_python = cls.space.newtext(capi.EXECUTABLE)
        cls.w_folder = cls.space.newtext(str(LIB_PYPY.join('cpyembed')))

    def setup_method(self, method):
        self.space.appexec([self.w_python, self.w_folder], """(python, folder):
            import cpyembed
            if not cpyembed._is_started():
                cpyembed.__path__ = [folder]    # start-up does this in a translated PyPy
                cpyembed._start(python, ['test'], '')
                from cpyembed import cside
                from cpyembed.native import start
                start.register()
                cside.begin(cpyembed._import_module, cpyembed._raw_getattr)
        """)
