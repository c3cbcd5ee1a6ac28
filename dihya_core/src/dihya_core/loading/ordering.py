"""In which order plugins are called: by name, then as ``before``, ``after`` and ``requires`` demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from dihya_core.loading.discovery import Candidate


class Cycle(ValueError):
    """Plugins that wait for each other; ``path`` names them, the first again at the end.

    Attributes:
        culprits: members that by themselves declare both that they wait and that they are waited for: without them the
            others are in order. All members when there is no such one.
    """

    def __init__(self, path: list[str], known: Mapping[str, Candidate]) -> None:
        super().__init__(" → ".join(path))
        self.path = path
        members, later = path[:-1], [path[-2], *path[:-2]]
        alone = {
            name
            for name, waiting, awaited in zip(members, later, path[1:], strict=True)
            if waiting in known[name].before and awaited in {*known[name].after, *known[name].requires}
        }
        self.culprits = alone or set(members)


def ordered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates in calling order, the same for the same set. Raises Cycle."""
    known = {candidate.name: candidate for candidate in candidates}
    waits = predecessors(known)
    followers: dict[str, list[str]] = {name: [] for name in known}
    for name, earlier in waits.items():
        for other in earlier:
            followers[other].append(name)
    missing = {name: len(earlier) for name, earlier in waits.items()}
    ready = [name for name, count in missing.items() if not count]
    heapify(ready)
    result = []
    while ready:
        name = heappop(ready)
        result.append(known[name])
        for follower in followers[name]:
            missing[follower] -= 1
            if not missing[follower]:
                heappush(ready, follower)
    if len(result) < len(known):
        raise Cycle(_path(waits, {name for name, count in missing.items() if count}), known)
    return result


def predecessors(known: Mapping[str, Candidate]) -> dict[str, set[str]]:
    """Return, for each plugin, the present plugins that stand in front of it."""
    waits = {name: {*item.after, *item.requires} & known.keys() for name, item in known.items()}
    for name, item in known.items():
        for other in item.before:
            if other in known:
                waits[other].add(name)
    return waits


def _path(waits: Mapping[str, set[str]], stuck: set[str]) -> list[str]:
    """Follow the waiting from one stuck plugin until one comes up again."""
    walk = [min(stuck)]
    while True:
        earlier = min(waits[walk[-1]] & stuck)
        if earlier in walk:
            return [*walk[walk.index(earlier) :], earlier]
        walk.append(earlier)
