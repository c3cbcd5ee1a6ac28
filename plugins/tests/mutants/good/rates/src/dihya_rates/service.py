"""Amounts in other currencies."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from dihya_hookspecs import Invalid

from .settings import Settings

CENT = Decimal("0.01")


class Rates:
    """What a euro is in other currencies."""

    def __init__(self, euros: Mapping[str, float]) -> None:
        self.euros = {name: Decimal(str(rate)) for name, rate in euros.items()}

    @classmethod
    def from_container(cls, container: Any) -> Rates:
        """Return the rates that are set now."""
        return cls(container.get(Settings).euros)

    def converted(self, amount: Decimal, source: str, target: str) -> Decimal:
        """Return an amount in another currency, to the cent. Raises Invalid for a currency that has no rate."""
        missing = [name for name in (source, target) if name not in self.euros]
        if missing:
            raise Invalid(f"there is no rate for {missing[0]!r}; set rates.euros, which has {', '.join(self.euros)}")
        return (amount / self.euros[source] * self.euros[target]).quantize(CENT, ROUND_HALF_EVEN)
