"""The purposes that plugins declare, by the names under which people's words about them are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Purpose


class Known(NamedTuple):
    """A purpose, and the plugin that declares it."""

    plugin: str
    purpose: Purpose

    @property
    def name(self) -> str:
        """What everybody but the plugin itself calls it: ``club.newsletter``."""
        return f"{self.plugin}.{self.purpose.name}"

    @property
    def title(self) -> str:
        """What people read, in the language of the running act."""
        return str(self.purpose.title)


class Catalogue:
    """The purposes of the active plugins, in the order in which the plugins stand."""

    def __init__(self, declared: Iterable[tuple[str, Purpose]]) -> None:
        found = (Known(plugin, purpose) for plugin, purpose in declared)
        self.all: Mapping[str, Known] = {each.name: each for each in found}

    @classmethod
    def of(cls, plugins: Plugins) -> Catalogue:
        """Read what the active plugins declare."""
        return cls(plugins.collected("rgpd_purposes"))

    def get(self, name: str) -> Known:
        """Return the purpose of this name. Raises Invalid when no active plugin declares it."""
        if (found := self.all.get(name)) is None:
            said = _("no active plugin declares the purpose “%(name)s”; choose one of the list", name=name[:80])
            raise Invalid(said, flaws=[Flaw("/purpose", said)])
        return found

    def title(self, name: str) -> str:
        """Return what people read for a name; the name itself where its plugin is gone."""
        found = self.all.get(name)
        return found.title if found else name


def meant(said: str | None) -> str | None:
    """Return the name of the purpose that is meant by its name or title, in either language; None where nobody declares any.

    Raises:
        Invalid: it is none of them; the flaw lists what there is.
    """
    known = Catalogue.of(get(Plugins)).all.values()
    sought = (said or "").strip().casefold()
    for each in known:
        if sought in {word.casefold() for word in (each.name, *each.purpose.title)}:
            return each.name
    if known:
        titles = ", ".join(f"“{each.title}”" for each in known)
        told = _("say which purpose is objected to, one of: %(titles)s", titles=titles)
        raise Invalid(told, flaws=[Flaw("/objects_to", told)])
    return said


def titled_purpose(name: str) -> str:
    """Return what people read for the purpose of this name."""
    return Catalogue.of(get(Plugins)).title(name)
