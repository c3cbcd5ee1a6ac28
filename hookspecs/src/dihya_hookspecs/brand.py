"""What makes an application look like its owner's: its name, a colour that can be read, and a logo that does nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from . import Invalid
from .acts import provided_by

Scheme = Literal["light", "dark"]
GROUNDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"light": ("#fbfaf6", "#ffffff", "#f3f1e9"), "dark": ("#0f1411", "#161d19", "#0a0e0c")}
)
"""What text of the pages stands on: the page, a card, and what is sunken into it."""
READABLE = 4.5
"""The least contrast of text with its ground (WCAG 2.2, 1.4.3)."""
INKS = ("#ffffff", "#04150d")
LARGEST = 100_000
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
_ACTIVE = re.compile(
    rb"<\s*(script|foreignObject|iframe|style)\b|\son\w+\s*=|javascript:|<!DOCTYPE|<!ENTITY", re.IGNORECASE
)
_OUTWARD = re.compile(rb"""(?:href|src)\s*=\s*["'](?!#)|url\(\s*["']?(?!#)|@import""", re.IGNORECASE)


@provided_by("dihya-console")
class Brand(Protocol):
    """What the application calls itself, for whoever writes that somewhere."""

    def name(self) -> str:
        """Return the name of the application."""

    def slogan(self) -> str:
        """Return its motto, in the language of the act."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as ``#04724d``, from 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_colour(colour: str, scheme: Scheme) -> str:
    """Return a colour in which text can be read on each ground of the pages. Raises Invalid."""
    colour = colour.lower()
    if not _COLOUR.match(colour):
        raise Invalid(f"{colour!r} is no colour; write red, green and blue in hex, such as '#04724d'")
    worst = min(GROUNDS[scheme], key=lambda ground: contrast(colour, ground))
    if (found := contrast(colour, worst)) < READABLE:
        wanted = "darker" if scheme == "light" else "lighter"
        raise Invalid(
            f"colour {colour!r} has a contrast of {found:.1f} to 1 with the {scheme} pages ({worst!r}), and text needs "
            f"{READABLE}; take a {wanted} one"
        )
    return colour


def palette(colour: str, scheme: Scheme) -> dict[str, str]:
    """Return the tokens of the design that follow from one colour, each pair of text and ground readable. Raises Invalid."""
    colour = check_colour(colour, scheme)
    strong = _mixed(colour, "#000000" if scheme == "light" else "#ffffff", 0.2)
    surface = GROUNDS[scheme][1]
    soft = next(
        mixed for share in (0.14, 0.1, 0.06, 0.03, 0.0)
        if contrast(colour, mixed := _mixed(surface, colour, share)) >= READABLE
    )  # fmt: skip
    ink = max(INKS, key=lambda one: min(contrast(one, colour), contrast(one, strong)))
    return {
        "accent": colour, "accent-strong": strong, "accent-soft": soft, "fill": colour, "fill-hover": strong, "on-fill": ink,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, as it is sent."""

    body: bytes
    media_type: str

    @classmethod
    def read(cls, path: Path) -> Logo:
        """Return the picture of a file. Raises Invalid unless it is a small SVG that does nothing, or a PNG."""
        try:
            body = path.read_bytes()
        except OSError as error:
            raise Invalid(f"the logo {str(path)!r} cannot be read: {error.strerror}") from error
        if len(body) > LARGEST:
            raise Invalid(f"the logo {path.name!r} has {len(body)} bytes; {LARGEST} at most are sent with each page")
        if body.startswith(b"\x89PNG\r\n\x1a\n"):
            return cls(body, "image/png")
        _check_svg(body, path.name)
        return cls(body, "image/svg+xml")


def _check_svg(body: bytes, name: str) -> None:
    from xml.etree import ElementTree

    if found := _ACTIVE.search(body):
        said = found[0].decode("ascii", "replace").strip()
        raise Invalid(f"the logo {name!r} holds {said!r}; a logo is shapes alone, without scripts and style sheets")
    if _OUTWARD.search(body):
        raise Invalid(f"the logo {name!r} refers to something outside of itself; put it into the file")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no document type and no entity passes the line above
    except (ElementTree.ParseError, ValueError) as error:
        raise Invalid(f"the logo {name!r} is neither a PNG nor an SVG that can be read") from error
    if root.tag != "{http://www.w3.org/2000/svg}svg" or "viewBox" not in root.attrib:
        raise Invalid(f"the logo {name!r} is no <svg> with a viewBox, which says how it is scaled")


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)
