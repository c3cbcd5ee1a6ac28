"""An application in which a generation can run, with one small template and nothing slow."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs import Flaw, Invalid, NotFound, hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import _current
from dihya_hookspecs.ai import AIRequest, AIResponse, Assistant, ModelCard
from dihya_hookspecs.events import Outbox
from dihya_hookspecs.generation import Block, Check, Edited, Needs, Prover, Sector, Template, Templates
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.storage import Blob, Blobs
from dihya_hookspecs.trying import Trial, TrialAnswer, TrialLimits, TrialRequest, TrialRole, Trials
from dihya_services.service import Generations
from dihya_tests.kit import starter

CARD = ModelCard("words", "rules", "deterministic", ("classify",))


def template(name: str, *words: str) -> Template:
    """A template with one switch, one number and one table."""
    options: dict[str, Any] = {
        "type": "object",
        "properties": {
            "donations": {"type": "boolean", "default": False, "x-title": {"en": "Donations", "fr": "Dons"}},
            "seats": {"type": "integer", "default": 4, "minimum": 1, "x-title": {"en": "Seats", "fr": "Places"}},
        },
    }
    fields = [
        {"name": "email", "type": "email", "label": {"en": "E-mail", "fr": "Courriel"}, "personal": "contact.email"}
    ]
    entities = [{"name": "member", "title": {"en": "Members", "fr": "Adhérents"}, "fields": fields}]
    title = Text(name.title(), name.title())
    return Template(
        name, "1", title, title, options, entities, (), ("an example",), words, "0" * 64,
        {"suggested_name": name, "purposes": {"membership": {"retention": "3y"}}}, (f"maison {name}",),
    )  # fmt: skip


BLOCKS = [
    Block("equipment", Text("Equipment", "Matériel"), Text("Item", "Article"), ("computer", "ordinateur", "outil")),
    Block(
        "loan",
        Text("Loans", "Prêts"),
        Text("Loan", "Prêt"),
        ("loan", "prêt", "prêter", "lend"),
        [(("sortie",), ("matériel",)), (("sortie",), ("clé",))],
    ),
    Block(
        "payment", Text("Payments", "Paiements"), Text("Payment", "Paiement"), ("payment", "paiement", "carte bancaire")
    ),
    Block("member", Text("Members", "Adhérents"), Text("Member", "Adhérent"), ("member", "adhérent")),
    Block(
        "licence",
        Text("Licences", "Licences"),
        Text("Licence", "Licence"),
        ("licence sportive",),
        [(("licence",), ("judo", "sport"))],
    ),
    Block(
        "software_licence",
        Text("Software", "Logiciels"),
        Text("Licence", "Licence"),
        ("licence de logiciel",),
        [(("licence",), ("poste", "expire"))],
    ),
]


class Library:
    """Two templates."""

    known = {
        each.name: each
        for each in (
            template("association", "adhérent", "cotisation", "membre", "club", "don"),
            template("sante", "patient", "ordonnance"),
        )
    }

    def all(self) -> Sequence[Template]:
        """Both."""
        return list(self.known.values())

    def sectors(self) -> Sequence[Sector]:
        """One that no template covers."""
        return [Sector("immobilier", Text("Real estate", "Immobilier"), ("locataire", "loyer", "bail"))]

    def blocks(self) -> Sequence[Block]:
        """A thing that can be lent, and the loan."""
        return BLOCKS

    def additions(
        self, blocks: Sequence[str], template: str, options: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """One table with one field for each that the template has not."""
        there = {entity["name"] for entity in self.get(template).entities}
        field = {"name": "label", "type": "text", "impersonal": "a thing"}
        return [
            {"name": name, "block": name, "title": {"en": name.title(), "fr": name.title()}, "fields": [field]}
            for name in blocks
            if name not in there
        ]

    def get(self, name: str) -> Template:
        """One of them."""
        if name not in self.known:
            raise NotFound(f"no template {name!r}")
        return self.known[name]

    def structure(self, needs: Needs) -> Mapping[str, Any]:
        """A document with the names of the tables."""
        if needs.structure:
            return needs.structure
        tables = [entity["name"] for entity in (*self.get(needs.template).entities, *needs.entities)]
        return {
            "format": "test",
            "name": needs.name,
            "title": needs.title,
            "language": needs.language,
            "tables": tables,
        }

    def structure_schema(self) -> Mapping[str, Any]:
        """That it is an object."""
        return {"type": "object"}

    def edit_schema(self) -> Mapping[str, Any]:
        """That it has a title."""
        return {"type": "object", "required": ["title"]}

    def edit(self, structure: Mapping[str, Any], edit: Mapping[str, Any]) -> Edited:
        """Change the title."""
        if "title" not in edit:
            raise Invalid("no edit", flaws=[Flaw("/title", "is missing")])
        return Edited({**structure, "title": edit["title"]}, ("the title was changed",))

    def complete(self, needs: Needs) -> Needs:
        """Check what tests get wrong on purpose."""
        from dataclasses import replace

        if needs.structure:
            if "tables" not in needs.structure:
                raise Invalid("no tables", flaws=[Flaw("/tables", "is missing")])
            name = needs.name or needs.structure["name"]
            return replace(needs, name=name, title=needs.title or needs.structure["title"], options={}, entities=(),
                           structure={**needs.structure, "name": name})  # fmt: skip
        self.get(needs.template)
        flaws = [
            Flaw(f"/options/{name}", "unknown option") for name in needs.options if name not in ("donations", "seats")
        ]
        if not isinstance(needs.options.get("seats", 1), int):
            flaws.append(Flaw("/options/seats", "must be a number"))
        for number, entity in enumerate(needs.entities):
            for place, field in enumerate(entity["fields"]):
                if field["name"] == "id":
                    flaws.append(Flaw(f"/entities/{number}/fields/{place}/name", "'id' is taken"))
        if needs.name == "taken":
            flaws.append(Flaw("/name", "taken"))
        if " " in needs.name:
            flaws.append(Flaw("/name", "no name", suggestion=needs.name.replace(" ", "_").lower()))
        if flaws:
            raise Invalid(f"these needs cannot be built: {flaws[0].detail}", flaws=flaws)
        defaults = {"donations": False, "seats": 4}
        return replace(needs, options={**defaults, **needs.options}, title=needs.title or needs.template.title())

    def render(self, needs: Needs) -> Mapping[str, str]:
        """Two files."""
        more = {".dihya/structure.json": json.dumps(needs.structure)} if needs.structure else {}
        return {
            **more,
            "README.md": f"# dihya-{needs.name}\n",
            f"src/dihya_{needs.name}/models.py": f'class Member:\n    __tablename__ = "{needs.name}_members"\n',
        }


def in_transaction() -> bool:
    """Whether the running act holds a transaction."""
    act = _current.get(None)
    return act is not None and act.session.in_transaction()


class Chain:
    """Answers from words; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[AIRequest] = []
        self.transactions: list[bool] = []
        self.structure: Any = None
        self.provider = False

    def cards(self) -> Sequence[ModelCard]:
        """A provider, when a test wants one, and the rules."""
        return [ModelCard("big", "cloud", "provider", ("classify", "structure"))] * self.provider + [CARD]

    def ask(self, request: AIRequest) -> tuple[AIResponse, Sequence[Any]]:
        """The label one of whose words occurs in the text."""
        self.asked.append(request)
        self.transactions.append(in_transaction())
        if request.capability == "structure":
            return AIResponse("provider", "cloud", "big", data=self.structure), []
        for label in request.labels:
            if any(word in request.text.lower() for word in label.words):
                return AIResponse(
                    "deterministic", "rules", "words", label=label.name, confidence=0.8, reason="it says so"
                ), []
        return AIResponse("deterministic", "rules", "words"), []


class Shelf:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str | None, str], bytes] = {}

    def put(self, data: bytes, *, media_type: str, filename: str, purpose: str, owner: str | None = None) -> Blob:
        """Keep."""
        digest = hashlib.sha256(data).hexdigest()
        self.held[digest, owner, purpose] = data
        return Blob(digest, len(data), media_type, filename, owner, purpose)

    def read(self, digest: str) -> bytes:
        """Return."""
        for (known, _, _), data in self.held.items():
            if known == digest:
                return data
        raise NotFound("no blob")

    def remove(self, digest: str, *, owner: str | None = None, purpose: str | None = None) -> None:
        """Let go."""
        self.held.pop((digest, owner, purpose or ""), None)


LEFT = Check("changed lines are noticed", False, 0, "not checked yet", check="tests.can-fail", later=True)


class Judge:
    """Proves everything, or nothing."""

    def __init__(self) -> None:
        self.passes = True
        self.seen: list[Path] = []
        self.transactions: list[bool] = []
        self.leaves = False
        self.finds: Check | Exception = replace(LEFT, passed=True, later=False, detail="9/10 noticed")

    def prove(
        self,
        folder: Path,
        *,
        seconds: float = 180,
        memory_mb: int = 1500,
        log: Path | None = None,
        generated: bool = False,
        accept_unisolated: bool = False,
        heard: Callable[[Check], object] = lambda check: None,
        kept: Path | None = None,
    ) -> list[Check]:
        """Two lines, and one that is left for later where the test wants it."""
        assert generated and not accept_unisolated
        assert (folder / "README.md").is_file()
        self.seen.append(folder)
        self.transactions.append(in_transaction())
        if log:
            log.write_text("1 passed\n")
        lines = [
            Check("one name", True, 0.001),
            Check("its tests pass", self.passes, 0.5, "" if self.passes else "1 failed"),
        ]
        if self.leaves:
            assert kept is not None
            (kept / ".dihya").mkdir()
            (kept / ".dihya" / "statement.json").write_text('"left"')
            lines.append(LEFT)
        for line in lines:
            heard(line)
        return lines

    def finish(
        self,
        folder: Path,
        *,
        kept: Path,
        seconds: float = 180,
        memory_mb: int = 1500,
        heard: Callable[[Check], object] = lambda check: None,
    ) -> list[Check]:
        """The line that was left."""
        if isinstance(self.finds, Exception):
            raise self.finds
        statement = kept / ".dihya" / "statement.json"
        assert statement.read_text() == '"left"' and not (folder / ".dihya" / "statement.json").exists()
        statement.write_text('"whole"')
        return [self.finds]


class Stage:
    """Trials that run at once; remembers what was begun and asked."""

    def __init__(self) -> None:
        self.trials: list[Trial] = []
        self.begun: list[dict[str, Any]] = []
        self.asked: list[TrialRequest] = []
        self.answer: Any = TrialAnswer(200, [("Content-Type", "text/html")], b"<p>tried</p>")
        self.refusal: Invalid | None = None
        self.state: Any = "running"

    def trial(self, **given: Any) -> Trial:
        """One trial of Anna's."""
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        roles = (
            TrialRole("association:secretary", Text("Secretary", "Secrétaire")),
            TrialRole("auditeur", Text("Auditor", "Auditeur")),
        )
        usual = {
            "token": f"token{len(self.trials)}",
            "of": "",
            "person": "p1",
            "name": "association",
            "state": self.state,
        }
        return Trial(**{**usual, "begun": now, "ends": now + timedelta(hours=1), "roles": roles, **given})

    def begin(self, files: Mapping[str, str], *, name: str, of: str, person: str, limits: TrialLimits) -> Trial:
        """Remember."""
        if self.refusal:
            raise self.refusal
        self.begun.append({"files": files, "person": person, "limits": limits})
        self.trials.append(self.trial(of=of, person=person, name=name))
        return self.trials[-1]

    def all(self) -> list[Trial]:
        """Every one."""
        return self.trials

    def get(self, token: str) -> Trial:
        """The one of this token."""
        for trial in self.trials:
            if trial.token == token:
                return trial
        raise NotFound("nothing is tried at this address")

    def ask(self, token: str, request: TrialRequest) -> TrialAnswer:
        """What the test wants."""
        if request.role >= len(self.get(token).roles):
            raise NotFound("nobody tries in this role")
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def end(self, token: str) -> None:
        """It ends."""
        self.trials = [
            replace(trial, state="ended", why="told") if trial.token == token else trial for trial in self.trials
        ]


class Box:
    """Events as they were published."""

    def __init__(self, kept: list[Any], said: list[tuple[str, str]]) -> None:
        self.kept, self.said = kept, said

    def add(self, kind: Any, payload: Any, plugin: str) -> str:
        """Keep."""
        self.kept.append(kind)
        self.said.append((kind.name, payload["status"]))
        return "1"


class Fakes:
    """The services that other plugins give, small and fast, as one plugin."""

    def __init__(self, *, shelf: bool = True) -> None:
        self.library, self.chain, self.shelf, self.judge = Library(), Chain(), Shelf() if shelf else None, Judge()
        self.stage = Stage()
        self.needs: Callable[[Needs], Needs | None] = lambda needs: None
        self.extra_files: dict[str, str] = {}
        self.finding: Any = None
        self.ended: list[Any] = []
        self.events: list[Any] = []
        self.said: list[tuple[str, str]] = []

    @hookimpl
    def register_services(self, registry: Any) -> None:
        """Give them."""
        for service, value in (
            (Templates, self.library),
            (Assistant, self.chain),
            (Blobs, self.shelf),
            (Prover, self.judge),
            (Outbox, Box(self.events, self.said)),
            (Trials, self.stage),
        ):
            if value is not None:
                registry.register_value(service, value)

    @hookimpl
    def before_generation(self, needs: Needs) -> Needs | None:
        """What the test wants."""
        return self.needs(needs)

    @hookimpl
    def generate_files(self, needs: Needs) -> list[dict[str, str]]:
        """The template's files, and the test's."""
        return [dict(self.library.render(needs)), *([self.extra_files] if self.extra_files else [])]

    @hookimpl
    def check_project(self, project: Any) -> Any:
        """The test's objection."""
        return self.finding

    @hookimpl
    def after_generation(self, project: Any) -> None:
        """Remember."""
        self.ended.append(project)


@pytest.fixture
def fakes() -> Fakes:
    """The services around the generation."""
    return Fakes()


@pytest.fixture
def stage(fakes) -> Stage:
    """The trials around the generation."""
    return fakes.stage


@pytest.fixture
def app(make_app, fakes):
    """An application with the real queue and everything else small."""
    return make_app("services", "tasks", "wsgi", plugins={"fakes": fakes})


@pytest.fixture
def work(app):
    """Works on the queue until it is empty."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ops import Tasks

    def run() -> None:
        with app.act("test.work", actor=OPERATOR) as act:
            act.get(Tasks).work()

    return run


ANNA = Actor("p1", "Anna", frozenset({"user"}))


@pytest.fixture
def as_(app) -> Callable[..., Any]:
    """Open an act of an actor, and give their service."""

    @contextmanager
    def opened(actor: Actor | None = ANNA) -> Iterator[Generations]:
        with app.act(actor=actor) as act:
            yield act.get(Generations)

    return opened


@pytest.fixture
def begun(as_) -> Callable[..., str]:
    """Begin a generation of Anna's, and give its id."""

    def begin(idea: str = "gérer les adhérents et les cotisations", actor: Actor = ANNA) -> str:
        with as_(actor) as service:
            return str(service.begin(service.propose(idea, "fr")[0]).id)

    return begin


EDITED = "gérer les adhérents et les cotisations d'une association"


class Around:
    """What the editor needs besides the templates."""

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes

    @hookimpl
    def register_services(self, registry: Any) -> None:
        """A chain, a shelf and a judge."""
        registry.register_value(Assistant, self.fakes.chain)
        registry.register_value(Blobs, self.fakes.shelf)
        registry.register_value(Prover, self.fakes.judge)


class Editing:
    """One person at the editor of one draft, without a script."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.answer: Any = None
        self.page = self.open()

    def open(self, path: str = "") -> str:
        """Return a page of the editor."""
        self.answer = self.client.get(f"{self.address}{path}")
        self.page = self.answer.text
        return self.page

    @property
    def api(self) -> str:
        """The address of the draft's document."""
        return f"/api/v1/generations/{self.address.split('/')[2]}/structure"

    @property
    def version(self) -> str:
        """The version that the page in sight was made for."""
        found = re.search(r'name="version" value="(\d+)"', self.page)
        assert found, self.page
        return found[1]

    def post(self, form: str, path: str = "", **fields: Any) -> str:
        """Send a form of the page in sight; return the page that follows."""
        data = {
            "version": self.version,
            "form": form,
            **{key.replace("__", "."): value for key, value in fields.items()},
        }
        self.answer = self.client.post(f"{self.address}{path}", data=data)
        if self.answer.status_code == 303:
            self.page = self.client.get(self.answer.headers["Location"]).text
        else:
            self.page = self.answer.text
        return self.page


@pytest.fixture
def around(fakes) -> Around:
    """A chain, a shelf and a judge, for an application with the real templates."""
    return Around(fakes)


@pytest.fixture(scope="module")
def edited_app(tmp_path_factory) -> Iterator[Any]:
    """An application with pages and the templates, which the tests of one file share."""
    with starter(tmp_path_factory.mktemp("editor")) as start:
        names = ("services", "tasks", "templates", "console", "static", "i18n")
        yield start(*names, plugins={"around": Around(Fakes())})


@pytest.fixture
def editing(edited_app) -> Callable[..., Editing]:
    """Begin to edit a proposal, in English, or in the language that is asked."""

    def begin(idea: str = EDITED, language: str = "en", client: Any = None) -> Editing:
        client = client or edited_app.client("user")
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        answer = client.post("/services/proposals", data={"idea": idea, "language": "fr", "template": "association"})
        address = answer.headers["Location"]
        begun = client.post(f"{address}/editor/begin", data={"name": "chorale", "title": "La chorale"})
        assert begun.status_code == 303, begun.text
        return Editing(client, f"{address}/editor/")

    return begin
