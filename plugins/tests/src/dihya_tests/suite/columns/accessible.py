"""Accessible: its pages can be used without seeing them and without a mouse, as far as their markup tells."""

from __future__ import annotations

import re
from typing import Any

from dihya_hookspecs.i18n import Text

from .. import page_rules
from ..model import Outcome, judged
from ..registry import check
from ..subject import Plugin
from .audit import Driven

AROUND = ("audit", "console", "docs", "i18n", "keys", "middleware", "routes", "securite", "static", "storage", "tasks")


@check(
    "accessible.markup",
    Text("its pages keep the rules that markup can keep", "ses pages suivent les règles que le balisage peut suivre"),
    advice=Text(
        "extend page.layout, give each field a label, each picture an alt, one h1 and no level left out",
        "étendez page.layout ; une étiquette par champ, un alt par image, un seul h1 et aucun niveau sauté",
    ),
    needs=("extensible.starts",),
    seconds=60,
    shared=True,
)
def rules(plugin: Plugin) -> Outcome:
    """Every page that the plugin answers, and those that others make of its resources, in French and in English."""
    with plugin.running(*AROUND) as app:
        driven = Driven(app, plugin)
        client, flaws, count = app.client(*driven.roles, name="Ada"), [], 0
        for address in addresses(driven):
            for language in ("fr", "en"):
                answer = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
                if answer.status_code == 200 and answer.mimetype == "text/html" and b"<html" in answer.data:
                    count += 1
                    flaws += [f"{address} ({language}): {flaw}" for flaw in page_rules.read(answer)]
    return judged(flaws, f"{count} pages read", f"{count} pages lues", pages=count)


def addresses(driven: Driven) -> list[str]:
    """Return the addresses that answer a GET, each with a record in the place of its arguments."""
    found = []
    for rule in driven.app.flask.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and driven.plugin.is_about(driven.app, rule.endpoint):
            _, table = getattr(driven.app.flask.view_functions[rule.endpoint], "dihya_about", ("", ""))
            found += [] if rule.rule.startswith("/api/") else [driven.address(rule, table)]
    return sorted(set(found))


@check(
    "accessible.styles",
    Text("colours come from the application, and nothing moves by itself", "les couleurs viennent de l’application, et rien ne bouge de soi-même"),
    advice=Text(
        "use the tokens of the layout, var(--ink) on var(--paper), which hold their contrast in light and dark",
        "employez les jetons de la mise en page, var(--ink) sur var(--paper), dont le contraste tient en clair et en sombre",
    ),
)  # fmt: skip
def styles(plugin: Plugin) -> Outcome:
    """Style sheets: no colour of its own, no outline taken away, no motion without asking."""
    flaws, count = [], 0
    for path, text in plugin.files.items():
        if path.endswith(".css"):
            count += 1
            flaws += _sheet(path, text)
    return judged(flaws, f"{count} style sheets read", f"{count} feuilles de style lues")


def _sheet(path: str, text: str) -> list[str]:
    clean = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found: list[Any] = []
    if re.search(r"outline\s*:\s*(none|0)\b", clean):
        found.append(f"{path} takes the outline of the focus away")
    if re.search(r"\b(animation|transition)\s*:", clean) and "prefers-reduced-motion" not in clean:
        found.append(f"{path} moves without asking prefers-reduced-motion")
    if re.search(r"(?<![-\w])(color|background(-color)?)\s*:\s*(#[0-9a-fA-F]{3,8}|rgb|hsl)", clean):
        found.append(f"{path} has colours of its own")
    return found
