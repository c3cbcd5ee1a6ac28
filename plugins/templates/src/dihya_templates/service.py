"""The templates of every plugin, and what can be made of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.generation import Needs, Sector, Template

from .completion import completed
from .library import check, digest_of
from .renderer import rendered


class Library:
    """Implements ``Templates`` over what ``register_templates`` collected."""

    def __init__(self, found: Sequence[Template | Sector], taken: Callable[[], Mapping[str, str]] = dict) -> None:
        named = sorted(found, key=lambda each: each.name)
        self.templates = {each.name: each for each in named if isinstance(each, Template)}
        self._sectors = tuple(each for each in named if isinstance(each, Sector) and each.name not in self.templates)
        self.taken = taken

    @classmethod
    def from_container(cls, svcs_container: Any) -> Library:
        """Build the service inside an act."""
        plugins = svcs_container.get(Plugins)
        found = [each for _, each in plugins.collected("register_templates")]
        return cls(found, plugins.taken)

    def all(self) -> Sequence[Template]:
        """Every template, by name."""
        return tuple(self.templates.values())

    def sectors(self) -> Sequence[Sector]:
        """The sectors that no template covers, by name."""
        return self._sectors

    def get(self, name: str) -> Template:
        """Return one template. Raises NotFound with a suggestion."""
        if name in self.templates:
            return self.templates[name]
        close = difflib.get_close_matches(name, self.templates, 1, 0.5)
        advice = f"did you mean {close[0]!r}" if close else f"one of {', '.join(self.templates)}"
        raise NotFound(f"no template {name[:60]!r}; {advice}")

    def complete(self, needs: Needs) -> Needs:
        """Fill in options, name and title, and check the whole. Raises Invalid with one flaw for each mistake."""
        return completed(needs, self._sound(needs.template), self.taken())

    def render(self, needs: Needs) -> Mapping[str, str]:
        """Return the files of the plugin, path → text. The same needs give the same bytes."""
        return rendered(self.complete(needs), self._sound(needs.template))

    def _sound(self, name: str) -> Template:
        """Return a template of which the data is sure to be right, whoever registered it."""
        template = self.get(name)
        check(template.data)
        return template if template.digest else _with_digest(template)


def _with_digest(template: Template) -> Template:
    from dataclasses import replace

    return replace(template, digest=digest_of(template.data))
