"""Recovery codes are random, easy to write down, and bound to their person."""

from __future__ import annotations

import re
import uuid

from dihya_securite import recovery_codes


def test_codes_have_no_letters_that_are_taken_for_others():
    """Four groups of four, without i, l, o, 0 and 1."""
    codes = [recovery_codes._one() for _ in range(200)]
    assert all(re.fullmatch(r"(?:[a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", code) for code in codes)
    assert len(set(codes)) == 200


def test_the_digest_of_a_code_holds_for_one_person():
    """Equal codes of two people would not be stored alike."""
    assert recovery_codes._digest(uuid.UUID(int=1), "abcd") != recovery_codes._digest(uuid.UUID(int=2), "abcd")
