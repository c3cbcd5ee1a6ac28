"""The family of a browser and of its system, as people tell their devices apart: no versions, which would single somebody out."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
"""What stands in User-Agent, and what people say; most browsers name others too, so the order counts."""
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def family(agent: str) -> str:
    """Return what a browser calls itself, in two words: ``Firefox, Linux``; empty where neither is known."""
    found = (next((said for mark, said in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(each for each in found if each)
