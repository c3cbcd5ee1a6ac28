"""Docs: whoever meets the plugin can read what it is, what it stores, and how it is used."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

from dihya_hookspecs.i18n import Text

from ...checks import catalogue as untranslated
from ...sources import trees
from ..model import Outcome, judged, passed
from ..registry import check
from ..subject import Plugin

SECTIONS = 2
LEAST = 400
"""Characters below which a README says nothing."""


@check(
    "docs.readme",
    Text("the README says what one gets, in sections", "le README dit ce que l’on obtient, par sections"),
    advice=Text(
        "begin with '# <distribution>', go on with '## What you get', and name what it brings: settings, hooks, permissions",
        "commencez par « # <distribution> », puis « ## What you get », et nommez ce qu’il apporte : réglages, hooks, droits",
    ),
)
def readme(plugin: Plugin) -> Outcome:
    """The one that the wheel carries, which an index shows."""
    said = plugin.distribution.metadata
    text = str(said.get("Description") or said.get_payload() or "")
    sections = re.findall(r"(?m)^## +(.+)$", text)
    flaws = [] if text.lstrip().startswith("# ") else ["it begins with no title"]
    flaws += [f"it has {len(sections)} sections"] if len(sections) < SECTIONS else []
    flaws += [f"it has {len(text)} characters"] if len(text) < LEAST else []
    return judged(
        flaws, f"{len(text)} characters: {', '.join(sections)}", f"{len(text)} caractères : {', '.join(sections)}"
    )


@check(
    "docs.settings",
    Text("every setting is explained", "chaque réglage est expliqué"),
    advice=Text("give each field a description= of one sentence", "donnez à chaque champ une description= d’une phrase"),
    needs=("extensible.settings",),
)  # fmt: skip
def settings(plugin: Plugin) -> Outcome:
    """In the model, from which the reference and the page of settings are made."""
    if f"src/{plugin.package}/settings.py" not in plugin.files:
        return passed("it has no settings", "il n’a pas de réglages")
    fields = importlib.import_module(f"{plugin.package}.settings").Settings.model_fields
    flaws = [f"{name!r} has no description" for name, one in fields.items() if not (one.description or "").strip()]
    return judged(
        flaws, f"{len(fields)} settings: {', '.join(fields)}", f"{len(fields)} réglages : {', '.join(fields)}"
    )


@check(
    "docs.docstrings",
    Text("modules and public functions say what they do", "modules et fonctions publiques disent ce qu’ils font"),
    advice=Text(
        "one plain sentence on why the module exists, and on what the caller of a function gets",
        "une phrase simple sur la raison d’être du module, et sur ce que reçoit l’appelant d’une fonction",
    ),
)
def docstrings(plugin: Plugin) -> Outcome:
    """Read from the files; hooks, migrations, and what only overrides are explained where they are declared."""
    flaws, count = [], 0
    for path, tree in trees(plugin.files):
        if "/migrations/" in path:
            continue
        count += 1
        if not ast.get_docstring(tree):
            flaws.append(f"{path} says nothing")
        for node in _public(tree):
            count += 1
            if not ast.get_docstring(node):
                flaws.append(f"{path}:{node.lineno} {node.name} says nothing")
    return judged(flaws, f"{count} docstrings read", f"{count} docstrings lues")


def _public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield from [] if any(map(_elsewhere, node.decorator_list)) else [node]


def _elsewhere(decorator: ast.expr) -> bool:
    """Tell whether a function is explained where its decorator says: a hook by the contract, a view by ``docs.operations``."""
    said = ast.unparse(decorator)
    return "hook" in said or bool(re.search(r"\.(route|get|post|put|patch|delete)\(", said))


@check(
    "docs.french",
    Text("what people read is there in French", "ce que les gens lisent existe en français"),
    advice=Text("run 'dihya i18n extract FOLDER' and fill fr.po", "lancez « dihya i18n extract DOSSIER » et remplissez fr.po"),
)  # fmt: skip
def french(plugin: Plugin) -> Outcome:
    """Every sentence in ``_()`` of sources and templates stands in the catalogue."""
    project = f'[project.entry-points."dihya.plugins"]\n{plugin.name} = "{plugin.package}"\n'
    flaws = [f"{path} {flaw}" for path, flaw in untranslated({**plugin.files, "pyproject.toml": project})]
    return judged(flaws, "the catalogue is complete", "le catalogue est complet")


@check(
    "docs.operations",
    Text("every route says what it does", "chaque route dit ce qu’elle fait"),
    advice=Text(
        "the first line of a view's docstring is the summary of its operation in OpenAPI",
        "la première ligne de la docstring d’une vue est le résumé de son opération dans OpenAPI",
    ),
    needs=("extensible.starts",),
    seconds=40,
    shared=True,
)
def operations(plugin: Plugin) -> Outcome:
    """Each view that the plugin mounts, as the application knows it."""
    with plugin.running("routes", "docs") as app:
        views = dict(plugin.views(app))
        flaws = [f"{endpoint} has no docstring" for endpoint, view in views.items() if not (view.__doc__ or "").strip()]
    return judged(flaws, f"{len(views)} views", f"{len(views)} vues", views=sorted(views))


@check(
    "docs.permissions",
    Text("every permission and command is said in words", "chaque droit et chaque commande est dit en mots"),
    advice=Text(
        "give each Permission a Text in both languages, and each command a docstring",
        "donnez à chaque Permission un Text dans les deux langues, et à chaque commande une docstring",
    ),
    needs=("extensible.starts",),
    seconds=40,
)
def permissions(plugin: Plugin) -> Outcome:
    """As they are registered: what administrators and operators read."""
    with plugin.running() as app:
        found = [
            one
            for owner, one in app.hooks.collected("register_permissions")
            if owner == plugin.name and hasattr(one, "sentence")
        ]
        commands = [one for owner, one in app.hooks.collected("register_commands") if owner == plugin.name]
    flaws = [f"permission {one.name!r} is not said in words" for one in found if not all(map(str.strip, one.sentence))]
    flaws += [f"command {one.name!r} has no help" for one in commands if not (one.help or "").strip()]
    return judged(
        flaws, f"{len(found)} permissions, {len(commands)} commands", f"{len(found)} droits, {len(commands)} commandes"
    )
