"""The templates of every plugin, and what can be made of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.generation import Block, Edited, Needs, Sector, Template

from .checking import completed_structure
from .choice import chosen
from .completion import completed, decided
from .composing import additions
from .editing import edit_schema, edited
from .library import check_once, digest_of
from .renderer import origin_of, rendered
from .schema import structure_schema
from .structure import structure_of


class Library:
    """Implements ``Templates`` over what ``register_templates`` collected."""

    def __init__(
        self, found: Sequence[Template | Sector | Block], taken: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        named = sorted(found, key=lambda each: each.name)
        self.templates = {each.name: each for each in named if isinstance(each, Template)}
        self._sectors = tuple(each for each in named if isinstance(each, Sector) and each.name not in self.templates)
        self._blocks = {each.name: each for each in named if isinstance(each, Block)}
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

    def blocks(self) -> Sequence[Block]:
        """Every block, by name."""
        return tuple(self._blocks.values())

    def get(self, name: str) -> Template:
        """Return one template. Raises NotFound with a suggestion."""
        if name in self.templates:
            return self.templates[name]
        raise NotFound(f"no template {name[:60]!r}; {_advice(name, self.templates)}")

    def additions(
        self, blocks: Sequence[str], template: str, options: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Return the tables of *blocks* beside those of a template with these options. Raises NotFound."""
        for name in blocks:
            if name not in self._blocks:
                raise NotFound(f"no block {name[:60]!r}; {_advice(name, self._blocks)}")
        sound = self._sound(template)
        return additions(blocks, chosen(sound.data, decided(sound, options)), self._blocks)

    def complete(self, needs: Needs) -> Needs:
        """Fill in options, name and title, and check the whole. Raises Invalid with one flaw for each mistake."""
        if needs.structure:
            return completed_structure(needs, self.taken())
        return completed(needs, self._sound(needs.template), self.taken())

    def structure(self, needs: Needs) -> Mapping[str, Any]:
        """Return the document that needs amount to. Raises Invalid with one flaw for each mistake."""
        return self._document(self.complete(needs))

    def structure_schema(self) -> Mapping[str, Any]:
        """Return the JSON Schema of a structure."""
        return structure_schema()

    def edit_schema(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one edit."""
        return edit_schema()

    def edit(self, structure: Mapping[str, Any], edit: Mapping[str, Any]) -> Edited:
        """Return a valid structure with one change made. Raises Invalid for what cannot be done, in one sentence."""
        return edited(structure, edit, self._blocks)

    def render(self, needs: Needs) -> Mapping[str, str]:
        """Return the files of the plugin, path → text. The same needs, and the same structure, give the same bytes."""
        whole = self.complete(needs)
        template = self._sound(whole.template) if whole.template in self.templates else None
        return rendered(self._document(whole), origin=origin_of(whole, template))

    def _document(self, whole: Needs) -> Mapping[str, Any]:
        return whole.structure or structure_of(whole, self._sound(whole.template))

    def _sound(self, name: str) -> Template:
        """Return a template of which the data is sure to be right, whoever registered it."""
        template = self.get(name)
        check_once(template.data)
        return template if template.digest else _with_digest(template)


def _advice(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.5)
    return f"did you mean {close[0]!r}" if close else f"one of {', '.join(known)}"


def _with_digest(template: Template) -> Template:
    from dataclasses import replace

    return replace(template, digest=digest_of(template.data))
