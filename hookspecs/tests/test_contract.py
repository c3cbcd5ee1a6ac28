"""The contract as a whole: light to import, and every hook says how it is called."""

import subprocess
import sys

import pytest
from dihya_core.hooks.caller import HookCaller
from dihya_hookspecs import DihyaError, Invalid, NotFound, Policy, Refused, app, hookspec
from dihya_hookspecs.access import SHARED_ROLES, Role
from dihya_hookspecs.acts import provided_by
from dihya_hookspecs.i18n import Text, gettext, language, ngettext, use

HOOKS = HookCaller().hooks.values()


def test_importing_all_of_it_loads_nothing_heavy():
    """SQLAlchemy waits for the first table."""
    code = "import sys, pkgutil, importlib, dihya_hookspecs as d\nfor m in pkgutil.iter_modules(d.__path__):\n"
    code += "    m.name.startswith('_') or importlib.import_module('dihya_hookspecs.' + m.name)\n"
    code += "print([n for n in ('sqlalchemy', 'flask', 'pydantic', 'structlog') if n in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_guards_fail_closed(hook):
    """What decides who may do what refuses when it breaks."""
    if hook.name in ("find_actor", "check_access", "check_project"):
        assert hook.policy.on_error == "deny"
    if hook.name == "on_audit":
        assert hook.policy.on_error == "abort"


def test_the_owners_four_hooks_are_there():
    """The contract has them by these names."""
    assert {"on_request", "on_audit", "on_rgpd_export", "on_ai_fallback"} <= {hook.name for hook in HOOKS}


@pytest.mark.parametrize(("error", "status"), [(DihyaError, 500), (Invalid, 422), (NotFound, 404), (Refused, 403)])
def test_four_errors_four_statuses(error, status):
    """Each of the four errors has its own status, and may say another."""
    assert error("x").status == status
    assert error("x", status=418).status == 418


def test_a_hook_specification_carries_its_policy():
    """Beside pluggy's own mark."""

    @hookspec(kind="veto", on_error="deny")
    def check_door():
        """May it be opened?"""

    assert check_door.dihya_policy == Policy("veto", None, "deny", "2.0", 100.0)
    assert check_door.dihya_spec


def test_a_protocol_knows_its_package():
    """A Protocol knows which package provides it, so that its absence can be explained."""
    assert provided_by("dihya-x")(type("P", (), {})).__provided_by__ == "dihya-x"


def test_texts_follow_the_language():
    """English without a plugin for languages; French where it was declared."""
    before = language.get()
    try:
        assert (
            str(Text("door", "porte")),
            gettext("%(n)s doors", n=2),
            ngettext("%(count)s door", "%(count)s doors", 1),
        ) == ("door", "2 doors", "1 door")
        use("fr", lambda singular, plural, count, plugin: {"door": "porte"}.get(singular, ""))
        assert (str(Text("door", "porte")), gettext("door"), gettext("unknown")) == ("porte", "porte", "unknown")
    finally:
        use(before, None)


def speaking(package, source):
    """Run code in a module of *package*, as a plugin's own code, and return its answer."""
    space = {"__name__": f"{package}.pages"}
    exec(f"from dihya_hookspecs.i18n import *\nfrom dihya_hookspecs.i18n import gettext as _\nanswer = {source}", space)  # noqa: S102
    return space["answer"]


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("_('open')", ("open", "open", None)),
        ("ngettext('%(count)s day', '%(count)s days', 3)", ("%(count)s day", "%(count)s days", 3)),
        ("pgettext('door', 'open')", ("door\x04open", "door\x04open", None)),
    ],
)
def test_words_are_asked_of_the_plugin_whose_code_speaks(source, asked):
    """Whatever act is running: a service of one plugin that is called by another one's page keeps its own words."""
    questions = []
    before = language.get()
    try:
        use("fr", lambda *question: questions.append(question) or "")
        assert speaking("dihya_club", source) in ("open", "3 days")
        assert questions == [(*asked, "club")]
    finally:
        use(before, None)


def test_a_role_is_read_with_the_plugin_whose_it_is():
    """Two plugins' secretaries are told apart; the five shared roles stand alone, in both languages."""
    role = Role("sports_club:secretaire", Text("Secretary", "Secrétaire"))
    assert role.caption == Text("Sports club – Secretary", "Sports club – Secrétaire")
    assert [role.name for role in SHARED_ROLES] == ["admin", "dpo", "auditeur", "user", "guest"]
    assert all(role.caption == role.title and role.title.en != role.title.fr for role in SHARED_ROLES)


def test_a_function_may_be_named_by_its_place(tmp_path, monkeypatch):
    """Its module is imported when it is called, with what it was called with, and not before."""
    (tmp_path / "somewhere.py").write_text("def double(number, *, plus=0):\n    return 2 * number + plus\n")
    monkeypatch.syspath_prepend(tmp_path)
    double = app.later("somewhere:double")
    assert "somewhere" not in sys.modules
    assert double(3, plus=1) == 7
    monkeypatch.delitem(sys.modules, "somewhere")
