"""The command that prints the notice."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("language", "title"), [("fr", "# Notice d’information"), ("en", "# Privacy notice")])
def test_the_command_prints_the_notice_as_markdown(world, language, title):
    """In the language that is asked for."""
    result = world.app.cli("rgpd", "notice", "--language", language)
    assert result.exit_code == 0 and result.stdout.startswith(title) and "## Canary" in result.stdout


def test_what_is_missing_is_said_beside_the_notice(world):
    """On standard error, with the name of the setting, so that the text can be kept in a file."""
    result = world.app.cli("rgpd", "notice", "--language", "en")
    assert "(setting rgpd.controller)" in result.stderr and "rgpd.controller" not in result.stdout
