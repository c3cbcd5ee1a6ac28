"""The page on hooks."""

from __future__ import annotations

import inspect

from dihya_docs import hooks
from dihya_hookspecs import Deprecated
from dihya_hookspecs.app import PluginInfo


def test_every_hook_stands_with_its_arguments():
    """The headings are the signatures of the contract, each once."""
    text = hooks.page([])
    for _, hook in hooks.hooks():
        heading = f"### {hook.__name__}({', '.join(inspect.signature(hook).parameters)})\n"
        assert text.count(heading) == 1
    assert "### on_rgpd_export(" in text and "### on_ai_fallback(" in text


def test_other_names_that_go_stand_with_day_and_replacement():
    """Names that go stand with day and replacement in a chapter, which is not there where none goes."""
    text = hooks.page([], gone={"web.Resource.page": Deprecated("2026-01-31", "'pages'")})
    assert "## Other names that go" in text
    assert "- `web.Resource.page`: deprecated since 2026-01-31; write 'pages'\n" in text
    assert "## Other names that go" not in hooks.page([], gone={})


def test_a_hook_says_policy_and_implementers():
    """Kind, failure policy, version and the plugins that implement it."""
    info = PluginInfo("audit", "1", "", "active", "dihya_audit", hooks=("on_audit",))
    section = hooks.page([info]).partition("### on_audit(")[2].partition("###")[0]
    assert "`notify`" in section and "`abort`" in section and "contract 2.0" in section
    assert "implemented by: `audit`" in section


def test_the_hooks_of_plugins_stand_behind_those_of_the_contract(make_app):
    """The page lists a plugin's own hooks with policy and implementers, and says who publishes them."""
    from dihya_docs import pages

    with make_app("docs", "routes").act():
        text = pages.pages()["hooks.md"]
    section = text.partition("## docs (a plugin)")[2]
    assert "### docs_openapi(document)" in section and "`transform`" in section
    assert "implemented by: `routes`" in section and "Published by `docs`" in section


def test_a_hook_says_in_which_file_its_answers_are_found():
    """Whoever reads of register_permissions learns that permissions.py does without it."""
    section = hooks.page([]).partition("### register_permissions(")[2].partition("###")[0]
    assert "without the hook: `PERMISSIONS` in `permissions.py` and `ROLES` in `permissions.py`" in section


def test_a_deprecated_hook_says_since_when_and_what_instead(monkeypatch):
    """A deprecated hook and a deprecated argument say since when, and what to write instead."""
    from dataclasses import replace

    from dihya_hookspecs import Deprecated
    from dihya_hookspecs.access import check_access

    gone = (Deprecated("2026-01-31", "`record`", "request"), Deprecated("2026-02-28", "`on_request`"))
    monkeypatch.setattr(check_access, "dihya_policy", replace(check_access.dihya_policy, deprecated=gone))
    section = hooks.page([]).partition("### check_access(")[2].partition("###")[0]
    assert "- deprecated since 2026-01-31: the argument `request`; write `record`" in section
    assert "- deprecated since 2026-02-28; write `on_request`" in section
