"""One pipeline for the standard library's loggers and for structlog."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError

from .alone import without
from .handlers import Careful, Console, RotatingFile
from .processors import Line, cleaner, correlate
from .settings import Settings

with without("rich", "colorama", "better_exceptions"):
    import structlog


class Pipeline:
    """Handlers on the root logger, so that what libraries say is cleaned too, and structlog leading to them."""

    def __init__(self, settings: Settings, data: Path, *, serving: bool = True) -> None:
        self.data = data
        self.handlers: list[Any] = []
        if settings.console != "off":
            console = Console()
            if not serving:  # whoever runs a command wants its answer; the file has the rest
                console.setLevel(logging.WARNING)
            self._add(console, settings, as_json=settings.console == "json")
        if settings.file:
            file = RotatingFile(
                data / "logs" / "dihya.jsonl", settings.file_bytes, settings.file_count, settings.file_days
            )
            self._add(file, settings, as_json=True)
        self._level = logging.getLogger("dihya").level
        logging.getLogger("dihya").setLevel(settings.level)
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                *_gathering(),
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            wrapper_class=structlog.stdlib.BoundLogger,
            logger_factory=structlog.stdlib.LoggerFactory(),
            cache_logger_on_first_use=False,
        )

    def end(self) -> None:
        """Take the handlers away and leave logging as it was found."""
        for handler in self.handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        logging.getLogger("dihya").setLevel(self._level)
        structlog.reset_defaults()

    def _add(self, handler: Careful, settings: Settings, *, as_json: bool) -> None:
        render: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _text()
        formatter = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_gathering(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                cleaner(settings.anonymise),
                *([] if as_json else [_indent_exception]),
                render,
            ],
        )
        assert isinstance(handler, logging.Handler)  # noqa: S101
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
        self.handlers.append(handler)


_running: list[Pipeline] = []


def start(settings: Settings, data: Path, *, serving: bool = True) -> None:
    """Write lines from now on as *settings* say; a second application in the process writes beside the first."""
    stop(data)
    _running.append(Pipeline(settings, data, serving=serving))
    if serving:
        tidy()


def stop(data: Path) -> None:
    """End what writes for this data folder."""
    for pipeline in [one for one in _running if one.data == data]:
        _running.remove(pipeline)
        pipeline.end()


def tidy() -> None:
    """Let every file remove what is too old; what cannot be removed is tried again."""
    for file in [
        handler for pipeline in _running for handler in pipeline.handlers if isinstance(handler, RotatingFile)
    ]:
        with suppress(OSError):
            file.tidy()


def probe() -> str:
    """Say where lines go; raise when the newest could not be written, the next will not be, or nothing writes any."""
    if not _running:
        raise DihyaError("no line is written: nobody has started the logs of this application")
    handlers = [handler for pipeline in _running for handler in pipeline.handlers]
    for handler in handlers:
        if handler.fault:
            raise DihyaError(f"{handler.lost} lines could not be written; the last because of {handler.fault}")
        handler.look()
    places = list(dict.fromkeys(handler.place for handler in handlers))
    return f"lines go to {' and to '.join(places)}" if places else "lines go nowhere, as logs.console and logs.file say"


def _gathering() -> list[Any]:
    """What adds to a line, wherever it comes from."""
    return [
        structlog.contextvars.merge_contextvars,
        correlate,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _without_formatted,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _without_formatted(logger: Any, method: str, line: Line) -> Line:
    # Handlers that ran before leave these on the record, where they look like fields of ``extra``.
    line.pop("message", None)
    line.pop("asctime", None)
    return line


def _text() -> structlog.dev.ConsoleRenderer:
    colours = sys.stderr is not None and sys.stderr.isatty()
    return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)


def _indent_exception(logger: Any, method: str, line: Line) -> Line:
    # A message with a newline in it must not look like the next line of the log.
    if exception := line.get("exception"):
        line["exception"] = "\n".join(f"  | {one}" for one in exception.split("\n"))
    return line
