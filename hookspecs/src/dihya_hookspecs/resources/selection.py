"""What is done with many chosen records at once, each by its own rights and rules: all of them are done, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .. import DihyaError, Flaw, Invalid, NotFound, Refused
from ..acts import current
from ..fields.declared import fields_of
from ..i18n import Text, gettext
from ..rules.kinds import RequiredWhen
from . import writing
from .query import MOST

if TYPE_CHECKING:
    from ..web import Resource
    from .records import Records

NONE = Text("choose at least one record", "choisissez au moins une fiche")
MANY = Text("at most %(most)s records at once", "%(most)s fiches à la fois au plus")
_STATE = Text("choose one of the states of this list", "choisissez l’un des états de cette liste")
_NEEDS = Text("this state does not need this field", "cet état ne demande pas ce champ")
_SOME = Text(
    "nothing was done: some of the records do not allow it; see errors",
    "rien n’a été fait : certaines fiches ne le permettent pas ; voyez les erreurs",
)


@dataclass(frozen=True, slots=True)
class State:
    """A value of a choice with moves, into which chosen records can be brought.

    Attributes:
        label, caption: the words of the field and of the value.
        needs: the fields that must be said in this state: the day of payment, where something is paid.
    """

    field: str
    value: str
    label: Text
    caption: Text
    needs: tuple[str, ...] = ()


class SomeRefused(Invalid):
    """Some of the chosen records do not allow what was asked; ``refused`` says for each of them why."""

    def __init__(self, chosen: Sequence[UUID], refused: Mapping[UUID, DihyaError]) -> None:
        flaws = [Flaw(f"/ids/{chosen.index(id)}", gettext(why.message), why.code) for id, why in refused.items()]
        statuses = {why.status for why in refused.values()}
        status = statuses.pop() if len(statuses) == 1 else 409
        super().__init__(str(_SOME), code="some-refused", status=status, flaws=flaws)
        self.refused = dict(refused)


def states_of(resource: Resource) -> list[State]:
    """Return the states of a resource, in order: what a move leads to, of each choice with moves that its form has."""
    form: Any = resource.form
    if not resource.write or form is None:
        return []
    model = resource.service.model
    declared, rules = fields_of(model), model.__table__.info.get("rules", ())
    moving = [declared[name] for name in form.model_fields if name in declared and declared[name].moves]
    needed = [rule for rule in rules if isinstance(rule, RequiredWhen) and rule.field in form.model_fields]
    return [
        State(
            field.name, value, field.label, caption,
            tuple(dict.fromkeys(rule.field for rule in needed if (field.name, value) in rule.when)),
        )
        for field in moving
        for value, caption in field.choices.items()
        if any(value in following for following in field.moves.values())
    ]  # fmt: skip


def remove_all(resource: Resource, ids: Sequence[UUID]) -> int:
    """Remove the records, as ``Records.remove`` does, and return how many there were.

    Raises:
        SomeRefused: one of them stays; then all do.
        Invalid: nothing or too much was chosen.
    """
    return _each(resource, ids, lambda service, id: service.remove(id))


def bring_all(
    resource: Resource, ids: Sequence[UUID], field: str, value: str, values: Mapping[str, Any] = MappingProxyType({})
) -> int:
    """Bring the records into a state, as a change by form does, and return how many there were.

    Args:
        values: what the state needs, for the records that do not say it yet; those that do keep what they say.

    Raises:
        SomeRefused: one of them stays as it is; then all do.
        Invalid: nothing or too much was chosen, *field* and *value* are no state that the actor may write, or *values* has
            what the state does not need.
    """
    columns = resource.service.model.__table__.columns
    locked = resource.service.from_container(current()).locked()
    states = {(state.field, state.value): state for state in states_of(resource) if state.field not in locked}
    if (state := states.get((field, value))) is None:
        at = "/value" if field in {name for name, _ in states} else "/field"
        raise Invalid(str(_STATE), flaws=[Flaw(at, str(_STATE))])
    if strange := [name for name in values if name not in state.needs]:
        raise Invalid(str(_NEEDS), flaws=[Flaw(f"/values/{name}", str(_NEEDS), "unknown") for name in strange])

    def bring(service: Records[Any], id: UUID) -> None:
        record = service.get(id)
        said = {name: each for name, each in values.items() if getattr(record, name) in (None, "")}
        service.change(id, writing.merged(resource.form, columns, record, {field: value, **said}))

    return _each(resource, ids, bring)


def _each(resource: Resource, ids: Sequence[UUID], do: Callable[[Records[Any], UUID], None]) -> int:
    chosen = list(dict.fromkeys(ids))
    if not chosen or len(chosen) > MOST:
        said = str(MANY) % {"most": MOST} if chosen else str(NONE)
        raise Invalid(said, flaws=[Flaw("/ids", said)])
    service, refused = resource.service.from_container(current()), dict[UUID, DihyaError]()
    whole = service.session.begin_nested()
    try:
        for id in chosen:
            try:
                with service.session.begin_nested():
                    do(service, id)
            except (Invalid, NotFound, Refused) as error:
                refused[id] = error
        if refused:
            raise SomeRefused(ids, refused)
    except BaseException:
        whole.rollback()
        raise
    whole.commit()
    return len(chosen)
