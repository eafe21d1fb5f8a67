"""The examples of the description asked of a real platform: the story's names are a world's own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from accounts.models import ClientSystem
from accounts.rules.scopes import SCOPES
from accounts.services import set_origins
from credit_platform.described import example_of
from feedback.models import Due
from repair.models import Application
from repair.services import handling
from screening.models import Roster
from tests.conftest import NOW
from tests.factories import received, repair, rosters, screening
from tests.factories.accounts import PLATFORM
from tests.interfaces.worlds import World, world
from tests.signing import send
from toolkit import clock

ORIGIN = "https://hall.example"
FIRM, DOCUMENT = "91339902MA9K5L6Y29", "江环罚〔2026〕47号"
ORDER = (  # what is answered later rests on what came before
    "check", "check_by_number", "replay_check", "choose", "outcome", "finished", "plugin_token", "plugin_check",
    "plugin_choice", "roster_members", "roster", "report_records", "batch_by_id", "deliver_list_version",
    "list_version", "subscription_changes", "subscription_snapshot", "confirm_subscription", "feedback_dues",
    "report_cases", "reported_cases", "forward_repair_application", "supplement_repair_application",
    "withdraw_repair_application",
    "deliver_repair_results", "forward_objection", "forwarded_objection",
)  # fmt: skip


@dataclass
class Stage:
    """A platform on which every example can be asked, and the names by which things are known here."""

    known: World
    desk: repair.Repairable
    places: dict[str, Any]
    names: dict[str, Any]  # of the story -> of this world
    token: str = ""
    client: Client = field(default_factory=Client)

    def request_of(self, operation: str) -> dict[str, Any]:
        """path, query and request of the example, in this world's names."""
        said = {part: value for part, value in example_of(operation).items() if part != "answer"}
        text = json.dumps(said, ensure_ascii=False)
        for old, new in self.names.items():
            text = text.replace(json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False))
        found: dict[str, Any] = json.loads(text)
        path = found.get("path", {})
        found["path"] = path | {name: value for name, value in self.places.items() if name in path}
        return found

    def ask(self, method: str, path: str, said: dict[str, Any], **headers: str) -> Any:
        """The answer to a request, signed, or with the plug-in's token where it is the plug-in's."""
        for name, value in said["path"].items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        if said.get("query"):
            path += f"?{urlencode(sorted(said['query'].items()))}"
        body = json.dumps(said["request"]).encode() if "request" in said else b""
        if path in {"/api/v1/plugin/checks", "/api/v1/plugin/choices"}:
            by_token = {"Authorization": f"Bearer {self.token}", "Origin": ORIGIN}
            return self.client.generic(method, path, body, content_type="application/json", headers=by_token)
        return send(self.client, self.known.client, path, method=method, body=body, **headers)

    def learn(self, operation: str, answer: dict[str, Any]) -> None:
        """What the next examples name."""
        if operation == "check":
            self.places["number"] = self.names["JL-20261120-000037"] = answer["number"]
        if operation in {"plugin_token", "plugin_check"}:
            self.token = answer.get("choice_token") or answer["token"]
        if operation == "report_records":
            self.places["batch_id"] = answer["batch"]
        if operation == "deliver_list_version":
            self.places["received_id"] = answer["id"]
        if operation == "forward_repair_application":
            row = Application.objects.get(number=answer["number"])
            handling.notify(application_id=row.pk, missing="复测报告", actor=self.desk.desk.drafter, now=clock.now())


def stage() -> Stage:
    known = world(tuple(SCOPES))
    system = ClientSystem.objects.get(code=known.client)
    set_origins(client_id=system.pk, origins=[ORIGIN], actor=PLATFORM, now=NOW)
    rosters.run(Roster.objects.get(pk=known.roster), at=NOW)
    penalty = repair.penalty(firm=screening.firm(FIRM), document_no=DOCUMENT)
    places = {
        "number": known.number,
        "item": known.item,
        "batch_id": known.batch,
        "code": received.received_list().code,
        "received_id": known.version,
        "subscription_id": known.subscription,
        "roster_id": known.roster,
    }
    names = {
        "JL-20261120-000037": known.number,
        "M1": known.matter,
        "91339901MA9K3H5T3Y": known.uscc,
        "Y1": Due.objects.get(number=known.number).measure_code,
        318: int(known.entry),
    }
    return Stage(known, penalty, places, names)


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(operation id, method, path, operation) of all, in the order in which they can be asked."""
    found = {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    assert set(found) == set(ORDER), "an operation without its place in ORDER, and so without an example"
    for name in ORDER:
        yield name, *found[name]
