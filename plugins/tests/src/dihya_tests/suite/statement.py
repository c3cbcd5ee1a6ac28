"""A statement: which wheel earned which marks, when, by which suite; signed, and good for ninety days."""

from __future__ import annotations

import base64
import binascii
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dihya_hookspecs import Invalid
from dihya_hookspecs.keys import Signer
from pydantic import BaseModel, ConfigDict, ValidationError

from .model import State
from .registry import suite
from .report import Report, Subject

DAYS = 90
AROUND = ("dihya-hookspecs", "dihya-core")


class Claim(BaseModel):
    """What was found by one check: its state, and the digest of the evidence."""

    model_config = ConfigDict(extra="forbid")
    state: State
    evidence_sha256: str
    exempt: str = ""


class Statement(BaseModel):
    """What is signed."""

    model_config = ConfigDict(extra="forbid")
    format: Literal["dihya-statement 1"] = "dihya-statement 1"
    suite: str
    subject: Subject
    date: datetime
    around: dict[str, str]
    columns: dict[str, State]
    checks: dict[str, Claim]

    @property
    def message(self) -> bytes:
        """The bytes that are signed: JSON with sorted keys and no spaces."""
        said = self.model_dump(mode="json")
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def passed(self) -> bool:
        """True when every column has earned its mark."""
        return all(state in ("passed", "exempt") for state in self.columns.values())


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement whose signature holds.

    Attributes:
        key: the public key that signed, in base64.
        known: False for a key that nobody named: then anybody may have signed.
    """

    statement: Statement
    key: str
    known: bool


def stated(report: Report) -> Statement:
    """Return the statement of a whole run. Raises Invalid for the run of some columns only."""
    if not report.whole:
        raise Invalid("a statement is made of a run of the whole suite; leave --column out")
    checks = {
        line.name: Claim(
            state=line.state, evidence_sha256=evidence_digest(line.evidence.en, line.data), exempt=line.exempt
        )
        for line in report.checks
    }
    return Statement(
        suite=report.suite,
        subject=report.subject,
        date=report.began,
        around=around(),
        columns=report.columns,
        checks=checks,
    )


def around() -> dict[str, str]:
    """Return what a result depends on beside the plugin and the suite: Python, contract, core."""
    return {"python": platform.python_version(), **{name: version(name) for name in AROUND}}


def evidence_digest(sentence: str, data: Mapping[str, Any]) -> str:
    """Return the digest that stands for the evidence of a check: its English sentence and its data."""
    text = json.dumps([sentence, data], sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()


def signed(statement: Statement, signer: Signer) -> str:
    """Return the statement with a signature (Ed25519), as JSON text."""
    said = {
        "statement": statement.model_dump(mode="json"),
        "key": base64.b64encode(signer.public).decode(),
        "signature": base64.b64encode(signer.sign(statement.message)).decode(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def opened(text: str, known: Mapping[str, str] | set[str]) -> Verified:
    """Return the statement in a text when its signature holds, however old it is. Raises Invalid.

    Args:
        known: public keys in base64 that are trusted.
    """
    try:
        said = json.loads(text)
        statement = Statement.model_validate(said["statement"])
        key, signature = (
            base64.b64decode(said["key"], validate=True),
            base64.b64decode(said["signature"], validate=True),
        )
        Ed25519PublicKey.from_public_bytes(key).verify(signature, statement.message)
    except InvalidSignature as error:
        raise Invalid("the signature of the statement does not hold; it was changed after it was signed") from error
    except (ValueError, KeyError, TypeError, ValidationError, binascii.Error) as error:
        raise Invalid("this is no statement; 'dihya check TARGET --statement FILE' writes one") from error
    return Verified(statement, said["key"], said["key"] in known)


def verify(text: str, wheel: bytes, known: set[str], now: datetime | None = None) -> Verified:
    """Return the statement when it is about exactly this wheel and not too old. Raises Invalid; asks no network."""
    found = opened(text, known)
    demand(found.statement, sha256(wheel).hexdigest(), now)
    return found


def demand(statement: Statement, wheel_sha256: str, now: datetime | None = None) -> None:
    """Raise Invalid unless a statement is about the wheel with this digest, of a day that was, and not too old."""
    subject, day, now = statement.subject, statement.date, now or datetime.now(UTC)
    if wheel_sha256 != subject.wheel_sha256:
        known, this = subject.wheel_sha256[:16], wheel_sha256[:16]
        raise Invalid(f"the statement is about another wheel: {known}, and this is {this}")
    if day > now + timedelta(days=1):
        raise Invalid(f"the statement is of {day:%Y-%m-%d}, which is not yet")
    if now - day > timedelta(days=DAYS):
        raise Invalid(f"the statement is of {day:%Y-%m-%d}; one is good for {DAYS} days, check the wheel again")


def demand_folder(statement: Statement, sources_sha256: str, now: datetime | None = None) -> None:
    """Raise Invalid unless a statement is about the folder with this digest, of a day that was, and not too old."""
    said = statement.subject.sources_sha256
    if sources_sha256 != said:
        known = said[:16] or "a wheel alone"
        raise Invalid(f"the statement is about another folder: {known}, and this is {sources_sha256[:16]}")
    demand(statement, statement.subject.wheel_sha256, now)


def stands(found: Verified, subject: Subject, now: datetime | None = None) -> bool:
    """Tell whether a run would find the same: same wheel, folder, suite and surroundings, by a known key, in time."""
    statement, now = found.statement, now or datetime.now(UTC)
    return (
        found.known
        and statement.subject == subject
        and statement.suite == suite()
        and statement.around == around()
        and timedelta(0) <= now - statement.date <= timedelta(days=DAYS)
    )
