"""The templates of this package, read from YAML when somebody asks for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Template
from dihya_hookspecs.i18n import Text


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """Reads dates as the text that they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def own_templates() -> tuple[Template, ...]:
    """Return the templates in ``metiers/`` and those of the sectors, by name."""
    whole = [_described(*_parsed(text)) for text in texts_in("metiers")]  # checked by whoever uses one
    return tuple(sorted([*whole, *_composed()], key=lambda template: template.name))


def _composed() -> list[Template]:
    """Return the templates of ``sectors/``: each a list of blocks in the words of a trade."""
    from .blocks import own_blocks
    from .composing import sector_data

    blocks = {block.name: block for block in own_blocks()}
    described = (_parsed(text)[0] for text in texts_in("sectors"))
    return [_described(sector_data(sector, blocks), "") for sector in described]


def texts_in(name: str) -> list[str]:
    """Return the YAML texts in a folder of this package, by the names of their files."""
    folder = files(__package__).joinpath(name)
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return [path.read_text("utf-8") for path in paths]


def parsed(text: str) -> Any:
    """Return the plain values of a YAML text; dates stay the text that they are."""
    return yaml.load(text, _Loader)  # noqa: S506 - _Loader is a SafeLoader


def read(text: str) -> Template:
    """Return the template that a YAML text describes. Raises Invalid with one flaw for each mistake."""
    return template_from(*_parsed(text))


def template_from(data: Mapping[str, Any], digest: str = "") -> Template:
    """Return the template that *data* describes. Raises Invalid with one flaw for each mistake."""
    check(data)
    return _described(data, digest)


def _parsed(text: str) -> tuple[Any, str]:
    # _Loader is a SafeLoader: it makes plain values only.
    return yaml.load(text, _Loader), hashlib.sha256(text.encode()).hexdigest()  # noqa: S506


def _described(data: Mapping[str, Any], digest: str) -> Template:
    return Template(
        name=data["name"],
        version=data["version"],
        title=Text(**data["title"]),
        description=Text(**data["description"]),
        options=options_schema(data["options"]),
        entities=data["entities"],
        roles=data["roles"],
        examples=tuple(data["examples"]),
        words=tuple(data["words"]),
        names=tuple(data.get("names", ())),
        digest=digest or digest_of(data),
        data=data,
    )


_sound: set[str] = set()


def check_once(data: Mapping[str, Any]) -> None:
    """Raise Invalid like ``check``; what was right before is not checked again in this process."""
    digest = digest_of(data)
    if digest not in _sound:
        check(data)
        _sound.add(digest)


def check(data: Mapping[str, Any]) -> None:
    """Raise Invalid with one flaw for each mistake in a template."""
    from .entities import entity_flaws
    from .schema import template_flaws

    found = template_flaws(data) or _role_flaws(data["roles"]) or _option_flaws(data["options"]) or entity_flaws(data)
    if found:
        name = data.get("name") if isinstance(data, Mapping) else None
        first = found[0]
        raise Invalid(f"template {name!r} is wrong at {first.pointer or '/'}: {first.detail}", flaws=found)


def options_schema(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a template's options."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": dict(options),
    }


def digest_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a template that did not come from a file of ours."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _role_flaws(roles: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    from .entities import SHARED

    return [
        Flaw(f"/roles/{number}/name", f"role {role['name']!r} is shared by all plugins; name it only in 'access'")
        for number, role in enumerate(roles)
        if role["name"] in SHARED
    ]


def _option_flaws(options: Mapping[str, Any]) -> list[Flaw]:
    from .schema import flaws

    found: list[Flaw] = []
    for name, option in options.items():
        found += flaws(option["default"], {**option, "default": None}, f"/options/{name}/default")
        values = set(map(str, option.get("enum", ())))
        found += [
            Flaw(
                f"/options/{name}/x-titles/{value}",
                f"{value!r} is no value of the option; it has {', '.join(sorted(values))}",
            )
            for value in option.get("x-titles", {}).keys() - values
        ]
    return found
