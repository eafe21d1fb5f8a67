"""How the log is written: one JSON object a line, with the request's id, and never the text of an exception.

An exception's text may quote a row (a name, a number) or an input; its type and the places in our code say enough to
find the fault (ASVS 16.2.5, 16.5.1). Messages of the platform itself are written by us and hold ids and codes only.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

from toolkit.tracing import request_id


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            said["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            said["places"] = " < ".join(
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(traceback.extract_tb(trace))
            )
        return json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
