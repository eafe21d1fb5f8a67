"""Every operation has an example of its request and its answer: each keeps to its schema, and what is answered to the
request is what the example shows.
"""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.interfaces.examples import operations, stage
from tests.interfaces.test_description import described

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
JSON = "application/json"


def strict(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: there `nullable` stands beside the type."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: strict(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def judged(value: Any, schema: Any, description: dict[str, Any]) -> list[str]:
    whole = strict(schema) | {"components": strict(description["components"])}
    return [f"{one.json_path}: {one.message[:200]}" for one in Draft202012Validator(whole).iter_errors(value)]


def unlike(told: Any, real: Any, where: str = "$") -> list[str]:
    """Where an answer has other parts, or parts of another kind, than the example; of a list the first element."""
    if told is None or real is None:
        return []
    if isinstance(told, dict) and isinstance(real, dict):
        wrong = [f"{where}: {sorted(set(told) ^ set(real))}"] if set(told) != set(real) else []
        return wrong + [
            fault for name in told.keys() & real.keys() for fault in unlike(told[name], real[name], f"{where}.{name}")
        ]
    if isinstance(told, list) and isinstance(real, list):
        return unlike(told[0], real[0], f"{where}[0]") if told and real else []
    return [] if type(told) is type(real) else [f"{where}: {told!r} is not like {real!r}"]


def test_each_example_is_by_its_schema_and_is_answered_so(client: Client) -> None:
    description, here, wrong = described(client), stage(), []
    for name, method, path, operation in operations(description):
        body = operation.get("requestBody", {}).get("content", {}).get(JSON)
        answered = operation["responses"]["200"]["content"][JSON]
        for what, part in {"request": body, "answer": answered}.items():
            if part is not None:
                wrong += [f"{name} {what}: {one}" for one in judged(part.get("example"), part["schema"], description)]
        for parameter in operation.get("parameters", []):
            if parameter.get("required") or "example" in parameter:
                faults = judged(parameter.get("example"), parameter["schema"], description)
                wrong += [f"{name} {parameter['name']}: {one}" for one in faults]
        answer = here.ask(method, path, here.request_of(name))
        if answer.status_code != 200:
            wrong.append(f"{name}: {answer.status_code} {answer.content.decode()[:300]}")
            continue
        said = answer.json()
        here.learn(name, said)
        wrong += [f"{name} answered: {one}" for one in judged(said, answered["schema"], description)]
        wrong += [f"{name} example: {one}" for one in unlike(answered.get("example"), said)]
        if isinstance(body, dict) and answered.get("example") in (None, {}):
            wrong.append(f"{name}: nothing shows what is answered")
    assert not wrong, "\n".join(wrong)
