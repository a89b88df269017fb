"""Everything that is RPython, or that PyPy runs on its Python 2 host, compiles there."""
import subprocess

from conftest import HERE, PACKAGE

CHECK = """
import sys
bad = 0
for name in sys.argv[1:]:
    try:
        compile(open(name).read(), name, 'exec')
    except SyntaxError as e:
        bad = 1
        print("%s:%s: %s" % (name, e.lineno, e))
sys.exit(bad)
"""


def test_syntax_under_python_2(python2):
    names = sorted(str(path) for path in PACKAGE.rglob("*.py")
                   if not path.name.startswith("app_"))         # those are Python 3
    names += sorted(str(path) for path in HERE.glob("*.py")
                    if path.name.startswith(("target", "driver", "exports")))
    assert len(names) > 10
    done = subprocess.run([python2, "-c", CHECK] + names, stdout=subprocess.PIPE,
                          text=True)
    assert done.returncode == 0, done.stdout
