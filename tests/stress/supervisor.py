"""Runs one stress test in a process of its own, and watches it.

The process writes a byte to a pipe whenever it has moved. If none comes for a while, the process is
asked for its stacks: SIGUSR1 is handled by the faulthandlers of both interpreters, which need no
GIL; a debugger, if there is one, shows the C stacks. Then it is ended.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")
# Nothing moves for so long, in seconds: a busy machine may be slow.
PATIENCE = 60.0


@dataclass
class Run:
    """What came out: `status` is the exit status (int) or "hangs"; `text` what it printed."""

    name: str
    status: object
    seconds: float
    peak_megabytes: float
    text: str

    @property
    def summary(self):
        """The last line that the test printed by itself (str)."""
        lines = [line for line in self.text.splitlines() if line.startswith("done: ")]
        return lines[-1][len("done: "):] if lines else ""


def supervise(name, seconds, patience=PATIENCE):
    """Run the test `name` for `seconds`; returns a Run."""
    beats, theirs = os.pipe()
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            [sys.executable, str(WORKER), name, str(seconds), str(theirs)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=[theirs],
            start_new_session=True)
        os.close(theirs)
        moves = False
        try:
            moves = wait_while_it_moves(beats, patience)
            if not moves:
                show_stacks(child.pid, output, patience)
        finally:
            os.close(beats)
            status, usage = end_group(child.pid, 10 if moves else 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Run(name, child.returncode if moves else "hangs", time.monotonic() - begun,
               usage.ru_maxrss / 1024, text)


def wait_while_it_moves(beats, patience):
    """True when the process has closed its end of the pipe, False when nothing came for long."""
    while select.select([beats], [], [], patience)[0]:
        if not os.read(beats, 4096):
            return True
    return False


def show_stacks(pid, output, patience):
    """Have the stacks of both sides, and of C if that can be, written to `output`."""
    note(output, "\nNothing has moved for %d s. Stacks of PyPy, then of CPython:\n" % patience)
    os.kill(pid, signal.SIGUSR1)
    time.sleep(2)
    debugger = shutil.which("gdb")
    if debugger:
        note(output, "\nStacks of C:\n")
        subprocess.run([debugger, "-p", str(pid), "-batch", "-ex", "thread apply all bt 40"],
                       stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
                       timeout=60, check=False)


def note(output, text):
    os.lseek(output.fileno(), 0, os.SEEK_END)
    os.write(output.fileno(), text.encode())


def end_group(pid, patience):
    """End the process, after `patience` seconds for it to end by itself, and all that it started;
    its wait status (int) and resource usage."""
    end = time.monotonic() + patience
    done = 0
    while not done and time.monotonic() < end:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        time.sleep(0 if done else 0.02)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    if not done:
        _, status, usage = os.wait4(pid, 0)
    return status, usage
