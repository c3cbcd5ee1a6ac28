"""Whose event an object is that somebody publishes."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from dihya_core.data.publishing import publisher
from dihya_hookspecs import Invalid
from dihya_hookspecs.events import event


@event("shop.sold", permission="shop:read")
@dataclass(frozen=True, slots=True)
class Sold:
    """A book was sold."""

    number: int


@event("shop.sold", permission="shop:read")
@dataclass(frozen=True, slots=True)
class OtherSold:
    """Another class under the same name."""

    number: int


def plugins(*found):
    """The plugins as the core knows them, with these events registered."""
    return SimpleNamespace(collected=lambda hook: list(found))


def test_an_event_is_of_the_plugin_that_registers_its_class():
    """The event is that plugin's, whoever publishes it."""
    plugin, kind = publisher(plugins(("shop", Sold)), Sold(1))
    assert (plugin, kind.name) == ("shop", "shop.sold")


def test_an_event_that_nobody_registers_is_refused():
    """The sentence says what to return, and from where."""
    with pytest.raises(Invalid, match="no active plugin registers event 'shop.sold'; return Sold"):
        publisher(plugins(), Sold(1))


def test_another_class_under_a_registered_name_is_refused():
    """The sentence names the owner."""
    with pytest.raises(Invalid, match="belongs to plugin 'shop', which registers another class"):
        publisher(plugins(("shop", Sold)), OtherSold(1))
