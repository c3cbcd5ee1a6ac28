"""One's own account leads to one's own settings."""

import pytest
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.slots import SlotContext
from dihya_securite.service import Directory
from dihya_settings.slots import own
from pydantic import BaseModel

ANN = Actor("ann", "Ann")


class Closed(BaseModel):
    """Settings of which nobody may choose any."""

    size: int = 1


@pytest.mark.parametrize(("model", "labels"), [(None, ["Mood", "Motto"]), (Closed, None)])
def test_the_card_names_what_may_be_chosen(start, model, labels):
    """The card names what may be chosen, and is not there where nothing may be."""
    app = start(**({"model": model} if model else {}))
    with app.act(actor=ANN):
        found = own(SlotContext(ANN))
        assert (found.values["labels"] if found else None) == labels


def test_the_account_leads_there(start):
    """Whoever signed in finds the way on the page of their account."""
    app = start("console", "securite", "i18n", "static")
    with app.act() as act:
        person, _ = act.get(Directory).create(OPERATOR, "ann@example.org", "Ann")
    client = app.client("user", id=str(person.id), name="Ann")
    assert 'href="/settings/mine/"' in client.get("/securite/account/").text.partition("<main")[2]
