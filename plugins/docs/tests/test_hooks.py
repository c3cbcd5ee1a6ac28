"""The page on hooks."""

from __future__ import annotations

import inspect

from dihya_docs import hooks
from dihya_hookspecs.app import PluginInfo


def test_every_hook_stands_with_its_arguments():
    """The headings are the signatures of the contract, each once."""
    text = hooks.page([])
    for _, hook in hooks.hooks():
        heading = f"### {hook.__name__}({', '.join(inspect.signature(hook).parameters)})\n"
        assert text.count(heading) == 1
    assert "### on_rgpd_export(" in text and "### on_ai_fallback(" in text


def test_a_hook_says_policy_and_implementers():
    """Kind, failure policy, version and the plugins that implement it."""
    info = PluginInfo("audit", "1", "", "active", "dihya_audit", hooks=("on_audit",))
    section = hooks.page([info]).partition("### on_audit(")[2].partition("###")[0]
    assert "`notify`" in section and "`abort`" in section and "contract 1.0" in section
    assert "implemented by: `audit`" in section
