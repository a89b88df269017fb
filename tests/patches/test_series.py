"""The patches to PyPy's source: their form, and that they go on and come off.

What needs PyPy's source is skipped unless CPYEMBED_PYPY_SOURCE names an
unpacked, unchanged release of it.
"""

import filecmp
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PATCHES = sorted((Path(__file__).resolve().parents[2] / "patches").glob("*.patch"))
HUNK = re.compile(r"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@$")

each_patch = pytest.mark.parametrize("patch", PATCHES, ids=lambda path: path.stem)


def split(patch):
    """The header of a patch, and its diff, as lists of lines."""
    lines = patch.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("--- "))
    return lines[:start], lines[start:]


def hunks(patch):
    """Each hunk as (lines it says it has before, and after, its lines)."""
    found = []
    for line in split(patch)[1]:
        match = HUNK.match(line)
        if match:
            found.append((int(match[1] or 1), int(match[2] or 1), []))
        elif not line.startswith(("--- a/", "+++ b/")):
            found[-1][2].append(line)
    return found


def files_of(patch):
    """The paths that a patch changes."""
    return [line[len("--- a/"):] for line in split(patch)[1] if line.startswith("--- a/")]


def test_the_series_is_not_empty():
    assert PATCHES


def test_numbers_are_contiguous_and_names_are_plain():
    for number, patch in enumerate(PATCHES, 1):
        assert re.fullmatch(rf"{number:04d}-[a-z0-9-]+\.patch", patch.name), patch.name


@each_patch
def test_the_header_says_what_and_why(patch):
    header, _ = split(patch)
    text = [line for line in header if line.strip()]
    assert len(text) >= 2
    assert re.match(r"[\w.]+: .+\.$", text[0]), "the first line is 'part: what it does.'"
    assert "Without" in " ".join(text), "the header says what breaks without the patch"
    assert all(len(line) <= 79 for line in header)
    assert header[-1] == ""


@each_patch
def test_the_diff_is_small_and_has_one_line_of_context_at_most(patch):
    for before, after, lines in hunks(patch):
        assert {line[:1] for line in lines} <= {" ", "-", "+"}, "nothing binary"
        assert before == sum(line[0] in " -" for line in lines)
        assert after == sum(line[0] in " +" for line in lines)
        marks = "".join(line[0] for line in lines)
        # one line before, one after, and at most those two between two changes
        assert re.fullmatch(r" ?[-+]+(?: {1,2}[-+]+)* ?", marks), marks
    changed = sum(line[:1] in "-+" for _, _, lines in hunks(patch) for line in lines)
    assert changed <= 60


@each_patch
def test_every_changed_file_is_named_on_both_sides(patch):
    _, diff = split(patch)
    new = [line[len("+++ b/"):] for line in diff if line.startswith("+++ b/")]
    assert files_of(patch) == new
    assert not [path for path in new if ".." in path or path.startswith("/")]


@each_patch
def test_it_is_plain_text(patch):
    data = patch.read_bytes()
    assert data.isascii()
    assert b"\r" not in data and b"\0" not in data
    assert data.endswith(b"\n")


@pytest.fixture
def source():
    """The unchanged source of PyPy."""
    folder = os.environ.get("CPYEMBED_PYPY_SOURCE")
    if not folder:
        pytest.skip("CPYEMBED_PYPY_SOURCE is not set")
    return Path(folder)


@pytest.fixture
def tree(source, tmp_path):
    """A tree with an unchanged copy of every file that the series touches."""
    for path in touched():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / path, tmp_path / path)
    return tmp_path


def touched():
    return sorted({path for patch in PATCHES for path in files_of(patch)})


def run_patch(tree, patch, *options):
    """Run patch(1); no fuzz, and an offset counts as a failure too."""
    done = subprocess.run(
        ["patch", "-p1", "-F0", "--no-backup-if-mismatch", *options, "-i", str(patch)],
        cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, f"{patch.name}: {done.stdout}{done.stderr}"
    assert "offset" not in done.stdout and "fuzz" not in done.stdout, done.stdout


def test_the_series_goes_on_and_comes_off(source, tree):
    for patch in PATCHES:
        run_patch(tree, patch)
    for path in touched():
        assert not filecmp.cmp(source / path, tree / path, shallow=False), path
    for patch in reversed(PATCHES):
        run_patch(tree, patch, "--reverse")
    for path in touched():
        assert filecmp.cmp(source / path, tree / path, shallow=False), path
    left = sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file())
    assert left == touched()


def test_every_patch_changes_what_it_says(tree):
    """No patch is a no-op, and none is undone by a later one."""
    for patch in PATCHES:
        before = {path: (tree / path).read_bytes() for path in files_of(patch)}
        run_patch(tree, patch)
        assert all((tree / path).read_bytes() != before[path] for path in before)


def test_the_patched_files_are_valid(tree):
    """Python 3's files compile here; RPython's compile in a Python 2, if there is one."""
    for patch in PATCHES:
        run_patch(tree, patch)
    python2 = next(filter(None, map(shutil.which, ("pypy", "pypy2", "python2.7"))), None)
    for path in touched():
        if path.startswith("lib-python/3/"):
            compile((tree / path).read_bytes(), path, "exec")
        elif python2 and path.endswith(".py"):
            code = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')"
            subprocess.run([python2, "-c", code, str(tree / path)], check=True)
