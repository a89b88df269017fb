"""C extensions on PyPy's side are written for cpyext, PyPy's emulation of CPython; both engines.

The native engine's PyPy has no cpyext, and beside the libpython of the preload engine they crash.
"""


def refuse_cpyext():
    """From here on an extension module for cpyext is an ImportError that says what to do."""
    import _imp
    if getattr(_imp.create_dynamic, "cpyembed", False):
        return
    create = _imp.create_dynamic

    def create_dynamic(spec, file=None):
        try:
            with open(spec.origin, "rb") as f:
                made_by_cffi = b"_cffi_pypyinit_" in f.read()
        except OSError:
            made_by_cffi = True
        if not made_by_cffi:
            name = spec.name.partition(".")[0]
            raise ImportError(
                "%s is a C extension for PyPy's emulation of CPython, which cannot run beside a "
                "real CPython: call cpyembed.install(%r) first, and `import %s` gives CPython's"
                % (spec.origin, name, name), name=spec.name, path=spec.origin)
        return create(spec, file)
    create_dynamic.cpyembed = True
    _imp.create_dynamic = create_dynamic
