"""The time that is left: whatever is slow, the whole ends when it was promised."""

import time


class Budget:
    """So many seconds from now on. clock: what tells the time, for the tests."""

    def __init__(self, seconds, clock=time.monotonic):
        self._clock = clock
        self.end = clock() + seconds

    def left(self):
        """Seconds (float), not below zero."""
        return max(0.0, self.end - self._clock())

    def part(self, weight, weights):
        """The Budget of one of several things: its `weight` (float) is one of `weights` (list), of
        those that are still to be done. What it does not use is left to the others."""
        return Budget(self.left() * weight / sum(weights), self._clock)

    def rounds(self, most):
        """Count the rounds (int, from 0 on) that fit: one always, and then while another as long as
        the longest so far would end in time; at most `most` (int)."""
        longest, before = 0.0, self._clock()
        for number in range(most):
            if number and self._clock() + longest > self.end:
                return
            yield number
            now = self._clock()
            longest, before = max(longest, now - before), now


def clock_time(seconds):
    """Seconds as a person reads them (str)."""
    return "%d:%02d" % divmod(int(seconds), 60)
