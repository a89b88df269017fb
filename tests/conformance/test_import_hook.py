"""Section 3: `cpyembed.install`, and `cpyembed.lib`."""

import pytest

import cpyembed


def test_lib_gives_cpythons_modules():
    from cpyembed.lib import colorsys
    assert colorsys is cpyembed.import_module("colorsys")


def test_lib_submodules():
    import cpyembed.lib.xml.dom.minidom as minidom
    assert minidom is cpyembed.import_module("xml.dom.minidom")
    from cpyembed.lib.xml.dom import pulldom
    assert pulldom.__name__ == "xml.dom.pulldom"


def test_lib_missing_module():
    with pytest.raises(ImportError):
        from cpyembed.lib import no_such_module_at_all  # noqa: F401
    with pytest.raises(ImportError):
        import cpyembed.lib.no_such_module_at_all  # noqa: F401


def test_lib_leaves_the_modules_spec_alone():
    from cpyembed.lib import colorsys
    assert colorsys.__spec__.name == "colorsys"
    assert colorsys.__loader__ is colorsys.__spec__.loader


def test_install(program):
    done = program("""if 1:
        import cpyembed, sys
        cpyembed.install('wsgiref', 'sndhdr')
        cpyembed.install('wsgiref')
        import wsgiref.util, wsgiref
        from wsgiref import headers
        from wsgiref.headers import Headers
        print(isinstance(wsgiref, cpyembed.Object), wsgiref.util is cpyembed.import_module(
              'wsgiref.util'), headers.__name__, Headers.__name__)
        print(sys.modules['wsgiref'] is wsgiref)
    """)
    assert done.stdout == "True True wsgiref.headers Headers\nTrue\n", done.stderr


def test_install_of_what_pypy_has_imported():
    import json
    with pytest.raises(ImportError) as caught:
        cpyembed.install("json")
    assert "json" in str(caught.value) and "install" in str(caught.value)
    assert json.loads("1") == 1


@pytest.mark.parametrize("bad,error", [
    (3, TypeError), ("", ValueError), ("a-b", ValueError), ("a..b", ValueError),
    ("sys", ValueError), ("builtins", ValueError)])
def test_install_refuses(bad, error):
    with pytest.raises(error):
        cpyembed.install(bad)


def test_installed_module_that_is_missing(program):
    done = program("""if 1:
        import cpyembed
        cpyembed.install('no_such_module_at_all')
        try:
            import no_such_module_at_all
        except ModuleNotFoundError as e:
            print(e)
    """)
    assert "pip install no_such_module_at_all" in done.stdout, done.stderr


def test_a_c_extension_of_pypys_side_is_refused(program, tmp_path):
    done = program("""if 1:
        import importlib.machinery, sys, cpyembed
        cpyembed.start()
        suffixes = importlib.machinery.EXTENSION_SUFFIXES
        suffix = suffixes[0] if suffixes else '.so'
        open(sys.argv[1] + '/an_extension_for_pypy' + suffix, 'wb').write(b'not for this process')
        sys.path.insert(0, sys.argv[1])
        try:
            import an_extension_for_pypy
        except ImportError as e:
            print(e)
    """, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "install('an_extension_for_pypy')" in done.stdout, done.stdout


def test_lib_imports_submodules_that_are_not_loaded_yet(program):
    done = program("""if 1:
        import sys, cpyembed
        from cpyembed.lib.xml import dom                # PyPy has one of this name as well
        assert dom is cpyembed.import_module("xml.dom")
        import cpyembed.lib.xml.dom.minidom as minidom
        assert minidom is cpyembed.import_module("xml.dom.minidom")
        from cpyembed.lib import xml
        assert xml is cpyembed.import_module("xml") is cpyembed.lib.xml
        from cpyembed.lib.concurrent import futures as theirs
        from concurrent import futures as ours
        assert theirs is not ours and isinstance(theirs, cpyembed.Object)
        for bad in ("from cpyembed.lib.xml import nothing", "import cpyembed.lib.xml.nothing"):
            try:
                exec(bad)
            except ImportError as error:
                print(type(error).__name__, "nothing" in str(error))
        from cpyembed.lib.xml.dom import *              # it has no __all__
        assert Node.ELEMENT_NODE == 1 and "_" not in dir()
    """)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["ImportError True", "ModuleNotFoundError True"]
