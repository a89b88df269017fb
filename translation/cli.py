"""The command line of translate.sh."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from translation import (
    builds,
    child,
    cpython,
    deps,
    link,
    package,
    paths,
    phases,
    release,
    resources,
    smoke,
    source,
)
from translation.build import Job, Request
from translation.errors import DriverError, Interrupted
from translation.progress import Reporter, duration

EPILOG = """\
examples:
  translate.sh --check                 what is missing on this machine
  translate.sh --install-deps          install it (Debian, as root)
  translate.sh                         build with the JIT: 20 to 30 minutes, 4 to 6 GB of memory
  translate.sh --opt 2                 build without the JIT: for trying things out
  translate.sh --python ~/.pyenv/versions/3.12.1/bin/python3
  translate.sh --relink --python ~/.pyenv/versions/3.12.1/bin/python3
                                       the same in a minute, if this tree was translated before
  translate.sh --status                is there a build of this very tree?

A build is kept in $XDG_CACHE_HOME/cpyembed (or ~/.cache/cpyembed).  The same tree again costs a
second; when only the Python files (cpyembed/, numpypy/, embed/) changed, the translation is used
again.  bin/pypy-cpyembed in the checkout leads to the last build made or found.

CPYEMBED_PYPY_MIRROR names another place to download PyPy's archives from; what comes from there
is checked all the same.

exit status: 0 done, 1 failed or missing or no such build, 2 wrong usage, 130 interrupted.
"""


def parser():
    """The argparse.ArgumentParser of translate.sh."""
    result = argparse.ArgumentParser(
        prog="translate.sh", formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"Translate PyPy {release.PYPY_VERSION} (Python {release.PYTHON_VERSION}) "
                    "with a real CPython built in,\nand package it as a relocatable folder "
                    "`pypy-cpyembed` and a tarball.", epilog=EPILOG)
    what = result.add_argument_group("what to build")
    what.add_argument("--opt", choices=("jit", "2"), default="jit",
                      help="jit (default): the fast one; 2: without the JIT, sooner done")
    what.add_argument("--python", metavar="EXE",
                      help="the CPython to build in, 3.9 to 3.13, with a shared libpython "
                           "(default: python3 on PATH if it has one, else /usr/bin/python3)")
    what.add_argument("--source", metavar="TREE|TARBALL",
                      help=f"PyPy's source (default: the official {release.SOURCE_ARCHIVE}, "
                           "downloaded and checked)")
    how = result.add_argument_group("how to build it")
    how.add_argument("--relink", action="store_true",
                     help="link the finished translation of this tree to --python: a minute")
    how.add_argument("--host", metavar="EXE",
                     help="the Python 2.7 that translates (default: one found on PATH, PyPy "
                          f"preferred; else the official {release.HOST_ARCHIVE})")
    how.add_argument("--jobs", metavar="N", type=_positive, default=_cores(),
                     help="C compilers at a time (default: %(default)s)")
    how.add_argument("--log", metavar="FILE", type=Path, help="where the full log goes")
    how.add_argument("--keep-work", action="store_true",
                     help="keep the patched source and the C files, for looking at")
    instead = result.add_argument_group("instead of building").add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true",
                         help="tell everything that is missing, with its Debian package")
    instead.add_argument("--install-deps", action="store_true",
                         help="install what is missing (as root, on Debian)")
    instead.add_argument("--status", action="store_true",
                         help="tell whether a build of this tree, with these options, exists")
    instead.add_argument("--list", action="store_true", help="the builds in the cache")
    instead.add_argument("--prune", action="store_true",
                         help="delete all builds but the one of this tree, with these options")
    instead.add_argument("--smoke-only", metavar="DIR", type=Path,
                         help="run the smoke test on a build's folder")
    return result


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _cores():
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def main(argv=None):
    """Run with ``argv`` (list of str).  Returns the exit status (int)."""
    options = parser().parse_args(argv)
    child.raise_on_signals()
    try:
        return _run(options)
    except DriverError as error:
        print(f"translate.sh: {error.message}", file=sys.stderr)
        if error.remedy:
            print(error.remedy, file=sys.stderr)
        return 1
    except Interrupted:
        print("\ntranslate.sh: interrupted; nothing is left that looks finished", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # `translate.sh --list | head`: the reader has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options):
    cache = paths.Cache()
    if options.list:
        return _list(cache)
    if options.smoke_only:
        return _smoke_only(options)
    if options.check:
        return _check(options, cache)
    if options.install_deps:
        return _install_deps(options, cache)
    request = _request(options, cache)
    if options.prune:
        return _prune(request)
    build = builds.find(cache, *request.keys())
    if options.status:
        return _status(request, build)
    if build is None:
        build = Job(request).run()
    link.point(paths.CHECKOUT, build.executable)
    print(describe(build))
    work = cache.work / build.record["translation_key"]
    if options.keep_work and work.is_dir():
        print(f"  work tree kept: {work}")
    return 0


def _request(options, cache):
    python = cpython.choose(options.python)
    if isinstance(python, cpython.Problem):
        raise python.error()
    return Request(checkout=paths.CHECKOUT, cache=cache, cpython=python, opt=options.opt,
                   jobs=options.jobs, source=source.locate(options.source), host=options.host,
                   keep_work=options.keep_work, relink=options.relink,
                   log=options.log and options.log.expanduser().resolve())


def describe(build):
    """A finished build as a person reads it (str)."""
    record = build.record
    seconds = record.get("seconds", {})
    translation = sum(seconds.get(name, 0) for name in phases.TRANSLATION)
    lines = [
        f"build: {build.path}",
        f"  PyPy {record['pypy']} -O{record['opt']}, CPython {record['cpython']['version']} "
        f"({record['cpython']['executable']})",
        f"  run: {build.executable}",
        f"  tarball: {build.archive} ({record['archive_bytes'] / 1e6:.1f} MB)",
        f"  translated in {duration(translation)}, at most {record['peak_memory_mb']} MB of memory "
        f"(host {record['host']})",
    ]
    skipped = {step: told for step, told in record.get("smoke", {}).items() if told != "ok"}
    lines.append("  smoke test: passed" + "".join(f"; {step}: {told}"
                                                  for step, told in skipped.items()))
    return "\n".join(lines)


def _status(request, build):
    if build is not None:
        print(describe(build))
        return 0
    translation_key, package_key = request.keys()
    print(f"no finished build of this tree (-O{request.opt}, CPython {request.cpython.version}, "
          f"key {builds.name(translation_key, package_key)})")
    if builds.find_translated(request.cache, translation_key):
        print("its translation is there; only the Python files are to be laid: translate.sh")
    elif builds.find_relinkable(request.cache, request.portable_key()):
        print("its translation for another CPython is there: translate.sh --relink")
    return 1


def _list(cache):
    every = builds.every(cache)
    for build in every:
        record = build.record
        print(f"{build.path}  -O{record['opt']}, CPython {record['cpython']['version']}, "
              f"{builds.size(build.path) / 1e6:.0f} MB")
    for path in sorted(cache.translated.iterdir()) if cache.translated.is_dir() else ():
        if not path.name.startswith("."):
            print(f"{path}  translation, {builds.size(path) / 1e6:.0f} MB")
    if not every:
        print(f"no builds in {cache.builds}")
    return 0


def _prune(request):
    translation_key, package_key = request.keys()
    kept = {request.cache.builds / builds.name(translation_key, package_key),
            request.cache.translated / translation_key}
    freed = 0
    for folder in (request.cache.builds, request.cache.translated, request.cache.work):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path in kept or not path.is_dir() or builds.is_locked(request.cache, path.name):
                continue
            freed += builds.size(path)
            # Renamed first: a half-deleted build must not look finished.
            aside = path.with_name(f".{path.name}.{os.getpid()}")
            os.rename(path, aside)
            shutil.rmtree(aside)
            print(f"deleted {path}")
    print(f"{freed / 1e6:.0f} MB freed")
    return 0


def _check(options, cache):
    found, chosen = deps.missing(options.python, options.host)
    for line in chosen:
        print(line)
    for line in resources.warnings(options.opt, cache.root):
        print("warning: " + line)
    print(deps.report(found))
    return 1 if found else 0


def _install_deps(options, cache):
    found, _ = deps.missing(options.python, options.host)
    names = deps.packages(found)
    if names:
        deps.install(names, Reporter())
    return _check(options, cache)


def _smoke_only(options):
    folder = options.smoke_only.expanduser().resolve()
    if not (folder / "bin").is_dir() and (folder / package.NAME).is_dir():
        folder = folder / package.NAME
    reporter = Reporter([(phases.SMOKE, 40)])
    reporter.enter(phases.SMOKE)
    record = builds.read(folder.parent) or {}
    with tempfile.TemporaryDirectory(prefix="cpyembed-smoke-") as room:
        log = options.log or Path(room) / "smoke.log"
        runner = child.Runner(log, reporter)
        smoke.Smoke(folder, Path(room) / "room", runner, reporter,
                    record.get("cpython", {}).get("version", "")).run()
    reporter.finish()
    print("the smoke test passed")
    return 0
