"""A portrait as lines of a terminal."""

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.inspecting import Marks, Part, Portrait, Undecided
from dihya_plugins.inspection_lines import lines

READ = Part("permission", "club:read", Text("see the club.", "voir"), (("roles", "user"),))
HOST = Part("host", "a.example.org", None, (("country", "FR"),))


def test_a_new_plugin_shows_what_it_has():
    """With who made it, and what nobody knows before it runs."""
    portrait = Portrait(
        "club", "1.0", "A club.", parts=(HOST, READ), undecided=(Undecided("register_tasks", "x.py:3"),)
    )
    said = list(lines(portrait))
    assert said[:2] == ["club 1.0", "  A club."] and "  licence    not said" in said and "  statement  none" in said
    at = said.index("  permissions, and who gets them")
    assert said[at : at + 4] == [
        "  permissions, and who gets them",
        "    club:read  see the club; for user",
        "  hosts that it may call",
        "    a.example.org  in FR",
    ]
    assert said[-2:] == ["decided when it runs, and not known here", "    register_tasks  x.py:3"]


def test_the_addresses_of_its_project_are_shown():
    """One below the other; where none is said, that is said."""
    said = list(
        lines(Portrait("club", "1", links=("Source: https://example.org/club", "Issues: https://example.org/i")))
    )
    at = said.index("  project    Source: https://example.org/club")
    assert said[at + 1] == "             Issues: https://example.org/i"
    assert "  project    no address said" in list(lines(Portrait("club", "1")))


def test_what_a_plugin_says_of_itself_does_not_steer_the_terminal():
    """Its author writes it, and whoever looks does so before trusting them."""
    portrait = Portrait("club", "1", "a\x1b[2Jb\u202ec", authors=("Zoé\r\n",), links=("Source: \x9b2J",))
    said = "".join(lines(portrait))
    assert not {"\x1b", "\u202e", "\r", "\n", "\x9b"} & set(said)
    assert "a\N{REPLACEMENT CHARACTER}[2Jb" in said and "Zoé" in said


def test_an_upgrade_shows_only_what_changes():
    """What comes has a plus, what goes a minus."""
    said = list(lines(Portrait("club", "2", sha256="a", before="1", parts=(HOST, READ), gains=(HOST,), loses=(READ,))))
    assert said[0] == "club 2, in place of 1"
    assert "  + a.example.org  in FR" in said and "  - club:read  see the club; for user" in said
    assert "it would gain nothing" in list(lines(Portrait("club", "2", sha256="a", before="1")))


def test_what_stands_against_it_is_said_last():
    """What stands against a plugin is said last, and a changed file where the files are told."""
    said = list(
        lines(Portrait("club", "2", record="modified", changed=("x.py was changed",), faults=("it is broken",)))
    )
    assert said[-2:] == ["it does not run", "  ✘ it is broken"]
    assert said[said.index("  files      modified") + 1].strip() == "x.py was changed"


def test_a_statement_by_an_unknown_key_says_so():
    """Anybody may have signed it."""
    columns = (("security", "passed"), ("docs", "failed"), ("tests", "not checked"))
    known, unknown = (
        "\n".join(lines(Portrait("club", "2", marks=Marks("2026-01-31", "k", trusted, columns))))
        for trusted in (True, False)
    )
    assert "of 2026-01-31, signed by a trusted key: security ✔ docs ✘ tests –" in known
    assert "a key that nobody here trusts (k)" in unknown
