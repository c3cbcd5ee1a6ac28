"""The one renderer: a structure becomes the files of a plugin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from dihya_hookspecs.generation import Needs, Template
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import code, listing, names, quoting, specimens, structure, trials
from .building import planned
from .plan import FIRST, Plan, Publisher

RENDERER = "2.1"
"""Version of the renderer; it changes with the files that it makes."""

_SUFFIX = ".j2"
_FUNCTIONS = (
    code.declared_rules, code.migration_column, code.model_column, code.tuple_of, listing.basis_of, listing.class_keywords,
    listing.collection, listing.constraints, listing.data_names, listing.fate, listing.field_types, listing.import_of,
    listing.purposes, listing.resource_items, listing.row, listing.shortened, listing.retention_of, listing.rule_names, listing.standard_imports,
    quoting.fit, specimens.broken_mapping, specimens.change, specimens.mapping, specimens.marks, specimens.new_record,
    specimens.people, specimens.referred, specimens.retained, specimens.role_names, specimens.rows_about,
    specimens.searches, specimens.subject, specimens.wrong_values, trials.broken_rule, trials.trials,
)  # fmt: skip
_FILTERS = {
    "bilingual": listing.bilingual,
    "docstring": quoting.docstring,
    "enumerated": listing.enumerated,
    "markdown": quoting.markdown,
    "python": quoting.python,
    "spaced": names.spaced,
    "text": listing.text_of,
    "toml": quoting.toml,
}


def rendered(
    document: Mapping[str, Any],
    publisher: Publisher | None = None,
    origin: Mapping[str, Any] = MappingProxyType({}),
    version: str = FIRST,
) -> dict[str, str]:
    """Return the files of the plugin for a complete structure, path → text, in the order of their paths.

    Args:
        publisher: of a plugin that its author goes on writing. It says who and under which licence, and keeps neither the
            structure nor digests of files that are going to change.
        origin: what the provenance says beside the digests.
    """
    plan = replace(planned(document), publisher=publisher, version=version)
    made = {_path(name, plan): _environment().get_template(name).render(plan=plan) for name in _sources()}
    made = {path: text for path, text in made.items() if text.strip() or path.endswith("py.typed")}
    made[f"src/{plan.package}/sample.json"] = quoting.document(_sample(plan))
    if publisher:
        made["LICENSE"] = publisher.text
        return dict(sorted(made.items()))
    made[".dihya/structure.json"] = made[f"src/{plan.package}/structure.json"] = structure.text_of(
        structure.kept(document)
    )
    made[".dihya/provenance.json"] = quoting.document(_provenance(document, origin, made))
    return dict(sorted(made.items()))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(_sources())),
        undefined=StrictUndefined,
        # The output is code: each text is quoted for the language in which it stands, by the filters.
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update({function.__name__: function for function in _FUNCTIONS})
    environment.filters.update(_FILTERS)
    return environment


@cache
def _sources() -> dict[str, str]:
    """Return the Jinja templates, path below ``plugin/`` → text."""
    return dict(_walk(files(__package__).joinpath("plugin")))


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/")
        elif item.name.endswith(_SUFFIX):
            yield f"{prefix}{item.name}", item.read_text("utf-8")


def _path(name: str, plan: Plan) -> str:
    return name.removesuffix(_SUFFIX).replace("src/package/", f"src/{plan.package}/")


def _sample(plan: Plan) -> dict[str, Any]:
    return {entity.plural: entity.sample for entity in plan.entities}


def origin_of(needs: Needs, template: Template | None) -> dict[str, Any]:
    """Return where a plugin comes from; the idea itself stays with the generation, it may be personal."""
    known = {"name": template.name, "version": template.version, "sha256": template.digest} if template else {}
    decided = {} if needs.structure else {"options": dict(needs.options), "additions": [*map(dict, needs.entities)]}
    author = {"proposer": needs.proposer, "ai_generated": needs.proposer not in ("person", "deterministic", "rules")}
    return {"template": known, **decided, **author}


def _provenance(document: Mapping[str, Any], origin: Mapping[str, Any], made: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": document["name"],
        "renderer": RENDERER,
        "language": document["language"],
        "structure": structure.digest_of(structure.kept(document)),
        **origin,
        "files": {path: hashlib.sha256(made[path].encode()).hexdigest() for path in sorted(made)},
    }
