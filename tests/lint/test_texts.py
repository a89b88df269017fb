"""The texts agree with the files that they are about."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    text = page.read_text(encoding="utf-8")
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    assert not broken


def test_every_page_can_be_found():
    pages = {page.name for page in (ROOT / "docs").glob("*.md")}
    site = re.findall(r": (\w+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert set(site) == pages and len(site) == len(pages)
    for text, told in [("docs/index.md", r"\]\((\w+\.md)\)"),
                       ("README.md", r"^- \[docs/\w+\.md\]\(docs/(\w+\.md)\)")]:
        listed = re.findall(told, (ROOT / text).read_text(encoding="utf-8"), re.M)
        assert set(listed) == pages - {"index.md"}, text


def test_every_patch_is_described():
    text = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\d{4}-[a-z0-9-]+)` \|", text, re.M)
    assert named == sorted(path.stem for path in (ROOT / "patches").glob("*.patch"))


def test_the_program_in_the_readme_is_the_example():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program = readme.split("```python\n")[1].split("```")[0]
    example = (ROOT / "examples" / "plot_2011.py").read_text(encoding="utf-8")

    def code(text):
        return [line for line in text.splitlines() if line.strip() and line[0] != "#"]
    assert code(program) == code(example)


def test_make_help_names_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()
    told = re.findall(r'@echo "make (\w+) ', makefile)
    assert sorted(told) == sorted(set(targets) - {"help"})


def test_ci_is_the_readmes_command():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text(encoding="utf-8")
    assert "\nmake test " in (ROOT / "README.md").read_text(encoding="utf-8")
