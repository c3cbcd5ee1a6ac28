"""The library of templates, alone and in an application."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, NotFound, hookimpl
from dihya_hookspecs.generation import Needs, Templates
from dihya_templates.library import template_from
from dihya_templates.service import Library


def test_all_and_get(library):
    """Templates are listed by name; a wrong name gets a suggestion."""
    names = [template.name for template in library.all()]
    assert names == sorted(names) and {"association", "ecommerce", "sante"} < set(names)
    assert library.get("sante").title.fr == "Cabinet de santé"
    with pytest.raises(NotFound, match="did you mean 'association'"):
        library.get("asociation")
    with pytest.raises(NotFound, match="one of administration_publique, agriculture"):
        library.get("zzz")


def test_complete_and_render(library):
    """Needs are checked before anything is rendered."""
    assert library.complete(Needs("", "sante", "")).name == "cabinet"
    with pytest.raises(Invalid):
        library.render(Needs("", "sante", "json"))


def test_template_of_a_stranger_is_checked(small):
    """A template that somebody registered without a check is refused when it is used, and not before."""
    good = template_from(small)
    bad = replace(good, name="bad", data={**good.data, "entities": []})
    library = Library([good, bad])
    assert library.render(Needs("", "club", "club"))
    with pytest.raises(Invalid, match="/entities"):
        library.complete(Needs("", "bad", "club"))


def test_template_without_a_digest_gets_one(small):
    """The provenance always names the template's content."""
    library = Library([replace(template_from(small), digest="")])
    assert template_from(small).digest in library.render(Needs("", "club", "club"))[".dihya/provenance.json"]


def test_in_a_house(make_app, small):
    """The service knows our templates, those of other plugins, and the names that are taken."""
    other = SimpleNamespace(register_templates=hookimpl(lambda: template_from(small)), __name__="other")
    other.register_templates.__name__ = "register_templates"
    app = make_app("templates", plugins={"other": other})
    with app.act() as act:
        templates = act.get(Templates)
        assert {"association", "club", "ecommerce", "sante"} < {template.name for template in templates.all()}
        with pytest.raises(Invalid) as refusal:
            templates.complete(Needs("", "association", "other"))
        assert refusal.value.flaws[0].code == "taken"


@pytest.mark.parametrize("name", ["people", "database", "serve", "health", "core", "admin", "dihya"])
def test_the_application_is_asked_what_a_plugin_cannot_be_called(make_app, name):
    """Commands, addresses, packages, shared roles and sections of the configuration: a plugin of that name is refused."""
    app = make_app("templates", "securite", "wsgi", "i18n")
    with app.act() as act, pytest.raises(Invalid) as refusal:
        act.get(Templates).complete(Needs("", "association", name))
    assert refusal.value.flaws[0].pointer == "/name" and repr(name) in refusal.value.flaws[0].detail
