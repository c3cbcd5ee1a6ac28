"""The picture of tables and what points to what."""

from __future__ import annotations

from dihya_services.editor.picture import HEIGHT, WIDTH, drawn
from hypothesis import given
from hypothesis import strategies as st


def table(name: str, *to: str, title: str = "") -> dict:
    """A table that points to others."""
    fields = [{"name": f"{each}_id", "type": "reference", "to": each} for each in to]
    return {
        "name": name,
        "title": title or name,
        "fields": [{"name": "label", "type": "text", "impersonal": "x"}, *fields],
    }


def document(*tables: dict) -> dict:
    """A structure of these tables."""
    return {"entities": list(tables)}


def test_what_points_to_another_stands_to_its_right() -> None:
    """The arrow leads back to the left, from the side that faces the other box."""
    picture = drawn(document(table("loan", "member"), table("member")))
    loan, member = (next(box for box in picture.boxes if box.name == name) for name in ("loan", "member"))
    assert loan.x > member.x + WIDTH
    assert picture.lines[0].path.startswith(f"M{loan.x} ") and picture.lines[0].path.endswith(
        f" {member.x + WIDTH} {member.y + HEIGHT // 2}"
    )


def test_the_surroundings_of_one_table_leave_the_others_out() -> None:
    """Only what it points to, and what points to it."""
    whole = document(table("a"), table("b", "a"), table("c", "b"), table("d", "a"))
    assert {box.name for box in drawn(whole, "c").boxes} == {"c", "b"}
    assert [box.name for box in drawn(whole, "c").boxes if box.chosen] == ["c"]


def test_a_long_title_is_cut_and_stays_whole_beside_the_picture() -> None:
    """Its box keeps its width."""
    box = drawn(document(table("a", title="N" * 200))).boxes[0]
    assert len(box.text) <= 18 and box.title == "N" * 200


NAMES = [f"t{number}" for number in range(12)]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=40))
def test_no_two_boxes_touch_whatever_points_to_what(arrows: list[tuple[str, str]]) -> None:
    """Cycles and references to oneself included; the picture holds every box."""
    picture = drawn(document(*(table(name, *(to for one, to in arrows if one == name)) for name in NAMES)))
    boxes = picture.boxes
    assert len(boxes) == len(NAMES)
    for number, one in enumerate(boxes):
        assert one.x + WIDTH <= picture.width and one.y + HEIGHT <= picture.height
        for other in boxes[:number]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
