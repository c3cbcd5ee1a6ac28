"""Texts: short and long ones, and those that have one right spelling, by which they are stored and found."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import String, Text

from .. import DeclarationError
from .types import FieldType, Limits, in_order, plain, wrong


class _Text(FieldType[str]):
    """A text; its limits are characters."""

    least = 0
    most = 200

    def annotation(self) -> Any:
        shortest = {"min_length": self.limits.min} if self.limits.min else {}
        return plain(str, self, max_length=self.limits.max, **shortest)

    def accept(self, value: str) -> str:
        if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in value):
            raise wrong("text_control")
        return value


class ShortText(_Text):
    """A text on one line, of at most *max* characters; composed (NFC), and trimmed."""

    kind = "text"

    def __init__(self, max: int = 200, *, min: int = 0) -> None:
        super().__init__()
        self.max, self.min = max, min
        self.impl = String(max)
        self.limits = _lengths(self, min, max)

    def tidy(self, value: Any) -> Any:
        return re.sub(r"[\t\r\n]+", " ", composed(value)) if isinstance(value, str) else value


class LongText(_Text):
    """A text on several lines, of at most *max* characters."""

    impl = Text
    kind = "long_text"

    def __init__(self, max: int = 10_000, *, min: int = 0) -> None:
        super().__init__()
        self.max, self.min = max, min
        self.limits = _lengths(self, min, max)

    def tidy(self, value: Any) -> Any:
        return composed(value).replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value

    def schema(self) -> dict[str, Any]:
        return {"multiline": True}


class Email(_Text):
    """An e-mail address; what stands behind the @ in lower case, ``Name <address>`` and ``mailto:`` unwrapped."""

    impl = String(254)
    kind = "email"
    limits = Limits(0, 254)

    def tidy(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        bare = visible(value).removeprefix("mailto:")
        bare = re.sub(r"^[^<>]*<([^<>]+)>$", r"\1", bare).strip()
        local, at, domain = bare.rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def accept(self, value: str) -> str:
        from email_validator import EmailNotValidError, validate_email

        try:  # a name of the house's own network is an address too, but not a word without a point
            found = validate_email(value, check_deliverability=False, globally_deliverable=False).normalized
        except EmailNotValidError:
            raise wrong("email") from None
        if "." not in found.rpartition("@")[2] or len(found) > 254:
            raise wrong("email")
        return found

    def schema(self) -> dict[str, Any]:
        return {"format": "email"}


class Phone(_Text):
    """A phone number, stored as E.164 (``+33612345678``).

    Args:
        country: whose numbers those without ``+`` are (ISO 3166: ``FR``).
    """

    impl = String(16)
    kind = "phone"
    limits = Limits(0, 16)

    def __init__(self, country: str = "FR") -> None:
        super().__init__()
        if not re.fullmatch("[A-Z]{2}", country):
            raise DeclarationError(f"Phone takes a country of ISO 3166 such as 'FR', got {country!r}; write it")
        self.country = country

    def tidy(self, value: Any) -> Any:
        return self._e164(value) or visible(value) if isinstance(value, str) else value

    def accept(self, value: str) -> str:
        if not re.fullmatch(r"\+[1-9][0-9]{4,14}", value):
            raise wrong("phone")
        return value

    def annotation(self) -> Any:  # what is no number may be longer than one, and is refused as no number
        return plain(str, self, max_length=64)

    def _e164(self, text: str) -> str:
        import phonenumbers

        try:
            number = phonenumbers.parse(visible(text), self.country)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_possible_number(number):
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Iban(_Text):
    """A bank account; its check digits are right, and it is stored without spaces."""

    impl = String(34)
    kind = "iban"
    limits = Limits(0, 34)

    def tidy(self, value: Any) -> Any:
        return re.sub(r"[\s.-]", "", visible(value)).upper() if isinstance(value, str) else value

    def accept(self, value: str) -> str:
        from stdnum import iban
        from stdnum.exceptions import ValidationError

        try:
            return str(iban.validate(value))
        except ValidationError:
            raise wrong("iban") from None


class Colour(_Text):
    """A colour as ``#rrggbb``, in lower case; ``#rgb`` is completed."""

    impl = String(7)
    kind = "colour"
    limits = Limits(0, 7)

    def tidy(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        bare = visible(value).lower()
        return "#" + "".join(digit * 2 for digit in bare[1:]) if re.fullmatch("#[0-9a-f]{3}", bare) else bare

    def accept(self, value: str) -> str:
        if not re.fullmatch("#[0-9a-f]{6}", value):
            raise wrong("colour")
        return value


class Url(_Text):
    """An address on the web (``http`` or ``https``); scheme and host in lower case."""

    impl = String(500)
    kind = "url"
    limits = Limits(0, 500)

    def tidy(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        bare = visible(value)
        try:
            parts = urlsplit(bare)
        except ValueError:
            return bare
        return urlunsplit(parts._replace(netloc=parts.netloc.lower())) if "@" not in parts.netloc else bare

    def accept(self, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r'[\s<>"]', value)
        except ValueError:
            good = False
        if not good:
            raise wrong("url")
        return value

    def schema(self) -> dict[str, Any]:
        return {"format": "uri"}


def composed(text: str) -> str:
    """Return the text composed (NFC) and trimmed, so that two ways of typing it are one."""
    return unicodedata.normalize("NFC", text).strip()


def visible(text: str) -> str:
    """Return the text composed, without what nobody sees: zero-width and direction characters, odd spaces and hyphens."""
    kept = "".join(
        character for character in unicodedata.normalize("NFC", text) if unicodedata.category(character) != "Cf"
    )
    return re.sub(r"[\u2010-\u2015]", "-", re.sub(r"\s+", " ", kept)).strip()


def _lengths(kind: object, min: int, max: int) -> Limits:
    if max < 1:
        raise DeclarationError(f"{type(kind).__name__} has room for {max} characters; give it 1 or more")
    return in_order(kind, min, max)
