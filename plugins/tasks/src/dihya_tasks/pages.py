"""The pages in the menu."""

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

from .counting import dead

PAGES = (
    Page("tasks", Text("Tasks", "Tâches"), "/tasks/", "tasks:read", "trust", 60, "list-checks", count=dead),
    Page(
        "tasks.queue", Text("All tasks", "Toutes les tâches"), "/tasks/queue/", "tasks:read", "trust", 61, "list-checks"
    ),
)
