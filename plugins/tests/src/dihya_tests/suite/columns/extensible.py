"""Extensible: the plugin stands on the contract and what it declares, starts alone and with others, and can be left out."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from contextlib import suppress
from typing import Any

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.deprecations import NAMES
from dihya_hookspecs.i18n import Text

from ...outdated import outdated
from ...sources import import_names, imported, trees
from ..fresh import last, python
from ..model import Outcome, failed, judged, passed, warned
from ..registry import check
from ..subject import Plugin

MIGRATIONS_MAY = {"alembic", "sqlalchemy"}


@check(
    "extensible.imports",
    Text("imports the contract and what it declares", "importe le contrat et ce qu’il déclare"),
    advice=Text(
        "write the library into [project] dependencies; another plugin is asked by a hook or a service, never imported",
        "déclarez la bibliothèque dans [project] dependencies ; un autre plugin se consulte par un hook ou un service, jamais par import",
    ),
)
def imports(plugin: Plugin) -> Outcome:
    """Every import of every file, also inside of functions."""
    known = sys.stdlib_module_names | import_names(plugin.requirements()) | {plugin.package, "dihya_hookspecs"}
    known -= {name for name in import_names(plugin.requirements()) if _is_plugin(name)}
    flaws, count = [], 0
    for path, tree in trees(plugin.files):
        allowed = known | (MIGRATIONS_MAY if "/migrations/" in path else set())
        for module in imported(tree):
            count += 1
            if module.split(".")[0] not in allowed:
                flaws.append(f"{path} imports {module!r}")
    return judged(flaws, f"{count} imports read", f"{count} imports lus")


def _is_plugin(package: str) -> bool:
    """Tell whether an import package is a plugin's, also a required one's."""
    return any(point.value == package for point in importlib.metadata.entry_points(group="dihya.plugins"))


ALONE = """
import importlib, importlib.abc, json, sys
closed, modules = json.loads(sys.argv[1])
class Closed(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in closed:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Closed())
for name in modules:
    try:
        importlib.import_module(name)
    except BaseException as error:
        print(json.dumps(f"{name}: {type(error).__name__}: {error}"))
        break  # what is imported after that fails for the same cause
"""


@check(
    "extensible.imports-alone",
    Text("every module can be imported where only its requirements are", "chaque module s’importe là où n’existent que ses dépendances"),
    advice=Text(
        "declare what is missing, or import it in the function that needs it when an extra brings it",
        "déclarez ce qui manque, ou importez-le dans la fonction qui en a besoin quand un extra l’apporte",
    ),
)  # fmt: skip
def imports_alone(plugin: Plugin) -> Outcome:
    """In a process that can find nothing else: declared requirements, what these require, and the standard library."""
    closed, modules = _undeclared(plugin), list(plugin.modules())
    done = python(ALONE, json.dumps([sorted(closed), modules]))
    if done.returncode:
        return failed(*[f"importing ended with {done.returncode}: {last(done.stderr)}"] * 2)
    flaws = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('"')]
    return judged(flaws, f"{len(modules)} modules imported", f"{len(modules)} modules importés")


def _undeclared(plugin: Plugin) -> set[str]:
    """Return the import names of all that is installed here and that no declared requirement brings along."""
    found: set[str] = set()
    waiting = [_named(line) for line in plugin.requirements(extras=False)]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            with suppress(importlib.metadata.PackageNotFoundError):
                waiting += [_named(line) for line in importlib.metadata.requires(name) or () if "extra ==" not in line]
    plugins = {point.value for point in importlib.metadata.entry_points(group="dihya.plugins")}
    everything = importlib.metadata.packages_distributions().keys() | plugins | {"dihya_core"}
    return everything - import_names(found) - {plugin.package, "_dihya_offline"}


def _named(requirement: str) -> str:
    from packaging.requirements import Requirement

    return Requirement(requirement).name


@check(
    "extensible.hooks",
    Text("its hooks are those of the contract", "ses hooks sont ceux du contrat"),
    advice=Text(
        "write the name and the arguments as docs/hooks.md does; a hook of another plugin says optionalhook=True",
        "écrivez le nom et les arguments comme dans docs/hooks.md ; le hook d’un autre plugin porte optionalhook=True",
    ),
    needs=("extensible.imports-alone",),
)
def hooks(plugin: Plugin) -> Outcome:
    """Names and arguments of what it implements, against the specifications of the contract and its own."""
    try:
        caller, published, found = _implemented(plugin)
    except Exception as error:
        return failed(str(error), str(error))
    names = ", ".join(sorted(found)) or "–"
    return judged(
        caller.misspelt(plugin.face, list(found)), f"implements {names}; publishes {len(published)}",
        f"implémente {names} ; en publie {len(published)}", implements=sorted(found), publishes=list(published),
    )  # fmt: skip


def _implemented(plugin: Plugin) -> tuple[Any, tuple[str, ...], dict[str, Any]]:
    """Return a caller that knows the plugin, the hooks that it publishes, and those that it implements. Raises PluginFault."""
    from dihya_core.hooks.caller import HookCaller
    from dihya_core.loading import conventions

    caller = HookCaller()
    own = conventions.hookspecs_of(plugin.face)
    published = caller.publish(plugin.name, own) if own is not None else ()
    return caller, published, caller.check(plugin.name, plugin.face)


@check(
    "extensible.deprecated",
    Text("uses nothing that goes with the next major version", "n’utilise rien qui parte avec la prochaine version majeure"),
    advice=Text(
        "write what the line says; what is there now works until then, and the mark is earned",
        "écrivez ce que dit la ligne ; ce qui est là fonctionne jusque-là, et la marque est acquise",
    ),
    needs=("extensible.hooks",),
)  # fmt: skip
def deprecated(plugin: Plugin) -> Outcome:
    """Hooks and arguments as their specifications say, other names of the contract by reading."""
    caller, _, found = _implemented(plugin)
    used = [*caller.outdated[plugin.name], *outdated(plugin.files, NAMES)]
    return warned(
        used,
        f"{len(found)} hooks and {len(plugin.files)} files read",
        f"{len(found)} hooks et {len(plugin.files)} fichiers lus",
    )


@check(
    "extensible.settings",
    Text("its settings refuse unknown keys and wrong types", "ses réglages refusent les clés inconnues et les types faux"),
    advice=Text(
        'declare Settings with ConfigDict(extra="forbid"); give every field a type, a default and limits',
        "déclarez Settings avec ConfigDict(extra=\"forbid\") ; donnez à chaque champ un type, une valeur et des limites",
    ),
    needs=("extensible.imports-alone",),
)  # fmt: skip
def settings(plugin: Plugin) -> Outcome:
    """The model as it stands: an unknown key, and a value of another kind for every field."""
    from pydantic import BaseModel, ValidationError

    if f"src/{plugin.package}/settings.py" not in plugin.files:
        return passed("it has no settings", "il n’a pas de réglages")
    model = importlib.import_module(f"{plugin.package}.settings").Settings
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return failed("Settings is no pydantic model", "Settings n’est pas un modèle pydantic")
    flaws = [f"{name!r} has no default" for name, one in model.model_fields.items() if one.is_required()]

    def taken(values: dict[str, Any]) -> bool:
        try:
            model(**values)
        except (ValidationError, Invalid):
            return False
        return True

    if taken({"no_such_key_": 1}):
        flaws.append("an unknown key is taken")
    for name in model.model_fields:
        if taken({name: object()}):
            flaws.append(f"{name!r} takes any object")
    count = len(model.model_fields)
    return judged(
        flaws,
        f"an unknown key and {count} wrong values refused",
        f"une clé inconnue et {count} valeurs fausses refusées",
    )


@check(
    "extensible.starts",
    Text("starts with only what it requires", "démarre avec ses seules dépendances"),
    advice=Text(
        "read the reason; what it cannot do without stands in its dependencies, what it can is asked for when it is needed",
        "lisez la raison ; ce dont il ne peut se passer figure dans ses dépendances, le reste se demande au moment voulu",
    ),
    needs=("extensible.imports-alone", "extensible.hooks"),
    seconds=40,
)
def starts(plugin: Plugin) -> Outcome:
    """An application of the database, what the plugin requires, and the plugin."""
    try:
        with plugin.running(alone=True) as app:
            state = plugin.state(app)
            active = sorted(info.name for info in app.hooks.active() if info.name != "kit")
    except (DihyaError, Exception) as error:
        return failed(*[f"the application does not start: {type(error).__name__}: {error}"] * 2)
    if state != "active":
        return failed(state, state)
    return passed(f"with {', '.join(active)}", f"avec {', '.join(active)}", active=active)


@check(
    "extensible.starts-with-all",
    Text("starts with all that is installed, and disturbs nobody", "démarre avec tout ce qui est installé, sans gêner personne"),
    advice=Text(
        "addresses, tables, settings and permissions begin with the plugin's own name; services are provided by one plugin only",
        "adresses, tables, réglages et droits commencent par le nom du plugin ; un service n’est fourni que par un plugin",
    ),
    needs=("extensible.starts",),
    seconds=60,
)  # fmt: skip
def starts_with_all(plugin: Plugin) -> Outcome:
    """Every plugin that is installed here, once without and once with it."""
    from dihya_core.loading.discovery import installed

    others = [one.name for one in installed() if one.name != plugin.name]
    with plugin.running(*others) as app:
        state = plugin.state(app)
        fallen = {info.name: info.reason for info in app.hooks.all() if info.state not in ("active", "tripped")}
    if state != "active":
        return failed(state, state)
    mine = {name: reason for name, reason in fallen.items() if plugin.name in (reason or "")}
    flaws = [f"{name} does not run: {reason}" for name, reason in sorted(mine.items())]
    return judged(flaws, f"with {len(others)} others", f"avec {len(others)} autres", fallen=fallen)
