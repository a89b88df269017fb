"""Progress, as a person reads it: one line before each thing that takes time."""

import sys
import time

_begun = time.monotonic()


class Failure(Exception):
    """Something that the user has to mend; the message says what and how."""


def say(text):
    """Print a line (str) at once, with the seconds since the start in front."""
    print("[%4d s] %s" % (time.monotonic() - _begun, text), flush=True)


def header(text):
    """Print a title (str) that stands out between the outputs of other programs."""
    print("\n=== %s " % text + "=" * max(0, 90 - len(text)), flush=True)


def exit_with(function):
    """Run `function()`, which returns an exit status (int), and leave with it."""
    try:
        sys.exit(function())
    except Failure as problem:
        sys.stdout.flush()
        print("\n%s" % problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
