"""The numbered series that PyPy's source needs, applied in order and with no fuzz."""

from translation import child, keys
from translation.errors import DriverError


def series(checkout):
    """The patches of ``checkout`` (Path), in order: list of Path."""
    return sorted((checkout / keys.PATCHES).glob("*.patch"))


def apply(checkout, tree, runner):
    """Apply the whole series to ``tree`` (Path).  Raises DriverError naming the patch."""
    for path in series(checkout):
        command = ["patch", "-p1", "-F0", "--batch", "--forward", "--no-backup-if-mismatch",
                   "-d", str(tree), "-i", str(path)]
        try:
            runner.run(command, f"patch {path.name}")
        except child.Failed as error:
            said = runner.text_from(error.offset).strip()
            raise DriverError(
                f"the patch {path.name} does not apply:\n{said}",
                "The series is for the unchanged release; with a --source of your own, "
                "rebase the patch on it.") from error
