"""The brand of the application: its name and motto, and the two files with which pages are drawn in its colours."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.brand import Logo, palette
from dihya_hookspecs.i18n import language
from dihya_hookspecs.web import public
from flask import Response, url_for

from .settings import DEFAULT_COLOURS, NAME, Settings

SLOGAN = "De l’idée au code, en toute souveraineté."


class ConsoleBrand:
    """Implements ``dihya_hookspecs.brand.Brand`` by the settings, as they count now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @classmethod
    def from_container(cls, svcs_container: Any) -> ConsoleBrand:
        """Build the service inside an act."""
        return cls(get(Settings))

    def name(self) -> str:
        """Return the name of the application."""
        return self._settings.name

    @property
    def named(self) -> bool:
        """True where somebody gave the application a name of its own."""
        return self._settings.name != NAME

    def slogan(self) -> str:
        """Return the motto, in the language of the act or in any that it is said in."""
        return spoken(self._settings.slogan)[0] if self._settings.slogan else SLOGAN

    def motto(self) -> tuple[str, str]:
        """Return the motto, and the language that it stands in."""
        return spoken(self._settings.slogan) if self._settings.slogan else (SLOGAN, "fr")

    def welcome(self) -> str:
        """Return what the front page says below the motto; empty where nobody said anything."""
        return spoken(self._settings.welcome)[0] if self._settings.welcome else ""

    def edition(self) -> str:
        """Return the version of the distribution; empty outside of one."""
        return self._settings.edition

    def logo(self) -> str:
        """Return the address of the logo; empty where there is none."""
        body = _logo(self._settings.logo)
        return url_for("console.logo", digest=_digest(body.body)) if body else ""

    def colours(self) -> str:
        """Return the address of the style sheet with the colours; empty where they are ours."""
        sheet = style(self._settings.colour, self._settings.colour_dark)
        return url_for("console.colours", digest=_digest(sheet.encode())) if sheet else ""


def spoken(texts: dict[str, str]) -> tuple[str, str]:
    """Return a text in the language of the act, or else in the first that there is; and that language."""
    code = language.get() if language.get() in texts else next(iter(texts))
    return texts[code], code


@lru_cache(maxsize=8)
def style(light: str, dark: str) -> str:
    """Return the style sheet that puts colours into the place of ours; empty where none is given."""
    if not light and not dark:
        return ""
    days = palette(light or DEFAULT_COLOURS[0], "light")
    nights = palette(dark or DEFAULT_COLOURS[1], "dark")
    tokens = "\n".join(f"  --{name}: light-dark({days[name]}, {nights[name]});" for name in days)
    # What is woven in our colours makes place.
    return f":root {{\n{tokens}\n}}\n.motif {{\n  background: var(--fill);\n}}\n.weave {{\n  display: none;\n}}\n"


@public("the logo stands on the front page")
def logo(digest: str) -> Response:
    """Send the logo."""
    found = _logo(get(Settings).logo)
    if found is None or _digest(found.body) != digest:
        raise NotFound("no such logo")
    return _kept(Response(found.body, mimetype=found.media_type))


@public("the front page is drawn in these colours")
def colours(digest: str) -> Response:
    """Send the style sheet with the colours."""
    settings = get(Settings)
    sheet = style(settings.colour, settings.colour_dark)
    if not sheet or _digest(sheet.encode()) != digest:
        raise NotFound("no such colours")
    return _kept(Response(sheet, mimetype="text/css"))


def _kept(answer: Response) -> Response:
    """Let browsers keep what its address names by its content."""
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _logo(path: str) -> Logo | None:
    if not path:
        return None
    status = Path(path).stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read(path: str, changed: int, size: int) -> Logo:
    return Logo.read(Path(path))


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:16]
