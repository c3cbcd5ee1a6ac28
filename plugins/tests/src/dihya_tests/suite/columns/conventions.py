"""Extensible and Audit: habits that are read from the files, because no request shows them."""

from __future__ import annotations

import ast
import re

from dihya_hookspecs.i18n import Text

from ...sources import imported, trees
from ..model import Outcome, judged
from ..registry import check
from ..subject import Plugin

BELOW_THE_WEB = ("service.py", "models.py")
LITERAL = re.compile(r'\b(?:href|action|src|formaction)="(/[^"{]*)')
REDIRECT = re.compile(r"\bredirect\(f?[\"'](/[^\"'{]*)")


@check(
    "extensible.layers",
    Text("its service and its tables know nothing of the web", "son service et ses tables ignorent tout du web"),
    advice=Text(
        "take what the view read from the request as an argument; who acts stands in the act: current().actor",
        "prenez en argument ce que la vue a lu de la requête ; qui agit figure dans l’acte : current().actor",
    ),
)
def layers(plugin: Plugin) -> Outcome:
    """``service.py`` and ``models.py`` import no Flask, so that commands, tasks and other plugins can call them."""
    flaws, count = [], 0
    for path, tree in trees(plugin.files):
        if path.removeprefix(f"src/{plugin.package}/") in BELOW_THE_WEB:
            count += 1
            flaws += [f"{path} imports {one}" for one in imported(tree) if one.partition(".")[0] == "flask"]
    return judged(flaws, f"{count} files read", f"{count} fichiers lus")


@check(
    "extensible.templates",
    Text("every template can be read, and addresses are made by name", "chaque gabarit est lisible, et les adresses se font par nom"),
    advice=Text(
        "mend what the line quotes; write url_for(…) or page.root, since below a proxy's prefix a literal address leads out of the application",
        "corrigez la ligne citée ; écrivez url_for(…) ou page.root : sous le préfixe d’un mandataire, une adresse littérale sort de l’application",
    ),
)  # fmt: skip
def templates(plugin: Plugin) -> Outcome:
    """Each template compiles, also one that no page of a test shows; no link, form or redirect says a literal path."""
    from jinja2 import Environment, TemplateError

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    flaws, count = [], 0
    for path, text in plugin.files.items():
        if path.endswith(".html"):
            count += 1
            flaws += [f"{path} leads to {found!r}" for found in LITERAL.findall(text)]
            try:
                environment.compile(text, path)
            except TemplateError as error:
                flaws.append(f"{path}:{getattr(error, 'lineno', 0)} cannot be read: {error}")
        elif path.endswith(".py"):
            flaws += [f"{path} redirects to {found!r}" for found in REDIRECT.findall(text)]
    return judged(flaws, f"{count} templates read", f"{count} gabarits lus")


@check(
    "audit.words",
    Text("what it records has words", "ce qu’il consigne a des mots"),
    advice=Text(
        "add an AuditAction with the name and a sentence in both languages to ACTIONS in audit_actions.py",
        "ajoutez à ACTIONS, dans audit_actions.py, un AuditAction avec le nom et une phrase dans les deux langues",
    ),
)
def words(plugin: Plugin) -> Outcome:
    """Every name of its own that it gives to ``act.record``; people read the audit log in sentences."""
    recorded: dict[str, str] = {}
    for path, tree in trees(plugin.files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record" and node.args:
                said = [str(one.value) for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                mine = re.compile(rf"{plugin.name}\.[a-z_]*[a-z]")
                recorded |= {one: f"{path}:{node.lineno}" for one in said if mine.fullmatch(one)}
    told = {name for text in plugin.files.values() for name in re.findall(r"AuditAction\(\s*[\"']([^\"']+)[\"']", text)}
    flaws = [f"{place} records {name!r}, which has no words" for name, place in recorded.items() if name not in told]
    return judged(flaws, f"{len(recorded)} names recorded", f"{len(recorded)} noms consignés")
