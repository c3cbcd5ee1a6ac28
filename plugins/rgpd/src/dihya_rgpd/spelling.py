"""One form for all spellings of an identifier, so that whoever writes their own number differently is found."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

Kind = Literal["email", "phone", "name", "code"]
LAST_DIGITS = 6
"""So many digits at the end of a phone number are the same in every spelling of it."""

_CODES = frozenset(
    [
        "unique_id",
        "government_id",
        "username",
        "record_id",
        "account_number",
        "beneficiary_id",
        "insurance_beneficiary_id",
        "drivers_license_number",
        "passport_number",
        "national_identification_number",
        "device_id",
        "user_id",
    ]
)
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\s\-‐-―−_./\\#°()]+")
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n"})


def kind_of(category: str) -> Kind | None:
    """Return what kind of identifier a fideslang category is; None for what identifies nobody."""
    parts = category.split(".")
    if "email" in parts:
        return "email"
    if {"phone_number", "fax_number"} & set(parts):
        return "phone"
    if parts[0] == "name" or parts[:2] == ["user", "name"]:
        return "name"
    return "code" if _CODES & set(parts) else None


def form(kind: Kind, value: object, country: str) -> str:
    """Return the one form of *value*, empty where it has none: two spellings of the same identifier share it."""
    text = str(value)
    if kind == "email":
        return email(text)
    if kind == "phone":
        return phone(text, country)
    return " ".join(sorted(words(text))) if kind == "name" else code(text)


def clean(text: str) -> str:
    """Return *text* composed, without characters that nobody sees, and with single spaces."""
    visible = "".join(
        one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) not in ("Cf", "Cc")
    )
    return _SPACES.sub(" ", visible).strip()


def email(text: str) -> str:
    """Return the address in *text*, which may be ``Name <a@b>`` or ``mailto:a@b``; its domain as the DNS writes it."""
    bare = clean(text.replace("\r", " ").replace("\n", " "))
    if bare.lower().startswith("mailto:"):
        bare = unquote(bare[7:].partition("?")[0])
    if "<" in bare:
        bare = parseaddr(bare)[1] or bare[bare.rfind("<") + 1 :].partition(">")[0]
    local, at, domain = clean(bare).casefold().strip(" <>\"'").rpartition("@")
    if not at or not local or not domain:
        return ""
    with suppress(UnicodeError):  # otherwise no domain of the DNS: compared as it is written
        domain = domain.rstrip(".").encode("idna").decode()
    return f"{local}@{domain}"


def phone(text: str, country: str) -> str:
    """Return a number as E.164 writes it, *country* being where one without a prefix is; else without separators."""
    import phonenumbers

    bare = clean(text).replace("(0)", "")
    try:
        number = phonenumbers.parse(bare, country)
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    return _SEPARATORS.sub("", bare).casefold()


def words(text: str) -> frozenset[str]:
    """Return the words of a name: no accents, ligatures or case, in no order."""
    plain = unicodedata.normalize("NFKD", clean(text).casefold().translate(_LETTERS))
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return frozenset(_WORDS.findall(bare))


def code(text: str) -> str:
    """Return a record or invoice number without separators, in one case."""
    return _SEPARATORS.sub("", clean(text)).casefold()


def digits(text: str) -> str:
    """Return the digits of *text*."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())


@dataclass(frozen=True)
class Sought:
    """An identifier that somebody gave, in each of its possible meanings."""

    text: str
    country: str

    @cached_property
    def email(self) -> str:
        """The address, empty if it is none."""
        return email(self.text)

    @cached_property
    def phone(self) -> str:
        """The phone number, empty if it is an address."""
        return "" if self.email else phone(self.text, self.country)

    @cached_property
    def ending(self) -> str:
        """The last digits of the phone number."""
        return digits(self.phone)[-LAST_DIGITS:]

    @cached_property
    def code(self) -> str:
        """The record or invoice number."""
        return code(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the name."""
        return frozenset() if self.email else words(self.text)

    def is_(self, kind: Kind, value: object) -> bool:
        """Tell whether *value*, an identifier of this *kind*, is what is sought in another spelling."""
        text = str(value)
        if kind == "email":
            return bool(self.email) and self.email == email(text)
        if kind == "phone":  # Parsing a number is slow; most differ at their end already.
            same_end = digits(text)[-LAST_DIGITS:] == self.ending
            return bool(self.phone) and same_end and self.phone == phone(text, self.country)
        return bool(self.code) and self.code == code(text)

    def forms(self) -> list[str]:
        """Return every form that a digest may have been made of, each with its kind."""
        found = {"email": self.email, "phone": self.phone, "code": self.code, "name": " ".join(sorted(self.words))}
        return [marked(kind, value) for kind, value in found.items() if value]


def marked(kind: str, value: str) -> str:
    """Return a form together with its kind, as digests are made of it."""
    return f"{kind}:{value}"
