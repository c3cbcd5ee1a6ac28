"""The design system keeps its promises: contrast, vendored files, no address of anybody else."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import dihya_static
import pytest

STATIC = Path(dihya_static.__file__).parent / "static"
CSS = (STATIC / "dihya.css").read_text()
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "bad") for ground in ("ground", "surface", "sunken")),
    ("accent", "accent-soft"), ("accent-strong", "accent-soft"), ("ink", "accent-soft"), ("ink", "sun-soft"),
    ("sun-ink", "sun-soft"), ("bad", "bad-soft"), ("ink", "bad-soft"), ("info", "info-soft"), ("ink", "info-soft"),
    ("on-fill", "fill"), ("on-fill", "fill-hover"), ("on-bad", "bad-fill"),
]  # fmt: skip
EDGE_PAIRS = [("edge", "surface"), ("edge", "ground"), ("fill", "surface"), ("ink", "sun-soft")]


def palette(scheme: str) -> dict[str, str]:
    """The colours of one scheme, by token."""
    (block,) = re.findall(r"^:root \{([^}]*)\}", CSS, re.MULTILINE)
    both = {name: (colour, colour) for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)}
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", block)
    both |= {name: (light, dark) for name, light, dark in pairs}
    return {name: colours[scheme == "dark"] for name, colours in both.items()}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    """Each pair of text and ground has a contrast of at least 4.5 to 1."""
    colours = palette(scheme)
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_inputs_can_be_seen(scheme: str) -> None:
    """The edges of inputs and buttons have a contrast of at least 3 to 1."""
    colours = palette(scheme)
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in EDGE_PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 3} == {}


def test_the_person_decides_before_the_device() -> None:
    """The attribute ``data-theme`` of the page chooses one of the two schemes, whatever the device asks for."""
    for scheme in ("light", "dark"):
        assert f':root[data-theme="{scheme}"] {{\n  color-scheme: {scheme};\n}}' in CSS
    assert "color-scheme: light dark;" in CSS and "prefers-color-scheme" not in CSS


def test_vendored_files_are_the_recorded_ones() -> None:
    """Each file that comes from others has the digest of VENDOR.md, and its licence lies beside it."""
    rows = re.findall(
        r"^\| `([^`]+)` \|.*?, (\S+\.txt) \| `([0-9a-f]{64})` \|$", (STATIC / "VENDOR.md").read_text(), re.M
    )
    assert len(rows) == 3
    for name, licence, digest in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
        assert (STATIC / licence).is_file()


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No style sheet, script or picture names another host."""
    for path in [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *STATIC.glob("*.svg")]:
        addresses = set(re.findall(r"(?:https?:)?//[a-z][^\s\"')]*", path.read_text())) - {"http://www.w3.org/2000/svg"}
        assert not addresses, path.name


def test_motion_stops_when_asked() -> None:
    """Somebody who asked for less motion gets no transition."""
    assert "prefers-reduced-motion: reduce" in CSS
