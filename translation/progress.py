"""Progress that a person can watch: phase k of n, elapsed, how long still."""

import shutil
import sys
import time


def duration(seconds):
    """Seconds (float) as a person says them.  -> str"""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds}s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}m{seconds:02d}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m"


class Reporter:
    """Tells the phases as they come.

    ``plan``: list of (phase name, expected seconds).  ``seconds``: dict, name to float, of the
    phases that are over.  In place on a terminal, a line every ``quiet`` seconds elsewhere.
    """

    quiet = 15.0

    def __init__(self, plan=(), stream=None, clock=time.monotonic):
        self.plan = list(plan)
        self.stream = stream or sys.stdout
        self.tty = self.stream.isatty()
        self.clock = clock
        self.begun = clock()
        self.seconds = {}
        self.phase = None
        self.phase_begun = self.begun
        self._said = self.begun
        self._in_place = False
        self._detail = ""

    # What the phases are

    def enter(self, name):
        """The phase called ``name`` (str) begins; the one before is over."""
        if name == self.phase:
            return
        self.leave()
        self.phase = name
        self.phase_begun = self.clock()
        self._detail = ""
        self._say(self._line())

    def leave(self):
        """The running phase is over."""
        if self.phase is None:
            return
        spent = self.clock() - self.phase_begun
        self.seconds[self.phase] = self.seconds.get(self.phase, 0.0) + spent
        if spent >= 1:
            self._say(f"{self._counter()} {self.phase}: {duration(spent)}")
        self.phase = None

    def remaining(self):
        """Seconds still to go (float), scaled by how the phases so far compared, or None."""
        names = [name for name, _ in self.plan]
        if self.phase not in names:
            return None
        expected = dict(self.plan)
        past = sum(expected[name] for name in self.seconds if name in expected)
        spent = sum(self.seconds[name] for name in self.seconds if name in expected)
        running = self.clock() - self.phase_begun
        # Short phases say little about this machine; below a minute its pace counts for 1.
        pace = (spent + 60) / (past + 60)
        here = max(expected[self.phase] * pace - running, 0.0)
        later = sum(expected[name] for name in names[names.index(self.phase) + 1:])
        return here + later * pace

    # How they are told

    def tick(self, detail=""):
        """Called often; tells something when it is time to.  ``detail``: str, how far it is."""
        self._detail = detail
        now = self.clock()
        if self.tty:
            if now - self._said >= 0.5:
                self._overwrite(self._line(with_elapsed=True))
                self._said = now
        elif now - self._said >= self.quiet:
            self._say(self._line(with_elapsed=True))

    def note(self, text):
        """A line (str) of its own."""
        self._say(text)

    def _counter(self):
        names = [name for name, _ in self.plan]
        if self.phase not in names:
            return "      "
        return f"[{names.index(self.phase) + 1:>2}/{len(names)}]"

    def _line(self, with_elapsed=False):
        line = f"{self._counter()} {self.phase}"
        if with_elapsed:
            now = self.clock()
            line += f" {duration(now - self.phase_begun)}"
            if self._detail:
                line += f" ({self._detail})"
            line += f", in all {duration(now - self.begun)}"
            left = self.remaining()
            if left is not None:
                line += f", about {duration(max(left, 1))} to go"
        return line

    def _say(self, text):
        if self._in_place:
            self.stream.write("\r\x1b[K")
            self._in_place = False
        self.stream.write(text + "\n")
        self.stream.flush()
        self._said = self.clock()

    def _overwrite(self, text):
        width = shutil.get_terminal_size().columns - 1
        self.stream.write("\r\x1b[K" + text[:width])
        self.stream.flush()
        self._in_place = True

    def finish(self):
        """The last phase is over."""
        self.leave()
