"""How fast a client takes what it is sent: a least rate while something waits for it, and a time for the whole answer."""

from __future__ import annotations

from math import inf


class Pace:
    """Counts what a client takes of its answers.

    The average is taken anew every *seconds*, so that nobody saves up by reading fast at first. A client that has taken
    everything owes nothing, and is given the whole time again with the next byte.

    Args:
        rate: bytes a second that must be taken on average while something waits.
        seconds: over which the average is taken.
    """

    __slots__ = ("rate", "seconds", "_ends", "_whole", "_sent", "_since", "_mark")

    def __init__(self, rate: int, seconds: float) -> None:
        self.rate, self.seconds = rate, seconds
        self._ends, self._whole = inf, True
        self._sent, self._since, self._mark = 0, inf, 0

    def begin(self, ends: float) -> None:
        """Give an answer its time; one that begins behind another that is still under way shares that one's time."""
        self._ends, self._whole = min(self._ends, ends), False

    def complete(self) -> None:
        """Say that the last byte of the answer was handed to the transport."""
        self._whole = True

    def add(self, size: int) -> None:
        """Count bytes that were handed to the transport."""
        self._sent += size

    def is_late(self, now: float, waiting: int) -> bool:
        """Tell whether the client reads too slowly, or the time of the whole answer is over.

        Args:
            waiting: bytes that were handed to the transport and not taken yet.
        """
        taken = self._sent - waiting
        if not waiting:
            self._since, self._mark = inf, taken
            self._ends = inf if self._whole else self._ends
        elif self._since == inf:
            self._since, self._mark = now, taken
        elif now - self._since >= self.seconds:
            if taken - self._mark < max(1, self.rate * self.seconds):
                return True
            self._since, self._mark = now, taken
        return now > self._ends
