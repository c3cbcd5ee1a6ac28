"""What the console may do with plugins; tests/test_browser_plugins.py does it in earnest."""

import subprocess

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.installing import Installing
from dihya_plugins import installer, work
from dihya_plugins.swap import alone

ANN = Actor("p1", "Ann", frozenset({"admin"}))


@pytest.fixture
def begun(monkeypatch):
    """What the processes that would have been started are told."""
    told = []
    monkeypatch.setattr(installer, "run", lambda said, **how: told.append(said | how))
    return told


@pytest.fixture
def app(make_app, tmp_path):
    """An application whose operator allows every source."""
    (tmp_path / "shelf").mkdir()
    allowed = {"uploads": True, "shelf": str(tmp_path / "shelf"), "index": "https://packages.example.org/ours"}
    return make_app("audit", "i18n", "plugins", "securite", config={"plugins": allowed})


def test_nothing_comes_in_unless_the_operator_says_so(make_app, begun):
    """No upload, no shelf, no index; and with one setting no change at all."""
    app = make_app("i18n", "plugins")
    with app.act() as act:
        sources = act.get(Installing).sources()
        assert (sources.changes, sources.uploads, sources.shelf, sources.index) == (True, False, (), "")
        for fetched in (False, True):
            with pytest.raises(Invalid, match="allows no such source") as refusal:
                act.get(Installing).receive("dihya_x-1-py3-none-any.whl", iter([b""]), fetched=fetched)
            assert refusal.value.status == 403
        with pytest.raises(NotFound):
            act.get(Installing).take("notes")
    app = make_app("i18n", "plugins", config={"plugins": {"from_browser": False, "uploads": True}})
    with app.act() as act:
        assert not act.get(Installing).sources().changes and not act.get(Installing).sources().uploads
        for change in ("install", "uninstall", "purge", "undo"):
            with pytest.raises(Invalid, match="from_browser"):
                act.get(Installing).begin(change, "i18n")
        with pytest.raises(Invalid, match="from_browser"):
            act.get(Installing).reload()
    assert begun == []


def test_the_shelf_holds_what_can_be_installed(app, written, tmp_path):
    """Wheels, ZIP files and folders of plugins; nothing else, and nothing beside it."""
    written("notes").rename(tmp_path / "shelf" / "notes")
    (tmp_path / "shelf" / "notes.zip").write_bytes(b"")
    (tmp_path / "shelf" / "readme.txt").write_text("x")
    (tmp_path / "shelf" / "empty").mkdir()
    with app.act() as act:
        installing = act.get(Installing)
        assert installing.sources().shelf == ("notes", "notes.zip")
        assert installing.take("notes").name == "notes"
        for name in ("readme.txt", "../notes", "empty"):
            with pytest.raises(NotFound, match="nothing on the shelf"):
                installing.take(name)


def test_an_installation_begins_with_a_process_that_holds_the_lock(app, written, tmp_path, begun):
    """Who asked, for what, and the digest of the wheel stand in the record and in the audit log before it begins."""
    written("notes", needs=False).rename(tmp_path / "shelf" / "notes")
    with app.act(actor=ANN) as act:
        found = act.get(Installing).take("notes")
        act.get(Installing).begin("install", "notes", arrival=found.id)
    (told,) = begun
    assert told["wheel"].endswith(".whl") and told["who"] == "Ann" and told["data"] == str(app.hooks.data)
    (event,) = [event for event in app.trail if event.action == "plugins.install_asked"]
    assert (event.actor, event.object) == ("p1", "plugin:notes")
    assert dict(event.facts)["sha256"] == found.id and dict(event.facts)["version"] == "1.2"
    assert work.read(app.hooks.data).by == "p1"


def test_what_has_faults_is_not_installed(app, written, tmp_path, begun):
    """What has faults, is called otherwise, or was looked at by nobody is not installed."""
    written("notes").rename(tmp_path / "shelf" / "notes")
    with app.act(actor=ANN) as act:
        installing = act.get(Installing)
        found = installing.take("notes")
        with pytest.raises(Invalid, match="nowhere-to-be-found"):
            installing.begin("install", "notes", arrival=found.id)
        with pytest.raises(NotFound):
            installing.begin("install", "notes", arrival="0" * 64)
        installing.discard(found.id)
        with pytest.raises(NotFound):
            installing.arrival(found.id)
    assert begun == []


def test_the_second_is_told_who_is_at_it(app, written, tmp_path, begun):
    """Whoever comes second is told who is at it and with what, and nothing is begun."""
    written("notes", needs=False).rename(tmp_path / "shelf" / "notes")
    with alone(app.hooks.data, "Ann", "purge club 0.2.0"), app.act(actor=ANN) as act:
        found = act.get(Installing).take("notes")
        with pytest.raises(Invalid, match=r"Ann is at it \(purge club 0.2.0\)") as refusal:
            act.get(Installing).begin("install", "notes", arrival=found.id)
    assert refusal.value.code == "under-way" and refusal.value.params == {"who": "Ann", "work": "purge club 0.2.0"}
    assert begun == []


@pytest.mark.parametrize("change", ["uninstall", "purge"])
@pytest.mark.parametrize(
    ("name", "code"), [("audit", "required"), ("securite", "required"), ("nothing", "not-found"), ("kit", "elsewhere")]
)
def test_what_everything_stands_on_is_not_taken_out(app, begun, change, name, code):
    """What everything stands on, is not there, or lies in another environment is not taken out."""
    with app.act(actor=ANN) as act, pytest.raises((Invalid, NotFound)) as refusal:
        act.get(Installing).begin(change, name)
    assert refusal.value.code == code and begun == []


def test_a_purge_lists_exactly_what_goes(app):
    """Tables with their rows, files and rights."""
    (app.hooks.data / "securite").mkdir(exist_ok=True)
    with app.act() as act:
        found = {(item.kind, item.name): item for item in act.get(Installing).remains("securite")}
    assert found["table", "securite_people"].count == 0
    assert found["files", str(app.hooks.data / "securite")].count is not None
    assert ("permission", "securite:people") in found


def test_nothing_is_undone_or_mended_where_nothing_was_changed(app, begun):
    """The message says so."""
    with app.act(actor=ANN) as act:
        installing = act.get(Installing)
        assert installing.progress() is None and list(installing.kept()) == []
        with pytest.raises(NotFound, match="nothing is kept"):
            installing.begin("undo", "i18n")
        with pytest.raises(Invalid, match="no change was interrupted"):
            installing.mend()
    assert begun == []


def test_an_interrupted_change_is_mended_on_request(app, begun):
    """In a process that is not watched again."""
    work.write(app.hooks.data, work.new("install", "club", "0.2.0", "p1"))
    with app.act(actor=ANN) as act:
        assert act.get(Installing).progress().state == "interrupted"
        act.get(Installing).mend()
    (told,) = begun
    assert told["resume"] and not told["watched"]


def test_a_process_that_dies_is_seen_to(tmp_path, monkeypatch):
    """What it left is finished or undone by the next one, which is started at once."""
    data, started = tmp_path, []
    work.write(data, work.new("install", "club", "0.2.0", "p1"))
    monkeypatch.setattr(installer, "run", lambda told, **how: started.append(told | how))
    process = subprocess.Popen(["true"])
    installer._see_to_its_end(process, {"data": str(data), "who": "Ann", "config": ""})
    (told,) = started
    assert told["resume"] and not told["watched"]


def test_the_process_inherits_the_lock(tmp_path, monkeypatch):
    """The process at work holds the lock itself, so that nobody else begins, whatever becomes of the server."""
    (tmp_path / ".install").mkdir()
    code = "import fcntl, json, os, sys; told = json.loads(sys.argv[-1]); os.fstat(told['lock']); print('held')"
    real = subprocess.Popen
    processes = []

    def start(command, **how):
        processes.append(real([command[0], "-c", code, command[-1]], **how))
        return processes[-1]

    monkeypatch.setattr(installer.subprocess, "Popen", start)
    with alone(tmp_path) as lock:
        installer.run({"data": str(tmp_path), "lock": lock, "who": "Ann"}, watched=False)
        processes[0].wait()
    assert (tmp_path / ".install" / "work.log").read_text() == "held\n"


def test_the_server_takes_new_workers_on_request(app, monkeypatch):
    """Not while a change is under way, which tells it at its end."""
    monkeypatch.setattr(installer, "reload_server", lambda data: data == app.hooks.data)
    with app.act(actor=ANN) as act:
        assert act.get(Installing).reload()
        with alone(app.hooks.data, "Bob", "purge club"), pytest.raises(Invalid, match="under way") as refusal:
            act.get(Installing).reload()
    assert refusal.value.params["who"] == "Bob"
