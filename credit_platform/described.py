"""The examples in the interfaces' description: a file for each operation, named by it, in `examples/`.

{"path": {...}, "query": {...}, "request": {...}, "answer": {...}}; tests/interfaces/test_examples.py holds each to
its schema and asks every one of a real platform.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "examples"
JSON = "application/json"


def add_examples(result: dict[str, Any], **_newer: Any) -> dict[str, Any]:
    """drf-spectacular's hook: beside each parameter, request and answer what it may look like."""
    for operations in result["paths"].values():
        for operation in operations.values():
            said = example_of(operation["operationId"])
            for parameter in operation.get("parameters", []):
                given = said.get(parameter["in"], {})
                if parameter["name"] in given:
                    parameter["example"] = given[parameter["name"]]
            if "request" in said:
                operation["requestBody"]["content"][JSON]["example"] = said["request"]
            if "answer" in said:
                operation["responses"]["200"]["content"][JSON]["example"] = said["answer"]
    return result


@cache
def example_of(operation: str) -> dict[str, Any]:
    """What is written down for an operation; nothing where there is no file."""
    path = FOLDER / f"{operation}.json"
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
