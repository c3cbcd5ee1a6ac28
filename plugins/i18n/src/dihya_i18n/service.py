"""The languages of the application: which there are, and their catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.i18n import Language, use

from .settings import Settings

if TYPE_CHECKING:
    from .catalogues import Catalogue


class Languages:
    """The languages that plugins registered; a catalogue is read when somebody first reads that language."""

    def __init__(self) -> None:
        self._languages: list[Language] | None = None
        self._catalogues: dict[str, Catalogue] = {}

    def all(self) -> list[Language]:
        """Every language once, in plugin order; where the operator says which are offered, those of them that are there."""
        if self._languages is None:
            found: dict[str, Language] = {}
            for _, item in get(Plugins).collected("register_languages"):
                found.setdefault(item.code, item)
            offered = get(Settings).offered
            self._languages = [item for item in found.values() if item.code in offered] or list(found.values())
        return self._languages

    def codes(self) -> list[str]:
        """The code of every language."""
        return [item.code for item in self._languages or self.all()]

    def default(self) -> str:
        """The language for people who ask for none of ours: the setting, where that language exists."""
        wanted, codes = get(Settings).default, self.codes()
        return wanted if wanted in codes else codes[0]

    def catalogue(self, code: str) -> Catalogue:
        """The catalogue of one language."""
        if code not in self._catalogues:
            from .catalogues import load

            self._catalogues[code] = load(code, get(AppInfo).folders)
        return self._catalogues[code]

    def speak(self, code: str) -> None:
        """Answer in this language from now on, in this context."""
        use(code, self.catalogue(code).lookup)
