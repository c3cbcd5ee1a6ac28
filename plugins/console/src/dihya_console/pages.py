"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Link, Page

from .permissions import HEALTH, INSTALL, PLUGINS

PAGES = (
    Page("overview", Text("Overview", "Vue d’ensemble"), "/console/", HEALTH, "system", 5, "gauge"),
    Page("plugins", Text("Plugins", "Plugins"), "/console/plugins", PLUGINS, "system", 10, "plugins"),
    Page("health", Text("Health", "État de l’application"), "/console/health", HEALTH, "system", 20, "health"),
)
LINKS = (Link("arrivals", "/console/installing/arrivals/", INSTALL),)
