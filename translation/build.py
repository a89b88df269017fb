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
    package,
    phases,
    release,
    resources,
    smoke,
    translate,
    tree,
)
from translation.errors import DriverError
from translation.progress import Reporter, duration

LOG = "translate.log"
STAMP = "translated.ok"


@dataclass
class Request:
    """What is to be built.

    ``checkout``: Path; ``cache``: paths.Cache; ``cpython``: cpython.CPython; ``opt``: "jit" or
    "2"; ``jobs``: int; ``source``: source.Source; ``host``: str or None; ``keep_work``: bool;
    ``log``: Path or None.
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

    def keys(self):
        """(translation key, package key), both str."""
        return (keys.translation_key(self.checkout, self.cpython, self.opt,
                                     self.source.identity, translate.FLAGS),
                keys.package_key(self.checkout))


class Job:
    """One run of the pipeline.  ``request``: Request; ``stream``: where progress is told."""

    def __init__(self, request, stream=None):
        self.request = request
        self.cache = request.cache
        self.translation_key, self.package_key = request.keys()
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
        resumed = not translated and (self.work / STAMP).exists()
        self._start(translated, resumed)
        try:
            if not translated:
                translated = self._translated(resumed)
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

    def _start(self, translated, resumed):
        if not resumed:
            shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        history = builds.history(self.cache, self.request.opt)
        plan = phases.plan(self.request.opt, history, translate=not (translated or resumed),
                           package=not translated)
        self.reporter = Reporter(plan, self.stream)
        self.log.write_text("")
        self.runner = child.Runner(self.log, self.reporter)
        for line in resources.warnings(self.request.opt, self.cache.root) if not translated else ():
            self.reporter.note("warning: " + line)
        about = sum(seconds for _, seconds in plan)
        what = ("laying the Python files beside a translation that is there" if translated else
                "going on from a translation whose packaging failed" if resumed else
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
            (self.work / STAMP).touch()
        self.reporter.enter(phases.PACKAGE)
        made = package.run(self.tree, self.work, python2, env, self.runner)
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
            "cpython": {"version": self.request.cpython.version,
                        "executable": self.request.cpython.executable,
                        "libpython": self.request.cpython.libpython},
            "peak_memory_mb": round(self.runner.peak_kb / 1024),
            "seconds": self._seconds(),
        }

    def _seconds(self):
        return {name: round(spent, 1) for name, spent in self.reporter.seconds.items()}

    def _keep_translated(self, made):
        record = builds.read(self.work) or {}
        record["seconds"] = {**record.get("seconds", {}), **self._seconds()}
        record["finished"] = time.time()
        home = made.parent
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
            package.lay(self.request.checkout, translated, folder, self.request.cpython)
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
            kept |= {STAMP, self.tree.name, builds.RECORD}
        if keep_build:
            kept.add("build")
        for entry in self.work.iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
