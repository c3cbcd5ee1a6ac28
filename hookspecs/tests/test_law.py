"""Special categories of data are held under a condition of article 9, and data on offences under a law."""

import types
from datetime import date
from itertools import count

import pytest
from dihya_hookspecs import DeclarationError
from dihya_hookspecs.data import Model, Record, impersonal, personal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import CONDITIONS, is_special
from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

NUMBERS = count()


@pytest.fixture
def declared():
    """Return a function that declares a table with one column of a category; its table is forgotten afterwards."""
    made = []

    def declare(category, **said):
        name = f"law_held_{next(NUMBERS)}"
        columns = {
            "__tablename__": name, "__module__": __name__, "__annotations__": {"ended_on": Mapped[date | None], "words": Mapped[str]},
            "ended_on": impersonal("when it ended", Date), "words": personal(category, String(9)),
        }  # fmt: skip
        keywords = {"subject": "id", "purpose": "care", "basis": "contract", "retention": "1y", **said}
        model = types.new_class(name, (Record,), keywords, lambda body: body.update(columns))
        made.append(model.__table__)
        return model.__table__

    yield declare
    for table in made:
        Model.metadata.remove(table)


@pytest.mark.parametrize(
    "category", ["health_and_medical", "health_and_medical.record_id", "demographic.religious_belief", "genetic"]
)
def test_a_special_category_names_its_condition(declared, category):
    """Refused by name without one; with one the column says it."""
    with pytest.raises(DeclarationError, match="special category.*article9"):
        declared(category)
    assert declared(category, article9="h").columns["words"].info["rgpd"].article9 == "h"


def test_an_unknown_condition_is_refused(declared):
    """The letters of article 9(2) go from a to j."""
    with pytest.raises(DeclarationError, match="unknown condition of article 9: 'z'"):
        declared("name", article9="z")


def test_data_on_offences_name_the_law(declared):
    """Article 10: no basis of one's own choice is enough."""
    with pytest.raises(DeclarationError, match="offences.*source"):
        declared("criminal_history")
    assert declared("criminal_history", source="a law").columns["words"].info["rgpd"].source == "a law"


@pytest.mark.parametrize("category", ["name", "healthy", "demographic.date_of_birth", "contact.email"])
def test_other_data_ask_for_no_condition(category):
    """Neither names nor dates of birth are special, nor what only begins alike."""
    assert not is_special(category)


def test_every_condition_has_words_in_both_languages():
    """Whoever signs the register reads no letters."""
    assert list(CONDITIONS) == list("abcdefghij") and all(
        isinstance(words, Text) and words.fr for words in CONDITIONS.values()
    )


@pytest.mark.parametrize("retention", ["1y after words then 1y archived", "1y after nowhere then 1y archived"])
def test_an_archive_counts_from_dates_of_the_row(declared, retention):
    """An archive that counts from another row is refused with the column named: SQL could not tell what is archived."""
    with pytest.raises(DeclarationError, match="archive counts from"):
        declared("name", retention=retention)
    assert declared("name", retention="1y after ended_on then 1y archived") is not None
