"""Pages in a browser, looked at by axe-core."""

import re
from contextlib import contextmanager
from hashlib import sha256

from dihya_tests.suite import rendering
from dihya_tests.suite.recording import Recorded


class Painter:
    """A browser that finds in each look what it was told."""

    def __init__(self, *found):
        self.found, self.opened, self.shown = list(found), [], []

    def open(self, address):
        self.opened.append(address)

    def show(self, width, scheme):
        self.shown.append((width, scheme))

    def run(self, script):
        return self.found.pop(0) if script.lstrip().startswith("new Promise") else None


PAGE = Recorded("/club/", "club.list", "200 OK", (("Content-Language", "fr"),), b"")
PALE = ["color-contrast", "too pale", ["label", "p", "a", "b"]]


def test_what_is_wrong_in_both_looks_is_told_once():
    """Where it was first seen, with at most three elements."""
    painter = Painter([PALE], [PALE, ["image-alt", "no alt", ["img"]]])
    assert rendering.flaws(painter, "http://127.0.0.1:1", PAGE, 4) == [
        "/club/ (fr, 1280 px, light) color-contrast: too pale (label; p; a)",
        "/club/ (fr, 320 px, dark) image-alt: no alt (img)",
    ]
    assert painter.opened == ["http://127.0.0.1:1/club/?recorded=4"]
    assert painter.shown == [(1280, "light"), (320, "dark")]


def test_the_vendored_file_is_the_recorded_one():
    """It has the digest of VENDOR.md, and its licence lies beside it."""
    said = (rendering.AXE.parent / "VENDOR.md").read_text("utf-8")
    ((name, licence, digest),) = re.findall(
        r"^\| `([^`]+)` \|.*?, (\S+\.txt) \| `([0-9a-f]{64})` \|$", said, re.MULTILINE
    )
    assert sha256((rendering.AXE.parent / name).read_bytes()).hexdigest() == digest
    assert "Mozilla Public License" in (rendering.AXE.parent / licence).read_text("utf-8")


def test_without_pages_no_browser_is_started(monkeypatch):
    """A plugin that shows nothing costs no second."""

    @contextmanager
    def nothing(plugin, pages):
        yield "http://127.0.0.1:1", []

    monkeypatch.setattr(rendering, "walked", lambda plugin: [])
    monkeypatch.setattr(rendering, "looked_at", nothing)
    assert list(rendering.painted(None, "/no/such/browser")) == []
