"""The templates of this package are sound, and others' are checked."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
import yaml
from dihya_hookspecs import Invalid
from dihya_templates.entities import caption_fields
from dihya_templates.library import check, check_once, digest_of, own_templates, read, template_from


@pytest.mark.parametrize("template", own_templates(), ids=lambda template: template.name)
def test_own_templates_are_complete(template):
    """Each has three entities or more, an auditor, options in both languages, examples, and sample records in each table."""
    assert 3 <= len(template.entities) <= 14
    assert any("auditeur" in entity["access"]["read"] for entity in template.entities)
    assert 4 <= len(template.examples) <= 8
    assert all(option["x-title"]["fr"] and option["x-help"]["en"] for option in template.options["properties"].values())
    assert all(3 <= len(entity["sample"]) <= 8 for entity in template.entities)


@pytest.mark.parametrize("template", own_templates(), ids=lambda template: template.name)
def test_own_templates_have_no_flaw(template):
    """They are read at the start without a look at each part; that look is taken here, and whenever one is used."""
    check(template.data)


def test_own_templates_are_named_in_order():
    """Those that are written out bear the digest of their file, those of sectors the digest of what they are composed of."""
    known = {template.name: template for template in own_templates()}
    assert list(known) == sorted(known)
    text = files("dihya_templates").joinpath("metiers/sante.yaml").read_bytes()
    assert known["sante"].digest == hashlib.sha256(text).hexdigest()
    assert known["bibliotheque"].digest == digest_of(known["bibliotheque"].data)


def test_dates_in_yaml_stay_text():
    """A date in a template is not turned into an object that JSON cannot hold."""
    sample = next(each for each in own_templates() if each.name == "association").entities[0]["sample"]
    assert sample["alice"]["joined_on"] == "2021-09-01"


WRITTEN = [template for template in own_templates() if template.name in ("association", "ecommerce", "sante")]
"""Those whose sample records say their references; in those of sectors they are filled in."""


@pytest.mark.parametrize("template", WRITTEN, ids=lambda template: template.name)
def test_every_entity_has_a_caption_that_tells_its_samples_apart(template):
    """No two sample rows of an entity are called the same, once references are called by their own captions."""
    entities = {entity["name"]: entity for entity in template.entities}

    def called(entity, row):
        fields = {field["name"]: field for field in entity["fields"]}
        values = {}
        for name in caption_fields(entity):
            value = row.get(name, "")
            target = entities.get(fields[name].get("to", ""))
            values[name] = called(target, target["sample"][value]) if target and value else str(value)
        return entity["caption"].format(**values)

    for entity in entities.values():
        names = [called(entity, row) for row in entity["sample"].values()]
        assert len(set(names)) == len(names) and all(names), entity["name"]


def test_every_trade_has_titles_and_words_of_its_own():
    """Each is named in both languages and has at least four words, and there are as many as the trades that were asked for."""
    templates = own_templates()
    assert len(templates) >= 49
    assert all(each.title.en and each.title.fr and len(set(each.words)) >= 4 for each in templates)


def test_yaml_makes_no_objects():
    """A template cannot make Python objects."""
    with pytest.raises(yaml.YAMLError):
        read("!!python/object/apply:os.getcwd []")


def test_somebody_elses_template(small):
    """A template from data is complete, with a digest that depends on its content only."""
    template = template_from(small)
    assert template.options["properties"]["teams"]["default"] is True
    assert template.digest == digest_of(dict(reversed(small.items())))


def test_wrong_template_is_refused(small):
    """What is wrong in shape or sense is refused by name, with pointers."""
    small["entities"][0]["fields"].append({"name": "team_id", "type": "reference", "to": "team"})
    with pytest.raises(
        Invalid, match="template 'club' is wrong at /entities/0/fields/1/to: no table 'team'"
    ) as refusal:
        template_from(small)
    assert refusal.value.flaws[0].pointer == "/entities/0/fields/1/to"


def test_a_shared_role_is_not_a_trades_own(small):
    """A template that lists a role which every application has is refused with the place; giving it rights is allowed."""
    small["entities"][0]["access"]["read"].append("auditeur")
    template_from(small)
    small["roles"].append({"name": "auditeur", "title": {"en": "Auditor", "fr": "Auditeur"}})
    with pytest.raises(Invalid, match="/roles/1/name: role 'auditeur' is shared"):
        template_from(small)


def test_wrong_default_of_an_option(small):
    """The default of an option must be one of its values."""
    small["options"]["teams"]["default"] = "maybe"
    with pytest.raises(Invalid, match="/options/teams/default"):
        template_from(small)


def test_a_template_is_checked_once_for_what_it_says(small, monkeypatch):
    """The same data is not checked again in a process; other data is."""
    checked = []
    monkeypatch.setattr("dihya_templates.library.check", checked.append)
    first, second = {**small, "version": "91.0.0"}, {**small, "version": "92.0.0"}
    for data in (first, dict(first), second):
        check_once(data)
    assert checked == [first, second]
