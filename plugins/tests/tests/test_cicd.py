"""The column *CI/CD* on a small plugin: what its wheel lacks is said, one by one."""

import pytest
from dihya_tests.suite.registry import chosen

LICENCE = 'license = "Apache-2.0"\nlicense-files = ["LICENSE"]\nauthors = [{ name = "A" }]\nclassifiers = ["Typing :: Typed"]\n'


@pytest.fixture
def publishable(petit):
    """The small plugin with what an index wants."""
    petit["LICENSE"] = "Do as you like.\n"
    petit["pyproject.toml"] = petit["pyproject.toml"].replace(
        "requires-python", f'readme = "README.md"\n{LICENCE}requires-python'
    )
    return petit


def test_a_wheel_that_can_be_published_earns_the_column(publishable, checked):
    """Every check of it."""
    found = checked(publishable, *chosen("cicd"))
    assert {name: one.outcome.evidence.en for name, one in found.items() if one.state != "passed"} == {}


def test_what_is_missing_is_said(petit, checked):
    """Licence, author, classifiers, README."""
    found = checked(petit, *chosen("cicd"))
    assert {name for name, one in found.items() if one.state == "failed"} == {"cicd.licence", "cicd.metadata"}
    assert "authors is missing" in found["cicd.metadata"].outcome.evidence.en
