"""`make docs`: the pages of docs/ as a site in build/docs. A broken link is an error."""

import sys

from tools import environments, process
from tools.console import Failure, exit_with, say
from translation.paths import CHECKOUT

SITE = CHECKOUT / "build" / "docs"
LIMIT = 120     # seconds; it takes about two


def main():
    """Build the site; returns an exit status (int). Raises Failure."""
    status = build(LIMIT)
    if status != 0:
        raise Failure("mkdocs " + process.described(status))
    say("the documentation: %s" % (SITE / "index.html"))
    return 0


def build(limit):
    """Run mkdocs, for at most `limit` seconds; returns its exit status (int)."""
    python = environments.environment(sys.executable, "docs.txt", "docs", "", ["python3-venv"])
    # Not with --quiet: then warnings are not counted, and --strict means nothing.
    return process.run([python, "-m", "mkdocs", "build", "--strict", "--clean", "--site-dir", SITE],
                       limit, CHECKOUT, process.clean_environment())


if __name__ == "__main__":
    exit_with(main)
