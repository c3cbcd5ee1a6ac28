"""Exports: everything about the person, nothing about others, signed."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Model
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress
from dihya_hookspecs.rgpd import People, Subject
from dihya_keys.service import FileKeys
from dihya_rgpd.exporting import check
from dihya_rgpd.signing import Seal
from sqlalchemy import insert, text

SECRET = {"password_hash"}


def subjects_of(world, who):
    return [Subject("canary_people", who[0], "canary")]


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def export(world, who):
    with world.app.act("export") as act:
        return unpack(act.get(People).export(subjects_of(world, who)))


def test_an_export_has_every_canary_of_the_person_and_none_of_others(world):
    """Each personal value is in the export, one and two hops away and by id; no secret, and nothing of anybody else."""
    world.plugin.files = {world.tin[0]: {"../scan 1.txt": b"a file of Tin"}, world.ada[0]: {"x": b"a file of Ada"}}
    files = export(world, world.tin)
    content = b"".join(files.values()).decode()
    photo = base64.b64encode(world.tin[1]["photo"].encode()).decode()
    for name, canary in world.tin[1].items():
        assert ((photo if name == "photo" else canary) in content) == (name not in SECRET), name
    assert "Canary-ada" not in content and "article of ada" not in content and "a file of Ada" not in content
    assert files["files/canary/_scan_1.txt"] == b"a file of Tin"
    messages = [json.loads(line) for line in files["data/canary/canary_messages.jsonl"].decode().split("\n")[:-1]]
    assert {frozenset(message) for message in messages} == {
        frozenset({"id", "sender_id", "sender_words"}), frozenset({"id", "receiver_id", "receiver_nick"}),
    }  # fmt: skip


def test_every_system_can_unpack_an_export(world):
    """Files whose names differ in case, are devices of Windows or are too long all arrive, each below a path of its own."""
    names = ("Photo.jpg", "photo.JPG", "PHOTO.JPG", "con.txt", "AUX", "x" * 304 + ".txt")
    world.plugin.files = {world.tin[0]: {name: name.encode() for name in names}}
    files = export(world, world.tin)
    attached = {path: content for path, content in files.items() if path.startswith("files/")}
    assert sorted(attached.values()) == sorted(name.encode() for name in names)
    assert len({path.lower() for path in files}) == len(files)
    for path in attached:
        for one in path.split("/"):
            assert len(one) <= 120 and one.partition(".")[0].lower() not in ("con", "aux")


def test_an_export_says_what_it_covers_and_is_signed(world):
    """The manifest lists tables, columns, what is withheld, versions and digests, and the signature covers it."""
    with world.app.act("export") as act:
        data = act.get(People).export(subjects_of(world, world.tin))
    files = unpack(data)
    manifest = json.loads(files["manifest.json"])
    assert manifest["complete"] is True
    assert "canary_lines.wish" in manifest["coverage"]["columns"]
    assert manifest["coverage"]["withheld"] == ["canary_people.password_hash", "db_bin.secrets"]
    assert "canary_traces" in manifest["coverage"]["tables"]
    assert manifest["plugins"]["rgpd"] == "0.1.0"
    assert set(manifest["files"]) == set(files) - {"manifest.json", "manifest.sig"}
    verifier = Seal(FileKeys(world.app.data / "keys")).verifier
    assert verifier in files["LISEZMOI.txt"].decode()
    assert check(io.BytesIO(data), verifier) == []
    for name in files:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for other, content in files.items():
                archive.writestr(other, content + b" " if other == name else content)
        assert check(target, verifier), name


def test_a_person_can_read_the_export(world):
    """The page is one file without script, in French and English, with the purposes as headings and values as text."""
    with world.app.act("seed") as act:
        act.session.execute(text("UPDATE canary_people SET name = '<b>Tin</b>' WHERE name LIKE 'Canary-tin%'"))
    page = export(world, world.tin)["index.html"].decode()
    assert "<h2>keeping accounts</h2>" in page and "Vos données" in page and "Your data" in page
    assert "<script" not in page and "&lt;b&gt;Tin" in page and "http" not in page


def test_the_page_of_an_export_speaks_as_the_application_does(world):
    """Purposes and fields stand under the words that their plugin gave them, in both languages, and not under names of columns."""
    page = export(world, world.tin)["index.html"].decode()
    assert '<h2>la vente <span lang="en">– selling</span></h2>' in page
    assert '<th scope="col">Adresse <span lang="en">– Address</span></th>' in page
    assert '<th scope="col">Création <span lang="en">– Created</span></th>' in page
    assert ">address<" not in page and ">created_at<" not in page


def test_the_page_says_what_article_15_asks(make_app, canary_plugin, seed_person):
    """Who answers, for what, how long, who receives it, which rights hold on which basis, where to complain: in both languages."""
    settings = {"controller": "The Toy Club, 1 Shelf Street", "officer": "officer@toys.example"}
    app = make_app("rgpd", config={"rgpd": settings}, plugins={"canary": canary_plugin()})
    with app.act("seed") as act:
        tin = seed_person(act.session, "tin")
        data = act.get(People).export([Subject("canary_people", tin[0], "canary")])
    page = unpack(data)["index.html"].decode()
    for said in (
        "The Toy Club, 1 Shelf Street", "officer@toys.example", "Responsable de traitement", "Controller",
        "Vos droits", "Your rights", "Portability (article 20)", "Portabilité (article 20)", "CNIL", "article 77",
        "une fois l’obligation de conservation terminée", "once the duty to keep it has ended",
        "adresse postale", "postal address", "3 years", "3 ans",
    ):  # fmt: skip
        assert said in page, said


def test_the_page_names_who_reads_a_table_and_where_data_go(make_app, canary_plugin, seed_person):
    """The roles that hold its permission, and the hosts that its plugin declares for data about people."""
    plugin = canary_plugin()
    where = Egress("mail.example.org", Text("sending mail", "envoyer du courrier"), "FR", ("user.contact",))
    plugin.register_egress = hookimpl(lambda: [where])
    app = make_app("rgpd", plugins={"canary": plugin})
    with app.act("seed") as act:
        tin = seed_person(act.session, "tin")
        data = act.get(People).export([Subject("canary_people", tin[0], "canary")])
    page = unpack(data)["index.html"].decode()
    assert "mail.example.org (FR; envoyer du courrier)" in page and "mail.example.org (FR; sending mail)" in page


def test_without_a_controller_the_page_says_so(world):
    """Nothing is invented."""
    assert "This installation does not say it" in export(world, world.tin)["index.html"].decode()


def test_the_audit_log_reads_as_fields_and_sentences(make_app, canary_plugin, seed_person):
    """No digest in base64, no JSON: the page says in words what was done; the data for machines has everything."""
    app = make_app("rgpd", "audit", plugins={"canary": canary_plugin()})
    with app.act("seed") as act:
        identity, _ = seed_person(act.session, "tin")
    with app.act("rgpd.find", actor=Actor(identity, "Tin", frozenset({"dpo"}))) as act:
        act.record("rgpd.find", subjects=1)
    app.cli("audit", "verify")
    with app.act("export") as act:
        files = unpack(act.get(People).export([Subject("canary_people", identity, "canary")]))
    page = files["index.html"].decode()
    (entry,) = [json.loads(line) for line in files["data/audit/audit_entries.jsonl"].decode().split("\n")[:-1]]
    assert entry["leaf"] not in page and "{" not in page.partition("</style>")[2]
    assert "Cette personne a recherché les données d’une personne – This person looked for a person’s data" in page
    assert "facts: subjects: 1" in page


def portable(world, who):
    """Return the files of what somebody takes along, and its manifest."""
    with world.app.act("export") as act:
        act.get(People).disclose(subjects_of(world, who), target := io.BytesIO(), portable=True)
    files = unpack(target.getvalue())
    return files, json.loads(files["manifest.json"])


def test_a_portable_export_has_what_rests_on_consent_or_contract(world):
    """Every canary under contract is in it; none under a legal obligation or a legitimate interest, no secret, nobody else's."""
    files, _ = portable(world, world.tin)
    content = b"".join(files.values()).decode()
    photo = base64.b64encode(world.tin[1]["photo"].encode()).decode()
    for name, canary in world.tin[1].items():
        taken = name not in {"password_hash", "payer", "act"}
        assert ((photo if name == "photo" else canary) in content) == taken, name
    assert "Canary-ada" not in content
    (invoice,) = [json.loads(line) for line in files["data/canary/canary_invoices.jsonl"].decode().split("\n")[:-1]]
    assert set(invoice) == {"id", "remark"}


def test_the_signed_manifest_names_what_was_left_out_by_its_basis(world):
    """Columns with something in them, and what a plugin holds of which no basis is declared; the page says it in words."""
    world.plugin.files = {world.tin[0]: {"scan": b"a file of Tin"}}
    files, manifest = portable(world, world.tin)
    assert manifest["kind"] == "portable"
    assert manifest["left_out"] == {
        "legal_obligation": ["canary_invoices.person_id", "canary_invoices.payer"],
        "legitimate_interest": ["canary_traces.actor", "canary_traces.act"],
        "undeclared": ["canary: archive"],
    }
    assert "canary_invoices.payer" not in manifest["coverage"]["columns"]
    assert "canary_invoices.remark" in manifest["coverage"]["columns"]
    assert not [name for name in files if name.startswith("files/")]
    page = files["index.html"].decode()
    assert "Your data to take along" in page and "Canary – invoices: Person, Payer" in page
    assert "uniquement ce qui repose" in files["LISEZMOI.txt"].decode()


def test_a_portable_export_answers_no_request_for_access(world):
    """An access that is incomplete stays open after it; each has a receipt of its kind."""
    world.plugin.broken = {"export"}
    export(world, world.tin)
    world.plugin.broken = set()
    portable(world, world.tin)
    with world.app.act("look") as act:
        kinds = {row.kind: row.state for row in act.get(People).receipts.recent()}
    assert kinds == {"export": "incomplete", "portable": "done"}


@pytest.mark.parametrize("fault", [OSError("the archive is away"), SystemExit(3), RecursionError()], ids=repr)
def test_what_a_plugin_cannot_tell_is_marked(world, fault):
    """A plugin that fails, or leaves the interpreter, makes the export incomplete; the rest is there."""
    world.plugin.broken, world.plugin.fault = {"export"}, fault
    with world.app.act("export") as act:
        outcome = act.get(People).disclose(subjects_of(world, world.tin), target := io.BytesIO())
    data = target.getvalue()
    files = unpack(data)
    manifest = json.loads(files["manifest.json"])
    assert not outcome.complete and not manifest["complete"]
    assert [part["plugin"] for part in manifest["coverage"]["failed"]] == ["canary"]
    assert world.tin[1]["wish"] in files["data/canary/canary_lines.jsonl"].decode()
    assert "Missing parts" in files["index.html"].decode()


def test_the_manifest_comes_last(world):
    """It has the digest of everything before it, and its signature comes after it."""
    assert list(export(world, world.tin))[-2:] == ["manifest.json", "manifest.sig"]


def test_memory_does_not_grow_with_the_rows(world):
    """Ten times as many rows take no more of it, for who asks by REST too; all of them are in the export."""
    client = world.app.client("dpo")
    body = {"subjects": [{"table": "canary_people", "key": world.tin[0]}]}
    peaks = []
    for number in (300, 2700):
        rows = [{"actor": world.tin[0], "act": f"{n:060}", "at": datetime.now(UTC)} for n in range(number)]
        with world.app.engine.begin() as connection:
            connection.execute(insert(Model.metadata.tables["canary_traces"]), rows)
        client.post("/api/v1/rgpd/exports", json=body, buffered=True).close()  # what is loaded once
        del rows
        tracemalloc.start()
        answer = client.post("/api/v1/rgpd/exports", json=body)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        data = answer.data
    assert len(unpack(data)["data/canary/canary_traces.jsonl"].splitlines()) == 3001
    assert peaks[1] - peaks[0] < 1 << 20, peaks
