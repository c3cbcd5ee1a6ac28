"""Into which states chosen records can be brought."""

from datetime import date

from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.fields import Choice, LocalDate
from dihya_hookspecs.fields.form import form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.resources.selection import states_of
from dihya_hookspecs.rules import required_when
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped

WORDS = {"new": ("New", "Nouveau"), "open": ("Open", "Ouvert"), "done": ("Done", "Fini")}
MOVES = {"new": ("open",), "open": ("done", "open"), "done": ()}


class Parcel(Record):
    """Something that is on its way."""

    __tablename__ = "selection_parcels"
    __rules__ = (required_when("came_on", {"state": "done"}), required_when("proof", {"state": "done"}))
    state: Mapped[str] = impersonal("a state", Choice(WORDS, moves=MOVES), default="new", label=("State", "État"))
    size: Mapped[str] = impersonal("a size", Choice(WORDS), default="new")
    proof: Mapped[str] = impersonal("a state", Choice(WORDS, moves=MOVES), default="new", read_only=True)
    came_on: Mapped[date | None] = impersonal("a day", LocalDate())


class Parcels(Records[Parcel]):
    """All parcels."""

    model = Parcel


def parcels(write):
    """Return the resource, written by whom *write* says."""
    words = Text("Parcels", "Colis"), Text("parcel", "colis")
    return Resource("parcels", Parcels, form_of(Parcel), *words, "post:read", write, ("state",))


def test_a_state_is_what_a_move_leads_to():
    """In the order of the choice, and of fields with moves that a form has."""
    assert [(each.field, each.value) for each in states_of(parcels("post:write"))] == [
        ("state", "open"),
        ("state", "done"),
    ]


def test_a_state_has_the_words_of_its_field_and_of_its_value():
    """Both of them in both languages."""
    (first, *_) = states_of(parcels("post:write"))
    assert (first.label, first.caption) == (Text("State", "État"), Text("Open", "Ouvert"))


def test_what_nobody_writes_has_no_states():
    """Nothing leads there by hand."""
    assert states_of(parcels(None)) == []


def test_a_state_says_what_it_needs():
    """The fields of the form that a rule demands in it, and no others."""
    assert {each.value: each.needs for each in states_of(parcels("post:write"))} == {"open": (), "done": ("came_on",)}
