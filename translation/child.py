"""Child processes: their output in the log, their whole group dead when we stop."""

import ctypes
import os
import signal
import subprocess
import time

from translation.errors import Interrupted

PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """A child that did not end well: ``command`` (list), ``status`` (int), ``offset`` (int).

    ``offset`` is where its output begins in the log.
    """

    def __init__(self, command, status, offset):
        if status < 0:
            how = f"was killed by {signal.Signals(-status).name}"
        else:
            how = f"exited with {status}"
        super().__init__(f"{os.path.basename(command[0])} {how}")
        self.command = command
        self.status = status
        self.offset = offset


def _die_with_parent():
    # Should the driver be killed hard, a translation must not go on for twenty minutes unseen.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Runner:
    """Runs commands one after the other, all into one log.

    ``log``: Path; ``reporter``: progress.Reporter, ticked while a child runs.
    ``peak_kb``: int, the largest resident size that any child reached.
    """

    def __init__(self, log, reporter):
        self.log = log
        self.reporter = reporter
        self.peak_kb = 0

    def write(self, text):
        """Append ``text`` (str) to the log."""
        with open(self.log, "a", encoding="utf-8", errors="replace") as stream:
            stream.write(text)

    def run(self, command, what="", cwd=None, env=None, watch=None):
        """Run ``command`` (list of str) to its end.

        ``what``: str for the progress line; ``watch``: called with each piece of new output
        (str), may return a str that says how far it is.  Returns the output's offset in the log
        (int).  Raises Failed, or Interrupted after the whole process group is dead.
        """
        self.write(f"\n$ {' '.join(command)}\n")
        offset = os.path.getsize(self.log)
        with open(self.log, "ab") as sink:
            process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                       stdout=sink, stderr=subprocess.STDOUT,
                                       start_new_session=True, preexec_fn=_die_with_parent)
        try:
            status = self._wait(process, offset, what, watch)
        except BaseException:
            kill_group(process)
            raise
        if status != 0:
            raise Failed(command, status, offset)
        return offset

    def _wait(self, process, offset, what, watch):
        detail = what
        begun = time.monotonic()
        with open(self.log, encoding="utf-8", errors="replace") as stream:
            stream.seek(offset)
            while True:
                # wait4 and not Popen.wait: it alone tells this child's own peak of memory.
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    self.peak_kb = max(self.peak_kb, usage.ru_maxrss)
                text = stream.read()
                if watch is not None:
                    detail = watch(text) or detail
                self.reporter.tick(detail)
                if pid:
                    return process.returncode
                # A short child is met soon, a long one is not asked often.
                time.sleep(min(0.01 + (time.monotonic() - begun) / 10, 0.25))

    def output(self, command, cwd=None, env=None, what=""):
        """Run ``command`` and return what it printed (str).  Raises as run() does."""
        offset = self.run(command, what, cwd, env)
        return self.text_from(offset)

    def text_from(self, offset):
        """The log (str) from ``offset`` (int) on."""
        with open(self.log, "rb") as stream:
            stream.seek(offset)
            return stream.read().decode("utf-8", "replace")


def kill_group(process, patience=2.0):
    """End a child and all that it started: asked first, then forced."""
    for signum, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, signum)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and _group_alive(process):
            time.sleep(0.05)
        if not _group_alive(process):
            break
    if process.returncode is None:
        process.wait()


def _group_alive(process):
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def raise_on_signals():
    """Make SIGINT, SIGTERM and SIGHUP raise Interrupted in the main thread, once."""
    signals = [signal.SIGINT, signal.SIGTERM]
    # nohup asks for a build that outlives its terminal.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signals.append(signal.SIGHUP)

    def handler(signum, frame):
        # A second Ctrl-C must not cut the cleaning up short.
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signum)

    for each in signals:
        signal.signal(each, handler)
