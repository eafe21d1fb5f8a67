"""The doors that a question comes through from outside: the window's page, the interface, the plug-in."""

import json
from itertools import count
from typing import Any

from django.test import Client

from accounts.models import ClientSystem
from kernel.actor import Role
from screening.models import Matter, Receipt
from tests.factories import accounts
from tests.factories import screening as make
from tests.signing import send

PAGE = "https://hall.example"
_keys = count(1)


class Doors:
    """One clerk and one client system of the general windows, and a system with the plug-in for each matter."""

    def __init__(self) -> None:
        window = make.general_window()
        self._clerk, self._system = Client(), Client()
        self._clerk.force_login(accounts.user(Role.CLERK, department=window))
        self._code = accounts.client_system(department=window).code
        self._halls: dict[str, ClientSystem] = {}

    def ask(self, matter: str, stage: str, text: str) -> dict[str, dict[str, Any]]:
        """What each door tells of one applicant, as its receipt says it."""
        return {
            "page": self._page(matter, stage, text),
            "interface": self._interface(matter, stage, text),
            "plug-in": self._plugin(matter, stage, text),
        }

    def _page(self, matter: str, stage: str, text: str) -> dict[str, Any]:
        form = {
            "matter": matter,
            "stage": stage,
            "file_number": "B-1",
            "text": text,
            "key": f"door-{next(_keys):08d}",
        }
        page = self._clerk.post("/check/", form)
        receipt = Receipt.objects.order_by("-checked_at", "-number").first()
        assert page.status_code == 200 and receipt is not None
        assert receipt.number in page.content.decode() and receipt.actor.startswith("user:"), (
            "not what the page shows"
        )
        return _only(receipt.content)

    def _interface(self, matter: str, stage: str, text: str) -> dict[str, Any]:
        body = {"matter": matter, "stage": stage, "file_number": "B-1", "subjects": [{"text": text}]}
        response = send(self._system, self._code, "/api/v1/checks", body=json.dumps(body).encode())
        assert response.status_code == 200, response.content
        return _only(response.json()["content"])

    def _plugin(self, matter: str, stage: str, text: str) -> dict[str, Any]:
        if matter not in self._halls:
            department = Matter.objects.get(code=matter).implementing_department
            self._halls[matter] = accounts.client_system(department=department, name="受理系统", origins=[PAGE])
        said = {"matter": matter, "stage": stage, "operator": "李敏", "file_number": "B-1", "origin": PAGE}
        hall = self._halls[matter].code
        token = send(self._system, hall, "/api/v1/plugin/tokens", body=json.dumps(said).encode()).json()["token"]
        response = self._system.post(
            "/api/v1/plugin/checks",
            json.dumps({"subjects": [{"text": text, "role": "applicant"}]}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Origin": PAGE},
        )
        told = response.json()
        assert response.status_code == 200, told
        receipt = Receipt.objects.get(number=told["number"])
        assert receipt.answer == told["answer"], "the widget is told something else than its receipt"
        return _only(receipt.content)


def _only(content: dict[str, Any]) -> dict[str, Any]:
    [subject] = content["subjects"]
    return dict(subject)
