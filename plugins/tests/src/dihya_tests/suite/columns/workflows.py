"""Accessible: what people do with each resource that they write, walked through its pages and its REST interface as somebody of each role."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text

from ..model import Outcome, judged, passed
from ..registry import check
from ..subject import CHEAP, Plugin


@check(
    "accessible.workflows",
    Text("each role can do with its resources what it may, and is offered nothing else", "chaque rôle fait de ses ressources ce qu’il peut, et rien d’autre ne lui est offert"),
    advice=Text(
        "walk the quoted steps as that role: a link that leads nowhere, a form that refuses without a sentence, or a lost value is there",
        "suivez les étapes citées avec ce rôle : il s’y trouve un lien mort, un refus sans phrase, ou une saisie perdue",
    ),
    needs=("security.permissions",),
    seconds=100,
    shared=True,
)  # fmt: skip
def workflows(plugin: Plugin) -> Outcome:
    """Create, find, change, be refused, act, export, remove and erase, and be kept out: every step by links, inputs and buttons."""
    from ...exploits import AROUND, Site
    from ...workflows import failed, walk

    with plugin.running(*AROUND, config=CHEAP) as app:
        site = Site.of(app, plugin.name, sparing=plugin.sparing)
        written = [one.name for one in site.resources.values() if one.write]  # rows of the others are made by no person
        if not written:
            return passed("people write no resource of it", "personne n’écrit de ressource de lui", workflows=0)
        walked = walk(site, written)
    steps = sum(len(one.steps) for one in walked)
    names = {one.resource for one in walked}
    return judged(
        (" ".join(str(one).split()) for one in failed(walked)),
        f"{len(walked)} workflows of {len(names)} resources, {steps} steps",
        f"{len(walked)} parcours de {len(names)} ressources, {steps} étapes", workflows=len(walked), steps=steps,
    )  # fmt: skip
