"""Markup that was sent is looked for as an element of the page, not as a piece of text."""

from dihya_tests.exploits.markup import read
from dihya_tests.exploits.scripting import payloads, sign
from markupsafe import escape


def test_what_is_reflected_and_what_was_stored_is_found(found):
    """The greeting shows its argument as markup, and the board shows what a form took; escaped pages are not told."""
    assert found("cross_site_scripting") == {
        "GET /holes/greeting": "the input became an element of the page",
        "POST /holes/posts-by-hand": "stored: the input became an element of the page",
    }


def test_an_escaped_payload_is_no_success():
    """As text, as an attribute and within a script as JSON, the payload may stand wherever it is escaped."""
    text, link, template = payloads("zbbbb")
    page = f'<p title="{escape(text)}">{escape(text)} {link} {template}</p><a href="/?q={link}">x</a>'
    assert sign(read(page + f'<script type="application/json">"{text}"</script>'), "zbbbb") == ""


def test_each_way_out_of_a_page_is_a_success():
    """An element, an attribute whose quotes are not escaped, a link, a script and a template are told apart."""
    text, link, _template = payloads("zbbbb")
    half = text.replace("<", "&lt;").replace(">", "&gt;")
    assert "element" in sign(read(f"<p>{text}</p>"), "zbbbb")
    assert "attribute" in sign(read(f'<input value="{half}">'), "zbbbb")
    assert "link" in sign(read(f'<a href=" jAvascript:{link.partition(":")[2]}">x</a>'), "zbbbb")
    assert "script" in sign(read(f"<script>let name = '{text}'</script>".replace("<x-zbbbb>", "")), "zbbbb")
    assert "template" in sign(read("<p>zbbbb62710561</p>"), "zbbbb")
