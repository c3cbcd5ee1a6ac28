"""What plugins say of what they record."""

import pytest
from dihya_hookspecs import DeclarationError
from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.i18n import Text


@pytest.mark.parametrize("words", [("{who} sang", "a chanté"), ("sung by {singer}", "{who}"), ("{who} {}", "{who}")])
def test_words_name_only_what_an_event_has(words):
    """Who acts and what is named, in both languages; anything else would stay a brace on the page."""
    with pytest.raises(DeclarationError, match=r"say \{who\}"):
        AuditAction("club.sung", Text(*words))
