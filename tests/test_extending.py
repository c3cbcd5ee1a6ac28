"""docs/extending.md: a page of a plugin's own, and what it puts on pages of others, as they are written there."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from dihya_hookspecs.app import AppInfo

EXTENDING = Path(__file__).parents[1] / "docs" / "extending.md"
BLOCK = re.compile(r"```\w+ file=src/(dihya_shelf/\S+)\n(.*?)```", re.DOTALL)
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app, tmp_path, monkeypatch):
    """An application with the plugin of the page."""
    text = EXTENDING.read_text("utf-8")
    for file, block in BLOCK.findall(text):
        path = tmp_path / "code" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, "utf-8")
    (tmp_path / "code" / "dihya_shelf" / "__init__.py").write_text('"""A shelf."""\n')
    (tmp_path / "code" / "dihya_shelf" / "static").mkdir()
    (tmp_path / "code" / "dihya_shelf" / "static" / "shelf.css").write_text(".shelf { color: inherit; }\n")
    monkeypatch.syspath_prepend(str(tmp_path / "code"))
    yield make_app("console", "i18n", "static", "securite", plugins={"shelf": importlib.import_module("dihya_shelf")})
    for name in [name for name in sys.modules if name.partition(".")[0] == "dihya_shelf"]:
        del sys.modules[name]


def test_the_page_stands_in_the_layout_and_in_the_menu(app):
    """Without a book it says so; its group has its title, its line a number, its form the field against forgery."""
    client = app.client("user")
    page = client.get("/shelf/", headers=HTML).text
    assert "No book yet." in page and "<table" not in page and re.search(r'name="csrf_token" value="[0-9a-f]', page)
    assert client.post("/shelf/", data={"title": "Nedjma"}).status_code == 303
    page = client.get("/shelf/", headers=HTML).text
    assert (
        re.search(r'<th scope="row"[^>]*>Nedjma</th>', page)
        and '<caption class="visually-hidden">Books</caption>' in page
    )
    assert "<span>Library</span>" in page and 'aria-current="page"' in page


def test_a_page_brings_a_style_sheet_of_its_own_into_the_head(app, tmp_path):
    """What stands in the block ``head``, as the page for authors writes it, stands in the head of the document and nowhere else."""
    (line,) = re.findall(r"`head`, for `(\{\{ page\.style\(.*?\) \}\})`", EXTENDING.read_text("utf-8"))
    page = tmp_path / "code" / "dihya_shelf" / "templates" / "books.html"
    page.write_text(f"{page.read_text('utf-8')}{{% block head %}}{line}{{% endblock %}}\n", "utf-8")
    head, _, body = app.client("user").get("/shelf/", headers=HTML).text.partition("</head>")
    assert re.search(r'<link rel="stylesheet" href="[^"]*/shelf/shelf[^"]*\.css"', head) and "shelf.css" not in body


def test_files_of_ones_own_lie_below_the_data_folder(app):
    """The lines of the page for authors make a folder that only the account of the application reads."""
    block = (
        EXTENDING.read_text("utf-8")
        .partition("## Files of your own")[2]
        .partition("```python\n")[2]
        .partition("```")[0]
    )
    with app.act("files") as act:
        exec(block, {"get": act.get, "AppInfo": AppInfo})  # noqa: S102
        folder = act.get(AppInfo).data / "loans"
    assert folder.is_dir() and folder.stat().st_mode & 0o777 == 0o700


def test_what_it_puts_on_the_home_page_is_seen_by_who_may(app):
    """Nothing without a book, and nothing for somebody without the permission."""
    client = app.client("user")
    assert "Newest book" not in client.get("/", headers=HTML).text
    client.post("/shelf/", data={"title": "Nedjma"})
    assert re.search(r"Newest book.*Nedjma", client.get("/", headers=HTML).text, re.DOTALL)
    assert "Newest book" not in app.client("auditeur").get("/", headers=HTML).text


def test_every_name_of_a_page_is_in_its_table():
    """What the contract gives to templates, no more and no less."""
    from dihya_hookspecs.ui import PageContext

    text = EXTENDING.read_text("utf-8")
    table = text.partition("| name | what it is |")[2].partition("\n\n")[0]
    told = set(re.findall(r"page\.(\w+)", table))
    has = {name for name in {*vars(PageContext), *PageContext.__annotations__} if not name.startswith("_")}
    assert told == has
