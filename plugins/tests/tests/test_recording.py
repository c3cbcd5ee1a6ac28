"""Pages as they were answered, for a browser to be shown."""

import pytest
from dihya_tests.suite.recording import Recorder
from flask import Flask, Response, abort, redirect, request

PAGE = "<!doctype html><html lang='{0}'><title>x</title><p>{1}</p></html>"


@pytest.fixture
def flask():
    """An application with a page in two languages, a form that complains, and what is no page."""
    made = Flask("pages")

    @made.get("/page/<word>")
    def page(word):
        language = request.headers.get("Accept-Language", "en")
        answer = Response(PAGE.format(language, word), mimetype="text/html", headers={"Content-Language": language})
        answer.set_cookie("session", "secret")
        return answer

    @made.post("/form")
    def form():
        return Response('<html><input aria-invalid="true"></html>', 422, mimetype="text/html")

    @made.get("/gone")
    def gone():
        abort(404, response=Response("<html>gone</html>", 404, mimetype="text/html"))

    made.add_url_rule("/also-gone", view_func=gone, endpoint="also_gone")
    made.add_url_rule("/away", view_func=lambda: redirect("/page/a"), endpoint="away")
    made.add_url_rule("/data", view_func=lambda: {"a": 1}, endpoint="data")
    return made


def test_one_page_of_each_kind_is_kept_in_each_language(flask):
    """Of a view with other words, of a redirect, of data and of nobody's address nothing is kept; of refusals one in all."""
    recorder, client = Recorder(flask, lambda endpoint: True), flask.test_client()
    for path in ("/page/a", "/page/b", "/away", "/data", "/gone", "/also-gone", "/nobody"):
        client.get(path)
    client.get("/page/c", headers={"Accept-Language": "fr"})
    client.post("/form")
    found = [(page.path, page.status[:3], page.language) for page in recorder.pages]
    assert found == [("/page/a", "200", "en"), ("/gone", "404", ""), ("/page/c", "200", "fr"), ("/form", "422", "")]
    assert [page.kind for page in recorder.pages][-1] == ("form", "422", True)


def test_what_does_not_concern_the_plugin_is_not_kept(flask):
    """The frame of others is theirs."""
    recorder = Recorder(flask, lambda endpoint: endpoint == "form")
    flask.test_client().get("/page/a")
    assert recorder.pages == []


def test_a_kept_page_is_given_again_as_it_was(flask):
    """Whatever the view would say by then: the same bytes and status, and no cookie."""
    recorder, client = Recorder(flask, lambda endpoint: True), flask.test_client()
    first = client.post("/form")
    again = client.get("/form?recorded=0")
    assert (again.status_code, again.data) == (422, first.data)
    client.get("/page/a")
    assert "Set-Cookie" not in client.get("/page/a?recorded=1").headers
    assert len(recorder.pages) == 2
