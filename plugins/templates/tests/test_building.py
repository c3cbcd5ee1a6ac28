"""What the data leaves unsaid is worked out."""

from __future__ import annotations

from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned, said
from dihya_templates.completion import completed
from dihya_templates.library import own_templates, template_from
from dihya_templates.structure import structure_of


def plan_of(name, options=None, entities=(), language="fr"):
    template = next(template for template in own_templates() if template.name == name)
    needs = Needs("", name, "example", options or {}, language, entities)
    return planned(structure_of(completed(needs, template, {}), template))


def test_small_template_is_enough(small):
    """Plural, titles, columns, order and labels have sensible defaults."""
    template = template_from(small)
    plan = planned(structure_of(completed(Needs("", "club", "club", language="en"), template, {}), template))
    (player,) = plan.entities
    assert (player.plural, player.title.en, player.columns, player.order) == (
        "players",
        "Players",
        ("nickname",),
        "-created_at",
    )
    assert player.fields[0].label.en == "Nickname"
    assert plan.roles == (("club:coach", said({"en": "Coach", "fr": "Entraîneur"})),)


def test_entities_come_after_those_they_refer_to():
    """Tables can be made in the order of the plan, whatever the order of the data."""
    boat = {"name": "boat", "fields": [{"name": "pier_id", "type": "reference", "to": "pier"}]}
    pier = {"name": "pier", "fields": [{"name": "label", "type": "text", "impersonal": "a place"}]}
    names = [entity.name for entity in plan_of("association", entities=[boat, pier]).entities]
    assert names.index("pier") < names.index("boat")


def test_roles_of_a_template_belong_to_the_plugin():
    """The roles of two plugins of one template have nothing in common, and the shared auditor is not registered again."""
    assert [name for name, _ in plan_of("association").roles] == ["example:secretaire", "example:tresorier"]
    assert plan_of("association").entity("member").readers == ("example:secretaire", "example:tresorier", "auditeur")


def test_rows_that_outlive_an_erasure_can_be_emptied():
    """What a retained row refers to is kept, and its personal columns become nullable; otherwise they are not."""
    plan = plan_of("association", {"donations": True})
    assert plan.entity("member").get("last_name").nullable
    assert plan.entity("member").get("last_name").required
    assert not plan.entity("donation").get("donor_name").nullable
    assert not plan.entity("registration").kept


def test_health_stays_with_the_doctors():
    """A new entity with health data is read by those who read such data already, and serves its purpose."""
    allergy = {
        "name": "allergy",
        "fields": [
            {"name": "patient_id", "type": "reference", "to": "patient", "required": True},
            {"name": "substance", "type": "text", "required": True, "personal": "health_and_medical"},
        ],
    }
    made = plan_of("sante", entities=[allergy]).entity("allergy")
    assert made.readers == ("example:medecin",)
    assert made.purpose.name == "care"
    assert made.subject == "patient_id"


def test_secretary_reads_no_medical_notes():
    """Consultations and prescriptions are for doctors alone."""
    plan = plan_of("sante")
    for name in ("consultation", "prescription"):
        assert plan.entity(name).readers == plan.entity(name).writers == ("example:medecin",)


def test_person_of_an_order_line_is_two_steps_away():
    """The subject path goes through the order to the customer."""
    assert plan_of("ecommerce").entity("order_line").subject == "order_id.client_id"


def test_one_text_stands_for_both_languages():
    """A person who writes one language is understood."""
    assert said("Bateau") == ("Bateau", "Bateau")
