"""What departments did about hits before the curtain rises: measures that were applied and must end with their entry,
a reward that was given on a promise, and a report that is late.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from collection.rules.states import Channel
from collection.services import receive_rows
from feedback.rules.cases import Action, Report
from feedback.selectors import dues_of_receipt
from feedback.services import open_dues, report
from kernel.actor import system
from kernel.workdays import shift
from portal.rules.story import document_of
from portal.services.files import demo
from portal.services.telling import Telling
from screening.services.checking import Applicant, check
from toolkit.clock import day_of

FEEDBACK = system("feedback")


def plan_cases(telling: Telling) -> None:
    """Each check at its moment, and what was reported of it at another."""
    for number, one in enumerate(demo("cases"), start=1):
        receipts: list[str] = []
        telling.plan(telling.story.moment(one["at"]), _asking(telling, one, number, receipts))
        if "reported_at" in one:
            telling.plan(telling.story.moment(one["reported_at"]), _reporting(telling, one, receipts))


def _firm(one: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(firm for firm in demo("cast")["subjects"] if firm["key"] == one["firm"])
    return found


def _asking(telling: Telling, one: dict[str, Any], number: int, receipts: list[str]) -> Callable[[datetime], None]:
    def scene(now: datetime) -> None:
        checked = check(
            matter_code=one["matter"],
            stage="before",
            file_number="",
            applicants=[Applicant(_firm(one)["uscc"])],
            key=f"story-case-{number}",
            actor=telling.actors[one["by"]],
            now=now,
        )
        open_dues(number=checked.number, actor=FEEDBACK, now=now)
        receipts.append(checked.number)

    return scene


def _reporting(telling: Telling, one: dict[str, Any], receipts: list[str]) -> Callable[[datetime], None]:
    def scene(now: datetime) -> None:
        actor = telling.actors[one["reported_by"]]
        for due in dues_of_receipt(actor, receipts[0]):
            said = Report(
                action=Action.DONE,
                reason="",
                content=one["said"],
                amount=None,
                done_from=day_of(now),
                done_until=None,
                effect="",
            )
            report(due_id=due.pk, seen_version=0, content=said, actor=actor, now=now)
        if "promise" in one:
            _promise(telling, one, now)

    return scene


def _promise(telling: Telling, one: dict[str, Any], now: datetime) -> None:
    """The firm's written promise, as a record that the platform follows up."""
    actor, firm, promise = telling.actors[one["reported_by"]], _firm(one), one["promise"]
    department = next(d["name"] for d in demo("departments") if d["code"] == _department_of(one["reported_by"]))
    today = day_of(now)
    receive_rows(
        item_code="commitment",
        rows=[
            {
                "name": firm["name"],
                "subject_kind": "法人及非法人组织",
                "uscc": firm["uscc"],
                "commitment_no": document_of(promise["number"], today),
                "kind": "审批替代型",
                "matter": "食品经营许可（新办）容缺受理",
                "content": promise["content"],
                "office": department,
                "made_on": today.isoformat(),
                "promised_on": _until(telling, promise["until"]).isoformat(),
                "state": "待履行",
            }
        ],
        channel=Channel.PAGE,
        department_id=actor.department_id or 0,
        call_key="story-promise",
        all_or_nothing=True,
        actor=actor,
        now=now,
    )


def _until(telling: Telling, text: str) -> date:
    """T+4w: so many working days after T."""
    return shift(telling.story.working_day, int(text.removeprefix("T+").removesuffix("w")), telling.story.calendar)


def _department_of(username: str) -> str:
    code: str = next(user["department"] for user in demo("users")["users"] if user["username"] == username)
    return code
