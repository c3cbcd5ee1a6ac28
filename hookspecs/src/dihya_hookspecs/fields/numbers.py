"""Numbers: whole ones, decimal ones that no database rounds, amounts of money, shares of a hundred."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer

from .. import DeclarationError
from .types import FieldType, bounds, in_order, plain, wrong

DIGITS = 14
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'\u2019]+")


class Whole(FieldType[int]):
    """A whole number; without limits, one of 31 bits, and one of 63 where *min* or *max* lies beyond."""

    impl: Any = Integer
    kind = "integer"

    def __init__(self, *, min: int | None = None, max: int | None = None) -> None:
        super().__init__()
        self.min, self.max = min, max
        if any(limit is not None and not -(1 << 31) <= limit < 1 << 31 for limit in (min, max)):
            self.impl = BigInteger()
        bits = 63 if isinstance(self.impl, BigInteger) else 31
        self.limits = in_order(self, -(1 << bits) if min is None else min, (1 << bits) - 1 if max is None else max)

    def annotation(self) -> Any:
        return plain(int, self, **bounds(self.limits))

    def tidy(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise wrong("int_type")
        return _SPACES.sub("", value) if isinstance(value, str) else value

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)


class Number(FieldType[Decimal]):
    """A decimal number. It is stored as a whole one, since SQLite would make a binary fraction of it.

    Args:
        places: decimal places; a finer value is refused, not rounded.
    """

    impl = BigInteger
    kind = "decimal"

    def __init__(self, places: int = 2, *, min: Decimal | int | None = None, max: Decimal | int | None = None) -> None:
        super().__init__()
        if not 0 <= places <= 8:
            raise DeclarationError(f"{type(self).__name__} has 0 to 8 decimal places, got {places}; round it")
        self.places, self.min, self.max = places, min, max
        self.limits = in_order(self, min, max, places)

    def annotation(self) -> Any:
        return plain(Decimal, self, max_digits=DIGITS, decimal_places=self.places, **bounds(self.limits))

    def tidy(self, value: Any) -> Any:
        """Take ``1 234,50`` as French writes it; a text with both comma and point stays as it is."""
        if isinstance(value, bool):
            raise wrong("decimal_type")
        if not isinstance(value, str):
            return value
        bare = _SPACES.sub("", value)
        return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare

    def accept(self, value: Decimal) -> Decimal:
        return value.quantize(self._unit)

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal

    @property
    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-self.places)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) / self._unit).to_integral_value())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else int(value) * self._unit

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


class Money(Number):
    """An amount in one currency.

    Args:
        currency: its code in ISO 4217.
        places: as many as the currency has: 2 for euros, 0 for yen.
    """

    kind = "money"

    def __init__(
        self,
        currency: str = "EUR",
        places: int = 2,
        *,
        min: Decimal | int | None = None,
        max: Decimal | int | None = None,
    ) -> None:
        super().__init__(places, min=min, max=max)
        if not re.fullmatch("[A-Z]{3}", currency):
            raise DeclarationError(f"Money takes a code of ISO 4217 such as 'EUR', got {currency!r}; write it")
        self.currency = currency

    def schema(self) -> dict[str, Any]:
        return {"currency": self.currency}


class Percentage(Number):
    """A share of a hundred."""

    kind = "percentage"

    def __init__(self, places: int = 2, *, min: Decimal | int = 0, max: Decimal | int = 100) -> None:
        super().__init__(places, min=min, max=max)
