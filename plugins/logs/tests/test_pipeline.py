"""The pipeline in an application."""

from __future__ import annotations

import io
import json
import logging
import shutil
import sys

import pytest
import structlog
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.web import public
from dihya_logs.pipeline import _running, probe, stop

log = logging.getLogger("dihya.test")


class shop:
    """A plugin that logs what people send."""

    @hookimpl
    def register_routes():
        from flask import Blueprint, request

        blueprint = Blueprint("shop", __name__)

        def order():
            log.info("order from %s", request.args["who"], extra={"items": 3, "email": "tin@example.org"})
            return "ok"

        blueprint.add_url_rule("/order", view_func=public("test")(order))
        return blueprint


def lines(app) -> list[dict]:
    """The lines of the file."""
    path = app.data / "logs" / "dihya.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_line_says_which_act_and_who(make_app):
    """Act, plugin and the opaque id of the actor stand on every line of an act, as do ``extra`` fields."""
    app = make_app("logs", config={"logs": {"console": "off"}})
    with app.act("shop.order", actor=Actor("p1", "Tin", frozenset({"user"}))) as act:
        log.info("ordered %s things", 3, extra={"basket": "b7"})
        structlog.get_logger("dihya.shop").warning("low", stock=2)
    first, second = lines(app)[-2:]
    assert set(first) == {"event", "basket", "level", "logger", "timestamp", "act", "plugin", "actor"}
    assert first["event"] == "ordered 3 things" and first["basket"] == "b7" and first["level"] == "info"
    assert second["event"] == "low" and second["stock"] == 2 and second["logger"] == "dihya.shop"
    for line in (first, second):
        assert (
            line["act"] == act.id
            and line["plugin"] == "shop"
            and line["actor"] == "p1"
            and line["timestamp"].endswith("Z")
        )
        assert "Tin" not in json.dumps(line)


def test_a_request_leaves_lines_with_its_id(make_app):
    """The id in the answer leads to the line; the address in the query is removed."""
    app = make_app("logs", config={"logs": {"console": "off"}}, plugins={"shop": shop})
    answer = app.client().get("/shop/order?who=tin@example.org")
    line = lines(app)[-1]
    assert (
        line["act"] == answer.headers["X-Request-ID"]
        and line["event"] == "order from [email]"
        and line["email"] == "[removed]"
    )


@pytest.mark.parametrize("console", ["json", "text"])
def test_no_line_can_be_forged(make_app, capsys, console):
    """Line breaks, terminal commands and separators in a value or in an exception stay inside their line."""
    app = make_app("logs", config={"logs": {"console": console}})
    capsys.readouterr()
    forged = "x\r\n2026-01-01T00:00:00Z [info] admin signed in\x1b[2K\u2028y\x85z"
    with app.act("shop.order"):
        log.info("got %s", forged, extra={"a\nb": forged})
        try:
            raise ValueError(forged)
        except ValueError:
            log.exception("failed")
    written = capsys.readouterr().err
    assert not [line for line in written.splitlines() if line.startswith("2026-01-01")]
    assert "\x1b[2K" not in written and "\u2028" not in written and "\x85" not in written and "\r" not in written
    assert len(lines(app)) == len((app.data / "logs" / "dihya.jsonl").read_text().splitlines())


def test_an_exception_is_kept_with_its_traceback_and_without_values(make_app):
    """The traceback is there; the address in the message and the parameters of a statement are not."""
    app = make_app("logs", config={"logs": {"console": "off"}})
    try:
        values = ("Tin " + "Hinan",)
        raise ValueError(f"tin@example.org [parameters: {values}]")
    except ValueError:
        log.exception("failed")
    exception = lines(app)[-1]["exception"]
    assert (
        "Traceback" in exception
        and "ValueError: [email] [parameters: removed]" in exception
        and "Tin Hinan" not in exception
    )


def test_the_level_holds_for_dihya_and_libraries_are_heard_from_warning_on(make_app):
    """DEBUG shows more of Dihya; a library's INFO is not written, its WARNING is, cleaned."""
    quiet = make_app("logs", config={"logs": {"console": "off", "level": "WARNING"}})
    log.info("quiet")
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("from tin@example.org")
    structlog.get_logger("dihya.x").info("quiet")
    assert [line["event"] for line in lines(quiet)] == ["from [email]"]


def test_debug_shows_more(make_app):
    """With level DEBUG a debug line is written."""
    app = make_app("logs", config={"logs": {"console": "off", "level": "DEBUG"}})
    log.debug("detail")
    assert lines(app)[-1]["event"] == "detail"


def test_a_command_is_not_interrupted_by_what_is_only_worth_knowing(make_app, capsys):
    """Outside of a server, standard error gets warnings; the file gets everything."""
    app = make_app("logs", config={"logs": {"console": "json"}})
    capsys.readouterr()
    log.info("by the way")
    assert capsys.readouterr().err == ""
    assert lines(app)[-1]["event"] == "by the way"


def test_the_file_can_be_left_out(make_app, capsys):
    """Without file there is only standard error; as JSON each line is an object."""
    app = make_app("logs", config={"logs": {"console": "json", "file": False}})
    capsys.readouterr()
    log.warning("hello")
    assert json.loads(capsys.readouterr().err)["event"] == "hello" and not (app.data / "logs").exists()


def test_the_end_leaves_logging_as_it_was(make_app):
    """After the application no handler of ours is left, and a second start does not double lines."""
    before = list(logging.getLogger().handlers)
    app = make_app("logs", config={"logs": {"console": "off"}})
    with app.act("again"):
        app.hooks.call("on_startup", app_info=app.flask.runtime.app_info())
    log.info("once")
    assert [line["event"] for line in lines(app)].count("once") == 1
    with app.act("end"):
        app.hooks.call("on_shutdown", app_info=app.flask.runtime.app_info())
    assert logging.getLogger().handlers == before and not structlog.is_configured()


def test_the_health_check_fails_while_lines_are_lost(make_app):
    """It says how many and why, and recovers."""
    make_app("logs", config={"logs": {"console": "off"}})
    assert probe().startswith("lines go to ")
    handler = _running[-1].handlers[0]
    handler.fault, handler.lost = "OSError: no space", 2
    with pytest.raises(DihyaError, match="2 lines could not be written; the last because of OSError"):
        probe()
    log.info("room again")
    assert probe()


def test_the_health_check_fails_before_the_first_line_is_lost(make_app):
    """A folder that something stands in the place of is noticed without a line."""
    app = make_app("logs", config={"logs": {"console": "off"}})
    shutil.rmtree(app.data / "logs", ignore_errors=True)
    (app.data / "logs").write_text("in the way")
    with pytest.raises(OSError, match="logs"):
        probe()


@pytest.mark.parametrize("terminal", [True, False])
def test_lines_for_people_have_colours_on_a_terminal_only(terminal, make_app, monkeypatch):
    """What is kept in a file would be full of codes."""
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stderr", stream)
    make_app("logs", config={"logs": {"console": "text", "file": False}})
    log.warning("a line for people")
    assert ("\x1b[" in stream.getvalue()) is terminal


def test_the_health_check_names_the_places(make_app):
    """The file, the standard error, both, or none where an operator wanted none; without a pipeline the check fails."""
    for console, file, says in (
        ("off", True, "lines go to logs/dihya.jsonl"),
        ("text", True, "lines go to the standard error and to logs/dihya.jsonl"),
        ("off", False, "lines go nowhere, as logs.console and logs.file say"),
    ):
        app = make_app("logs", config={"logs": {"console": console, "file": file}})
        assert probe() == says
        stop(app.data)
    with pytest.raises(DihyaError, match="no line is written"):
        probe()


def test_a_request_survives_a_full_disk(make_app):
    """The answer comes though no line can be written."""
    app = make_app("logs", config={"logs": {"console": "off"}}, plugins={"shop": shop})
    folder = app.data / "logs"
    for path in folder.glob("*") if folder.exists() else ():
        path.unlink()
    if folder.exists():
        folder.rmdir()
    folder.write_text("in the way")
    _running[-1].handlers[0].close()
    _running[-1].handlers[0].stream = None
    assert app.client().get("/shop/order?who=x").text == "ok"
    with pytest.raises(DihyaError):
        probe()
