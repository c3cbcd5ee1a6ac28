"""Generated plugins that are active: what each is made of, and its next version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.growing import Growing, Grown
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import select

from .editor.revisions import Revisions
from .models import Generation
from .needs import needs_of
from .service import Generations

LEFT_OUT = ("__pycache__", ".git", ".venv", ".pytest_cache", ".ruff_cache", ".mypy_cache", "dist", "build")
STRUCTURE = "structure.json"


@dataclass(frozen=True)
class Application:
    """An active plugin and its package, which is read when somebody asks for its files."""

    name: str
    version: str
    package: Path

    @cached_property
    def files(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """Path in the plugin's folder → the text of each file that is one, and the bytes of each other."""
        return parted({f"src/{self.package.name}/{path}": data for path, data in files_in(self.package).items()})

    @property
    def title(self) -> str:
        """What people call it; its name where no structure says more."""
        try:
            return str(self.structure.get("title") or self.name)
        except Invalid:
            return self.name

    @cached_property
    def structure(self) -> dict[str, Any]:
        """The document that it was generated from. Raises Invalid where there is none, or one that cannot be read."""
        try:
            found = json.loads((self.package / STRUCTURE).read_text("utf-8"))
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict) or not found:
            text = _("%(name)s cannot be changed here: it carries no structure that Dihya wrote", name=self.name)
            raise Invalid(text, code="structure", status=409)
        return found


class Applications:
    """The applications that somebody may change here, and drafts of their next versions."""

    def __init__(self, act: Act, info: AppInfo, plugins: Plugins) -> None:
        self.act, self.info, self.plugins = act, info, plugins

    @classmethod
    def from_container(cls, svcs_container: Any) -> Applications:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(each) for each in (Act, AppInfo, Plugins)))

    def has(self, name: str) -> bool:
        """Tell whether an active plugin was generated, and can grow here."""
        folder = self.info.folders.get(name)
        return folder is not None and (folder / STRUCTURE).is_file() and self.plugins.provides(Growing)

    def all(self) -> Sequence[Application]:
        """Return the active plugins that can grow here, by name."""
        return [application(self.info, name) for name in sorted(self.info.folders) if self.has(name)]

    def demand(self, name: str) -> Application:
        """Return an active plugin that can grow here.

        Raises:
            NotFound: no such plugin is active.
            Invalid: (409) it was not generated, or no plugin makes next versions.
        """
        found = application(self.info, name)
        if found.structure and not self.plugins.provides(Growing):
            text = _("no active plugin makes next versions; switch on one that does, such as templates")
            raise Invalid(text, code="growing", status=409)
        return found

    def change(self, name: str) -> Generation:
        """Return a draft of the next version that can be edited: the one that is open already, or a new one.

        Raises:
            NotFound: no such plugin is active.
            Invalid: (409) as of ``demand``.
        """
        generations, revisions = self.act.get(Generations), self.act.get(Revisions)
        found = self.demand(name)
        drafts = Generation.person_id == generations.actor.id, Generation.name == name, Generation.status == "draft"
        for draft in generations.session.scalars(select(Generation).where(*drafts)):
            needs = needs_of(draft)
            if (needs.changes, needs.since) == (name, found.version) and revisions.edited(draft):
                return draft
        draft = generations.drafted(found.structure, name, changes=name, since=found.version)
        revisions.begin(draft)
        return draft

    def growth(self, generation: Generation, structure: Mapping[str, Any] | None = None) -> Grown:
        """Return the next version that a draft stands for. Raises Invalid where records or the author's files could not follow."""
        needs = needs_of(generation)
        found = application(self.info, needs.changes)
        if found.version != needs.since:
            text = _(
                "version %(new)s of %(name)s was installed since this draft began with %(old)s; begin again from what is installed",
                new=found.version, old=needs.since, name=found.name,
            )  # fmt: skip
            raise Invalid(text, code="since", status=409)
        return grown(self.act.get(Growing), found, structure or needs.structure)

    def settled(self, generation: Generation) -> Grown:
        """Return the next version of a draft. Raises Invalid (409) where its author and the new version change the same lines."""
        found, name = self.growth(generation), needs_of(generation).changes
        if found.conflicts:
            files = ", ".join(each.path for each in found.conflicts[:3])
            text = _(
                "%(files)s was changed by hand where the new version changes it too; settle that with: dihya change %(name)s",
                files=files, name=name,
            )  # fmt: skip
            raise Invalid(text, code="conflict", status=409)
        return found


def application(info: AppInfo, name: str) -> Application:
    """Return an active plugin. Raises NotFound."""
    if name not in info.folders:
        raise NotFound(_("no folder and no active plugin %(name)r", name=name[:60]))
    version = next((each.version for each in info.plugins if each.name == name), "")
    return Application(name, version, info.folders[name])


def grown(growing: Growing, found: Application, structure: Mapping[str, Any]) -> Grown:
    """Return the next version of an application. Raises Invalid as ``Growing.grow`` does, and where its author's files would be lost."""
    texts, others = found.files
    if others:
        text = _(
            "%(name)s holds files that are no text (%(files)s); change it with: dihya change %(name)s",
            name=found.name, files=", ".join(sorted(others)[:3]),
        )  # fmt: skip
        raise Invalid(text, code="files", status=409)
    return growing.grow(texts, structure, version=found.version)


def parted(files: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the files that are text, and the others."""
    texts: dict[str, str] = {}
    others: dict[str, bytes] = {}
    for path, data in files.items():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            others[path] = data
        else:
            texts[path] = text
    return texts, others


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a plugin's folder, without what tools leave in it; links are not followed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(part in LEFT_OUT or part.endswith(".egg-info") for part in parts)
        ):
            found["/".join(parts)] = path.read_bytes()
    return found
