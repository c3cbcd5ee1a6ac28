"""The templates of this package are sound, and others' are checked."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
import yaml
from dihya_hookspecs import Invalid
from dihya_templates.blocks import own_blocks, own_purposes
from dihya_templates.entities import caption_fields, entity_flaws, purpose_of, starts_of
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


def part(template, name):
    return next(entity for entity in template.entities if entity["name"] == name)


def column(entity, name):
    return next(field for field in entity["fields"] if field["name"] == name)


WRITTEN = [template for template in own_templates() if template.name in ("association", "ecommerce", "sante")]
"""Those whose sample records say their references; in those of sectors they are filled in."""


@pytest.mark.parametrize("template", WRITTEN, ids=lambda template: template.name)
def test_every_entity_has_a_caption_that_tells_its_samples_apart(template):
    """No two sample rows of an entity are called the same, once references are called by their own captions."""
    entities = {entity["name"]: entity for entity in template.entities}

    def called(entity, key):
        number, row = list(entity["sample"]).index(key), entity["sample"][key]
        fields = {field["name"]: field for field in entity["fields"]}
        values = {}
        for name in caption_fields(entity):
            value = f"number {number}" if fields[name]["type"] == "sequence" else row.get(name, "")
            target = entities.get(fields[name].get("to", ""))
            values[name] = called(target, value) if target and value else str(value)
        return entity["caption"].format(**values)

    for entity in entities.values():
        names = [called(entity, key) for key in entity["sample"]]
        assert len(set(names)) == len(names) and all(names), entity["name"]


@pytest.mark.parametrize("template", own_templates(), ids=lambda template: template.name)
def test_two_people_of_one_surname_are_called_differently(template):
    """A caption that says the last name of a person says the first one too."""
    for entity in template.entities:
        kinds = {column(entity, name).get("personal") for name in caption_fields(entity)}
        assert "name.last" not in kinds or "name.first" in kinds, entity["name"]


@pytest.mark.parametrize("template", WRITTEN, ids=lambda template: template.name)
def test_every_purpose_says_where_its_period_stands(template):
    """Basis and period of a written template have a source that fits on a line, and say how sure that is."""
    for name, purpose in template.data["purposes"].items():
        assert 0 < len(purpose.get("source", "")) <= 104 and "confidence" in purpose, name


@pytest.mark.parametrize("template", WRITTEN, ids=lambda template: template.name)
def test_no_period_begins_when_a_record_is_typed(template):
    """What a written table holds of people is kept from a date of the matter itself, not from the creation of the record alone."""
    for entity in template.entities:
        own = [entity["purpose"]] if "purpose" in entity else []
        for name in (*own, *(field["purpose"] for field in entity["fields"] if "purpose" in field)):
            assert starts_of(template.data["purposes"][name]["retention"]), (entity["name"], name)


ACCOUNTS = [
    ("association", "membership"), ("association", "donation"), ("ecommerce", "invoice"), ("ecommerce", "order_line"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "table"), ACCOUNTS)
def test_accounts_are_kept_ten_years_from_the_close_of_their_year(templates, template, table):
    """Fees, gifts, invoices and their lines outlive the erasure of a person, as the law on accounts asks."""
    entity = part(templates[template], table)
    purpose = templates[template].data["purposes"][entity["purpose"]]
    assert (purpose["basis"], purpose["retention"]) == ("legal_obligation", "10y after fiscal_year_end_on")
    assert column(entity, "fiscal_year_end_on")["required"]
    assert all("fiscal_year_end_on" in row for row in entity["sample"].values())


BLOCKS = [
    ("fee", "association", "membership"), ("donation", "association", "donation"), ("customer", "ecommerce", "client"),
    ("order", "ecommerce", "order"), ("invoice", "ecommerce", "invoice"), ("practitioner", "sante", "practitioner"),
    ("prescription", "sante", "prescription"), ("subscriber", "ecommerce", "client"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "template", "table"), BLOCKS)
def test_a_written_table_is_held_as_the_block_of_its_kind(templates, block, template, table):
    """The same thing has the same basis, period and source, whether its table is written out or composed."""
    name = next(each.data["purpose"] for each in own_blocks() if each.name == block)
    purpose, common = templates[template].data["purposes"][name], own_purposes()[name]
    entity = part(templates[template], table)
    assert name in {entity["purpose"], *(field.get("purpose") for field in entity["fields"])}
    assert purpose["retention"] == common["retention"].format(start=starts_of(purpose["retention"])[0])
    assert all(purpose.get(key) == common.get(key) for key in ("basis", "article9", "source", "confidence"))


def test_a_medical_record_is_kept_from_the_last_visit(templates):
    """A patient counts from when they were last seen, a consultation from the day on which it was held."""
    patient, consultation = (part(templates["sante"], name) for name in ("patient", "consultation"))
    purposes = templates["sante"].data["purposes"]
    assert starts_of(purposes[patient["purpose"]]["retention"]) == ("last_seen_on", "born_on")
    assert starts_of(purposes[consultation["purpose"]]["retention"]) == ("held_at",)
    assert column(patient, "last_seen_on")["required"]


def test_the_consent_to_a_newsletter_can_be_proved(templates):
    """A customer's row says when consent was given, in which words, and when it was withdrawn, never before it was given."""
    client = part(templates["ecommerce"], "client")
    given, words, withdrawn = "newsletter_given_on", "newsletter_words", "newsletter_withdrawn_on"
    assert {each["name"] for each in client["fields"] if each.get("purpose") == "newsletter"} == {
        "newsletter", given, words, withdrawn,
    }  # fmt: skip
    assert {"rule": "not_before", "field": withdrawn, "than": given} in client["rules"]
    needed = {(rule["field"], rule["is"]) for rule in client["rules"] if rule["rule"] == "required_when"}
    assert {(given, "agreed"), (words, "agreed"), (given, "withdrawn"), (withdrawn, "withdrawn")} == needed
    assert {row.get("newsletter") for row in client["sample"].values()} == {None, "agreed", "withdrawn"}


NUMBERS = [
    ("ecommerce", "order", "number"), ("ecommerce", "invoice", "number"), ("association", "donation", "receipt_number"),
    ("sante", "patient", "record_number"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "table", "name"), NUMBERS)
def test_numbers_of_papers_are_given_by_the_application(templates, template, table, name):
    """Nobody types a number that must have no gaps, and one by which a person is found is personal."""
    entity = part(templates[template], table)
    assert column(entity, name)["type"] == "sequence" and "personal" in column(entity, name)
    assert not any(name in row for row in entity["sample"].values())


@pytest.mark.parametrize(
    ("template", "purpose"), [("association", "activities"), ("ecommerce", "service"), ("sante", "practice")]
)
def test_an_added_table_needs_no_date(templates, template, purpose):
    """A table that somebody adds and that has no date of its own is kept from the creation of its records."""
    data = templates[template].data
    person = next(entity for entity in data["entities"] if entity.get("subject") == "id")["name"]
    fields = [
        {"name": "person_id", "type": "reference", "to": person, "required": True},
        {"name": "size", "type": "text", "personal": "account"},
    ]
    added = {"name": "shirt", "fields": fields}
    assert purpose_of(added, {each["name"]: each for each in (*data["entities"], added)}, data["purposes"]) == purpose
    assert list(entity_flaws(data, [added])) == []


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


def test_words_for_a_value_that_an_option_does_not_have_are_refused(small):
    """Whoever misspells it would see the machine's word on the page."""
    small["options"]["vat"] = {
        "type": "string", "enum": ["with_vat", "without_vat"], "default": "with_vat", "x-title": {"en": "VAT", "fr": "TVA"},
        "x-help": {"en": "x", "fr": "x"}, "x-titles": {"with": {"en": "with VAT", "fr": "avec TVA"}},
    }  # fmt: skip
    with pytest.raises(Invalid, match="/options/vat/x-titles/with"):
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
