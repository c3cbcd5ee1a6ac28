"""What waits in the queue."""

from dihya_hookspecs.ops import Retry, Task

from .service import remind

TASKS = (Task("nudge.remind", remind, retry=Retry(times=2)),)
