"""How long a stress test runs, and that it moves."""

import os
import time

# From so many seconds on a test does all the rounds that are asked of it.
WHOLE = 60.0


class Clock:
    """`beat()` says that the test has moved; `running()` whether it is to go on.

    seconds: float; fd: int, where the beats go.
    """

    def __init__(self, seconds, fd):
        self.begun = time.monotonic()
        self.seconds = seconds
        self.whole = seconds >= WHOLE
        self._fd = fd
        self._last = 0.0

    def beat(self):
        """The test has moved. Cheap: at most ten bytes a second."""
        now = time.monotonic()
        if now - self._last > 0.1:
            self._last = now
            os.write(self._fd, b".")

    def running(self):
        """Whether the time is not over."""
        return time.monotonic() - self.begun < self.seconds

    def rounds(self, wanted):
        """The numbers of the rounds, from 0: until the time is over, and `wanted` of them at least
        where the test is to be whole. Beats before each."""
        number = 0
        while self.running() or (self.whole and number < wanted) or number == 0:
            self.beat()
            yield number
            number += 1

    def watch(self, counters, until=None):
        """Wait until the time is over, beating whenever each counter has moved on.

        counters: function, a list of int. until: function; true ends the wait early.
        """
        before = counters()
        while self.running() and not (until and until()):
            time.sleep(0.05)
            now = counters()
            if all(a != b for a, b in zip(before, now)):
                before = now
                self.beat()


def resident_megabytes():
    """How much memory the process has now (float)."""
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2 ** 20
