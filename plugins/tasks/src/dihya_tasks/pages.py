"""The page in the menu."""

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

from .counting import dead

PAGES = (Page("tasks", Text("Tasks", "Tâches"), "/tasks/", "tasks:read", "trust", 60, "list-checks", count=dead),)
