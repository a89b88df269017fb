"""Ctrl-C, SIGTERM and exits: many programs, each of which must end as it should."""

import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = Path(__file__).with_name("programs.py")
ROUNDS = 200


def started(name):
    """A program that has said that it is ready."""
    child = subprocess.Popen([sys.executable, str(PROGRAMS), name], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = child.stdout.readline()
    if line != "ready\n":
        child.kill()
        raise AssertionError("%s: %r\n%s" % (name, line, child.stderr.read()))
    return child


def ended(child, name):
    """(status, output, errors) of a program that must end soon."""
    try:
        output, errors = child.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGABRT)
        output, errors = child.communicate()
        raise AssertionError("%s hangs\n%s\n%s" % (name, output, errors)) from None
    return child.returncode, output, errors


def interrupt(name, allowed):
    """A test: Ctrl-C while the program `name` is where its name says; `allowed` seconds for half of
    them, for the machine may be busy."""
    def test(clock):
        waits = []
        for number in clock.rounds(ROUNDS):
            child = started(name)
            time.sleep(0.02 + 0.01 * (number % 5))
            sent = time.monotonic()
            child.send_signal(signal.SIGINT)
            status, output, errors = ended(child, name)
            lines = output.splitlines()
            assert status == 0 and len(lines) == 1 and lines[0].startswith("interrupted "), (
                "status %s\n%s\n%s" % (status, output, errors))
            waits.append(float(lines[0].split()[1]) - sent)
        waits.sort()
        assert waits[len(waits) // 2] < allowed, waits
        return "%d programs, half within %.0f ms, at most %.0f ms" % (
            len(waits), waits[len(waits) // 2] * 1000, waits[-1] * 1000)
    test.starts_cpython_itself = True
    return test


def terminate(clock):
    """SIGTERM ends the program at once, as it ends any."""
    done = 0
    for _ in clock.rounds(ROUNDS):
        child = started("terminated")
        child.terminate()
        status, output, errors = ended(child, "terminated")
        assert status == -signal.SIGTERM, (status, output, errors)
        done += 1
    return "%d programs" % done


def exits(name, wanted_status, wanted_lines):
    """A test: the program `name` ends by itself, with this status and output."""
    def test(clock):
        done = 0
        for _ in clock.rounds(ROUNDS):
            status, output, errors = ended(started(name), name)
            assert status == wanted_status, (status, output, errors)
            assert output.splitlines() == wanted_lines, (output, errors)
            assert "Fatal" not in errors, errors
            done += 1
        return "%d programs" % done
    test.starts_cpython_itself = True
    return test


terminate.starts_cpython_itself = True

TESTS = {
    "interrupt_bytecode": interrupt("bytecode", 0.2),
    "interrupt_cpython_sleep": interrupt("cpython_sleep", 0.2),
    "interrupt_cpython_lock": interrupt("cpython_lock", 0.2),
    "interrupt_pypy_sleep": interrupt("pypy_sleep", 0.2),
    "interrupt_callback": interrupt("callback", 0.2),
    # No later than CPython: when the C function is done.
    "interrupt_numpy_call": interrupt("numpy_call", 2.0),
    "terminate": terminate,
    "exit_from_a_thread": exits("exit_from_a_thread", 7, []),
    "exit_with_threads": exits("exit_with_threads", 5, ["late", "atexit"]),
}

