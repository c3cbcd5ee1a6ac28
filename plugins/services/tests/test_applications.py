"""Applications that are in use, and their next versions."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid, folders
from dihya_hookspecs.access import Actor
from dihya_hookspecs.generation import Needs
from dihya_services.applications import Application, Applications, files_in, parted
from dihya_services.service import Generations

NAME = "fanfare"
MODULE = f"dihya_{NAME}"
TIN = Actor("tin", "Tin", roles=frozenset({"user"}))


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """The folder of a generated application, on the path."""
    from dihya_templates.blocks import own_blocks
    from dihya_templates.library import own_templates
    from dihya_templates.service import Library

    place = tmp_path_factory.mktemp("generated")
    needs = Needs("", "association", NAME, {"events": False}, "fr", title="La fanfare")
    library = Library([*own_templates(), *own_blocks()])
    whole = library.structure(needs)
    folders.write(library.render(Needs("", "", "", structure=whole)), place / "folder")
    sys.path.insert(0, str(place / "folder" / "src"))
    yield place / "folder" / "src" / MODULE
    sys.path.remove(str(place / "folder" / "src"))


@pytest.fixture
def app(make_app, package, around):
    """An application with its pages, in which a generated one is in use."""
    own = {NAME: importlib.import_module(MODULE), "around": around}
    return make_app("services", "templates", "tasks", "console", "static", "i18n", plugins=own)


@pytest.fixture
def client(app):
    """A person who reads English."""
    client = app.client("user", f"{NAME}:secretaire", id=TIN.id)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def begun(client) -> str:
    """Begin to change the application; the address of the editor."""
    answer = client.post("/services/changes", data={"application": NAME})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def said(client, address: str, sentence: str) -> str:
    """Say one more sentence in the editor; the page afterwards."""
    version = re.search(r'name="version" value="(\d+)"', client.get(address).text)[1]
    answer = client.post(f"{address}sentence", data={"version": version, "sentence": sentence})
    assert answer.status_code == 303, answer.text
    return client.get(address).text


def test_an_application_is_changed_from_its_list_and_from_the_page_of_ideas(client) -> None:
    """Both name it; whoever comes back finds the draft that is open."""
    assert "Change this application" in client.get(f"/{NAME}/members/").text
    assert "La fanfare" in client.get("/services/").text
    assert begun(client) == begun(client)


def test_the_editor_says_what_becomes_of_the_application(client) -> None:
    """One more sentence adds a field; before that, nothing changes."""
    address = begun(client)
    assert "Nothing changes yet." in client.get(address).text
    page = said(client, address, "ajoute la taille du maillot")
    assert "Taille du maillot" in page
    assert "It becomes version 0.1.0" in page and "Build the next version" in page


def test_the_next_version_has_a_migration_and_keeps_its_name(app, client, package) -> None:
    """It is rendered from the files that are in use; the first migration keeps its bytes."""
    address = begun(client)
    said(client, address, "ajoute la taille du maillot")
    with app.act(actor=TIN) as act:
        files = act.get(Applications).settled(act.get(Generations).get(address.split("/")[2])).files
    folder = f"src/{MODULE}/migrations/"
    assert files[f"{folder}0001_initial.py"] == (package / "migrations" / "0001_initial.py").read_text()
    assert "taille_maillot" in files[f"{folder}0002_version_0_1_0.py"]


def test_a_draft_from_an_earlier_version_is_not_built(app, client, monkeypatch) -> None:
    """Another version was installed meanwhile: the page says so, and another draft begins."""
    address = begun(client)
    with app.act(actor=TIN) as act:
        draft = act.get(Generations).get(address.split("/")[2])
        draft.needs = {**draft.needs, "since": "0.0.9"}
        act.keep()
    page = client.get(address).text
    assert "was installed since this draft began with 0.0.9" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert client.post(f"{address}build", data={"version": version}).status_code == 409
    assert begun(client) != address


def test_the_technical_name_stays(client) -> None:
    """Its tables and addresses are called so."""
    address = begun(client)
    version = re.search(r'name="version" value="(\d+)"', client.get(address).text)[1]
    form = {"version": version, "form": "application", "title": "X", "name": "other", "language": "fr"}
    answer = client.post(address, data=form)
    assert answer.status_code == 422 and "is installed under that name; it stays" in answer.text


@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("console", 409), ("", 404)])
def test_only_what_was_generated_is_changed(client, name, status) -> None:
    """One sentence for a name that nobody bears, and for a plugin without a structure."""
    assert client.post("/services/changes", data={"application": name}).status_code == status
    assert client.get(f"/api/v1/generations/applications/{name or 'x'}").status_code == status


def test_an_application_grows_over_rest(app, client) -> None:
    """Its structure is read, edited and sent back; nobody builds on a version that is gone."""
    (listed,) = client.get("/api/v1/generations/applications").json["items"]
    assert listed == {"name": NAME, "title": "La fanfare", "version": listed["version"]}
    found = client.get(f"/api/v1/generations/applications/{NAME}").json
    structure = {**found["structure"], "title": "La grande fanfare"}
    asked = {"changes": NAME, "structure": structure, "since": found["version"]}
    answer = client.post("/api/v1/generations", json=asked)
    assert answer.status_code == 202, answer.json
    page = client.get(f"/services/{answer.json['id']}").text
    assert "The next version of an application that is in use" in page and "Change this application" in page
    with app.act(actor=TIN) as act:
        assert act.get(Generations).get(answer.json["id"]).title == "La grande fanfare"
    assert client.post("/api/v1/generations", json={**asked, "since": "0.0.9"}).status_code == 409
    assert client.post("/api/v1/generations", json={"changes": NAME}).status_code == 422


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "other"}, "name"),
        ({"template": "sante"}, "template"),
        ({"options": {"events": True}}, "options"),
        ({"entities": []}, "entities"),
        ({"idea": "une chorale"}, "idea"),
    ],
)
def test_what_nobody_reads_beside_a_change_is_refused(client, given, field) -> None:
    """Whoever sends it believes that it does something."""
    structure = client.get(f"/api/v1/generations/applications/{NAME}").json["structure"]
    answer = client.post("/api/v1/generations", json={"changes": NAME, "structure": structure, **given})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")
    assert f"{field} is not read beside changes" in answer.json["detail"]


def test_where_nobody_makes_next_versions_the_refusal_says_so(make_app, package, around) -> None:
    """An application that could grow is not called one that was never generated."""
    own = {NAME: importlib.import_module(MODULE), "around": around}
    client = make_app("services", "tasks", "console", "static", "i18n", plugins=own).client("user")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = client.get(f"/api/v1/generations/applications/{NAME}")
    assert answer.status_code == 409 and "no active plugin makes next versions" in answer.json["detail"]


def test_what_its_author_changed_on_the_same_line_is_refused_before_anything_is_built(app, client, package) -> None:
    """The page names the file; the build is refused."""
    models = package / "models.py"
    before = models.read_text()
    line = next(line for line in before.splitlines() if line.strip().startswith("city:"))
    models.write_text(before.replace(line, f"{line}  # ours"))
    try:
        address = begun(client)
        version = re.search(r'name="version" value="(\d+)"', client.get(address).text)[1]
        form = {
            "version": version,
            "form": "field",
            "table": "member",
            "field": "city",
            "label": "Commune",
            "type": "text",
        }
        answer = client.post(address, data=form)
        page = client.get(address).text
        assert "Somebody changed these files by hand" in page and f"src/{MODULE}/models.py" in page, answer.text
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        answer = client.post(f"{address}build", data={"version": version})
        assert answer.status_code == 409 and f"dihya change {NAME}" in answer.text
    finally:
        models.write_text(before)


def test_files_are_parted_into_texts_and_others(tmp_path) -> None:
    """What tools leave, and links, are left out."""
    (tmp_path / "a.py").write_text("é")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a.py")
    assert parted(files_in(tmp_path)) == ({"a.py": "é"}, {"logo.png": b"\x89PNG\0"})


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_structure_that_cannot_be_read_is_refused(text, tmp_path) -> None:
    """Its title is its name then."""
    if text:
        (tmp_path / "structure.json").write_text(text)
    found = Application("club", "0.1.0", tmp_path)
    assert found.title == "club"
    with pytest.raises(Invalid, match="carries no structure"):
        _ = found.structure


def test_files_that_are_no_text_are_not_lost(app, client, package) -> None:
    """Only the command brings them along."""
    (package / "logo.png").write_bytes(b"\x89PNG\0")
    try:
        assert "holds files that are no text" in client.get(begun(client)).text
    finally:
        (package / "logo.png").unlink()
