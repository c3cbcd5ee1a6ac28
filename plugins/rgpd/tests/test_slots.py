"""Demands that wait, and the way from a record to everything about its person."""

from types import SimpleNamespace

from dihya_hookspecs.slots import SlotContext
from dihya_rgpd.models import DemandRow
from dihya_rgpd.slots import person

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def test_the_home_page_says_that_demands_wait(make_app):
    """To whoever may answer them; nothing is said while none waits."""
    app = make_app("rgpd", "console", "i18n")
    assert "waits for an answer" not in app.client("dpo").get("/", headers=HTML).text
    with app.act("seed") as act:
        act.session.add(DemandRow(id="a", kind="erase", state="open", subjects=[], result={}))
    assert "1 demand waits for an answer" in app.client("dpo").get("/", headers=HTML).text
    assert "waits for an answer" not in app.client("user").get("/", headers=HTML).text


def test_the_record_of_a_person_leads_to_where_their_data_lies(world):
    """A record that is about nobody leads nowhere."""
    record = SimpleNamespace(__tablename__="canary_people", id=world.tin[0])
    with world.app.act("look"):
        fragment = person(SlotContext(None, record=record))
        assert fragment.values["identifier"] == f"canary_people:{world.tin[0]}"
        assert person(SlotContext(None, record=SimpleNamespace(__tablename__="canary_orders", id="1"))) is None
    page = world.app.client("dpo").post("/rgpd/person", data={"identifier": fragment.values["identifier"]})
    assert page.status_code == 200 and "canary_people" in page.text


def test_a_request_leads_to_what_is_held_about_who_asks(world):
    """By their address, or else by their name, and with the right that they ask."""
    with world.app.act("look"):
        asked = SimpleNamespace(__tablename__="rgpd_requests", id="1", email="tin@x.example", who="Tin", asks="erasure")
        assert person(SlotContext(None, record=asked)).values == {"identifier": "tin@x.example", "asks": "erasure"}
        asked.email = None
        assert person(SlotContext(None, record=asked)).values["identifier"] == "Tin"
