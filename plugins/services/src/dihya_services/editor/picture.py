"""Tables and what points to what, as a picture: columns from what others point to, to what points to others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .parts import Part, references, title_of

WIDTH, HEIGHT = 168, 44  # a box
ACROSS, DOWN = 72, 20  # between boxes
TALLEST = 8  # boxes in one column
LETTERS = 18
"""So many letters of a title fit into its box; the list below the picture says the whole."""


@dataclass(frozen=True, slots=True)
class Box:
    """A table: where it stands, what is written in it."""

    name: str
    x: int
    y: int
    text: str
    title: str
    personal: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A reference, drawn from the table in which it stands to the one that it points to."""

    path: str
    required: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and lines, and the size of the whole, in pixels."""

    width: int
    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]


def drawn(document: Part, around: str = "") -> Picture:
    """Return the picture of a structure; of one table and its neighbours where *around* names it."""
    arrows = [(table["name"], field, to["name"]) for table, field, to in references(document)]
    tables = {table["name"]: table for table in document["entities"]}
    if around:
        near = {
            around,
            *(to for name, _field, to in arrows if name == around),
            *(name for name, _field, to in arrows if to == around),
        }
        tables = {name: table for name, table in tables.items() if name in near}
        arrows = [(name, field, to) for name, field, to in arrows if around in (name, to)]
    places = _places(list(tables), {(name, to) for name, _field, to in arrows if name != to})
    boxes = [_box(tables[name], *place, name == around) for name, place in places.items()]
    lines = [Line(_curve(places[name], places[to]), bool(field.get("required"))) for name, field, to in arrows]
    width = max((box.x + WIDTH for box in boxes), default=0) + 8
    return Picture(width, max((box.y + HEIGHT for box in boxes), default=0) + 8, boxes, lines)


def _places(names: Sequence[str], arrows: set[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Return where each box stands. What nothing leads on from stands in the first column, what points to it after it."""
    targets = {name: sorted(to for one, to in arrows if one == name) for name in names}
    levels: dict[str, int] = {}
    columns: dict[int, list[str]] = defaultdict(list)
    for name in names:
        columns[_level(name, targets, levels, ())].append(name)
    places, column = {}, 0
    for level in sorted(columns):
        every = columns[level]
        height = max(TALLEST, round(len(names) ** 0.5 * 1.5))
        for start in range(0, len(every), height):
            for row, name in enumerate(every[start : start + height]):
                places[name] = (8 + column * (WIDTH + ACROSS), 8 + row * (HEIGHT + DOWN))
            column += 1
    return places


def _level(name: str, targets: Mapping[str, Sequence[str]], levels: dict[str, int], seen: tuple[str, ...]) -> int:
    if name not in levels:
        deeper = [_level(to, targets, levels, (*seen, name)) for to in targets[name] if to not in seen and to != name]
        levels[name] = 1 + max(deeper, default=-1)
    return levels[name]


def _box(table: Part, x: int, y: int, chosen: bool) -> Box:
    title = title_of(table)
    text = title if len(title) <= LETTERS else f"{title[: LETTERS - 1].rstrip()}…"
    return Box(table["name"], x, y, text, title, any("personal" in field for field in table["fields"]), chosen)


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return an SVG path between two boxes: from the side that faces the other one."""
    (x1, y1), (x2, y2) = start, end
    y1, y2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
    if x1 == x2:
        bend = x1 + WIDTH + ACROSS // 2
        return f"M{x1 + WIDTH} {y1} C{bend} {y1} {bend} {y2} {x2 + WIDTH} {y2}"
    x1, x2 = (x1, x2 + WIDTH) if x1 > x2 else (x1 + WIDTH, x2)
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
