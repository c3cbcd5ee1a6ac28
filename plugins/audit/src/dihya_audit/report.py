"""What a verification found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .continuation import Continuation

SHOWN = 100


@dataclass(slots=True)
class Finding:
    """Something that does not hold: ``altered``, ``missing``, ``misplaced``, ``unsigned`` …

    Attributes:
        what: what is wrong, without the entries that it is wrong with.
        index: the entry, or the first of a run of entries up to *last*.
    """

    kind: str
    what: str
    index: int | None = None
    last: int | None = None

    @property
    def detail(self) -> str:
        """What is wrong, and with which entries."""
        if self.index is None:
            return self.what
        if self.last is None or self.last == self.index:
            return f"entry {self.index}: {self.what}"
        return f"entries {self.index} to {self.last}: {self.what}"

    def data(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return {"kind": self.kind, "detail": self.detail, "index": self.index, "last": self.last}


@dataclass(slots=True)
class Report:
    """What was checked and what was found; ``ok`` only when nothing was.

    Attributes:
        trusted: False when the key came out of the bundle itself: then it proves nothing about who signed.
        continuations: breaks that a person has recorded.
        more: how many findings there were beyond those that are listed.
    """

    origin: str = ""
    size: int = 0
    checked: int = 0
    scope: str = ""
    key: str = ""
    trusted: bool = False
    findings: list[Finding] = field(default_factory=list)
    continuations: list[Continuation] = field(default_factory=list)
    more: int = 0

    @property
    def ok(self) -> bool:
        """True when everything holds."""
        return not self.findings

    def add(self, kind: str, what: str, index: int | None = None, last: int | None = None) -> None:
        """Add a finding. One about the entry that follows the last of its kind makes that one longer: one cause, one line."""
        if index is not None:
            for finding in reversed(self.findings):
                end = finding.last if finding.last is not None else finding.index
                if (finding.kind, finding.what) == (kind, what) and end == index - 1:
                    finding.last = last if last is not None else index
                    return
        if len(self.findings) < SHOWN:
            self.findings.append(Finding(kind, what, index, last))
        else:
            self.more += 1

    def data(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        plain = {name: getattr(self, name) for name in ("origin", "size", "checked", "scope", "key", "trusted", "more")}
        found = [finding.data() for finding in self.findings]
        return {
            "ok": self.ok,
            **plain,
            "findings": found,
            "continuations": [each.data() for each in self.continuations],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for people to read; what came out of the log is quoted, so that it forges no line."""
        if not self.origin and len(self.findings) == 1:
            yield f"NOT VERIFIED: {json.dumps(self.findings[0].detail, ensure_ascii=False)[1:-1]}"
            return
        for finding in self.findings:
            yield f"{finding.kind}: {json.dumps(finding.detail, ensure_ascii=False)[1:-1]}"
        if self.more:
            yield f"and {self.more} findings more"
        if not self.origin and self.findings:
            yield "NOT VERIFIED"
            return
        verdict = ("verified" if self.trusted else "consistent") if self.ok else "NOT VERIFIED"
        said = (
            f"{verdict}: {self.checked} entries of {json.dumps(self.origin)[1:-1]}, checkpoint over {self.size} entries"
        )
        if self.continuations:
            number = len(self.continuations)
            said += f"; {number} {'continuation' if number == 1 else 'continuations'}:"
        yield said
        yield from (f"  {each.line()}" for each in self.continuations)
        if not self.trusted:
            yield f"signer not known: the key {self.key} came with the bundle; pass --vkey with the key that you know"
