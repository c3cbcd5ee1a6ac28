"""Which right holds on which legal basis, and what that means for the data that is held about somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dihya_hookspecs.i18n import Text

from .models import RIGHTS
from .wording import basis as basis_words

Answer = Literal["yes", "no", "until", "withdraw"]
"""Whether a right holds: yes; no; ``until`` a duty to keep ends it does not; ``withdraw``: consent is withdrawn instead."""

SOURCE = "CNIL, Guide RGPD du développeur (2022), fiche 15"

_YES: tuple[Answer, ...] = ("yes", "yes")  # access and rectification hold whatever the basis
TABLE: Mapping[str, Mapping[str, Answer]] = MappingProxyType(
    {
        basis: MappingProxyType(dict(zip(RIGHTS, (*_YES, *answers), strict=True)))
        for basis, answers in {
            #                      erasure  restriction  portability  objection  withdrawal
            "consent":             ("yes",   "yes",       "yes",       "withdraw", "yes"),
            "contract":            ("yes",   "yes",       "yes",       "no",       "no"),
            "legitimate_interest": ("yes",   "yes",       "no",        "yes",      "no"),
            "legal_obligation":    ("until", "yes",       "no",        "no",       "no"),
            "public_interest":     ("no",    "yes",       "no",        "yes",      "no"),
            "vital_interests":     ("yes",   "yes",       "no",        "no",       "no"),
        }.items()
    }
)  # fmt: skip
"""The table of SOURCE: legal basis → right → whether it holds."""

PORTABLE = tuple(basis for basis, rights in TABLE.items() if rights["portability"] == "yes")
"""The legal bases whose data a person takes along (article 20)."""

WORDS: Mapping[Answer, Text] = MappingProxyType(
    {
        "yes": Text("yes", "oui"),
        "no": Text("no", "non"),
        "until": Text("once the duty to keep it has ended", "une fois l’obligation de conservation terminée"),
        "withdraw": Text("by withdrawing consent", "en retirant son consentement"),
    }
)


@dataclass(frozen=True, slots=True)
class OnBasis:
    """The rights on the data that is held on one legal basis: a line of the table that people read.

    Attributes:
        answers: one for each of ``RIGHTS``, in their order.
    """

    basis: str
    answers: tuple[Answer, ...]

    @property
    def called(self) -> Text:
        """The basis in words."""
        return basis_words(self.basis)

    @property
    def told(self) -> list[tuple[Text, Answer]]:
        """The answers in words, each with the answer itself."""
        return list(zip(self.words, self.answers, strict=True))

    @property
    def words(self) -> tuple[Text, ...]:
        """The answers in words."""
        return tuple(WORDS[one] for one in self.answers)


def right(name: str) -> Text:
    """Return what people call a right, with its article: “Access (article 15)”."""
    return Text(*RIGHTS[name])


def called() -> list[Text]:
    """Return what people call each right, in the order of the answers."""
    return [right(name) for name in RIGHTS]


def of(bases: Iterable[str]) -> list[OnBasis]:
    """Return a line for each of these legal bases, in the order of the table; a basis that it does not know has none."""
    wanted = set(bases)
    return [OnBasis(basis, tuple(rights.values())) for basis, rights in TABLE.items() if basis in wanted]


def rights_on(basis: str) -> list[Text]:
    """Return the rights that hold on data of one legal basis, each with its condition where it has one."""
    return [_with_condition(name, answer) for name, answer in TABLE.get(basis, {}).items() if answer != "no"]


def nowhere(bases: Iterable[str]) -> list[str]:
    """Return the names of the rights that hold on data of none of these bases, not even on a condition."""
    lines = of(bases)
    return [name for place, name in enumerate(RIGHTS) if all(line.answers[place] == "no" for line in lines)]


def holds(name: str, bases: Sequence[str]) -> bool:
    """Tell whether a right holds on some of the data that is held on these bases."""
    return name not in nowhere(bases)


def _with_condition(name: str, answer: Answer) -> Text:
    words = right(name)
    if answer == "yes":
        return words
    return Text(f"{words.en}: {WORDS[answer].en}", f"{words.fr} : {WORDS[answer].fr}")
