"""Running other programs: with a time limit, and without leaving any behind."""

import os
import signal
import subprocess

TIMED_OUT = -1000  # no signal has that number


def run(command, limit=None, cwd=None, env=None, output=None):
    """Run `command` (list of str) to its end, without standard input.

    limit: seconds (float) after which the program and all that it started are ended.
    cwd: folder; env: dict, the whole environment; output: file for what it prints, or None.
    Returns its exit status (int): negative for a signal, TIMED_OUT after the limit.
    Raises OSError when it cannot be started.
    """
    child = subprocess.Popen([os.fspath(word) for word in command], cwd=cwd, env=env,
                             stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                             start_new_session=True)
    try:
        status = child.wait(limit)
        end_group(child)    # what the program left running
        return status
    except subprocess.TimeoutExpired:
        end_group(child)
        return TIMED_OUT
    except BaseException:
        end_group(child)
        raise


def end_group(child):
    """End the Popen `child` and its process group: politely, and after 5 s for good."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(5)
    except subprocess.TimeoutExpired:
        pass
    except ProcessLookupError:
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def clean_environment(**changes):
    """The environment (dict) without what steers another Python; `changes` (str or None) go in,
    or out with None."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith("PYTHON") and name not in (
               "VIRTUAL_ENV", "LD_PRELOAD", "CPYEMBED_PYTHON", "CPYEMBED_PYTHONPATH")}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = str(value)
    return env


def described(status):
    """An exit status as words (str)."""
    if status == TIMED_OUT:
        return "ran out of time"
    if status < 0:
        return "was killed by %s" % signal.Signals(-status).name
    return "ended with status %d" % status
