"""Business templates (templates métier) as data, over one renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.generation import Block, Needs, Template


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.generation import Templates
    from dihya_hookspecs.growing import Growing

    registry.register_factory(Templates, "dihya_templates.service:Library.from_container")
    registry.register_factory(Growing, "dihya_templates.growing:Growth.from_container")


@hookimpl
def register_templates() -> list[Template | Block]:
    from .blocks import own_blocks
    from .library import own_templates

    return [*own_templates(), *own_blocks()]


@hookimpl
def before_generation(needs: Needs) -> Needs:
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.generation import Templates

    return get(Templates).complete(needs)


@hookimpl
def generate_files(needs: Needs) -> dict[str, str]:
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.generation import Templates

    return dict(get(Templates).render(needs))
