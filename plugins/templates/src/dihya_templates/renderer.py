"""The one renderer: needs and a template become the files of a plugin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from dihya_hookspecs.generation import Needs, Template
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import code, listing, names, quoting, specimens, trials
from .building import planned
from .plan import Plan, Publisher

RENDERER = "2.0"
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


def rendered(needs: Needs, template: Template, publisher: Publisher | None = None) -> dict[str, str]:
    """Return the files of the plugin for completed needs, path → text, in the order of their paths.

    Args:
        publisher: of a plugin that its author goes on writing. It says who and under which licence, and keeps no digests of
            files that are going to change.
    """
    plan = replace(planned(needs, template), publisher=publisher)
    made = {_path(name, plan): _environment().get_template(name).render(plan=plan) for name in _sources()}
    made = {path: text for path, text in made.items() if text.strip() or path.endswith("py.typed")}
    made[f"src/{plan.package}/sample.json"] = quoting.document(_sample(plan))
    if publisher:
        made["LICENSE"] = publisher.text
    else:
        made[".dihya/provenance.json"] = quoting.document(_provenance(plan, made))
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


def _provenance(plan: Plan, made: dict[str, str]) -> dict[str, Any]:
    """Return where the files come from; the idea itself stays with the generation, it may be personal."""
    needs, template = plan.needs, plan.template
    return {
        "name": plan.name,
        "template": {"name": template.name, "version": template.version, "sha256": template.digest},
        "renderer": RENDERER,
        "language": needs.language,
        "options": dict(needs.options),
        "additions": [dict(entity) for entity in needs.entities],
        "proposer": needs.proposer,
        "ai_generated": needs.proposer not in ("person", "deterministic", "rules"),
        "files": {path: hashlib.sha256(made[path].encode()).hexdigest() for path in sorted(made)},
    }
