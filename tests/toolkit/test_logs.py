"""The log tells where a fault is, and nothing of whom it was about."""

import json
import logging
import sys

from toolkit.logs import JsonLines


def line(message: str, *args: object, failed: bool = False) -> dict[str, str]:
    info = sys.exc_info() if failed else None
    record = logging.LogRecord("screening", logging.ERROR, __file__, 1, message, args, info)
    told: dict[str, str] = json.loads(JsonLines().format(record))
    return told


def test_a_message_is_one_line_of_json() -> None:
    told = line("refused %s", "/check/\n注入")
    assert told["message"] == "refused /check/\n注入"
    assert "\n" not in JsonLines().format(logging.LogRecord("x", logging.INFO, "", 1, "a\nb", (), None))
    assert (told["level"], told["logger"]) == ("ERROR", "screening")


def test_an_exception_gives_its_type_and_places_but_not_its_text() -> None:
    try:
        raise ValueError("duplicate key (339901197508164711)")
    except ValueError:
        told = line("request failed", failed=True)
    assert told["exception"] == "builtins.ValueError"
    assert "test_logs.py" in told["places"]
    assert "339901197508164711" not in json.dumps(told)
