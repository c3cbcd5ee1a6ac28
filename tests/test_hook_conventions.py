"""What each hook keeps that the contract or a plugin of ours publishes, and each implementation of ours."""

import ast
import importlib
import inspect
import json
import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from dihya_core.hooks.caller import HookCaller, implementations
from dihya_core.hooks.specification import specified
from dihya_core.loading import conventions
from dihya_hookspecs import VERSION, Kind, OnError

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
CODE = [ROOT / "dihya_core" / "src", *(ROOT / "plugins" / name / "src" for name in PLUGINS)]
FACES = {name: importlib.import_module(f"dihya_{name}") for name in PLUGINS}
CONTRACT = HookCaller().hooks
OWN = {
    hook.name: hook
    for name in PLUGINS
    if (ROOT / "plugins" / name / "src" / f"dihya_{name}" / "hookspecs.py").exists()
    for hook in specified(importlib.import_module(f"dihya_{name}.hookspecs"), name)
}
HOOKS = CONTRACT | OWN
OURS = [(name, hook, function) for name, face in FACES.items() for hook, function in implementations(face)]
# Verb → how a hook of that name may be called.
VERBS = {
    "register": {"collect", "notify"},
    "find": {"first", "collect"},
    "check": {"veto"},
    "before": {"notify", "transform"},
    "after": {"notify"},
    "generate": {"collect"},
    "on": {"first", "transform", "notify", "collect"},
}

each_hook = pytest.mark.parametrize("hook", HOOKS.values(), ids=lambda hook: hook.name)
each_of_the_contract = pytest.mark.parametrize("hook", CONTRACT.values(), ids=lambda hook: hook.name)
each_implementation = pytest.mark.parametrize(
    ("plugin", "name", "function"), OURS, ids=[f"{plugin}-{name}" for plugin, name, _ in OURS]
)
each_face = pytest.mark.parametrize("plugin", PLUGINS)


def released():
    """Return the version of the contract that was released last, and the names of its hooks."""
    snapshot = json.loads((ROOT / "docs" / "hooks.json").read_text("utf-8"))
    return snapshot["contract"], set(snapshot["hooks"])


def numbers(version):
    return tuple(map(int, version.split(".")))


@each_of_the_contract
def test_the_name_of_a_hook_begins_with_the_verb_that_tells_how_it_is_called(hook):
    """``register_`` gathers, ``find_`` asks for an answer, ``check_`` lets one refuse, ``on_`` is a moment."""
    verb = hook.name.partition("_")[0]
    assert verb in VERBS
    assert hook.policy.kind in VERBS[verb]


@pytest.mark.parametrize("hook", OWN.values(), ids=lambda hook: hook.name)
def test_the_name_of_a_hook_that_a_plugin_publishes_begins_with_the_plugin(hook):
    """Its name begins with its plugin's: a reader knows the owner, and no verb of the contract is taken."""
    assert hook.name.startswith(f"{hook.owner}_")
    assert hook.owner not in VERBS


@each_hook
def test_the_docstring_of_a_hook_says_what_to_do_in_its_first_line(hook):
    """A sentence: whoever implements the hook reads it first."""
    first = inspect.getdoc(hook.function).splitlines()[0]
    assert re.fullmatch(r"[A-Z].*[.;:]", first), first


@each_hook
def test_the_docstring_of_a_hook_says_when_it_is_called(hook):
    """What declares is gathered at the start, as its policy says; each other hook has a moment of its own."""
    said = " ".join(inspect.getdoc(hook.function).split())
    assert hook.gathered or re.search(r"\bCalled (?:once|each time|for|when|before|after|in)\b", said)


@each_hook
def test_the_docstring_of_a_hook_explains_only_arguments_that_it_gives(hook):
    """A name that was changed in the line below is changed there too."""
    _, _, section = inspect.getdoc(hook.function).partition("\nArgs:\n")
    assert set(re.findall(r"^    (\w+):", section, re.MULTILINE)) <= set(hook.arguments)


@each_hook
def test_the_policy_of_a_hook_is_one_that_the_core_knows(hook):
    """How it is called, what a failure causes, and a time."""
    assert hook.policy.kind in get_args(Kind)
    assert hook.policy.on_error in get_args(OnError)
    assert hook.policy.budget_ms > 0


@each_of_the_contract
def test_the_version_of_a_hook_is_that_of_the_contract_that_brought_it(hook):
    """What was released is not newer than the release, what is new says the version that is coming."""
    last, known = released()
    since = numbers(hook.policy.since)
    assert since <= numbers(last) if hook.name in known else numbers(last) <= since <= numbers(VERSION)


@each_hook
def test_a_hook_stands_in_the_manual_with_its_arguments(hook):
    """The page is what authors read."""
    text = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    assert f"\n### {hook.name}({', '.join(hook.arguments)})\n" in text


@each_of_the_contract
def test_a_hook_is_implemented_by_somebody(hook):
    """A face of ours does, or a file that is found; resources are declared by plugins of a trade, such as the tutorial's."""
    ours = any(name == hook.name for _, name, _ in OURS)
    found = any(conventions.filled(face, hook.policy.found) for face in FACES.values())
    tutorial = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    assert ours or found or any(f"/{place.file}.py\n" in tutorial for place in conventions.places(hook.policy.found))


@each_of_the_contract
def test_what_is_gathered_at_the_start_is_found_in_a_file(hook):
    """Each hook that collects declarations has a file of a fixed name in which they are found without it."""
    assert bool(hook.policy.found) == hook.gathered


@cache
def trees(folders: tuple[Path, ...]) -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text("utf-8")) for folder in folders for path in sorted(folder.rglob("*.py")))


def texts(node: ast.AST | None) -> set[str]:
    """Return the texts that an expression is or may be: itself, each of a list, or each branch of a choice."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else ()
    parts = (node.body, node.orelse) if isinstance(node, ast.IfExp) else parts
    return {text for part in parts for text in texts(part)}


@cache
def asked(tree: ast.Module) -> set[str]:
    """Return the texts that a file gives to a call, looks up or goes through, also under a name that it bound to them."""
    bound: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name):
                bound[target.id] = bound.get(target.id, set()) | texts(node.value)
    found: set[str] = set()
    for node in ast.walk(tree):
        given = [*node.args] if isinstance(node, ast.Call) else []
        given += [node.slice] if isinstance(node, ast.Subscript) else []
        given += [node.iter] if isinstance(node, (ast.For, ast.comprehension)) else []
        for one in given:
            found |= bound.get(one.id, set()) if isinstance(one, ast.Name) else texts(one)
    return found


@cache
def implemented(tree: ast.Module) -> set[str]:
    """Return the names of the functions that a file defines, and those under which it hands one over."""
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return named | {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}


@each_hook
def test_a_hook_has_a_caller(hook):
    """The contract, the core or a plugin calls each hook by name; a table or a comparison calls nobody, and what nobody calls has no effect."""
    assert any(hook.name in asked(tree) for tree in trees((ROOT / "hookspecs" / "src", *CODE)))


@each_hook
def test_a_hook_is_tested_by_name(hook):
    """In the tests of a package somebody implements it, or calls it; a word in a sentence or a table is no test."""
    folders = (ROOT / "hookspecs" / "tests", *(folder.with_name("tests") for folder in CODE))
    assert any(hook.name in implemented(tree) | asked(tree) for tree in trees(folders))


@pytest.mark.parametrize(
    "code",
    [
        "call('on_x')",
        "hooks['on_x'].call",
        "for hook in ('on_x',): call(hook)",
        "A = 'on_x'\ncall(A)",
        "A = 'on_x' if b else ''\ncall(A)",
    ],
)
def test_a_call_of_a_hook_is_seen(code):
    """The name is given to a call, looked up, gone through, or bound to another name first."""
    assert "on_x" in asked(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["{'on_x': 1}", "'on_x'", "LATER = ('on_x',)\nif a in LATER: pass", "a == 'on_x'", "# on_x"]
)
def test_a_name_that_calls_nobody_is_no_call(code):
    """A table, a sentence, a list that is only compared with, and a comment."""
    assert "on_x" not in asked(ast.parse(code))


@each_implementation
def test_an_implementation_asks_only_for_what_its_hook_gives(plugin, name, function):
    """Under the names of the specification, as the manual shows them."""
    assert name in HOOKS
    assert set(inspect.signature(function).parameters) <= set(HOOKS[name].arguments)


@each_implementation
def test_an_implementation_takes_its_arguments_as_the_hook_declares_them(plugin, name, function):
    """The type beside an argument is that of the specification; ``Any`` spares the import of it."""
    declared, written = HOOKS[name].function.__annotations__, inspect.unwrap(function).__annotations__
    given = {argument: str(kind) for argument, kind in written.items() if argument != "return" and str(kind) != "Any"}
    assert {argument: str(declared[argument]) for argument in given} == given


@each_implementation
def test_an_implementation_stands_in_the_face_under_the_name_of_its_hook(plugin, name, function):
    """Whoever looks for what answers a hook finds it by that word."""
    assert inspect.unwrap(function).__name__ == name


@each_face
def test_a_function_of_a_face_that_is_named_like_a_hook_answers_it(plugin):
    """Without its mark nobody calls it, and nothing says so."""
    named = {name for name, one in vars(FACES[plugin]).items() if inspect.isfunction(one) and name in HOOKS}
    assert named == {name for owner, name, _ in OURS if owner == plugin}


@each_face
def test_no_hook_only_hands_over_what_stands_elsewhere(plugin):
    """Faces are short: what stands in a file of a fixed name needs no function that imports and returns it."""
    tree = ast.parse(Path(FACES[plugin].__file__).read_text("utf-8"))
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:9] == "register_"]:
        works = [
            node for node in ast.walk(function) if isinstance(node, ast.Call) and node not in function.decorator_list
        ]
        assert works, f"{function.name} returns what a file could hold"
