"""Security: every door asks, every form is guarded, and the plugin reaches no further than it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dihya_hookspecs.i18n import Text

from ...sources import TALKING, imported, trees
from ..model import Outcome, judged, passed
from ..registry import check
from ..subject import Plugin

PROCESSES = {
    "subprocess",
    "pty",
    "multiprocessing",
    "os.system",
    "os.popen",
    "os.fork",
    "os.execv",
    "os.execvp",
    "os.spawnv",
}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "xml.etree.ElementTree", "xml.dom.minidom", "xml.sax"}
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/=]{16}")
"""The first line of a private key with the beginning of what it holds; the line alone is no secret."""
BUILDING = {"eval", "exec", "compile", "__import__"}
DOORS = {"requires", "public"}


@check(
    "security.permissions",
    Text("every view asks for a permission, or says why it is public", "chaque vue demande un droit, ou dit pourquoi elle est publique"),
    advice=Text("write @requires('<plugin>:<right>') or @public('why') below the route", "écrivez @requires('<plugin>:<droit>') ou @public('pourquoi') sous la route"),
    needs=("extensible.starts",),
    seconds=40,
    shared=True,
)  # fmt: skip
def permissions(plugin: Plugin) -> Outcome:
    """Each view that is mounted: its permission is registered; what changes something is public for nobody."""
    with plugin.running("routes", "console") as app:
        known = set(app.flask.access.permissions())
        flaws, count = [], 0
        for rule in app.flask.url_map.iter_rules():
            view = app.flask.view_functions[rule.endpoint]
            if plugin.owns(app, rule.endpoint):
                count += 1
                flaws += _door(rule, view, known)
    return judged(flaws, f"{count} routes looked at", f"{count} routes examinées", routes=count)


def _door(rule, view, known: set[str]) -> Iterator[str]:
    wanted, public = getattr(view, "dihya_requires", None), getattr(view, "dihya_public", "")
    if wanted is None and not (public or "").strip():
        yield f"{rule.rule} says neither who may nor why anybody may"
    if wanted is not None and wanted not in known:
        yield f"{rule.rule} asks for {wanted!r}, which nobody registers"
    if wanted is None and public and len(public.split()) < 2:
        yield f"{rule.rule} is public, and {public!r} is no reason"


@check(
    "security.closed",
    Text("who is not signed in gets nothing and changes nothing", "qui n’est pas connecté n’obtient ni ne change rien"),
    advice=Text("ask for a permission that guests do not hold", "demandez un droit que les visiteurs n’ont pas"),
    needs=("security.permissions",),
    seconds=60,
    shared=True,
)
def closed(plugin: Plugin) -> Outcome:
    """Every route that is not public, asked by nobody: 401, 403 or 404, or a way to sign in."""
    with plugin.running("routes", "console", "securite", "middleware") as app:
        client, flaws, count = app.client(), [], 0
        granted = {
            one.name for _, one in app.hooks.collected("register_permissions") if "guest" in getattr(one, "roles", ())
        }
        for rule in app.flask.url_map.iter_rules():
            view = app.flask.view_functions[rule.endpoint]
            wanted = getattr(view, "dihya_requires", None)
            if not plugin.owns(app, rule.endpoint) or wanted is None or wanted in granted:
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                count += 1
                answer = client.open(plugin.address(rule.rule), method=method)
                if answer.status_code not in (302, 303, 400, 401, 403, 404):
                    flaws.append(f"{method} {rule.rule} answers {answer.status_code} to nobody")
    return judged(flaws, f"{count} requests of nobody refused", f"{count} requêtes anonymes refusées", requests=count)


@check(
    "security.processes",
    Text("it starts no process and builds no code from text", "il ne lance aucun processus et ne fabrique pas de code"),
    advice=Text(
        "use the library instead of the program; where it must be, exempt the check with the reason",
        "utilisez la bibliothèque au lieu du programme ; s’il le faut, exemptez la vérification avec la raison",
    ),
)
def processes(plugin: Plugin) -> Outcome:
    """Read from the files: modules and calls that do so, and formats that run what they read."""
    flaws = []
    for path, tree in trees(plugin.files):
        for module in imported(tree):
            if any(module == one or module.startswith(f"{one}.") for one in PROCESSES | UNSAFE):
                flaws.append(f"{path} imports {module}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILDING:
                flaws.append(f"{path}:{node.lineno} calls {node.func.id}()")
            elif isinstance(node, ast.Attribute) and ast.unparse(node) in PROCESSES:
                flaws.append(f"{path}:{node.lineno} uses {ast.unparse(node)}")
    return judged(flaws, f"{len(plugin.files)} files read", f"{len(plugin.files)} fichiers lus")


@check(
    "security.egress",
    Text("it says whom it talks to", "il dit à qui il parle"),
    advice=Text(
        "declare the hosts in egress.py (EGRESS) or by register_egress, and ask for the guarded client",
        "déclarez les hôtes dans egress.py (EGRESS) ou par register_egress, et demandez le client gardé",
    ),
)
def egress(plugin: Plugin) -> Outcome:
    """A plugin whose files can talk to other machines declares hosts."""
    said = f"src/{plugin.package}/egress.py" in plugin.files or any(
        isinstance(node, ast.FunctionDef) and node.name == "register_egress"
        for _, tree in trees(plugin.files)
        for node in tree.body
    )
    talking = {
        f"{path} imports {module}"
        for path, tree in trees(plugin.files)
        for module in imported(tree)
        if any(module == one or module.startswith(f"{one}.") for one in TALKING)
    }
    if said:
        return passed("it declares its hosts", "il déclare ses hôtes", talking=sorted(talking))
    return judged(sorted(talking), "nothing in it talks to other machines", "rien en lui ne parle à d’autres machines")


@check(
    "security.queries",
    Text("no SQL is put together from text", "aucun SQL n’est assemblé à partir de texte"),
    advice=Text(
        "write SQLAlchemy expressions, or text() with :names and parameters",
        "écrivez des expressions SQLAlchemy, ou text() avec des :noms et des paramètres",
    ),
)
def queries(plugin: Plugin) -> Outcome:
    """Every call of ``text``, ``execute`` and ``exec_driver_sql`` whose statement holds values."""
    flaws, count = [], 0
    for path, tree in trees(plugin.files):
        for node in ast.walk(tree):
            name = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else (
                node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else "")  # fmt: skip
            if name in ("text", "execute", "exec_driver_sql", "scalars", "scalar") and node.args:  # type: ignore[union-attr]
                count += 1
                if _assembled(node.args[0]):  # type: ignore[union-attr]
                    flaws.append(f"{path}:{node.lineno} puts {ast.unparse(node.args[0])[:80]} together")  # type: ignore[union-attr]
    return judged(flaws, f"{count} statements read", f"{count} requêtes lues")


def _assembled(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and not _harmless(part.value) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(isinstance(one, ast.Constant | ast.JoinedStr) for one in (node.left, node.right))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def _harmless(node: ast.expr) -> bool:
    """Tell whether what stands in a statement is a constant of the code, a number, or was quoted as a name."""
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node).rpartition(".")[2].isupper()
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
        "int",
        "len",
        "quote",
        "quoted_name",
    )


@check(
    "security.secrets",
    Text("no secret stands in its files", "aucun secret ne figure dans ses fichiers"),
    advice=Text("take it from a setting of type SecretStr", "prenez-le d’un réglage de type SecretStr"),
)
def secrets(plugin: Plugin) -> Outcome:
    """Constants that are named like a secret and are long enough to be one; private keys as text."""
    flaws = [f"{path} holds a private key" for path, text in plugin.files.items() if PRIVATE_KEY.search(text)]
    for path, tree in trees(plugin.files):
        flaws += [f"{path}:{line} gives {name!r} a value" for line, name in _given(tree)]
    return judged(flaws, f"{len(plugin.files)} files read", f"{len(plugin.files)} fichiers lus")


def _given(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of each constant that is called a secret and looks like one."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)):
            continue
        value = node.value.value
        names = [one.id.lower() for one in node.targets if isinstance(one, ast.Name)]
        told = [name for name in names if any(word in name for word in ("password", "secret", "token", "api_key"))]
        if told and isinstance(value, str) and re.fullmatch(r"(?=.*\d)[^\s]{12,}", value):
            yield node.lineno, told[0]
