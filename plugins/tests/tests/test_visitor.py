"""A person finds things by their words."""

from dihya_tests.workflows.visitor import Visitor


def test_a_form_is_found_by_its_button_and_filled_by_what_it_offers(walked):
    """A choice that is not offered is not chosen, a box is ticked or not, and every input has words."""
    visitor = Visitor(walked, walked.everyone)
    visitor.open("/walked/members/")
    visitor.open(visitor.link("Add"))
    form = visitor.form("Save")
    sent = visitor.fill(form, {"name": "Tin", "level": "neither", "active": False})
    assert (sent["name"], "active" in sent, sent["level"]) == ("Tin", False, "new")
    assert visitor.unlabelled(form) == []


def test_a_sentence_is_found_as_a_screen_reader_finds_it(walked):
    """What is refused is told at its input; what is right has no sentence."""
    visitor = Visitor(walked, walked.everyone)
    visitor.open("/walked/members/new")
    form = visitor.form("Save")
    visitor.press(form, visitor.fill(form, {"name": "Tin", "email": "nobody"}), "Save")
    assert visitor.complaint("email") and not visitor.complaint("name")
    assert set(visitor.complaints()) == {"email"}


def test_where_a_button_leads_is_followed(walked):
    """Once saved, the record is shown, and the address is its own."""
    visitor = Visitor(walked, walked.everyone)
    visitor.open("/walked/members/new")
    form = visitor.form("Save")
    visitor.press(form, visitor.fill(form, {"name": "Zohra", "email": "zohra@example.org"}), "Save")
    assert visitor.heading == "Zohra" and visitor.here.startswith("/walked/members/")
