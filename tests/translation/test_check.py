"""--check and --install-deps: everything that is missing, at once, with its package."""

import os
import shutil

from conftest import write


def poor(sandbox, cc="#!/bin/sh\nexit 1\n"):
    """A PATH with the driver's own needs and little more."""
    folder = sandbox.folder / "poor"
    folder.mkdir()
    for program in ("python3", "dirname", "readlink", "tar", "sh", "bash", "env", "cat"):
        os.symlink(shutil.which(program), folder / program)
    if cc:
        write(folder / "cc", cc, True)
    return {"PATH": str(folder), "CC": ""}


def test_nothing_missing(sandbox):
    result = sandbox.run("--check")
    assert result.returncode == 0, result.stdout
    assert "Nothing is missing" in result.stdout
    assert "CPython 3.11.9" in result.stdout and str(sandbox.host) in result.stdout


def test_everything_missing_is_told_at_once(sandbox):
    (sandbox.folder / "cpython/lib/libpython3.11.so.1.0").unlink()
    sandbox.host = sandbox.folder / "nowhere"
    result = sandbox.run("--check", **poor(sandbox))
    assert result.returncode == 1
    for package in ("make", "pkg-config", "patch", "bzip2", "binutils", "libffi-dev",
                    "zlib1g-dev", "libbz2-dev", "liblzma-dev", "libncurses-dev", "libexpat1-dev",
                    "libssl-dev", "libsqlite3-dev", "libgdbm-dev", "tk-dev", "tcl-dev"):
        assert package in result.stdout, package
    assert "no shared libpython" in result.stdout
    assert "is not a Python 2.7" in result.stdout
    assert "apt-get install binutils" in result.stdout


def test_without_a_compiler_the_list_is_complete_all_the_same(sandbox):
    result = sandbox.run("--check", **poor(sandbox, cc=None))
    assert result.returncode == 1
    assert "a C compiler" in result.stdout and "gcc" in result.stdout
    assert "make (" in result.stdout and "patch (" in result.stdout


def test_only_what_is_missing_is_told(sandbox):
    write(sandbox.bin / "fakecc", '#!/bin/sh\n! grep -q lzma.h\n', True)
    result = sandbox.run("--check")
    assert result.returncode == 1
    assert "Missing: 1" in result.stdout and "liblzma-dev" in result.stdout
    assert "libffi-dev" not in result.stdout


def test_a_build_is_refused_before_it_begins(sandbox):
    write(sandbox.bin / "fakecc", '#!/bin/sh\n! grep -q tk.h\n', True)
    result = sandbox.run()
    assert result.returncode == 1 and "tk-dev" in result.stderr
    assert sandbox.calls() == []


def fakes_of_root(sandbox):
    # Plays apt-get: installing makes the compiler find the header.
    write(sandbox.bin / "fakecc",
          '#!/bin/sh\nif grep -q lzma.h; then [ -e "$FAKE_STATE/lzma" ]; fi\n', True)
    write(sandbox.bin / "apt-get",
          '#!/bin/sh\necho "$@" >> "$FAKE_STATE/apt"\n'
          'case $1 in install) : > "$FAKE_STATE/lzma" ;; esac\n', True)


def test_install_deps(sandbox):
    fakes_of_root(sandbox)
    result = sandbox.run("--install-deps")
    if os.geteuid() != 0:
        assert result.returncode == 1
        assert "sudo apt-get install liblzma-dev" in result.stderr
        return
    assert result.returncode == 0, result.stderr
    assert (sandbox.folder / "apt").read_text().splitlines() == [
        "update", "install -y --no-install-recommends liblzma-dev"]
    assert sandbox.calls() == []


def test_help_names_the_options(sandbox):
    told = sandbox.run("--help").stdout
    for option in ("--opt", "--python", "--source", "--host", "--jobs", "--log", "--keep-work",
                   "--check", "--install-deps", "--status", "--list", "--prune", "--smoke-only"):
        assert option in told


def test_wrong_usage_is_another_exit_status(sandbox):
    assert sandbox.run("--opt", "3").returncode == 2
    assert sandbox.run("--jobs", "0").returncode == 2


def test_called_through_a_link(sandbox):
    os.symlink(sandbox.checkout / "translate.sh", sandbox.folder / "tr")
    sandbox.arguments = lambda *extra: [str(sandbox.folder / "tr"), *extra]
    assert sandbox.run("--list").returncode == 0
