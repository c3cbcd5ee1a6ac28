"""Lists and forms as people use them: with a keyboard, on a narrow screen, in French and in English."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Permission
from dihya_hookspecs.data import Model, Record, Records, action, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from dihya_tests.kit import ACTOR
from pydantic import BaseModel
from selenium.webdriver.common.keys import Keys
from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped
from werkzeug.serving import make_server

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


class Reader(Record):
    """Who borrows."""

    __tablename__ = "lists_readers"
    name: Mapped[str] = impersonal("an invented name", String(80))
    town: Mapped[str] = impersonal("where the shelf stands", String(80))


class Loan(Record):
    """What is lent to a reader."""

    __tablename__ = "lists_loans"
    title: Mapped[str] = impersonal("a title", String(120))
    reader_id: Mapped[UUID] = impersonal("to whom", ForeignKey(Reader.id))
    fee: Mapped[Decimal] = impersonal("an amount", Numeric(10, 2))
    due: Mapped[date] = impersonal("a day")
    seen: Mapped[datetime | None] = impersonal("a moment")
    back: Mapped[bool] = impersonal("whether it came back")


class Readers(Records[Reader]):
    """All readers."""

    model, search, order = Reader, ("name", "town"), "name"


class Loans(Records[Loan]):
    """All loans."""

    model, search, order = Loan, ("title", "reader_id.name"), "title"

    @action("give_back", ("Take back", "Rendre"), many=True)
    def give_back(self, record):
        """The book stands on its shelf again."""
        record.back = True


class ReaderForm(BaseModel):
    """What is written of a reader."""

    name: str
    town: str = ""


class LoanForm(BaseModel):
    """What is written of a loan."""

    title: str
    reader_id: UUID
    fee: Decimal = Decimal(0)
    due: date
    back: bool = False


LABELS = {
    "title": Text("Title", "Titre"), "reader_id": Text("Lent to", "Prêté à"), "fee": Text("Fee", "Frais"),
    "due": Text("Due back on", "À rendre le"), "back": Text("Came back", "Rendu"), "seen": Text("Last seen", "Vu en dernier"),
}  # fmt: skip


@hookimpl
def register_permissions():
    return [Permission("lists:read", Text("see", "voir")), Permission("lists:write", Text("change", "modifier"))]


@hookimpl
def register_resources():
    return [
        Resource(
            "readers", Readers, ReaderForm, Text("Readers", "Lecteurs"), Text("reader", "lecteur"), "lists:read",
            "lists:write", ("name", "town"), {"name": Text("Name", "Nom"), "town": Text("Town", "Ville")},
        ),
        Resource(
            "loans", Loans, LoanForm, Text("Loans", "Prêts"), Text("loan", "prêt"), "lists:read", "lists:write",
            ("title", "reader_id", "fee", "due", "back", "seen"), LABELS, {"reader_id": "readers"}, totals=("fee",),
        ),
    ]  # fmt: skip


LISTS = SimpleNamespace(
    register_permissions=register_permissions, register_resources=register_resources, __name__="lists", __doc__="Lists."
)


@pytest.fixture
def page(make_app, browse):
    """A browser before an application of sixty readers and loans, in which everybody is an administrator."""
    app = make_app("console", "i18n", "static", "settings", plugins={"lists": LISTS})
    actor = app.client("admin").actor
    with app.act(actor=SYSTEM) as act:
        Model.metadata.create_all(
            act.session.connection(),
            tables=[*(Model.metadata.tables[n] for n in ("db_bin", "console_views")), Reader.__table__, Loan.__table__],
        )
        readers = [Reader(name=f"Reader {number:02}", town="Tipasa") for number in range(60)]
        act.session.add_all(readers)
        act.session.flush()
        act.session.add_all(
            Loan(title=f"Odes {number:02}", reader_id=reader.id, fee=Decimal("2.50"), due=date(2026, 3, 1), back=False,
                 seen=datetime(2026, 1, 15, 12, tzinfo=UTC))
            for number, reader in enumerate(readers)
        )  # fmt: skip
    server = make_server(
        "127.0.0.1", 0, lambda environ, begin: app.flask({**environ, ACTOR: actor}, begin), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield browse(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


LABEL = "return getComputedStyle(arguments[0], '::before').content"


def test_a_row_is_a_card_where_there_is_no_room(page):
    """At 320 px each cell says its column, every link is in the window, and choosing works; at 1280 px it is a table."""
    for language in ("fr", "en"):
        page.open(f"/lists/loans/?limit=10&lang={language}")
        page.find("tbody tr")
        page.picture(f"lists-list-{language}")
    assert "Total of all pages" in page.find("tfoot").text and "150" in page.find("tfoot").text
    page.resize(320)
    cell = page.find("tbody td[data-label='Due back on']")
    assert page.driver.execute_script(LABEL, cell) == '"Due back on"'
    for element in page.driver.find_elements("css selector", "main tbody a, main tbody input, thead a"):
        place = element.rect
        assert place["x"] >= 0 and place["x"] + place["width"] <= 320, element.text
    page.find("tbody input[type=checkbox]").click()
    page.press("Take back")
    page.until("Done for 1 record")
    page.resize(1280)
    cell = page.find("tbody td[data-label='Due back on']")
    assert page.driver.execute_script(LABEL, cell) == "none"


def test_one_goes_through_a_list_and_back(page):
    """Next page, previous page; the place is said on each."""
    page.open("/lists/loans/?limit=20&lang=en")
    page.until("1–20 of 60 records")
    page.press("Next page")
    page.until("21–40 of 60 records")
    page.picture("lists-pages-en")
    page.press("Previous page")
    page.until("1–20 of 60 records")
    assert page.complaints() == []


def chosen(page):
    """The reader that the form would send, and what the input says."""
    value = page.driver.execute_script(
        "return document.querySelector('select[name=reader_id]').selectedOptions[0].text"
    )
    return value, page.find("[role=combobox]").get_attribute("value")


def test_a_record_is_found_while_one_types(page):
    """With a keyboard alone: words narrow the list, arrows move in it, Enter chooses, Escape leaves the choice as it was."""
    for language in ("fr", "en"):
        page.open(f"/lists/loans/new?lang={language}")
        box = page.find("[role=combobox]")
        assert (
            page.find("label[for=reader_id]").text in ("Lent to", "Prêté à") and box.get_attribute("id") == "reader_id"
        )
        box.send_keys("reader 4")
        page.until("Reader 41")
        page.picture(f"lists-combobox-{language}")
    assert page.find("[role=status]").get_attribute("textContent") == "15 records fit."
    assert box.get_attribute("aria-expanded") == "true" and not box.get_attribute("aria-activedescendant")
    box.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    active = page.find(f"#{box.get_attribute('aria-activedescendant')}")
    assert (active.text, active.get_attribute("role")) == ("Reader 14", "option")
    box.send_keys(Keys.ENTER)
    assert chosen(page) == ("Reader 14", "Reader 14") and box.get_attribute("aria-expanded") == "false"
    box.send_keys(Keys.BACKSPACE, "9")
    page.until("Reader 19")
    box.send_keys(Keys.ESCAPE)
    assert chosen(page) == ("Reader 14", "Reader 14")
    page.fill(title="Nedjma", due="2026-03-01")
    page.find("main form button.primary").click()
    page.until("“Nedjma” was added.")
    assert "Reader 14" in page.text() and page.complaints() == []


def test_what_was_typed_and_names_a_record_is_chosen(page):
    """Whoever leaves the input without choosing keeps what fits; what fits nothing is taken back, what is emptied asks for a value."""
    page.open("/lists/loans/new?lang=en")
    box = page.find("[role=combobox]")
    box.send_keys("READER 07", Keys.TAB)
    assert chosen(page) == ("Reader 07", "Reader 07")
    box.send_keys("x", Keys.TAB)
    assert chosen(page) == ("Reader 07", "Reader 07")
    box.clear()
    box.send_keys(Keys.TAB)
    page.fill(title="Nedjma", due="2026-03-01")
    page.find("main form button.primary").click()
    assert page.driver.execute_script("return document.activeElement.id") == "reader_id"


def test_what_the_page_does_not_list_is_asked_of_the_server(page, monkeypatch):
    """Words find it that are no part of the name; the search for people without a script is gone."""
    monkeypatch.setattr("dihya_console.records.MOST_OPTIONS", 5)
    page.open("/lists/loans/new?lang=en")
    box = page.find("[role=combobox]")
    assert not page.driver.find_elements("css selector", "[name=reader_id__find]")
    box.send_keys("reader 58 tipasa")
    page.until("Reader 58")
    page.find("[role=option]").click()
    assert chosen(page) == ("Reader 58", "Reader 58")


def test_a_record_that_does_not_exist_is_entered_where_it_is_needed(page):
    """By keyboard: the inputs open inside the form with the focus in the first, nothing typed is lost, one button saves both."""
    for language in ("fr", "en"):
        page.open(f"/lists/loans/new?lang={language}")
        page.fill(title="Nedjma", due="2026-03-01")
        page.find("button[name=open]").send_keys(Keys.ENTER)
        page.find("fieldset legend")
        page.picture(f"lists-nested-{language}")
    assert page.driver.execute_script("return document.activeElement.name") == "reader_id.name"
    page.driver.switch_to.active_element.send_keys("Kateb", Keys.TAB, "Guelma", Keys.ENTER)
    page.until("“Nedjma” was added.")
    assert "“Kateb” was added." in page.text() and page.complaints() == []
    page.picture("lists-added-en")


def test_two_keys_lead_to_the_search_of_all_lists(page):
    """From a list and from the home page the cursor comes into the field; who types a stroke in another field keeps it."""
    page.open("/lists/loans/")
    page.find("#q").send_keys("/")
    assert page.find("#q").get_attribute("value") == "/"
    page.find("#q").send_keys(Keys.CONTROL, "k")
    page.find("#seek-keys")
    assert page.driver.switch_to.active_element.get_attribute("id") == "seek"
    page.open("/")
    page.find("main h1")
    page.find("body").send_keys("/")
    assert page.driver.switch_to.active_element.get_attribute("id") == "seek" and page.complaints() == []
