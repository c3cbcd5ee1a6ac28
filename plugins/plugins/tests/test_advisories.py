"""Advisories as files: which versions they are about."""

import json
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_plugins.advisories import concerning, is_affected, state
from packaging.version import Version

SAMPLES = Path(__file__).parent / "advisories"
"""Two entries of the Python advisory database, without their words."""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of advisories and returns it."""

    def writing(document, name="one.json"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    return writing


def entry(*events, id="GHSA-x", name="club", **more):
    """Return an advisory on a package with one range."""
    affected = {
        "package": {"ecosystem": "PyPI", "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
    }
    return {"id": id, "affected": [affected], **more}


@pytest.mark.parametrize(
    ("version", "ids"),
    [
        ("0.12.2", ["PYSEC-2018-66", "PYSEC-2023-62"]),
        ("2.2.4", ["PYSEC-2023-62"]),
        ("2.2.5", []),
        ("2.2.6", []),
        ("2.3.0", ["PYSEC-2023-62"]),
        ("2.3.1", ["PYSEC-2023-62"]),
        ("2.3.2", []),
        ("3.0", []),
    ],
)
def test_real_advisories_concern_the_versions_that_they_mean(version, ids):
    """Also between two repaired lines, and by the package's versions, not by those of its repository."""
    assert [one.id for one in concerning(SAMPLES, {"flask": version})] == ids


def test_an_advisory_names_what_mends_it():
    """The lowest version above, so that one need not leave one's line."""
    (one,) = concerning(SAMPLES, {"flask": "2.2.4"})
    assert (one.fixed, one.aliases) == ("2.2.5", ("CVE-2023-30861", "GHSA-m2qf-hxjv-5gpq"))
    assert "is affected by PYSEC-2023-62 (CVE-2023-30861" in str(one) and str(one).endswith("; 2.2.5 mends it")


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}, {"fixed": "1.5"}], ["0.1", "1.5rc1", "1.4.post1"], ["1.5", "1.5.post1", "2"]),
        ([{"introduced": "1.0"}, {"last_affected": "1.4"}], ["1.0", "1.4"], ["0.9", "1.0rc1", "1.4.post1", "1.4.1"]),
        ([{"fixed": "1.5"}, {"introduced": "1.0"}], ["1.2"], ["0.9", "1.5"]),
        (
            [{"introduced": "1"}, {"fixed": "1.5"}, {"introduced": "2"}, {"fixed": "2.2"}],
            ["1.1", "2.1"],
            ["1.7", "2.2"],
        ),
        ([{"introduced": "1.0"}], ["1.0", "99"], ["0.9"]),
        ([{"introduced": "0"}, {"limit": "2.0"}], ["1.9"], ["2.0", "3"]),
        ([{"introduced": "0"}, {"limit": "*"}], ["1.9", "3"], []),
        ([{"introduced": "odd-one"}, {"fixed": "2"}], ["0.1", "1"], ["2"]),
        ([{"introduced": "0"}, {"fixed": "odd-one"}], ["1"], []),
        ([{"introduced": "1!1.0"}], ["1!1.0"], ["2.0"]),
    ],
)
def test_a_range_is_walked_in_the_order_of_its_versions(events, inside, outside):
    """As the schema of OSV says; what is no version of PEP 440 is rather a false alarm than a false silence."""
    said = entry(*events)["affected"][0]
    assert [version for version in inside if not is_affected(said, Version(version))] == []
    assert [version for version in outside if is_affected(said, Version(version))] == []


def test_a_listed_version_is_affected_without_a_range():
    """However it is spelled."""
    said = {"versions": ["1.0", "not-a-version"]}
    assert is_affected(said, Version("1.0.0")) and not is_affected(said, Version("1.1"))


@pytest.mark.parametrize(
    "document",
    [
        entry({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"),
        entry({"introduced": "0"}, name="other"),
        {"id": "X", "affected": [{"package": {"ecosystem": "npm", "name": "club"}, "versions": ["1.0"]}]},
        {"id": "X", "affected": [{"package": {"ecosystem": "PyPI", "name": "club"}}]},
        {"id": "X"},
    ],
)
def test_what_does_not_concern_is_not_told(write, document):
    """Withdrawn, of another package, of another world, of no version."""
    assert concerning(write(document), {"club": "1.0"}) == []


def test_names_are_compared_as_an_index_does(write):
    """``Old_Club`` is ``old-club``."""
    assert [
        one.package for one in concerning(write(entry({"introduced": "0"}, name="Old_Club")), {"old-club": "1"})
    ] == ["old-club"]


def test_one_flaw_of_two_databases_is_told_once(write):
    """Their aliases say that they mean the same."""
    write(entry({"introduced": "0"}, id="PYSEC-1", aliases=["CVE-1"]), "a.json")
    write([entry({"introduced": "0"}, id="GHSA-1", aliases=["CVE-1"])], "b.json")
    path = write({"vulns": [entry({"introduced": "0"}, id="GHSA-2")]}, "c.json")
    assert [one.id for one in concerning(path.parent, {"club": "1"})] == ["GHSA-1", "GHSA-2"]


def test_a_version_that_was_taken_back_is_told_with_the_reason(write):
    """When all of its files were; one file alone means only that file."""
    page = {"name": "club", "files": [
        {"filename": "club-1.0-py3-none-any.whl", "yanked": "loses rows"}, {"filename": "club-1.0.tar.gz", "yanked": True},
        {"filename": "club-1.1-py3-none-any.whl", "yanked": "x"}, {"filename": "club-1.1.tar.gz"},
    ]}  # fmt: skip
    (one,) = concerning(write(page), {"club": "1.0"})
    assert str(one) == "club 1.0 was yanked: loses rows"
    assert concerning(write(page), {"club": "1.1"}) == concerning(write(page), {"club": "2"}) == []


@pytest.mark.parametrize(
    "text", ["", "[1]", "3", '{"affected": 1, "id": "x"}', '{"affected": []}', '{"files": [{}], "name": "club"}']
)
def test_a_file_that_is_none_is_named(write, text):
    """With what to do."""
    path = write(text)
    with pytest.raises(Invalid, match=r"one\.json.* is neither an advisory .* get it again"):
        concerning(path, {"club": "1"})


def test_nothing_is_not_the_same_as_no_advisory(tmp_path):
    """A folder that is empty or away is a mistake of the configuration."""
    for place in (tmp_path, tmp_path / "away"):
        with pytest.raises(Invalid, match="no file and no folder"):
            state(place)
