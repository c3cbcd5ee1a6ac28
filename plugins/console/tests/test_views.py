"""What is kept of views, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console.models import View
from dihya_console.views import MOST, Views, forget, question_of
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import SYSTEM
from sqlalchemy import func, select


def test_the_same_question_is_written_in_the_same_way() -> None:
    """In whatever order it was asked; what is empty or of one look at the list is left out."""
    pairs = [
        ("sort", "name"),
        ("plan", "full"),
        ("q", ""),
        ("lang", "fr"),
        ("after", "x"),
        ("before", "y"),
        ("choose", "1"),
    ]
    assert question_of(pairs) == question_of(reversed(pairs)) == "plan=full&sort=name"


def test_of_one_list_a_person_keeps_a_limited_number(app: Any) -> None:
    """Another list has its own."""
    with app.act(actor=SYSTEM) as act:
        views = Views(act.session, SYSTEM)
        for number in range(MOST):
            views.keep("demo", "members", str(number), "plan=full", False)
        with pytest.raises(Invalid, match="50"):
            views.keep("demo", "members", "more", "plan=full", False)
        assert views.keep("demo", "fees", "more", "sort=label", False).name == "more"


def test_a_question_that_is_too_long_is_refused(app: Any) -> None:
    """Before a database would refuse it."""
    with app.act(actor=SYSTEM) as act, pytest.raises(Invalid, match="says too much"):
        Views(act.session, SYSTEM).keep("demo", "members", "long", f"q={'x' * 2000}", False)


def test_the_views_of_a_plugin_that_is_gone_for_good_go_with_it(app: Any) -> None:
    """Those of others stay."""
    with app.act(actor=SYSTEM) as act:
        views = Views(act.session, SYSTEM)
        views.keep("demo", "members", "a", "plan=full", False)
        views.keep("other", "things", "b", "sort=name", True)
        forget("demo")
        assert act.session.scalars(select(View.name)).all() == ["b"]
        assert act.session.scalar(select(func.count()).select_from(View)) == 1
