"""The workflow: what refuses a generation, and what happens when the process dies in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Finding
from dihya_services.finishing import root_name

BASE = "/api/v1/generations"
APPLICATION = '''
"""Begins a generation, or goes on with the one that is there; dies where it is told to."""
import importlib.util, json, os, signal, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("services_fakes", sys.argv[1])
fakes_module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fakes_module)
from dihya_core import create_app
from dihya_core.app import stop
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Database, Model
from dihya_hookspecs.ops import Tasks

from dihya_tasks import leases

leases.LEASE, leases.BEAT = 2.0, 0.3  # a dead process is taken over from sooner
data, moment = Path(sys.argv[2]), sys.argv[3]

def die(where):
    if where == moment:
        os.kill(os.getpid(), signal.SIGKILL)

class Fakes(fakes_module.Fakes):
    @hookimpl
    def before_generation(self, needs):
        die("plan")
    @hookimpl
    def generate_files(self, needs):
        die("render")
        return dict(self.library.render(needs))
    @hookimpl
    def check_project(self, project):
        die("check")
    @hookimpl
    def after_generation(self, project):
        die("announce")
    @hookimpl
    def on_audit(self, event, session):
        with open(data / "trail", "a") as file:
            file.write(event.action + "\\n")

class Judge(fakes_module.Judge):
    def prove(self, folder, **limits):
        die("prove")
        return super().prove(folder, **limits)

fakes = Fakes(shelf=False)
fakes.judge = Judge()
app = create_app(only={"db", "services", "tasks", "storage"}, plugins={"fakes": fakes}, given={"dihya": {"data": str(data)}})
if moment == "store":
    from dihya_services import archive
    archive.pack = lambda files, root: die("store")
with app.acts.open("t", actor=OPERATOR) as act:
    engine = act.get(Database).engine
Model.metadata.create_all(engine)
from dihya_services.models import Generation, Progress
from dihya_services.service import Generations
with app.acts.open("t", actor=OPERATOR) as act:
    if not act.session.query(Generation).count():
        service = act.get(Generations)
        service.begin(service.propose("les adhérents et les cotisations", "fr")[0])
with app.acts.open("t", actor=OPERATOR) as act:
    act.get(Tasks).work()
with app.acts.open("t", actor=OPERATOR) as act:
    one = act.session.query(Generation).one()
    lines = act.session.query(Progress).order_by(Progress.number).all()
    size = len(act.get(Generations).archive(one))
    print(json.dumps({"status": one.status, "size": size, "done": [l.step for l in lines if l.state == "done"], "numbers": [l.number for l in lines]}))
stop(app)
'''


def run(data: Path, moment: str) -> subprocess.CompletedProcess[str]:
    """Work on the generation in a process of its own, which dies at *moment*."""
    command = [sys.executable, "-c", APPLICATION, str(Path(__file__).with_name("conftest.py")), str(data), moment]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("moment", ["plan", "render", "check", "prove", "store", "announce"])
def test_a_killed_generation_goes_on(tmp_path: Path, moment: str) -> None:
    """Killed in the middle of any step, it resumes in the next process, and each step is done once."""
    first = run(tmp_path, moment)
    assert first.returncode == -signal.SIGKILL, first.stderr
    second = run(tmp_path, "never")
    assert second.returncode == 0, second.stderr
    found = json.loads(second.stdout.splitlines()[-1])
    assert found["status"] == "ready" and found["size"] > 100
    assert found["done"] == ["plan", "render", "check", "prove", "store", "announce"]
    assert found["numbers"] == list(range(1, len(found["numbers"]) + 1))


def begun(app) -> tuple:
    """Begin a generation; the client and its location."""
    client = app.client("user")
    return client, client.post(BASE, json={"idea": "les adhérents et les cotisations"}).json["href"]


def ended(app, work) -> dict:
    """Carry out one generation and return it."""
    client, href = begun(app)
    work()
    return client.get(href).json


def test_a_plugin_may_change_the_needs(app, work, fakes) -> None:
    """What before_generation returns is what is built."""
    fakes.needs = lambda needs: replace(needs, options={**needs.options, "seats": 12})
    assert ended(app, work)["options"]["seats"] == 12


def test_a_plugin_may_refuse_the_needs(app, work, fakes) -> None:
    """An Invalid of before_generation fails the generation with its sentence."""

    def refuse(needs):
        raise Invalid("not on a Sunday")

    fakes.needs = refuse
    found = ended(app, work)
    assert (found["status"], found["error"]) == ("failed", "not on a Sunday")
    assert [project.status for project in fakes.ended] == ["failed"]


def test_needs_that_became_wrong_are_refused(app, work, fakes) -> None:
    """What a plugin made of the needs is checked again."""
    fakes.needs = lambda needs: replace(needs, options={"nope": 1})
    assert "cannot be built" in ended(app, work)["error"]


def test_two_plugins_cannot_give_the_same_file(app, work, fakes) -> None:
    """A clash names the path."""
    fakes.extra_files = {"README.md": "mine"}
    found = ended(app, work)
    assert found["status"] == "failed" and "'README.md'" in found["error"]


@pytest.mark.parametrize("path", ["../x.py", "/etc/passwd", "a/../../x", "a\\b", ""])
def test_a_file_cannot_leave_its_folder(app, work, fakes, path: str) -> None:
    """A path that leads out of the plugin is refused."""
    fakes.extra_files = {path: "x"}
    assert "is not a path inside of the plugin" in ended(app, work)["error"]


def test_files_of_several_plugins_come_together(app, work, fakes) -> None:
    """Another plugin may add files."""
    fakes.extra_files = {"docs/more.md": "more"}
    client, href = begun(app)
    work()
    assert [item["path"] for item in client.get(f"{href}/files").json["items"]][:2] == ["README.md", "docs/more.md"]


def test_one_objection_is_enough(app, work, fakes) -> None:
    """A Finding of check_project keeps the project from being proven and offered."""
    fakes.finding = Finding("src/x.py", "it opens a socket", "network")
    found = ended(app, work)
    assert found["status"] == "failed" and "src/x.py: it opens a socket" in found["error"]
    assert fakes.judge.seen == []


def test_an_unforeseen_error_is_no_traceback(app, work, fakes) -> None:
    """A bug in a plugin fails the generation with one sentence, and it ends."""

    def break_down(needs):
        raise RuntimeError("secret detail")

    fakes.needs = break_down
    found = ended(app, work)
    assert found["status"] == "failed" and "RuntimeError" in found["error"]
    assert "secret" not in json.dumps(found)
    assert found["finished_at"]


def test_without_queue_it_says_what_to_install(make_app, fakes) -> None:
    """Without the tasks plugin, beginning names the package, and nothing is kept."""
    app = make_app("services", plugins={"fakes": fakes})
    client = app.client("user")
    answer = client.post(BASE, json={"idea": "les adhérents et les cotisations"})
    assert answer.status_code == 503 and client.get(BASE).json["total"] == 0


def test_the_folder_is_named_like_the_distribution() -> None:
    """Underscores of the name become dashes."""
    assert root_name("a_b") == "dihya-a-b"
