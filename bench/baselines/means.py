"""Installing what the baselines need, or only looking whether it is there."""

import shutil

from tools import debian, environments
from tools.console import Failure


class Means:
    """install: whether what is missing may be installed (bool); else it makes the baseline absent.
    Every method raises Failure, whose first line is the reason."""

    def __init__(self, install):
        self.install = install

    def packages(self, names, why):
        """Have Debian's packages `names` (list of str)."""
        missing = [name for name in names if not debian.is_installed(name)]
        if not missing:
            return
        if not self.install:
            raise Failure("not installed: Debian's %s; `make bench` installs it"
                          % ", ".join(missing))
        debian.install(missing, why)

    def commands(self, commands, packages, why):
        """Have the `commands` (list of str) on PATH, whoever has installed them; else Debian's
        `packages` (list of str) bring them."""
        if not all(shutil.which(command) for command in commands):
            self.packages(packages, why)

    def environment(self, interpreter, requirements, name, identity="", packages=(), compiled=()):
        """As environments.environment: the interpreter (str) of an environment. compiled: Debian's
        packages (list of str) without which what has no wheel cannot be compiled."""
        if environments.made(interpreter, requirements, name, identity) is None:
            if not self.install:
                raise Failure("not installed: %s; `make bench` installs it" % requirements)
            debian.install(list(compiled), name, optional=True)
        return str(environments.environment(interpreter, requirements, name, identity,
                                            list(packages)))
