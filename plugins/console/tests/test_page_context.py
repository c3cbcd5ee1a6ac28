"""The one name that templates have."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dihya_console.page_context import ConsolePage
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.ui import Layout, PageContext
from dihya_hookspecs.web import public
from flask import Blueprint

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def shown(make_app: Any, tmp_path: Path) -> Any:
    """Return a function that shows a template of a plugin to an administrator and returns the answer."""
    (tmp_path / "templates").mkdir()

    def show(source: str, *names: str, **context: Any) -> Any:
        (tmp_path / "templates" / "page.html").write_text(source)
        blueprint = Blueprint("own", "own")

        @blueprint.get("/")
        @public("a test")
        def page() -> Any:
            return get(Layout).page("own/page.html", title="Own", **context)

        plugin = ModuleType("dihya_own")
        plugin.__file__ = str(tmp_path / "__init__.py")

        @hookimpl
        def register_routes() -> Blueprint:
            return blueprint

        plugin.register_routes = register_routes  # type: ignore[attr-defined]
        return make_app("console", *names, plugins={"own": plugin}).client("admin").get("/own/", headers=HTML)

    return show


def main(answer: Any) -> str:
    """Return what stands inside <main>."""
    return str(answer.text.partition("<main")[2].partition("</main>")[0].partition(">")[2])


def test_it_has_all_that_the_contract_names() -> None:
    """With the same arguments."""
    for name, member in vars(PageContext).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            assert list(inspect.signature(member).parameters) == list(
                inspect.signature(getattr(ConsolePage, name)).parameters
            ), name


def test_a_table_has_its_caption_and_its_heads(shown: Any) -> None:
    """Figures stand on the right, hidden words are for screen readers, a sorted column says how."""
    source = (
        "{% extends page.layout %}{% block main %}{% call page.table('Books & co', ['Title', page.head('Price', 'number', "
        "'?sort=price', 'ascending'), page.head('Do', 'hidden')]) %}<tr><td>{{ name }}</td></tr>{% endcall %}{% endblock %}"
    )
    page = main(shown(source, name="<i>"))
    assert "<caption>Books &amp; co</caption>" in page and '<th scope="col" role="columnheader">Title</th>' in page
    assert 'class="number" aria-sort="ascending"><a href="?sort=price">Price' in page
    assert (
        '<span class="visually-hidden">Do</span>' in page
        and '<td role="cell" data-label="Title">&lt;i&gt;</td>' in page
    )


def test_a_table_without_rows_says_what_is_missing(shown: Any) -> None:
    """Instead of heads above nothing."""
    source = (
        "{% extends page.layout %}{% block main %}{% call page.table('Books', ['Title'], empty='No book yet.') %}"
        "{% for one in [] %}<tr></tr>{% endfor %}{% endcall %}{% endblock %}"
    )
    page = main(shown(source))
    assert '<div class="empty"><p>No book yet.</p></div>' in page and "<table" not in page


def test_a_long_list_leads_to_its_first_and_its_next_page(shown: Any) -> None:
    """A short one leads nowhere."""
    source = "{% extends page.layout %}{% block main %}{{ page.pages(first='?a', next='?b&c') }}{{ page.pages() }}{% endblock %}"
    page = main(shown(source))
    assert 'href="?a">First page' in page and 'href="?b&amp;c">Next page' in page and page.count("<nav") == 1


def test_a_page_brings_style_sheets_into_its_head(shown: Any) -> None:
    """With their digests; without a plugin that serves files there is no element that leads nowhere."""
    source = (
        "{% extends page.layout %}{% block head %}{{ page.style('static/dihya.css') }}{% endblock %}"
        "{% block main %}{{ page.script('static/dihya.js') }}{{ page.asset('static/dihya.js') }}{% endblock %}"
    )
    answer = shown(source, "static")
    assert 'integrity="sha384-' in answer.text.partition("</head>")[0] and 'type="module"' in main(answer)
    assert "integrity" not in shown(source).text and main(shown(source)).strip() == ""


def test_a_template_that_stands_in_no_frame_is_said_what_to_write(shown: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Rather than shown without menu and head."""
    assert shown("<h1>bare</h1>").status_code == 500
    assert "begin it with '{% extends page.layout %}'" in caplog.text


def test_links_lead_to_whoever_is_there(shown: Any) -> None:
    """Below the application's root, with their arguments; nowhere where no plugin gives them."""
    source = "{% extends page.layout %}{% block main %}[{{ page.url_of('sign-in', next='/a?b') }}]{% endblock %}"
    assert "[/securite/sign-in?next=%2Fa%3Fb]" in main(shown(source, "securite"))
    assert "[]" in main(shown(source))


def test_a_form_holds_the_field_that_proves_where_it_comes_from(shown: Any) -> None:
    """Empty where nobody checks it."""
    source = "{% extends page.layout %}{% block main %}{{ page.csrf() }}{% endblock %}"
    assert 'name="csrf_token" value=""' in main(shown(source))
    assert 'name="csrf_token" value=""' not in main(shown(source, "securite"))
