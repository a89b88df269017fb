"""The object files of a translation, kept so that it can be linked to another CPython.

What rpython generates does not depend on CPython's version; only the C files of the module do, and
they are compiled again. How the compiler and the linker were called stands in rpython's Makefile.
"""

import json
import re
import shlex
import shutil
from pathlib import Path

from translation import translate
from translation.errors import DriverError

FOLDER = "objects"
RULES = "link.json"

_DEFINITION = re.compile(r"^([A-Z_]+) = (.*)$")
_REFERENCE = re.compile(r"\$\(([A-Z_]+)\)")


def keep(work, home, own, libpython):
    """Copy the objects of the translation in ``work`` (Path) to ``home``/objects.

    ``own``: set of the names (str) of the module's C files; ``libpython``: str, the path of the one
    that was linked.  Without a Makefile nothing is kept.  -> bool: whether it was
    """
    makefile = find_makefile(work)
    if makefile is None:
        return False
    rules = read_makefile(makefile)
    kept = home / FOLDER
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    order = []
    for number, name in enumerate(rules["OBJECTS"]):
        path = makefile.parent / name
        source = path.with_suffix(".c").name
        if source in own:
            order.append({"own": source})
            continue
        flat = f"{number:04}-{path.name}"
        shutil.copy2(path, kept / flat)
        order.append({"object": flat})
    folder = str(Path(libpython).parent)
    of_cpython = {libpython, f"-Wl,-rpath,{folder}", f"-I{folder}"}
    record = {
        "objects": order,
        "compiler": rules.get("CC") or ["cc"],
        "compile": rules.get("CFLAGS", []) + rules.get("CFLAGSEXTRA", []),
        "before": [word for word in rules.get("LDFLAGSEXTRA", []) if word not in of_cpython],
        "after": [word for name in ("LIBDIRS", "LIBS", "LINKFILES", "LDFLAGS")
                  for word in rules.get(name, []) if word not in of_cpython],
    }
    (kept / RULES).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return True


def read(home):
    """The rules (dict) in ``home``/objects, or None."""
    try:
        return json.loads((home / FOLDER / RULES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def find_makefile(work):
    """The Makefile (Path) of the newest rpython session in ``work``, or None."""
    found = sorted(translate.usession(work).glob("usession-*/testing_*/Makefile"),
                   key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def read_makefile(path):
    """The definitions of rpython's Makefile: a dict of name (str) to words (list of str).

    Raises DriverError if it does not say which objects there are.
    """
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    raw = dict(match.groups() for match in map(_DEFINITION.match, text.splitlines()) if match)

    def expanded(value, depth=0):
        if depth > 5:
            raise DriverError(f"{path}: definitions that go round in circles")
        return _REFERENCE.sub(lambda m: expanded(raw.get(m.group(1), ""), depth + 1), value)

    rules = {name: shlex.split(expanded(value).replace("$$", "$")) for name, value in raw.items()}
    if not rules.get("OBJECTS"):
        raise DriverError(f"{path} names no objects: rpython writes other Makefiles now")
    return rules
