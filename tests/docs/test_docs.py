"""The programs in the documentation do what the pages say, on the engine that runs this.

`run_page.py` says how a page is read. What the pages say besides is tested by tests/conformance.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cpyembed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RUNNER = HERE / "run_page.py"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_CODE = [page for page in PAGES if "\n```python\n" in page.read_text(encoding="utf-8")]


def test_the_cpython_has_what_the_pages_use():
    """Else every page would fail for it."""
    assert cpyembed.import_module("numpy").__version__


def run(page, folder):
    """Run the page in `folder`, without a screen; a CompletedProcess."""
    env = {name: value for name, value in os.environ.items()
           if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env["PYTHONPATH"] = str(ROOT)
    env["MPLCONFIGDIR"] = str(folder)
    return subprocess.run([sys.executable, "-m", "cpyembed", str(RUNNER), str(page)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=110, cwd=folder, env=env)


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_the_page_does_what_it_says(page, tmp_path):
    done = run(page, tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text, problem", [
    ("1 + 1  # -> 3\n", "expected `3`"),
    ("1 + 1  # raises ValueError\n", "expected `raises ValueError`"),
    ("int('x')  # raises ValueError: base 11\n", "base 11"),
    ("int('x')\n", "invalid literal"),
    (">>> 1 + 1\n3\n", "Expected"),
])
def test_a_wrong_page_is_found(text, problem, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Text\n\n```python\nx = 1\n```\n\n```python\n%s```\n" % text)
    done = run(page, tmp_path)
    assert done.returncode == 1 and problem in done.stdout


def test_blocks_that_are_not_run_are_few():
    words = re.findall(r"^```([a-z-]+)$", "\n".join(
        page.read_text(encoding="utf-8") for page in PAGES), re.M)
    assert set(words) <= {"python", "python-not-run", "mermaid", "sh", "text"}
    assert words.count("python-not-run") <= 5
    assert words.count("python") > 20
