"""What people do with a plugin, walked through its pages and its REST interface as somebody of each role would.

``walk(site)`` goes through every resource of a plugin, with the site that the attacks take too::

    site = Site.of(make_app(*AROUND, plugins={"club": dihya_club}), "club")
    assert not failed(walk(site))
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from dihya_hookspecs.web import Resource

from ..exploits.answers import Person
from ..exploits.answers import person as somebody
from ..exploits.site import Site
from .over_pages import PageWalk
from .over_rest import RestWalk
from .rights_of_people import person, stands_in
from .story import Diary, Failed
from .story import Step as Step
from .story import Workflow as Workflow
from .story import failed as failed

OUTSIDER = "nobody of the trade"
Seen = dict[str, set[str]]
"""The links that somebody has followed, by who it is."""
WRITERS = ("keep", "refuse", "look", "act", "remove")


def walk(site: Site, resources: Iterable[str] = (), roles: Iterable[str] = ()) -> list[Workflow]:
    """Return what became of every workflow: each resource, by each role and by somebody without one, on pages and over REST.

    Who may write keeps, refuses, looks, acts and removes; everybody meets what their role may not do. Roles that may the same
    in this plugin are walked once. On a sparing site one role writes each resource, a different one each time; what the
    others may not do, all of them meet; and a link that somebody has followed once is not followed by them again.

    Args:
        resources: the names of those to walk through; empty for all.
        roles: those as whom; empty for all, and somebody without one.
    """
    people = [site.people[role] for role in roles] or [*site.roles(), somebody(OUTSIDER, "test:outsider")]
    names = set(resources)
    found = (one for one in site.resources.values() if not names or one.name in names)
    busy: Counter[str] = Counter()
    seen: Seen = defaultdict(set)
    return [each for resource in found for each in _resource(site, resource, people, busy, seen)]


def _resource(
    site: Site, resource: Resource, people: Iterable[Person], busy: Counter[str], seen: Seen
) -> Iterator[Workflow]:
    people = list(people)
    writers = [who for who in people if _may(site, who, resource.write) and _may(site, who, resource.read)]
    writer = min(writers, key=lambda who: busy[who.id], default=None)  # whoever has written least
    if writer is not None:
        busy[writer.id] += 1
    for who in people:
        writes = who is writer if site.sparing else who in writers
        for face, stories in _faces(site, resource, who, seen[who.id] if site.sparing else set()):
            for name in (*WRITERS, "stay_out") if writes else ("stay_out",):
                yield from _walked(site, resource, who, face, name, getattr(stories, name))
    if writer is not None and stands_in(resource.service.model) and "rgpd" in site.active:
        yield from _walked(site, resource, writer, "rest", "person", partial(person, site, resource, writer))


def _faces(site: Site, resource: Resource, who: Person, seen: set[str]) -> Iterator[tuple[str, PageWalk | RestWalk]]:
    """Yield the faces that the application gives a resource."""
    table = resource.service.model.__tablename__
    rest = [route.rest for route in site.routes if route.table == table]
    if True in rest:
        yield "rest", RestWalk(site, resource, who)
    if False in rest:
        yield "pages", PageWalk(site, resource, who, seen)


def _may(site: Site, who: Person, permission: str) -> bool:
    return bool(permission) and who.holds(site.permissions, permission)


def _walked(
    site: Site, resource: Resource, who: Person, face: str, name: str, story: Callable[[Diary], None]
) -> Iterator[Workflow]:
    diary = Diary()
    with suppress(Failed):
        story(diary)
    if diary.steps:
        role = "/".join(sorted(who.roles)) if len(who.roles) == 1 else who.name
        yield Workflow(f"{site.plugin}.{resource.name}", role, face, name.replace("_", " "), tuple(diary.steps))
