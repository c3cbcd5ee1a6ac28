"""What is done in the background."""

from __future__ import annotations

from dihya_hookspecs.ops import Retry, Task

from .delivering import deliver

_RETRY = Retry(times=12, first=5, factor=3, longest=6 * 3600, jitter=0.2)
TASKS = (Task("events.deliver", deliver, retry=_RETRY, queue="events"),)
