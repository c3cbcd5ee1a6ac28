"""What is known against installed plugins, before any of them is imported."""

import json
import sys

import pytest
from dihya_hookspecs import Invalid


@pytest.fixture
def site(placed):
    """A folder on the path in which the plugin ``club`` was installed."""
    return placed("club", {"service.py": "A = 1\n"})


@pytest.fixture
def advisory(tmp_path):
    """A file that says that each version of it is vulnerable."""
    affected = [
        {
            "package": {"ecosystem": "PyPI", "name": "dihya-club"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}],
        }
    ]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"id": "GHSA-club", "summary": "shows all members", "affected": affected}))
    return path


def start(make_app, **said):
    """Return the runtime of an application with the plugin."""
    return make_app("plugins", "club", config={"plugins": said}).hooks


@pytest.mark.parametrize("record", ["whole", "folder"])
def test_a_plugin_that_is_what_it_was_runs(make_app, site, editable, record):
    """It is said to be whole; one that runs from its author's folder is said to."""
    if record == "folder":
        editable(site)
    runtime = start(make_app, strict=True)
    assert (runtime.plugins["club"].state, runtime.plugins["club"].judgement.record) == ("active", record)


def test_a_changed_plugin_is_told(make_app, site):
    """It runs, and list and doctor name the file."""
    (site / "dihya_club" / "service.py").write_text("A = 2\n")
    app = make_app("plugins", "club")
    assert app.hooks.plugins["club"].state == "active"
    listed = next(line for line in app.cli("plugins").stdout.splitlines() if " club " in line)
    assert listed.startswith("▲ club") and "modified" in listed and "dihya_club/service.py was changed" in listed
    assert "▲ plugin club: modified: dihya_club/service.py was changed" in app.cli("doctor").stdout


def test_strictly_a_changed_plugin_is_not_imported(make_app, site):
    """It is quarantined, and the reason names the file."""
    (site / "dihya_club" / "service.py").write_text("A = 2\n")
    runtime = start(make_app, strict=True)
    assert runtime.plugins["club"].state == "quarantined" and "dihya_club" not in sys.modules
    reason = runtime.plugins["club"].reason
    assert "dihya_club/service.py was changed" in reason and "pip install --force-reinstall" in reason


def test_a_vulnerable_plugin_is_warned_of_or_left_out(make_app, site, advisory):
    """By policy, with the advisory and what mends it."""
    warned = start(make_app, advisories=str(advisory))
    assert warned.plugins["club"].state == "active"
    assert warned.plugins["club"].judgement.said == (
        "dihya-club 1.0 is affected by GHSA-club: shows all members; 2 mends it",
    )
    off = start(make_app, advisories=str(advisory), advised="off")
    assert off.plugins["club"].state == "quarantined" and "GHSA-club" in off.plugins["club"].reason
    accepted = start(make_app, advisories=str(advisory), advised="off", accept_advisories=["GHSA-club"])
    assert accepted.plugins["club"].state == "active"


@pytest.mark.parametrize(
    "spelling", ["dihya-club", "dihya.club", "dihya_club", "Dihya-Club", "DIHYA--club", "dihya-_.club"]
)
def test_a_vulnerable_plugin_is_left_out_however_its_name_is_spelled(make_app, site, advisory, spelling):
    """An advisory names the package in its one form; the package may write itself in any that an index takes for the same."""
    metadata = site / "dihya_club-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("Name: dihya-club", f"Name: {spelling}"))
    club = start(make_app, advisories=str(advisory), advised="off").plugins["club"]
    assert (club.state, club.candidate.distribution) == ("quarantined", spelling)
    assert "GHSA-club" in club.reason


def test_a_library_s_flaw_switches_no_plugin_off(make_app, placed, advisory):
    """Others stand on it as well; it is told for each."""
    placed("club", requires=["dihya-hookspecs>=2,<3", "flask"])
    advisory.write_text(advisory.read_text().replace("dihya-club", "flask").replace('"2"', '"99"'))
    club = start(make_app, advisories=str(advisory), advised="off").plugins["club"]
    assert club.state == "active" and club.judgement.advisories[0].package == "flask"


@pytest.mark.parametrize("said", [{"strict": True}, {"advisories": "x.json"}])
def test_without_a_judge_nothing_is_promised(make_app, said):
    """A setting that asks for one is refused, and says what to install."""
    with pytest.raises(Invalid, match=f"{next(iter(said))} asks for dihya-plugins"):
        make_app("i18n", config={"plugins": said})
