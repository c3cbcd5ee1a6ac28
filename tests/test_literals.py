"""No plugin names another one: what belongs to one is reached through the contract, so that whoever does the same may take its place."""

import ast
import re
from pathlib import Path

import pytest
from dihya_hookspecs.data import Model

from dihya_core import create_app

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
# The kit starts whole applications and stands outside of them.
OUTSIDE = {"tests"}
# Names of plugins that are words of their own: folders of a plugin, keys of a document, kinds of a resource.
WORDS = {"docs", "events", "keys", "logs", "migrations", "models", "routes", "services", "settings", "static", "storage", "tasks", "templates", "tests",
         "backup", "middleware", "console", "plugins"}  # fmt: skip
CODE = (".py", ".html", ".js", ".css", ".py.j2")
_DOCUMENTS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Plugin → its names, as the running application knows them: permissions, roles, tables, endpoints, tasks, events, settings."""
    app = create_app(given={"dihya": {"data": str(tmp_path_factory.mktemp("data"))}}, environ={})
    runtime, found = app.runtime, {name: set() for name in PLUGINS}
    for hook in ("register_permissions", "register_tasks", "register_background", "register_subscriptions"):
        for plugin, item in runtime.collected(hook):
            found[plugin].add(item.name)
    for plugin, item in runtime.collected("register_events"):
        found[plugin].add(item.__event__.name)
    for table in Model.metadata.tables.values():
        if table.info.get("plugin") in found:
            found[table.info["plugin"]].add(table.name)
    for endpoint in app.view_functions:
        found[app.pipeline.owner(endpoint.partition(".")[0])].add(endpoint)
    for name in PLUGINS:
        if (settings := runtime.plugins[name].settings) is not None:
            found[name] |= {f"{name}.{field}" for field in type(settings).model_fields}
    return found


@pytest.fixture(scope="module")
def contract():
    """Every word that the contract itself says."""
    return {word for path in (ROOT / "hookspecs").rglob("*.py") for _, text in strings(path) for word in tokens(text)}


def strings(path):
    """Yield (line, text) for what a file says to the application: strings of Python without docstrings, other files whole."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        text = re.sub(r"\{#.*?#\}|/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
        yield from enumerate(text.splitlines(), 1)
        return
    tree = ast.parse(text)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, _DOCUMENTS) and node.body and isinstance(node.body[0], ast.Expr)
    }
    documents |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.lineno, node.value


def tokens(text):
    """Return the names in a text: words with dots, colons, hyphens and slashes in them."""
    return re.findall(r"[\w.:/-]*\w", text)


def sources(name):
    """The files of a plugin that run; those of a generated plugin too, without its tests."""
    folder = ROOT / "plugins" / name / "src"
    left_out = {"migrations", "translations", "tests"} if name != "migrations" else {"translations"}
    files = [path for path in folder.rglob("*") if path.name.endswith(CODE)]
    return sorted(path for path in files if not left_out & set(path.relative_to(folder / f"dihya_{name}").parts[:-1]))


def named(token, plugin, names):
    """Tell whether a word is one of a plugin's names."""
    end = "/" if plugin in WORDS else "(?:/|$)"
    paths = rf"(?:^|[^\w.])/(?:api/v1/)?{plugin}{end}"
    package = rf"(?:^|\W)dihya[-_]{plugin.replace('_', '[-_]')}(?:\W|$)"
    asset = rf"^{plugin}/[\w/.-]+\.(?:html|css|js|svg)$"
    return token in names or bool(re.search(f"{paths}|{package}|{asset}", token))


def whole(text, path):
    """Return the plugins' names that stand alone in a string: ``"securite"`` is a name, "the audit log" is a word."""
    alone = {text} if path.suffix == ".py" else set(re.findall(r"""["'](\w+)["']""", text))
    return alone & set(PLUGINS) - WORDS


@pytest.mark.parametrize("name", [name for name in PLUGINS if name not in OUTSIDE])
def test_no_plugin_says_the_name_of_another(name, names, contract):
    """Neither its address, its permission, its table, its task, its setting, its file nor itself, unless the contract says so."""
    said = [
        f"{path.relative_to(ROOT)}:{line}: {token!r} is plugin {other!r}'s"
        for path in sources(name)
        for line, text in strings(path)
        for token in {*tokens(text), *whole(text, path)} - contract
        for other in PLUGINS
        if other != name and (token == other in whole(text, path) or named(token, other, names[other]))
    ]
    assert not said, "\n".join(said)


@pytest.mark.parametrize(
    ("token", "plugin"),
    [("/securite/sign-in", "securite"), ("/api/v1/docs/x", "docs"), ("static/dihya.css", "static"),
     ("dihya-securite", "securite"), ("audit:read", "audit")],
)  # fmt: skip
def test_each_kind_of_name_is_recognised(token, plugin, names):
    """An address, an address of the API, a file, a package, a permission."""
    assert named(token, plugin, names[plugin])


@pytest.mark.parametrize(
    ("token", "plugin"), [("templates", "templates"), ("/events", "events"), ("wsgi.input", "wsgi")]
)
def test_words_that_everybody_uses_are_nobodys(token, plugin, names):
    """Folders, and what other standards name."""
    assert not named(token, plugin, names[plugin])
