"""The pages."""

import pytest
from dihya_generation_logs.models import Generation
from dihya_generation_logs.service import GenerationLogs
from sqlalchemy import update

PLUGINS = ("generation_logs", "console", "static", "i18n")


@pytest.fixture
def app(make_app, make):
    """An application with two recorded generations."""
    app = make_app(*PLUGINS, config={"i18n": {"default": "en"}})
    for number in (1, 2):
        with app.act():
            app.hooks.call("after_generation", project=make(f"pr{number}"))
    return app


def test_the_old_address_leads_to_the_list(app):
    """Which is a resource now."""
    answer = app.client("admin").get("/generation_logs/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/generation_logs/generations/")


def test_detail(app):
    """One generation shows every attempt with its reason."""
    with app.act() as act:
        id = act.get(GenerationLogs).between()[0].id
    page = app.client("dpo").get(f"/generation_logs/{id}").text
    assert "is overloaded" in page and "HTTP 429" in page and "options.reminders" in page and "Martin" not in page
    assert app.client("dpo").get("/generation_logs/0192f0c0-0000-7000-8000-000000000000").status_code == 404


def test_a_record_without_options_is_shown(app):
    """Such as one of an older version: the page says that there are none."""
    with app.act() as act:
        record = act.get(GenerationLogs).between()[0]
    with app.engine.begin() as connection:
        connection.execute(update(Generation).where(Generation.id == record.id).values(parameters={}))
    answer = app.client("dpo").get(f"/generation_logs/{record.id}")
    assert answer.status_code == 200
    assert "<dt>Options</dt><dd>none<br>" in answer.text


def test_export(app):
    """The download is a ZIP that verifies."""
    from dihya_generation_logs.export import check

    response = app.client("auditeur").get("/generation_logs/export.zip?format=csv")
    assert response.mimetype == "application/zip" and check(response.data)["generations"] == 2


@pytest.mark.parametrize("path", ["", "export.zip", "0192f0c0-0000-7000-8000-000000000000"])
def test_refused(app, path):
    """Users may not read the log, and nobody without signing in."""
    assert app.client("user").get(f"/generation_logs/{path}").status_code == 403
    assert app.client().get(f"/generation_logs/{path}").status_code == 401
