"""The suite on a small plugin, in the sandbox."""

WANTED = ("extensible.imports", "extensible.imports-alone", "extensible.hooks")


def test_a_good_plugin_passes(petit, checked):
    """Each check says what it looked at."""
    found = checked(petit, *WANTED)
    assert {one.state for one in found.values()} == {"passed"}, found
    assert "imports read" in found["extensible.imports"].outcome.evidence.en


def test_a_fault_fails_its_check_and_what_needs_that_is_not_checked(petit, checked):
    """What cannot be imported has no hooks that could be looked at."""
    petit["src/dihya_petit/models.py"] = petit["src/dihya_petit/models.py"] + "\nimport dihya_core\n"
    found = checked(petit, *WANTED)
    assert found["extensible.imports-alone"].state == "failed"
    assert found["extensible.hooks"].state == "not_checked"


def test_a_plugin_that_ends_the_run_does_not_pass(petit, checked):
    """It kills what it can; its check is not checked, and the others are asked again without it."""
    petit["src/dihya_petit/__init__.py"] += "\nimport os, signal\nos.kill(-1, signal.SIGKILL)\n"
    found = checked(petit, *WANTED)
    assert found["extensible.imports"].state == "passed"
    assert found["extensible.imports-alone"].state in ("failed", "not_checked")
    assert found["extensible.hooks"].state == "not_checked"


def test_what_was_set_apart_stands_beside_what_passed(petit, checked):
    """The tests that ran passed; the row says which did not run, and why; what needs them is asked all the same."""
    petit["pyproject.toml"] += '\n[tool.dihya.check]\napart = { "tests/test_apart.py" = "it isolates" }\n'
    petit["tests/test_apart.py"] = 'def test_apart():\n    """It fails shut in."""\n    raise AssertionError\n'
    found = checked(petit, "tests.can-fail")
    assert (found["tests.pass"].state, found["tests.pass"].exempt) == ("exempt", "tests/test_apart.py: it isolates")
    assert found["tests.can-fail"].state == "passed", found["tests.can-fail"].outcome


def test_a_test_of_the_other_engine_is_no_failure(petit, checked):
    """It is told, and the row says how many there were."""
    petit["tests/test_engine.py"] = (
        'import pytest\n\n\n@pytest.mark.engine("postgresql")\ndef test_engine():\n    """It fails."""\n    raise AssertionError\n'
    )
    one = checked(petit, "tests.pass")["tests.pass"]
    assert one.state == "passed" and one.outcome.evidence.en.endswith(", 1 of them left to the other engine")


def test_an_exemption_stands_beside_what_was_found(petit, checked):
    """The failure is still there to be read."""
    petit["pyproject.toml"] += '\n[tool.dihya.check]\nexempt = { "extensible.imports" = "it must" }\n'
    petit["src/dihya_petit/models.py"] += "\ndef late():\n    import babel\n"
    one = checked(petit, "extensible.imports")["extensible.imports"]
    assert (one.state, one.outcome.state, one.exempt) == ("exempt", "failed", "it must")
