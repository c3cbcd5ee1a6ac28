"""What a person says when the log cannot go on from what was signed last: the one event that bridges such a break.

It is an ordinary entry under an ordinary checkpoint. Its facts name what was signed before and from what the log goes on,
so that the old checkpoints, which no tree of today gives, are explained and not forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

ACTION = "audit.continued"
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Continuation:
    """A recorded break.

    Attributes:
        index: its own place in the log.
        signed: how many entries the largest checkpoint that was known then is over.
        kept: how many entries the largest of those is over that the log does continue.
        root: of the *index* entries from which the log goes on (hex).
        flaws: what could not be mended, as ``flaw`` writes it.
    """

    index: int
    at: str
    actor: str | None
    reason: str
    signed: int
    signed_root: str
    kept: int
    root: str
    flaws: tuple[str, ...] = ()

    @classmethod
    def read(cls, index: int, envelope: str) -> Continuation | None:
        """Return what an entry says, or None when it is no continuation."""
        if f'"action":"{ACTION}"' not in envelope:
            return None
        try:
            event = json.loads(envelope)
            facts = event["facts"]
            found = cls(
                index, event["at"], event["actor"], facts["reason"], facts["signed.size"], facts["signed.root"],
                facts["kept.size"], facts["from.root"], tuple(facts["flaws"]),
            )  # fmt: skip
            numbers = (found.signed, found.kept, facts["from.size"])
            sound = event["action"] == ACTION and all(type(number) is int for number in numbers)
        except (ValueError, TypeError, KeyError):
            return None
        return found if sound and facts["from.size"] == index else None

    def facts(self) -> dict[str, Any]:
        """Return what the event holds; ``read`` reads it."""
        return {
            "reason": self.reason,
            "signed.size": self.signed,
            "signed.root": self.signed_root,
            "kept.size": self.kept,
            "from.size": self.index,
            "from.root": self.root,
            "flaws": list(self.flaws),
        }

    def data(self) -> dict[str, Any]:
        """Return it as JSON data for a report."""
        return {"index": self.index, "at": self.at, "actor": self.actor, **self.facts()}

    def covers(self, kind: str, what: str, index: int | None, last: int | None) -> bool:
        """Tell whether a flaw was recorded here, alone or within a longer run of entries."""
        for text in self.flaws:
            if text == flaw(kind, what, index, last):
                return True
            recorded = json.loads(text)
            if index is None or recorded[:2] != [kind, what] or recorded[2] is None:
                continue
            if recorded[2] <= index and (last if last is not None else index) <= recorded[3]:
                return True
        return False

    def line(self) -> str:
        """Return one sentence for people; the reason is quoted, so that it forges no line."""
        said = f"at entry {self.index}, on {self.at[:10]}, because {json.dumps(self.reason, ensure_ascii=False)}"
        if self.signed > self.index:
            said += f"; {self.signed - self.index} entries that had been signed are not in it"
        if self.kept < self.index:
            first, last = self.kept, self.index - 1
            which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            said += f"; {which} in it on that person's word, not on an earlier signature"
        if self.flaws:
            said += f"; {len(self.flaws)} {'flaw' if len(self.flaws) == 1 else 'flaws'} recorded"
        return said


def flaw(kind: str, what: str, index: int | None, last: int | None) -> str:
    """Return how a continuation records a flaw that stays."""
    return json.dumps([kind, what, index, last if last is not None or index is None else index])
