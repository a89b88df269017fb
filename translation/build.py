"""The way from a checkout to a finished build, phase by phase."""

import os
import platform
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from translation import (
    builds,
    child,
    deps,
    failure,
    host,
    keys,
    objects,
    package,
    phases,
    release,
    relink,
    resources,
    smoke,
    translate,
    tree,
)
from translation.errors import DriverError
from translation.progress import Reporter, duration

LOG = "translate.log"
STAMP = "translated.ok"
FLAGS = [*translate.FLAGS, *translate.C_FLAGS]        # what goes into the keys


def keys_of(checkout, cpython, opt, source_identity):
    """(translation key, package key), both str, of a build of the tree as it is now.

    ``checkout``: Path; ``cpython``: what has the version and libpython of a cpython.CPython;
    ``opt``: "jit" or "2"; ``source_identity``: str, see source.Source.
    """
    return (keys.translation_key(checkout, cpython, opt, source_identity, FLAGS),
            keys.package_key(checkout))


@dataclass
class Request:
    """What is to be built.

    ``checkout``: Path; ``cache``: paths.Cache; ``cpython``: cpython.CPython; ``opt``: "jit" or
    "2"; ``jobs``: int; ``source``: source.Source; ``host``: str or None; ``keep_work``: bool;
    ``log``: Path or None; ``relink``: bool, link a translation that is there to ``cpython``.
    """

    checkout: Path
    cache: object
    cpython: object
    opt: str
    jobs: int
    source: object
    host: object = None
    keep_work: bool = False
    log: object = None
    relink: bool = False

    def portable_key(self):
        """The key (str) that this translation shares with those for other CPythons."""
        return keys.portable_key(self.checkout, self.opt, self.source.identity, FLAGS)

    def keys(self):
        """(translation key, package key), both str."""
        return keys_of(self.checkout, self.cpython, self.opt, self.source.identity)


class Job:
    """One run of the pipeline.  ``request``: Request; ``stream``: where progress is told."""

    def __init__(self, request, stream=None):
        self.request = request
        self.cache = request.cache
        self.translation_key, self.package_key = request.keys()
        self.portable_key = request.portable_key()
        self.work = self.cache.work / self.translation_key
        self.tree = self.work / "source"
        self.log = request.log or self.work / LOG
        self.stream = stream
        self.reporter = None
        self.runner = None

    def run(self):
        """Build.  Returns builds.Build.  Raises DriverError; Interrupted leaves nothing behind."""
        self.cache.make()
        with builds.lock(self.cache, self.translation_key):
            # Another driver may have finished it while we waited or looked.
            done = builds.find(self.cache, self.translation_key, self.package_key)
            return done or self._locked()

    def _locked(self):
        translated = builds.find_translated(self.cache, self.translation_key)
        base = self._base() if self.request.relink and not translated else None
        resumed = not translated and not base and (self.work / STAMP).exists()
        self._start(translated, resumed, base)
        try:
            if not translated:
                translated = self._relinked(base) if base else self._translated(resumed)
            build = self._built(translated)
        except child.Failed as error:
            raise self._explain(error) from error
        except DriverError as error:
            error.remedy = "\n".join(filter(None, [error.remedy, self._after_failure()]))
            raise
        except BaseException:
            self._clean(keep_tree=False)
            raise
        self.reporter.finish()
        self._keep_log(build)
        if not self.request.keep_work:
            shutil.rmtree(self.work, ignore_errors=True)
        return build

    def _base(self):
        found = builds.find_relinkable(self.cache, self.portable_key)
        if found is None:
            raise DriverError(
                f"there is no translation of this tree (-O{self.request.opt}) to link to CPython "
                f"{self.request.cpython.version}", "Run translate.sh without --relink.")
        return found

    def _start(self, translated, resumed, base):
        if not resumed:
            shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        history = builds.history(self.cache, self.request.opt)
        plan = phases.plan(self.request.opt, history,
                           translate=not (translated or resumed or base),
                           package=not (translated or base), relink=base is not None)
        self.reporter = Reporter(plan, self.stream)
        self.log.write_text("")
        self.runner = child.Runner(self.log, self.reporter)
        heavy = not (translated or base)
        for line in resources.warnings(self.request.opt, self.cache.root) if heavy else ():
            self.reporter.note("warning: " + line)
        about = sum(seconds for _, seconds in plan)
        what = ("laying the Python files beside a translation that is there" if translated else
                "going on from a translation whose packaging failed" if resumed else
                f"linking the translation {base.name} to another CPython" if base else
                f"translating PyPy {release.PYPY_VERSION}, -O{self.request.opt}")
        self.reporter.note(f"{what}; about {duration(about)}\n"
                           f"CPython {self.request.cpython.version}: "
                           f"{self.request.cpython.executable}\nfull log: {self.log}")

    # Translating and packaging

    def _translated(self, resumed):
        """Make the translated folder of this key.  Returns its home (Path)."""
        self.reporter.enter(phases.CHECK)
        self._check()
        python2 = host.obtain(self.request.host, self.cache, self.runner, self.reporter)
        library_path = host.library_path(python2, self.cache, self.runner)
        self.reporter.note(f"host: {python2.implementation} {python2.executable}")
        env = translate.environment(self.work, self.request.cpython, library_path)
        if not resumed:
            self.reporter.enter(phases.SOURCE)
            tree.prepare(self.request.checkout, self.request.source, self.tree, self.cache,
                         self.runner, self.reporter)
            if self.request.keys()[0] != self.translation_key:
                raise DriverError("the module or the patches changed while they were copied",
                                  "Run translate.sh again.")
            line = translate.command(python2, self.request.opt, self.request.jobs)
            translate.run(self.tree, self.work, line, env, self.runner, self.reporter)
            builds.write_record(self.work, self._figures(python2))
            objects.keep(self.work, self.work, self._own_sources(),
                         self.request.cpython.libpython)
            (self.work / STAMP).touch()
        self.reporter.enter(phases.PACKAGE)
        made = package.run(self.tree, self.work, python2, env, self.runner)
        self.reporter.leave()
        return self._keep_translated(made)

    def _own_sources(self):
        return {path.name for path in (self.request.checkout / keys.MODULE / "src").glob("*.c")}

    def _relinked(self, base):
        """Make the translated folder of this key out of that of another CPython.  -> Path"""
        self.reporter.enter(phases.RELINK)
        made = relink.run(base, self.request.checkout, self.request.cpython, self.work, self.runner)
        if self.request.keys()[0] != self.translation_key:
            raise DriverError("the module or the patches changed while it was linked",
                              "Run translate.sh again.")
        record = builds.read(base)
        record.update(translation_key=self.translation_key, cpython=self._cpython(),
                      relinked_from=base.name)
        builds.write_record(self.work, record)
        self.reporter.leave()
        return self._keep_translated(made)

    def _check(self):
        found, _ = deps.missing(self.request.cpython.executable, self.request.host)
        if found:
            raise DriverError(deps.report(found))

    def _figures(self, python2):
        return {
            "translation_key": self.translation_key,
            "opt": self.request.opt,
            "pypy": release.PYPY_VERSION,
            "source": self.request.source.identity,
            "host": f"{python2.implementation} {python2.executable}",
            "jobs": self.request.jobs,
            "cores": os.cpu_count(),
            "portable_key": self.portable_key,
            "cpython": self._cpython(),
            "peak_memory_mb": round(self.runner.peak_kb / 1024),
            "seconds": self._seconds(),
        }

    def _cpython(self):
        cpython = self.request.cpython
        return {"version": cpython.version, "executable": cpython.executable,
                "libpython": cpython.libpython}

    def _seconds(self):
        return {name: round(spent, 1) for name, spent in self.reporter.seconds.items()}

    def _keep_translated(self, made):
        record = builds.read(self.work) or {}
        record["seconds"] = {**record.get("seconds", {}), **self._seconds()}
        record["finished"] = time.time()
        home = made.parent
        if (self.work / objects.FOLDER).is_dir():
            os.rename(self.work / objects.FOLDER, home / objects.FOLDER)
        builds.write_record(home, record)
        target = self.cache.translated / self.translation_key
        builds.publish(home, target)
        return target

    # Laying, packing, trying

    def _built(self, translated):
        """Make a finished build out of ``translated`` (Path).  Returns builds.Build."""
        self.reporter.enter(phases.LAY)
        made = self.work / "build"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        folder = made / package.NAME
        self._lay(translated / package.NAME, folder)
        machine = f"{platform.system().lower()}-{platform.machine()}"
        archive = made / package.archive_name(self.request.cpython, self.request.opt, machine)
        package.archive(folder, archive, self.runner)
        self.reporter.enter(phases.SMOKE)
        results = smoke.Smoke(folder, self.work / "smoke", self.runner, self.reporter,
                              self.request.cpython.version).run()
        self.reporter.leave()
        record = builds.read(translated)
        record.update(
            package_key=self.package_key,
            archive=archive.name,
            archive_bytes=archive.stat().st_size,
            folder_bytes=sum(path.stat().st_size for path in folder.rglob("*")
                             if path.is_file() and not path.is_symlink()),
            smoke=dict(results),
            finished=time.time(),
            seconds={**record["seconds"], **self._seconds()},
        )
        builds.write_record(made, record)
        target = self.cache.builds / builds.name(self.translation_key, self.package_key)
        builds.publish(made, target)
        return builds.Build(target, record)

    def _lay(self, translated, folder):
        # Somebody may be writing these files: twenty minutes ago they were others, and they may
        # change while they are copied.  The key must be that of the very files in the build.
        for _ in range(10):
            self.package_key = keys.package_key(self.request.checkout)
            shutil.rmtree(folder, ignore_errors=True)
            package.lay(self.request.checkout, translated, folder, self.request.cpython,
                        self.runner)
            if keys.package_key(self.request.checkout) == self.package_key:
                return
        raise DriverError("the Python files change all the time; nothing can be made of them")

    # What stays

    def _keep_log(self, build):
        if self.log.parent == self.work:
            shutil.copy2(self.log, build.path / LOG)

    def _explain(self, error):
        text = self.runner.text_from(error.offset)
        phase = self.reporter.phase or "before the first phase"
        message = (f"failed in the phase `{phase}` after "
                   f"{duration(self.reporter.clock() - self.reporter.begun)}: {error}\n"
                   f"{failure.last_error(text)}")
        if error.status == -9:
            hint = "Killed from outside: most often the machine ran out of memory (--jobs 1)."
        else:
            hint = failure.remedy(text)
        return DriverError(message, "\n".join(filter(None, [hint, self._after_failure()])))

    def _after_failure(self):
        """Remove what is of no more use; say (str) what is kept."""
        packed = (self.work / "build" / package.NAME).is_dir()
        translated = (self.work / STAMP).exists()
        told = [f"full log: {self.log}"]
        if packed:
            told.append(f"not a finished build, kept to look at: {self.work / 'build'}")
        if packed or builds.find_translated(self.cache, self.translation_key):
            told.append("the translation itself is kept: the next run of the same module and "
                        "patches does not repeat it")
        elif translated:
            told.append("the translated tree is kept: the same command goes on from there")
        self._clean(keep_tree=translated, keep_build=packed)
        return "\n".join(told)

    def _clean(self, keep_tree, keep_build=False):
        """Empty the work folder, except the log."""
        if self.request.keep_work or not self.work.is_dir():
            return
        if builds.find_translated(self.cache, self.translation_key):
            keep_tree = False
        kept = {LOG}
        if keep_tree:
            kept |= {STAMP, self.tree.name, builds.RECORD, objects.FOLDER}
        if keep_build:
            kept.add("build")
        for entry in self.work.iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
