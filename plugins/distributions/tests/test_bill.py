"""The bill of materials is what the standard says, and the same for the same packages."""

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from dihya_distributions.bill import bill
from dihya_distributions.packages import Package


def packages(shelf):
    return [
        Package(shelf.add("dihya-club", "1.0", "tool>=2")), Package(shelf.add("tool", "2.0", licence="strange words")),
        Package(shelf.add("suite", "1.2", "dihya-club==1.0")),
    ]  # fmt: skip


def test_it_fits_the_schema_of_cyclonedx(shelf):
    """Strictly: nothing in it is unknown to CycloneDX 1.6."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill(shelf.manifest(), packages(shelf))) is None


def test_each_package_is_there_with_digest_licence_and_requirements(shelf):
    """A licence that is no SPDX expression is told in its own words; the distribution is what the bill is about."""
    whole = packages(shelf)
    found = json.loads(bill(shelf.manifest(), whole))
    parts = {one["name"]: one for one in found["components"]}
    assert parts["dihya-club"]["hashes"] == [{"alg": "SHA-256", "content": whole[0].sha256}]
    assert parts["dihya-club"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert parts["dihya-club"]["description"] == "Small."
    assert parts["tool"]["licenses"] == [{"license": {"name": "strange words"}}]
    assert (found["metadata"]["component"]["name"], found["metadata"]["component"]["type"]) == ("suite", "application")
    needs = {one["ref"]: one.get("dependsOn", []) for one in found["dependencies"]}
    assert needs["pkg:pypi/dihya-club@1.0"] == ["pkg:pypi/tool@2.0"]


def test_it_says_the_same_twice(shelf):
    """Neither the moment nor chance stands in it."""
    assert bill(shelf.manifest(), packages(shelf)) == bill(shelf.manifest(), packages(shelf))
