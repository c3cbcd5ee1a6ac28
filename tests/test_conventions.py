"""What the code of every package keeps: who imports whom, what a face costs, and what tables, settings and pages say."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_core.hooks.caller import HookCaller
from dihya_core.loading import conventions
from dihya_tests.suite.registry import checks

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
PACKAGES = [ROOT / "hookspecs", ROOT / "dihya_core", *PLUGINS]
OURS = re.compile(r"^dihya_\w+$")
# Decisions 004 and 074: the kit stands outside of the application that it starts; who changes plugins loads them in trials.
STAND_ON_THE_CORE = {"plugins", "tests"}
HEAVY = (
    "sqlalchemy",
    "flask",
    "pydantic",
    "xllamacpp",
    "alembic",
    "httptools",
    "uvloop",
    "cryptography",
    "jinja2",
    "babel",
)

TEXTS = (".py", ".html", ".css", ".po")

each_plugin = pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)
each_package = pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
READ = ("audit.words", "docs.docstrings", "docs.french", "extensible.layers", "extensible.templates")


def source(folder):
    """Return the folder of the one package that a project ships."""
    (package,) = [path for path in (folder / "src").iterdir() if path.is_dir()]
    return package


def sources(folder):
    return sorted(path for path in source(folder).rglob("*.py"))


def project(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]


def imported(path, *, nested=True):
    """Return the top-level packages that a file imports; without *nested*, only those imported when it is."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = ast.walk(tree) if nested else _unguarded(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _unguarded(tree):
    return [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]


@each_plugin
def test_one_word_names_everything(folder):
    """Folder, distribution, entry point and package are one name, said once."""
    name, declared = folder.name, project(folder)
    assert declared["name"] == f"dihya-{name.replace('_', '-')}"
    assert declared["entry-points"]["dihya.plugins"] == {name: f"dihya_{name}"}
    assert source(folder).name == f"dihya_{name}"


@each_plugin
def test_plugins_know_the_contract_and_nobody_else(folder):
    """Neither the core nor each other; so each can be tested, replaced, published or removed alone."""
    allowed = {"dihya_hookspecs", source(folder).name} | ({"dihya_core"} if folder.name in STAND_ON_THE_CORE else set())
    for path in sources(folder):
        strangers = {name for name in imported(path) if OURS.match(name)} - allowed
        assert not strangers, f"{path.relative_to(ROOT)} imports {', '.join(sorted(strangers))}"


@each_plugin
@pytest.mark.parametrize("name", READ)
def test_what_the_suite_reads_from_files_holds(folder, name):
    """What holds for any plugin is a check of ``dihya check``: words, docstrings, layers, templates. Ours keep it too."""
    files = {f"src/{path.relative_to(folder / 'src').as_posix()}": path for path in source(folder).rglob("*")}
    texts = {name: path.read_text("utf-8") for name, path in files.items() if path.suffix in TEXTS}
    plugin = SimpleNamespace(name=folder.name, package=source(folder).name, files=texts)
    found = checks()[name].ask(plugin)
    assert found.state == "passed", found.evidence.en


@each_plugin
def test_who_stands_on_the_core_says_so(folder):
    """Exactly the two that import it require its distribution; for all others the contract is enough."""
    asks = any(re.match(r"dihya-core\b", line) for line in project(folder)["dependencies"])
    imports = any("dihya_core" in imported(path) for path in sources(folder))
    assert asks == imports == (folder.name in STAND_ON_THE_CORE)


def test_the_core_knows_no_plugin():
    """No file of the core imports a plugin."""
    for path in sources(ROOT / "dihya_core"):
        assert {name for name in imported(path) if OURS.match(name)} <= {"dihya_hookspecs", "dihya_core"}, path


def test_the_contract_knows_nobody():
    """The contract imports nothing of ours, because everything else stands on it."""
    for path in sources(ROOT / "hookspecs"):
        assert {name for name in imported(path) if OURS.match(name)} <= {"dihya_hookspecs"}, path


@each_plugin
def test_nobody_but_the_core_commits(folder):
    """One transaction an act. What owns a connection of its own uses ``engine.begin()``."""
    for path in sources(folder):
        if folder.name == "tests":
            continue
        assert not re.search(r"session\.(commit|rollback)\(", path.read_text("utf-8")), path


@each_plugin
def test_the_face_imports_the_contract_and_itself_only(folder):
    """A face imports the contract and itself; what is heavy is imported by the function that needs it."""
    names = imported(source(folder) / "__init__.py", nested=False) - {"__future__", "typing", "collections"}
    assert names <= {"dihya_hookspecs", source(folder).name}


def test_importing_every_face_loads_nothing_heavy():
    """All of them, in a process of its own."""
    code = "import importlib, sys\n" + "\n".join(
        f"importlib.import_module({source(folder).name!r})" for folder in PLUGINS
    )
    code += f"\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@each_package
def test_every_source_file_has_its_test_file(folder):
    """Each file of code has its test file; faces, migrations and files that only declare are tested through what uses them."""
    exempt = {"__init__", "__main__", "_model", "hookspecs"}
    places = {place.file for hook in HookCaller().hooks.values() for place in conventions.places(hook.policy.found)}
    files = {path.stem for path in source(folder).rglob("*.py") if "migrations" not in path.parts} - exempt
    own = {path.stem: path.read_text("utf-8") for path in source(folder).glob("*.py")}
    files -= {name for name in places & own.keys() if not re.search(r"^(def|class) ", own[name], re.MULTILINE)}
    if folder.name == "hookspecs":
        return  # value types and Protocols: tests/test_contract.py reads them all
    tests = {path.stem.removeprefix("test_") for path in (folder / "tests").glob("test_*.py")}
    missing = sorted(name for name in files if name not in tests)
    assert not missing, f"no test file for {', '.join(missing)}"


def test_commands_and_permissions_cost_no_web_and_no_database():
    """``dihya --help`` collects them, and needs neither Flask nor SQLAlchemy for it."""
    code = "import sys\nfrom dihya_core.loading.loader import build\nruntime = build()\n"
    code += "found = [runtime.collected(hook) for hook in ('register_permissions', 'register_commands')]\nassert all(found)\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules and name not in ('pydantic', 'babel')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "docs")
    assert done.stdout.strip() == "[]"


def test_every_list_of_ours_stands_under_a_title():
    """A list that no page of the menu declares stands under its plugin, which people know by a title and not by its name."""
    from dihya_core.loading.loader import build

    runtime = build()
    pages = {page.path for _, page in runtime.collected("register_console_pages")}
    titled = {plugin for plugin, _ in runtime.collected("register_applications")}
    lists = {(plugin, f"/{plugin}/{one.name}/") for plugin, one in runtime.collected("register_resources")}
    assert lists and not {path for plugin, path in lists if path not in pages and plugin not in titled}


@each_plugin
def test_every_setting_is_explained(folder):
    """Each setting has one sentence and a default."""
    import importlib

    if not (source(folder) / "settings.py").exists():
        return
    model = importlib.import_module(f"{source(folder).name}.settings").Settings
    assert model.model_config.get("extra") == "forbid"
    for name, declared in model.model_fields.items():
        assert declared.description, f"{folder.name}.{name} has no description"
        assert not declared.is_required(), f"{folder.name}.{name} has no default"


def tables(folder):
    """Return the tables of a plugin, of whichever of its modules."""
    import importlib

    from dihya_hookspecs.data import Model

    if not (source(folder) / "models.py").exists():
        return []
    module = importlib.import_module(f"{source(folder).name}.models")
    found = [table for table in Model.metadata.tables.values() if "model" in table.info]
    return [table for table in found if table.info["model"].__module__ == module.__name__]


@each_plugin
def test_every_column_says_what_it_is(folder):
    """Personal or impersonal, in every table; the prefix is the plugin's name."""
    from dihya_hookspecs.data import Impersonal, Personal

    assert tables(folder) or not (source(folder) / "models.py").exists()
    for table in tables(folder):
        assert table.name.startswith(f"{folder.name}_")
        for column in table.columns:
            assert isinstance(column.info.get("rgpd"), (Personal, Impersonal)), f"{table.name}.{column.name}"
        for key in table.foreign_keys:
            assert key.column.table.name.startswith(f"{folder.name}_"), f"{table.name} refers to another plugin's table"


@each_plugin
def test_what_people_read_of_a_table_is_in_their_language(folder):
    """Each table of ours has a title, and each column that the log or an export names has a label, in both languages."""
    from dihya_hookspecs.data import Personal
    from dihya_hookspecs.fields.declared import OWN, Declared
    from dihya_hookspecs.naming import table_words

    for table in tables(folder):
        assert table_words(table), f"{table.name} says no title= and singular="
        for column in table.columns:
            told = table.info["audited"] or isinstance(column.info["rgpd"], Personal)
            said = column.key in OWN or (column.info.get("field") or Declared()).label
            assert said or not told, f"{table.name}.{column.name} has no label="


@each_plugin
def test_what_the_register_says_is_in_both_languages(folder):
    """Why data is held is said in English and French, and each day from which its retention counts has a label."""
    from dihya_hookspecs.data import Personal
    from dihya_hookspecs.fields.declared import OWN, Declared
    from dihya_hookspecs.i18n import Text
    from dihya_hookspecs.rgpd import Retention

    for table in tables(folder):
        for column in table.columns:
            if not isinstance(declared := column.info["rgpd"], Personal):
                continue
            assert isinstance(declared.purpose, Text), f"{table.name}.{column.name}: purpose={declared.purpose!r}"
            for start in set(Retention.parse(declared.retention).starts) - set(OWN):
                assert (table.columns[start].info.get("field") or Declared()).label, (
                    f"{table.name}.{start} has no label="
                )


@each_plugin
def test_every_moment_keeps_its_zone(folder):
    """SQLite forgets it: a moment is a ``UTCDateTime``, in every table of ours, so that nobody has to put the zone back."""
    models = source(folder) / "models.py"
    assert not models.exists() or "DateTime(timezone" not in models.read_text("utf-8")
    for path in sources(folder):
        assert not re.search(r"\w+ if \w+\.tzinfo else \w+\.replace\(tzinfo=(dt\.)?UTC", path.read_text("utf-8")), path


@each_plugin
def test_every_readme_fits_two_screens_and_says_what_one_gets(folder):
    """Each README has the fixed first two headings."""
    text = (folder / "README.md").read_text("utf-8")
    assert text.startswith(f"# {project(folder)['name']}\n")
    assert "## What you get" in text


@each_package
def test_every_module_says_why_it_exists(folder):
    """Each module has a docstring that says it."""
    for path in sources(folder):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path


def test_the_docstring_of_a_test_stands_alone():
    """Those of the contract, the core and the repository are sentences of their own, and do not go on where the name ends."""
    goes_on = {"Also", "And", "But", "Not", "Unless", "Until"}
    for path in sorted(
        file for place in ("hookspecs/tests", "dihya_core/tests", "tests") for file in (ROOT / place).rglob("test_*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = " ".join((ast.get_docstring(node) or "").split()).split(" ")
                whole = len(words) > 3 and words[0].strip(",") not in goes_on and words[-1].endswith(".")
                assert whole, f"{path.relative_to(ROOT)}: {node.name}"


def test_every_view_that_cannot_be_undone_asks_for_the_password_again():
    """Erasing, ending retention, taking one's data along, changing plugins, and what gives rights to accounts say ``confirmed=True``."""
    text = {
        name: (ROOT / "plugins" / name / "src" / f"dihya_{name}").rglob("*.py")
        for name in ("rgpd", "console", "securite")
    }
    said = {
        (name, view)
        for name, files in text.items()
        for file in files
        for view in re.findall(r"@requires\([^)]*confirmed=True\)\n(?:@.*\n)*def (\w+)", file.read_text())
    }
    assert said == {
        *(("rgpd", view) for view in ("erase", "erasures", "expire", "take", "take_mine")),
        ("console", "switch"),
        *(("console", view) for view in ("add", "index", "install", "mend", "purge", "reload", "shelf", "undo", "uninstall", "upload")),
        *(("securite", view) for view in ("end_session", "add", "add_person", "change_person", "change_roles", "create_key",
                                          "offer", "remove", "renew_codes", "reset_password", "set_active", "take_away",
                                          "take_second_factor_away")),
    }  # fmt: skip


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("plugins/*/src/*/templates/**/*.html")), ids=lambda page: f"{page.parts[-4]}/{page.name}"
)
def test_pages_show_moments_as_people_here_write_them(page):
    """``page.datetime`` writes moments in their language and their time zone; only the attribute for machines is written otherwise."""
    assert "strftime" not in re.sub(r'datetime="[^"]*"', "", page.read_text())
