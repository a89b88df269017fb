"""What the tests share beside the fixtures."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(**changes):
    """The environment of a child (dict); a change to None takes the variable out."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = str(value)
    return env
