"""Habits that are read from the files."""

import pytest
from dihya_tests.suite.columns import conventions as column

ROUTES = "from flask import redirect\n\n\ndef f():\n    return redirect({})\n"
RECORDS = "def f(act):\n    act.record({}, rows=1)\n"
ACTIONS = 'ACTIONS = (AuditAction(\n    "petit.sent", Text("sent", "envoyé")),)\n'


@pytest.mark.parametrize(
    ("files", "flaw"),
    [
        ({"service": "import flask\n"}, "service.py imports flask"),
        ({"models": "def f():\n    from flask import request\n"}, "models.py imports flask"),
        ({"routes": "from flask import Blueprint\n"}, ""),
        ({"web__service": "import flask\n"}, ""),
    ],
)
def test_what_lies_below_the_web_imports_none_of_it(files, flaw, written):
    """Also inside of a function; views may."""
    found = column.layers(written(**files))
    assert (found.state, flaw in found.evidence.en) == ("failed" if flaw else "passed", True)


@pytest.mark.parametrize(
    ("template", "flaw"),
    [
        ('<a href="{{ url_for("petit.index") }}">x</a>', ""),
        ('<a href="{{ page.root }}/petit/">x</a><a href="#top">x</a>', ""),
        ('<a href="/petit/">x</a>', "leads to '/petit/'"),
        ('<form action="/petit/add?x={{ y }}">', "leads to '/petit/add?x='"),
        ("{% for one in %}", "page.html:1 cannot be read"),
    ],
)
def test_a_template_is_read_and_leads_nowhere_by_a_literal_path(template, flaw, written):
    """The line and the address are quoted."""
    found = column.templates(written(**{"templates__page.html": template}))
    assert (found.state, flaw in found.evidence.en) == ("failed" if flaw else "passed", True)


@pytest.mark.parametrize(
    ("target", "flaw"),
    [('"/petit/"', "redirects to '/petit/'"), ('f"/petit/{1}"', "redirects to '/petit/'"), ('url_for("petit.x")', "")],
)
def test_a_redirect_goes_by_name(target, flaw, written):
    """A literal path would lead out of an application below a prefix."""
    found = column.templates(written(routes=ROUTES.format(target)))
    assert (found.state, flaw in found.evidence.en) == ("failed" if flaw else "passed", True)


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ('"petit.sent"', ""),
        ('"petit.lost"', "records 'petit.lost'"),
        ('"petit.sent" if act else "petit.lost"', "records 'petit.lost'"),
        ('"securite.sign_in"', ""),
    ],
)
def test_what_is_recorded_has_words(said, flaw, written):
    """Names of its own; those of others have theirs where they are declared."""
    found = column.words(written(service=RECORDS.format(said), audit_actions=ACTIONS))
    assert (found.state, flaw in found.evidence.en) == ("failed" if flaw else "passed", True)
