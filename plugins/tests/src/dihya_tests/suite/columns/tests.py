"""Tests: the plugin's own tests pass against its wheel, offline and without waiting, and they can fail."""

from __future__ import annotations

import ast
from importlib.util import find_spec

from dihya_hookspecs.i18n import Text

from ...postgresql import WHEEL
from ...selection import ENGINE
from ...sources import counted, trees, undisturbed
from .. import mutation
from ..bench import Bench, OwnTests
from ..model import APART, NotChecked, Outcome, failed, judged, passed
from ..registry import check
from ..subject import Plugin

SHARE = 0.80
WAITING = {"sleep"}


def _run(bench: Bench, engine: str = "sqlite") -> OwnTests:
    """Return the run of its own tests. Raises NotChecked where there are none, one of their folders was not given, or it was cut off."""
    if withheld := bench.withheld:
        names = ", ".join(f"{name} ({content})" for name, content in withheld.items())
        give = " ".join(f"--give {name}" for name in withheld)
        raise NotChecked(
            f"its tests read folders that nobody gave them: {names}; set them, and say {give}",
            f"ses tests lisent des dossiers que personne ne leur a donnés : {names} ; définissez-les, et dites {give}",
        )
    run = bench.own_tests if engine == "sqlite" else bench.own_tests_on_postgresql
    if not run.there:
        raise NotChecked(
            "there are no tests at hand; a wheel has none in it: check the folder, or name it with --tests",
            "aucun test à disposition ; une wheel n’en contient pas : vérifiez le dossier, ou nommez-le avec --tests",
        )
    if run.ending.stopped:
        raise NotChecked(
            f"the run was ended: {run.ending.stopped}", f"l’exécution a été arrêtée : {run.ending.stopped}"
        )
    return run


@check(
    "tests.pass",
    Text("its own tests pass against its wheel", "ses propres tests réussissent contre sa wheel"),
    advice=Text(
        "run them from a copy of the folder without src; what they need beside it stands in a group or extra named test",
        "lancez-les depuis une copie du dossier sans src ; ce dont ils ont besoin figure dans un groupe ou extra nommé test",
    ),
    needs=("extensible.starts",),
    outside=True,
    seconds=120,
)
def own(bench: Bench) -> Outcome:
    """Outside of the repository, in the sandbox, each told as it happens, and with one among them that must fail."""
    return _told(bench, _run(bench))


def _told(bench: Bench, run: OwnTests) -> Outcome:
    bad = [f"{one.name}: {one.detail}" for one in run.tests if not one.passed]
    count = sum("::" in one.name for one in run.tests)
    if run.passed.passed:
        left, seconds = sum(bool(one.values.get(ENGINE)) for one in run.tests), f"{run.ending.seconds:.0f} s"
        en, fr = f"{count} tests in {seconds}", f"{count} tests en {seconds}"
        if left:
            en, fr = f"{en}, {left} of them left to the other engine", f"{fr}, dont {left} laissés à l’autre moteur"
        apart = {APART: dict(bench.target.said.apart)} if bench.target.said.apart else {}
        return passed(en, fr, count=count, **apart)
    said = run.passed.detail + (f": {'; '.join(bad[:4])}" if bad else "")
    return failed(said[:1500], said[:1500], failed=bad[:50], count=count)


@check(
    "tests.postgresql",
    Text("its own tests pass on PostgreSQL too", "ses propres tests réussissent aussi sur PostgreSQL"),
    advice=Text(
        "write SQLAlchemy expressions that both engines know; run 'pytest --database postgresql' to see it",
        "écrivez des expressions SQLAlchemy que les deux moteurs connaissent ; « pytest --database postgresql » le montre",
    ),
    needs=("tests.pass",),
    outside=True,
    seconds=120,
)
def on_postgresql(bench: Bench) -> Outcome:
    """The same run, on a server that starts in the sandbox. One that does not start is no fault of the plugin."""
    if find_spec(WHEEL) is None:
        raise NotChecked(
            "there is no PostgreSQL; install dihya-tests[postgresql]",
            "il n’y a pas de PostgreSQL ; installez dihya-tests[postgresql]",
        )
    run = _run(bench, "postgresql")
    if not run.tests and run.ending.code not in (0, 1):
        said = run.passed.detail
        raise NotChecked(f"PostgreSQL does not start: {said}", f"PostgreSQL ne démarre pas : {said}")
    return _told(bench, run)


@check(
    "tests.offline",
    Text("the tests do not ask for a network", "les tests ne demandent pas le réseau"),
    advice=Text(
        "start a server on 127.0.0.1 in the test, or give the code something that answers in its place",
        "démarrez un serveur sur 127.0.0.1 dans le test, ou donnez au code ce qui répond à sa place",
    ),
    outside=True,
    seconds=120,
)
def offline(bench: Bench) -> Outcome:
    """Whom Python wanted to reach, and the attempts that the kernel counted."""
    line = _run(bench).network
    return passed(line.detail, line.detail) if line.passed else failed(line.detail, line.detail)


@check(
    "tests.no-sleep",
    Text("the tests wait for nothing but what they test", "les tests n’attendent rien que ce qu’ils testent"),
    advice=Text("move the clock, or wait for the event itself", "déplacez l’horloge, ou attendez l’événement lui-même"),
)
def waiting(plugin: Plugin) -> Outcome:
    """No call of a function named sleep, and no mark that skips or expects a failure."""
    flaws, files = [], plugin.tests
    for path, tree in trees(files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in WAITING:
                flaws.append(f"{path}:{node.lineno} sleeps")
            elif isinstance(node, ast.Attribute) and node.attr in ("skip", "xfail") and "mark" in ast.unparse(node):
                flaws.append(f"{path}:{node.lineno} says {node.attr}")
    return judged(flaws, f"{len(files)} files read", f"{len(files)} fichiers lus")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@check(
    "tests.there",
    Text("there are tests, each with a sentence, and none of them changes what is reported", "il y a des tests, chacun avec sa phrase, et aucun ne change le rapport"),
    advice=Text(
        "write what a test expects into its docstring; leave the hooks of pytest's run alone",
        "écrivez dans la docstring ce que le test attend ; laissez les hooks d’exécution de pytest",
    ),
)  # fmt: skip
def there(plugin: Plugin) -> Outcome:
    """Counted from the files."""
    files = plugin.tests
    names = counted(files)
    flaws = [] if names else ["there is no test"]
    flaws += [f"{path} {flaw}" for path, flaw in undisturbed(files)]
    for path, tree in trees(files):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                if not ast.get_docstring(node):
                    flaws.append(f"{path}:{node.lineno} {node.name} says not what it expects")
                if not any(isinstance(one, ast.Assert | ast.With | ast.Raise | ast.Call) for one in ast.walk(node)):
                    flaws.append(f"{path}:{node.lineno} {node.name} asks nothing")
    return judged(flaws, f"{len(names)} tests", f"{len(names)} tests", count=len(names))


@check(
    "tests.can-fail",
    Text("changed lines of its code are noticed by its tests", "ses tests remarquent les lignes changées de son code"),
    advice=Text(
        "write the test that the line quoted here would break",
        "écrivez le test que la ligne citée ici ferait échouer",
    ),
    needs=("tests.pass",),
    outside=True,
    seconds=120,
)
def can_fail(bench: Bench) -> Outcome:
    """A sample of changed lines in rules and services, each with the tests run on it until one fails."""
    found = mutation.sample(bench)
    killed = [one for one in found if one.killed]
    left = [f"{one.path}:{one.line} {one.what}" for one in found if not one.killed]
    data = {"killed": len(killed), "of": len(found), "survived": left}
    if not found:
        return passed("no line of it holds a rule", "aucune de ses lignes ne porte de règle", **data)
    share = len(killed) / len(found)
    said = f"{len(killed)}/{len(found)} ({share:.0%})"
    if share < SHARE:
        return failed(
            f"{said} noticed; not: {'; '.join(left)}", f"{said} remarquées ; sauf : {'; '.join(left)}", **data
        )
    return passed(f"{said} noticed", f"{said} remarquées", **data)
