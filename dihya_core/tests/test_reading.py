"""Where settings are said, and what is wrong with what is said there."""

from pathlib import Path

import pytest
from dihya_core.loading.loader import build
from dihya_core.settings.reading import line_of, read
from dihya_hookspecs import Invalid
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr


class Settings(BaseModel):
    """Settings of a plugin in memory."""

    model_config = ConfigDict(extra="forbid")
    colour: str = "green"
    count: int = 1
    names: list[str] = []
    token: SecretStr = SecretStr("")


@pytest.fixture
def start(tmp_path, plugin):
    """Return a function that builds an application with one plugin, ``toy``, from the text of a configuration file."""

    def make(text="", environ=None, overrides=()):
        path = tmp_path / "dihya.toml"
        path.write_text(text)
        return build(
            path, only=(), environ=environ or {}, overrides=overrides, plugins={"toy": plugin(Settings=Settings)}
        )

    return make


def faults(start, *arguments, **keywords):
    with pytest.raises(Invalid) as caught:
        start(*arguments, **keywords)
    return caught.value.message


def test_the_file_yields_to_the_environment_and_that_to_the_command_line(start):
    """``dihya.toml`` ‹ environment ‹ command line, each traced to its source."""
    runtime = start(
        "[toy]\ncolour = 'a'\ncount = 1\n", {"DIHYA_TOY_COLOUR": "b", "DIHYA_TOY_COUNT": "2"}, ["toy.count=3"]
    )
    assert (runtime.plugins["toy"].settings.colour, runtime.plugins["toy"].settings.count) == ("b", 3)
    said = runtime.configuration.sections["toy"]
    assert (said["colour"].source, said["count"].source) == ("DIHYA_TOY_COLOUR", "--set")


def test_a_file_variable_reads_the_file(start, tmp_path):
    """``_FILE`` is how secrets come in."""
    (tmp_path / "secret").write_text("s3cret\n")
    runtime = start(environ={"DIHYA_TOY_TOKEN_FILE": str(tmp_path / "secret")})
    assert runtime.plugins["toy"].settings.token.get_secret_value() == "s3cret"


def test_lists_are_written_as_json_in_variables(start):
    """A list cannot be said as plain text."""
    assert start(environ={"DIHYA_TOY_NAMES": '["a", "b"]'}).plugins["toy"].settings.names == ["a", "b"]


def test_all_mistakes_are_in_one_report(start):
    """File and line, key, expected, got and a suggestion, for each of four."""
    text = "[toy]\ncolor = 'x'\ncount = 'many'\n\n[tooy]\n\n[plugins]\ndisable = ['tov']\n"
    report = faults(start, text)
    assert "the configuration has 4 mistakes" in report
    assert "dihya.toml:2: toy.color: expected a known key, got 'color'; did you mean 'colour'?" in report
    assert "dihya.toml:3: toy.count: expected a valid integer" in report
    assert "dihya.toml:5: [tooy]: expected the name of an installed plugin, got 'tooy'; did you mean 'toy'?" in report
    assert (
        "dihya.toml:8: plugins.disable: expected the name of an installed plugin, got 'tov'; did you mean 'toy'?"
        in report
    )


def test_a_secret_is_never_quoted(start):
    """A secret is not shown even when it is what is wrong."""
    reason = start("[toy]\ntoken = 12345\n").plugins["toy"].reason
    assert "toy.token" in reason
    assert "12345" not in reason


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DIHYA_TOY_COLOR": "x"}, "did you mean 'colour'?"),
        ({"DIHYA_TOY_TOKEN_FILE": "/nowhere"}, "expected a readable UTF-8 file"),
        ({"DIHYA_TOY_COUNT": "many"}, "DIHYA_TOY_COUNT: toy.count: expected a valid integer"),
    ],
)
def test_a_wrong_variable_of_a_plugin_quarantines_it(start, environ, words):
    """It would otherwise be silently without effect; the other plugins are not concerned."""
    loaded = start(environ=environ).plugins["toy"]
    assert (loaded.state, words in loaded.reason) == ("quarantined", True)


def test_a_variable_of_nobody_is_a_warning(start, caplog):
    """Other programs may have variables that begin with the same letters."""
    assert start(environ={"DIHYA_TOV_COLOUR": "x"}).plugins["toy"].state == "active"
    assert "DIHYA_TOV_COLOUR is no setting of an installed plugin" in caplog.text
    assert "did you mean 'toy'?" in caplog.text


def test_a_setting_whose_name_ends_in_file_is_itself(tmp_path, plugin):
    """``DIHYA_TOY_ANCHOR_FILE`` is the setting ``anchor_file`` where there is one, and not the content of a file."""

    class Anchored(BaseModel):
        anchor_file: str = ""

    environ = {"DIHYA_TOY_ANCHOR_FILE": "/nowhere/anchors.txt", "DIHYA_DIHYA_DATA": str(tmp_path)}
    runtime = build(None, only=(), environ=environ, plugins={"toy": plugin(Settings=Anchored)})
    assert runtime.plugins["toy"].settings.anchor_file == "/nowhere/anchors.txt"


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    """Windows' Notepad puts one in front of what it saves as UTF-8."""
    path = tmp_path / "dihya.toml"
    path.write_text("[toy]\ncolour = 'a'\n", encoding="utf-8-sig")
    found = read(path, ["toy"], environ={})
    assert (found.faults, found.plain("toy")) == ([], {"colour": "a"})


def test_the_section_of_a_plugin_that_is_gone_is_a_warning(start, caplog):
    """What is nearly the name of an installed plugin stays a mistake."""
    assert start("[clubx]\ncolour = 'a'\n").plugins["toy"].state == "active"
    assert "dihya.toml:1: [clubx] names 'clubx', which is not installed" in caplog.text


def test_a_place_without_a_line_is_the_file_alone(start):
    """The file stands alone, because line 0 leads nowhere."""
    assert "dihya.toml: dihya.trip_after: expected" in faults(start, "'di\\u0068ya'.x = 1\ndihya.trip_after = 0\n")


@pytest.mark.parametrize(("override", "words"), [("toy", "SECTION.KEY=VALUE"), ("tov.colour=x", "did you mean 'toy'?")])
def test_a_wrong_override_stops_the_start(start, override, words):
    """An override in a wrong form stops the start and says what the form is."""
    assert words in faults(start, overrides=[override])


def test_a_file_that_is_not_toml_is_one_clear_mistake(start):
    """The report has one mistake, with its line."""
    assert "dihya.toml:1: (file): expected TOML, got" in faults(start, "[toy\n")


def test_a_file_that_is_not_utf8_is_one_clear_mistake(tmp_path):
    """Latin-1, as old editors write it."""
    path = tmp_path / "dihya.toml"
    path.write_bytes("[toy]\ncolour = 'é'\n".encode("latin-1"))
    (fault,) = read(path, ["toy"], environ={}).faults
    assert (fault.expected, fault.suggestion) == ("UTF-8 text", "save the file as UTF-8")


def test_the_section_of_a_disabled_plugin_is_not_read(start):
    """Its code is not imported, so its keys cannot be known."""
    assert start("[plugins]\ndisable = ['toy']\n[toy]\nwhatever = 1\n").plugins["toy"].settings is None


def test_a_named_file_that_is_absent_is_an_error(tmp_path):
    """While no file at all is fine."""
    from dihya_core.settings.reading import locate

    with pytest.raises(Invalid, match="no configuration file at"):
        locate(tmp_path / "nothing.toml")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    """Whatever stands in the file: settings or faults, never an exception."""
    line_of(text, "toy", "colour")


def test_relative_paths_are_taken_from_the_file(start, tmp_path):
    """Relative paths are taken from the configuration file, so that the working directory does not matter."""
    assert start("[dihya]\ndata = 'here'\n").data == Path(tmp_path / "here").resolve()


def test_a_plugin_that_was_uninstalled_stops_no_start(make_app, tmp_path):
    """What the configuration says of it stays, even when its name is nearly another's; a misspelt name is still a mistake."""
    from dihya_core.loading.memory import note

    config = {"plugins": {"disable": ["i18m"]}}
    with pytest.raises(Invalid, match="'i18m'"):
        make_app("i18n", config=config, data=tmp_path)
    note(tmp_path, "i18m", gone=True)
    app = make_app("i18n", config=config, data=tmp_path)
    assert any("'i18m', which was uninstalled" in line for line in app.hooks.configuration.warnings)
