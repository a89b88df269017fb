"""A whole build in the sandbox: what comes out, what is used again, what a failure says."""

import json
import os
import signal
import subprocess
import tarfile
import time

import pytest
from conftest import PATCH, fake_source, write


def good(result):
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_a_build_comes_out_whole(sandbox):
    result = good(sandbox.run("--opt", "2", "--jobs", "3"))
    (build,) = sandbox.finished()
    folder = build / "pypy-cpyembed"
    library = folder / "lib/pypy3.11"
    assert (library / "cpyembed/__init__.py").read_text() == "# the package\n"
    assert (library / "numpypy/__init__.py").exists()
    assert not (library / "numpypy/tests").exists()
    assert (library / "README").exists()
    assert (library / "cpyembed/build_python").read_text().strip() == str(sandbox.python)
    assert os.readlink(folder / "bin/pypy-cpyembed") == "pypy3.11"
    assert (sandbox.checkout / "bin/pypy-cpyembed").resolve() == folder / "bin/pypy3.11"

    record = json.loads((build / "build.json").read_text())
    assert record["opt"] == "2" and record["jobs"] == 3
    assert record["cpython"]["version"] == "3.11.9"
    assert record["peak_memory_mb"] > 0
    assert {"Annotating", "Compiling C", "Packaging", "Smoke test"} <= set(record["seconds"])
    archive = build / record["archive"]
    assert record["archive_bytes"] == archive.stat().st_size
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert "pypy-cpyembed/bin/pypy-cpyembed" in names
    assert "pypy-cpyembed/lib/pypy3.11/cpyembed/__init__.py" in names
    assert str(build) in result.stdout
    assert not any(path.is_dir() for path in (sandbox.cache / "work").iterdir())


def test_rpython_gets_the_patched_tree_and_the_right_command(sandbox):
    good(sandbox.run("--opt", "2", "--jobs", "3", PYPY_USESSION_DIR="/elsewhere",
                     PYTHONPATH="/somewhere"))
    assert (sandbox.folder / "greeting").read_text() == "one\n2\nthree\n"
    assert (sandbox.folder / "module").read_text() == "moduledef.py\nsrc\n"
    assert (sandbox.source / "pypy/greeting.txt").read_text() == "one\ntwo\nthree\n"
    command = (sandbox.folder / "command").read_text().split()
    assert command == [
        "../../rpython/bin/rpython", "--batch", "-O2", "--make-jobs=3",
        "targetpypystandalone.py", "--withoutmod-cpyext", "--withoutmod-_cppyy",
        "--withoutmod-_hpy_universal", "--withmod-micronumpy", "--withmod-cpyembed"]
    env = dict(line.partition("=")[::2]
               for line in (sandbox.folder / "environment").read_text().splitlines())
    assert env["CPYEMBED_BUILD_PYTHON"] == str(sandbox.python)
    assert env["PYPY_USESSION_DIR"].startswith(str(sandbox.cache / "work"))
    assert "/somewhere" not in env.get("PYTHONPATH", "")


def test_the_phases_are_told_with_numbers_and_the_log(sandbox):
    told = good(sandbox.run("--opt", "2")).stdout
    assert "[ 1/13] Checking what is needed" in told
    assert "[ 4/13] Annotating" in told
    assert "[ 9/13] Compiling C" in told
    order = [told.index(name) for name in (
        "Preparing the source", "Loading the target", "Annotating", "Typing", "C database",
        "Writing C", "Compiling C", "cffi modules", "Packaging", "Smoke test")]
    assert order == sorted(order)
    assert "Generating the JIT" not in told
    assert "translate.log" in told and "about " in told


def test_the_same_tree_again_translates_nothing(sandbox):
    good(sandbox.run())
    (sandbox.checkout / "bin/pypy-cpyembed").unlink()
    begun = time.monotonic()
    good(sandbox.run())
    assert time.monotonic() - begun < 3
    assert sandbox.calls() == ["translate", "package"]
    assert (sandbox.checkout / "bin/pypy-cpyembed").exists()


def test_changed_python_files_are_laid_beside_the_same_translation(sandbox):
    good(sandbox.run())
    write(sandbox.checkout / "cpyembed/__init__.py", "# changed\n")
    write(sandbox.checkout / "embed/emb.py", "# new\n")
    assert sandbox.run("--status").returncode == 1
    told = good(sandbox.run()).stdout
    assert "beside a translation that is there" in told
    assert sandbox.calls() == ["translate", "package"]
    assert len(sandbox.finished()) == 2
    library = sandbox.checkout.joinpath("bin/pypy-cpyembed").resolve().parents[1] / "lib/pypy3.11"
    assert (library / "cpyembed/__init__.py").read_text() == "# changed\n"
    assert (library / "embed/emb.py").exists()
    assert sandbox.run("--status").returncode == 0


def test_python_files_that_change_meanwhile_are_laid_as_they_are_at_the_end(sandbox):
    path = sandbox.checkout / "cpyembed/__init__.py"
    good(sandbox.run(FAKE_MODE="edit", FAKE_EDIT=str(path)))
    (build,) = sandbox.finished()
    inside = build / "pypy-cpyembed/lib/pypy3.11/cpyembed/__init__.py"
    assert inside.read_text() == "# meanwhile\n"
    assert sandbox.run("--status").returncode == 0


def test_a_module_that_changes_meanwhile_is_not_in_the_build(sandbox):
    path = sandbox.checkout / "pypy_module_cpyembed/moduledef.py"
    good(sandbox.run(FAKE_MODE="edit", FAKE_EDIT=str(path)))
    assert sandbox.run("--status").returncode == 1
    write(path, "# the module\n")
    assert sandbox.run("--status").returncode == 0


def test_what_a_user_put_into_a_build_does_not_get_into_the_next(sandbox):
    good(sandbox.run())
    (build,) = sandbox.finished()
    write(build / "pypy-cpyembed/lib/pypy3.11/site-packages/his.py", "")
    write(sandbox.checkout / "cpyembed/__init__.py", "# changed\n")
    good(sandbox.run())
    for path in sandbox.finished():
        inside = path / "pypy-cpyembed/lib/pypy3.11/site-packages/his.py"
        assert inside.exists() == (path == build)


def test_a_changed_module_is_another_translation(sandbox):
    good(sandbox.run())
    write(sandbox.checkout / "pypy_module_cpyembed/moduledef.py", "# changed\n")
    good(sandbox.run())
    assert sandbox.calls() == ["translate", "package"] * 2


def test_status_and_its_exit_codes(sandbox):
    result = sandbox.run("--status")
    assert result.returncode == 1 and "no finished build" in result.stdout
    good(sandbox.run())
    result = sandbox.run("--status")
    assert result.returncode == 0 and str(sandbox.finished()[0]) in result.stdout
    assert sandbox.run("--status", "--opt", "2").returncode == 1


def test_an_annotation_error_is_told_with_its_phase(sandbox):
    result = sandbox.run(FAKE_MODE="annotation")
    assert result.returncode == 1
    assert "`Annotating`" in result.stderr
    assert "seeing a prebuilt rpython.rlib.rthread.Lock instance" in result.stderr
    assert "Processing block" in result.stderr
    assert "drv.proceed" not in result.stderr
    (work,) = (path for path in (sandbox.cache / "work").iterdir() if path.is_dir())
    assert [path.name for path in work.iterdir()] == ["translate.log"]
    assert str(work / "translate.log") in result.stderr
    assert not sandbox.finished() and not sandbox.translated()


def test_a_link_error_is_told_by_its_symbol(sandbox):
    result = sandbox.run(FAKE_MODE="link")
    assert result.returncode == 1
    assert "`Compiling C`" in result.stderr
    assert "undefined reference to `PyObject_Vectorcall'" in result.stderr


def test_after_a_packaging_failure_the_translation_is_not_repeated(sandbox):
    result = sandbox.run(FAKE_MODE="package")
    assert result.returncode == 1
    assert "`Packaging`" in result.stderr and "_tkinter" in result.stderr
    assert "--check" in result.stderr and "goes on from there" in result.stderr
    assert not sandbox.finished() and not sandbox.translated()
    good(sandbox.run())
    assert sandbox.calls() == ["translate", "package", "package"]
    record = json.loads((sandbox.finished()[0] / "build.json").read_text())
    assert "Annotating" in record["seconds"] and "Packaging" in record["seconds"]


@pytest.mark.parametrize("step, told", [
    ("imports", "not importable: lzma"), ("info", "does not name CPython 3.11.9"),
    ("index", "pip broke in some other way"), ("extension", "undefined symbol")])
def test_a_failed_smoke_test_finishes_nothing(sandbox, step, told):
    result = sandbox.run(FAKE_SMOKE=step)
    assert result.returncode == 1
    assert told in result.stderr
    assert not sandbox.finished()
    assert not (sandbox.checkout / "bin/pypy-cpyembed").exists()
    assert sandbox.run("--status").returncode == 1
    good(sandbox.run())
    assert sandbox.calls() == ["translate", "package"]


def test_without_a_network_the_pip_step_is_skipped_and_says_why(sandbox):
    result = good(sandbox.run(FAKE_SMOKE="offline"))
    assert "skipped: no network for pip" in result.stdout


def test_the_smoke_test_runs_on_a_copy_elsewhere(sandbox):
    good(sandbox.run())
    ran = (sandbox.folder / "smoke-ran").read_text().strip()
    assert not ran.startswith(str(sandbox.finished()[0]))
    assert not os.path.exists(ran)


def test_smoke_only_on_a_folder(sandbox):
    good(sandbox.run())
    (build,) = sandbox.finished()
    good(sandbox.run("--smoke-only", str(build / "pypy-cpyembed")))
    result = sandbox.run("--smoke-only", str(build), FAKE_SMOKE="imports")
    assert result.returncode == 1 and "lzma" in result.stderr
    result = sandbox.run("--smoke-only", str(sandbox.source))
    assert result.returncode == 1 and "no build" in result.stderr


def started(sandbox, *extra):
    process = sandbox.start(*extra, FAKE_MODE="sleep")
    deadline = time.monotonic() + 20
    while not (sandbox.folder / "grandchild").exists():
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.05)
    time.sleep(0.1)
    return process, int((sandbox.folder / "grandchild").read_text())


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_nothing_and_nobody(sandbox, signum):
    process, grandchild = started(sandbox)
    assert running(grandchild)
    process.send_signal(signum)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert not running(grandchild)
    assert not sandbox.finished() and not sandbox.translated()
    (work,) = (path for path in (sandbox.cache / "work").iterdir() if path.is_dir())
    assert [path.name for path in work.iterdir()] == ["translate.log"]
    assert sandbox.run("--status").returncode == 1
    good(sandbox.run())


def test_a_lost_terminal_interrupts_unless_nohup(sandbox):
    process, _ = started(sandbox)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 130

    (sandbox.folder / "grandchild").unlink()
    plain = sandbox.arguments
    sandbox.arguments = lambda *extra: ["nohup", *plain(*extra)]
    process, grandchild = started(sandbox)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None and running(grandchild)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_two_at_once_for_one_tree_are_refused(sandbox):
    process, _ = started(sandbox)
    try:
        second = sandbox.run()
        assert second.returncode == 1
        assert f"process {process.pid}" in second.stderr
        assert sandbox.calls() == ["translate"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_killed_hard_the_next_run_starts_over(sandbox):
    process, grandchild = started(sandbox)
    process.kill()
    process.communicate(timeout=10)
    os.kill(grandchild, signal.SIGKILL)
    assert sandbox.run("--status").returncode == 1
    good(sandbox.run())
    assert sandbox.calls() == ["translate", "translate", "package"]


def test_a_patch_that_does_not_apply_is_named(sandbox):
    write(sandbox.checkout / "patches/0002-other.patch", PATCH.replace("-two", "-zwei"))
    result = sandbox.run()
    assert result.returncode == 1
    assert "0002-other.patch" in result.stderr
    assert sandbox.calls() == []


def test_patches_apply_with_no_fuzz(sandbox):
    write(sandbox.checkout / "patches/0001-greeting.patch", PATCH.replace(" three", " drei"))
    result = sandbox.run()
    assert result.returncode == 1 and "0001-greeting.patch" in result.stderr


@pytest.mark.parametrize("pypy, python, told", [
    ("7, 3, 22", "3, 11", "PyPy 7.3.22 for Python 3.11"),
    ("7, 3, 23", "3, 10", "PyPy 7.3.23 for Python 3.10")])
def test_a_tree_of_another_version_is_refused_by_name(sandbox, pypy, python, told):
    sandbox.source = fake_source(sandbox.folder / "other", pypy, python)
    result = sandbox.run()
    assert result.returncode == 1
    assert told in result.stderr and "other" in result.stderr
    assert sandbox.calls() == []


def test_a_folder_that_is_no_pypy_is_refused(sandbox):
    sandbox.source = sandbox.folder / "bin"
    result = sandbox.run()
    assert result.returncode == 1 and "not a source tree of PyPy" in result.stderr


def test_an_archive_as_the_source(sandbox):
    archive = sandbox.folder / "src.tar.bz2"
    subprocess.run(["tar", "-cjf", archive, "-C", sandbox.folder, "source"], check=True)
    sandbox.source = archive
    good(sandbox.run())
    assert (sandbox.folder / "greeting").read_text() == "one\n2\nthree\n"


def test_products_of_a_used_tree_do_not_get_in(sandbox):
    write(sandbox.source / "lib_pypy/_ssl_cffi.pypy311.so", "stale")
    write(sandbox.source / "pypy/goal/pypy3.11-c", "stale")
    good(sandbox.run("--keep-work"))
    (tree,) = (sandbox.cache / "work").glob("*/source")
    assert not (tree / "lib_pypy/_ssl_cffi.pypy311.so").exists()
    assert (tree / "pypy/goal/pypy3.11-c").read_text() == "exe\n"


def test_a_read_only_source_tree_can_be_used(sandbox):
    for folder, _, files in os.walk(sandbox.source):
        for name in files:
            os.chmod(os.path.join(folder, name), 0o444)
    good(sandbox.run())


def test_the_log_can_go_elsewhere(sandbox):
    log = sandbox.folder / "logs/full.log"
    good(sandbox.run("--log", str(log)))
    assert "[translation:info] RTyping..." in log.read_text()


def test_list_and_prune(sandbox):
    good(sandbox.run())
    write(sandbox.checkout / "pypy_module_cpyembed/moduledef.py", "# changed\n")
    good(sandbox.run())
    told = good(sandbox.run("--list")).stdout
    assert all(str(path) in told for path in sandbox.finished() + sandbox.translated())
    current = (sandbox.checkout / "bin/pypy-cpyembed").resolve().parents[2]
    good(sandbox.run("--prune"))
    assert sandbox.finished() == [current]
    assert len(sandbox.translated()) == 1
    assert (sandbox.cache / "downloads").is_dir()
    assert sandbox.run("--status").returncode == 0
