"""What is generated holds: random trades with random blocks are attacked, and used as people of each role would."""

import importlib
import os
import random
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs, Templates
from dihya_tests.exploits import AROUND, ATTACKS, Site
from dihya_tests.workflows import failed, walk

SEED = int(os.environ.get("DIHYA_SAMPLE_SEED", 81))
PLUGINS = int(os.environ.get("DIHYA_SAMPLE_PLUGINS", 100))
SECONDS = float(os.environ.get("DIHYA_SAMPLE_SECONDS", 90))
"""A sample ends after as many plugins, or as much time, whichever comes first; each run says its seed."""
BLOCKS, WORKFLOWS, GOOD = 3, 4, 0.99
CONFIG = {"securite": {"argon2_time": 1, "argon2_memory": 64}}


@pytest.fixture
def templates(make_app):
    """The templates of the repository."""
    with make_app("templates").act() as act:
        yield act.get(Templates)


def chosen(templates, number):
    """Return the needs of one plugin of the sample: a trade, its options, up to three blocks more, a language, drawn by the number."""
    draw = random.Random(f"{SEED}-{number}")
    template = draw.choice(sorted(templates.all(), key=lambda one: one.name))
    options = {name: drawn(draw, option) for name, option in template.options["properties"].items()}
    if template.data.get("composed"):  # what is usual stays: without any table there is nothing to attack
        options = {name: value for name, value in options.items() if value}
    needs = Needs("", template.name, f"drawn_{number}", options, draw.choice(("fr", "en")))
    names = draw.sample(sorted(one.name for one in templates.blocks()), draw.randint(0, BLOCKS))
    try:
        return replace(needs, entities=tuple(templates.additions(names, template.name, options)))
    except Invalid:  # a block that refers to what this trade was drawn without
        return needs


def drawn(draw, option):
    """Return a value of one option."""
    if option["type"] == "boolean":
        return draw.choice((False, True))
    if "enum" in option:
        return draw.choice(option["enum"])
    if option["type"] == "integer":
        return draw.randint(option.get("minimum", 1), option.get("maximum", 20))
    return draw.choice(("", "Salle « B »"))


def site_of(make_app, templates, needs, folder, count=None):
    """Start the plugin that is generated from these needs, sparing; of its resources the first ones where a count is given."""
    files = templates.render(templates.complete(needs))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    sys.path.insert(0, str(folder / "src"))
    app = make_app(*AROUND, config=CONFIG, plugins={needs.name: importlib.import_module(f"dihya_{needs.name}")})
    names = [one.name for one in Site(app, needs.name).resources.values()]
    return Site.of(app, needs.name, names[:count], sparing=count is None)


def said(results, workflows):
    """Return every attempt that succeeded and every workflow that failed, one under the other."""
    lines = [str(finding) for result in results for finding in result.findings]
    return "\n".join([*lines, *map(str, failed(workflows))])


def test_a_generated_plugin_withstands_and_works(make_app, templates, tmp_path):
    """Of one plugin, one resource: none of fifteen attacks succeeds, and every workflow passes for who may write it."""
    site = site_of(make_app, templates, chosen(templates, 0), tmp_path, count=1)
    results, workflows = [attack(site) for attack in ATTACKS.values()], walk(site, roles=["admin", "user"])
    assert sum(result.tries for result in results) > 300 and len(workflows) >= 4
    assert not (wrong := said(results, workflows)), wrong


@pytest.mark.exhaustive
def test_a_random_sample_of_generated_plugins_withstands_and_works(make_app, templates, tmp_path, record_property):
    """No attack succeeds, each role has walked four workflows or more, at least 99 in 100 of them pass, and the figures are told."""
    end, number, wrong = time.monotonic() + SECONDS, 0, []
    counts: Counter[str] = Counter()
    while time.monotonic() < end and number < PLUGINS:
        number += 1
        site = site_of(make_app, templates, chosen(templates, number), tmp_path / str(number))
        results, workflows = [attack(site) for attack in ATTACKS.values()], walk(site)
        counts["tries"] += sum(result.tries for result in results)
        counts["succeeded"] += sum(len(result.findings) for result in results)
        counts["walked"] += len(workflows)
        counts["passed"] += len(workflows) - len(failed(workflows))
        idle = {role: count for role, count in Counter(one.role for one in workflows).items() if count < WORKFLOWS}
        wrong += (
            [f"plugin {number}, {site.plugin}: {said(results, workflows)} {idle or ''}"]
            if said(results, workflows) or idle
            else []
        )
        counts["idle"] += len(idle)
    figures = f"seed {SEED}: {number} plugins, " + ", ".join(f"{count} {name}" for name, count in counts.items())
    record_property("figures", figures)
    print(figures)
    assert counts["succeeded"] == 0 and not counts["idle"] and counts["passed"] >= GOOD * counts["walked"], "\n".join(
        [figures, *wrong]
    )
