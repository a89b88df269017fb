"""Section 3: `python -m cpyembed` with no argument, on a terminal: PyPy's prompt."""

import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from conftest import ROOT

PROMPT = ">>>> "
pytestmark = pytest.mark.timeout(180)


class Session:
    """A prompt on a terminal of its own."""

    def __init__(self, home, startup):
        self.terminal, terminal = pty.openpty()
        env = dict(os.environ, PYTHONPATH=ROOT, TERM="xterm", HOME=str(home))
        env.pop("PYTHONINSPECT", None)
        env["PYTHONSTARTUP"] = str(startup)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cpyembed"], stdin=terminal, stdout=terminal, stderr=terminal,
            cwd=ROOT, env=env, preexec_fn=lambda: take_terminal(terminal))
        os.close(terminal)
        self.raw, self.read = "", 0         # what came, and how much of it was looked at

    @property
    def said(self):
        """What came and was not looked at yet, without the terminal's control sequences."""
        return re.sub(r"\x1b[=>]|\x1b\[[?\d;]*[A-Za-z@]", "", self.raw)[self.read:]

    def until(self, words, seconds=30):
        """What is said (str) up to `words`, without the terminal's control sequences."""
        end = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < end, "no %r in %r" % (words, self.said)
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    data = os.read(self.terminal, 65536).decode("utf-8", "replace")
                except OSError:         # the other end is closed
                    data = ""
                assert data, "no %r in %r" % (words, self.said)
                self.raw += data
        before = self.said.partition(words)[0] + words
        self.read += len(before)
        return before

    def type(self, text):
        os.write(self.terminal, text.encode())

    def ask(self, line, answer):
        """Type a line and wait for the `answer`, which the line does not contain, and the prompt
        after it; what is said up to the answer. (A prompt before it may be one drawn anew.)"""
        self.type(line + "\r")
        said = self.until(answer)
        self.until(PROMPT)
        return said

    def end(self, last):
        """Type `last`; (exit status, what was said)."""
        self.type(last)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if select.select([self.terminal], [], [], 0.1)[0]:
                    data = os.read(self.terminal, 65536).decode("utf-8", "replace")
                    if not data:
                        break
                    self.raw += data
            except OSError:
                break
        return self.process.wait(30), self.said


def take_terminal(terminal):
    import fcntl
    import termios
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.fixture
def session(tmp_path):
    """A Session at its first prompt."""
    startup = tmp_path / "startup.py"
    startup.write_text("at_the_start = 271")
    session = Session(tmp_path, startup)
    try:
        assert sys.version.split()[0] in session.until(PROMPT)
        yield session
    finally:
        if session.process.poll() is None:
            session.process.kill()
            session.process.wait()
        os.close(session.terminal)


START = "import cpyembed; math = cpyembed.import_module('math'); 6 * 7"


def test_values_errors_and_the_last_result(session):
    session.ask(START, "42")
    session.ask("math.fabs(-1.5) + 1", "2.5")
    session.ask("_ + 1", "3.5")
    said = session.ask("math.sqrt(-1.0)", "ValueError: math domain error")
    assert "run.py" not in said and "protocols.py" not in said
    assert session.end("\x04")[0] == 0


def test_completion_of_an_objects_attributes_and_recall(session):
    session.ask(START, "42")
    session.type("math.fab\t")
    session.until("(")                          # all of it, and it can be called
    session.ask("-3.25) + 1", "4.25")
    session.ask("\x10", "4.25")                 # the line before, once more
    assert session.end("\x04")[0] == 0


def test_ctrl_c_and_then_the_end(session):
    session.ask(START, "42")
    for line in ("cpyembed.import_module('time').sleep(100)", "while 1: pass\r"):
        session.type(line + "\r")
        time.sleep(2)
        session.type("\x03")
        assert "signals.py" not in session.until("KeyboardInterrupt")
        session.until(PROMPT)
        session.ask("cpyembed.eval('6 * 7 + 1')", "43")     # once, not once a side
    status, said = session.end("\x04")
    assert status == 0 and "KeyboardInterrupt" not in said


def test_startup_file_and_exit_status(session):
    session.ask("at_the_start + 1", "272")
    session.ask(START, "42")
    assert session.end("raise SystemExit(7)\r")[0] == 7
