"""Which installed plugins an advisory is about."""

import json
import sys

import pytest
from dihya_hookspecs import Invalid
from dihya_plugins.advised import KEPT, advised


@pytest.fixture
def runtime(make_app, placed, tmp_path):
    """Return a function that makes an application with the plugin ``club`` 1.0, which requires Flask, and these advisories."""
    placed("club", requires=["dihya-hookspecs>=2,<3", "flask>=3"])

    def make(*packages, text=None, **said):
        folder = tmp_path / "advisories"
        folder.mkdir(exist_ok=True)
        for package in packages:
            affected = [
                {
                    "package": {"ecosystem": "PyPI", "name": package},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
                }
            ]
            (folder / f"{package}.json").write_text(
                text or json.dumps({"id": f"X-{package}", "aliases": ["CVE-9"], "affected": affected})
            )
        return make_app("plugins", "club", config={"plugins": {"advisories": str(folder), **said}}).hooks

    return make


def test_a_plugin_is_concerned_by_its_package_and_by_its_libraries(runtime):
    """Its own first; nobody else is."""
    found = advised(runtime("flask", "dihya-club", "somebody-else"))
    assert [one.id for one in found["club"]] == ["X-dihya-club", "X-flask"]
    assert found.keys() == {"club", "plugins"}  # which requires Flask too


@pytest.mark.parametrize("name", ["X-dihya-club", "CVE-9"])
def test_what_the_operator_has_looked_at_does_not_count(runtime, name):
    """By its id, or by another name of it."""
    assert advised(runtime("dihya-club", accept_advisories=[name])) == {}


def test_files_are_read_again_when_they_change(runtime):
    """Files are read again only when they change: a folder of thousands costs a look at each."""
    one = runtime("dihya-club")
    (one.data / KEPT).write_text((one.data / KEPT).read_text().replace("X-dihya-club", "X-kept"))
    assert advised(one)["club"][0].id == "X-kept"
    assert advised(runtime("dihya-club", "flask"))["club"][0].id == "X-dihya-club"


def test_a_file_that_cannot_be_read_stops_whoever_relies_on_it(runtime):
    """Where plugins are only warned of, it is a warning itself."""
    one = runtime("dihya-club", text="[")
    assert any("is neither an advisory" in said for said in one.configuration.warnings)
    with pytest.raises(Invalid, match="is neither an advisory"):
        runtime("dihya-club", text="[", advised="off")


def test_of_two_copies_on_the_path_the_one_that_is_imported_is_judged(runtime, tmp_path, monkeypatch):
    """A copy behind it, of whatever version and however its name is spelled, hides nothing."""
    behind = tmp_path / "behind" / "dihya.club-9.dist-info"
    behind.mkdir(parents=True)
    (behind / "METADATA").write_text("Metadata-Version: 2.4\nName: Dihya.Club\nVersion: 9\n")
    monkeypatch.setattr("sys.path", [*sys.path, str(behind.parent)])
    assert advised(runtime("dihya-club"))["club"][0].version == "1.0"
