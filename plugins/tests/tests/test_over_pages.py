"""A resource on its pages."""

import re

from dihya_tests.workflows import failed, walk


def told(site):
    """Return the steps that fail on the pages of the members, for who may write them."""
    bad = failed(walk(site, ["members"], ["walked:desk"]))
    return {
        f"{each.name}: {step.what}" for each in bad if each.face == "pages" for step in each.steps if not step.passed
    }


def test_a_good_plugin_passes_on_pages_for_every_role(walked):
    """Adding, finding, changing, refusing, narrowing, exporting, acting and removing work, and nothing leads to a refusal."""
    done = [each for each in walk(walked) if each.face == "pages"]
    assert not failed(done), "\n".join(map(str, failed(done)))
    assert {each.name for each in done} == {"keep", "refuse", "look", "act", "remove", "stay out"}


def test_a_form_that_loses_what_was_typed_fails(spoilt):
    """A form that comes back empty after a refusal is told."""
    site = spoilt("members_new", lambda page: re.sub(r'(<input type="email"[^>]*value=")[^"]*', r"\1", page))
    assert told(site) == {"refuse: nothing that was typed is lost"}


def test_a_list_that_does_not_show_the_new_record_fails(spoilt):
    """A record that was added and stands on no list is told."""
    site = spoilt("members_list", lambda page: re.sub(r"<tbody.*</tbody>", "", page, flags=re.DOTALL))
    assert "keep: the list shows it" in told(site)


def test_a_refused_field_without_its_sentence_fails(spoilt):
    """A field that is marked as wrong, and does not say what is wrong, is told."""
    site = spoilt("members_new", lambda page: re.sub(r'(<span class="error-text"[^>]*>)[^<]*', r"\1", page))
    assert told(site) == {"refuse: a sentence stands at the field"}


def test_a_button_that_leads_to_a_refusal_fails(spoilt):
    """A link to a page that this role may not open, and a button of an action that it may not do, are told."""
    link, form = (
        '<a href="/walked/members/new">Add</a>',
        '<form method="post" action="/walked/members/new"><button>Do</button></form>',
    )
    site = spoilt("members_list", lambda page: page.replace("</h1>", f"</h1>{link}{form}"))
    bad = failed(walk(site, ["members"], ["user"]))
    said = " ".join(step.outcome for each in bad for step in each.steps)
    assert "leads to 403 at /walked/members/new" in said and "asks for 'walked:write_members'" in said
    assert "no button for what is refused" in {step.what for each in bad for step in each.steps if not step.passed}
