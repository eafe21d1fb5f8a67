"""Sources, triggers, measures and plans as values, for the tests of the pure rules."""

from datetime import date
from typing import Any

from collection.rules.freshness import SourceKind, SourceState
from screening.rules.answer import SubjectAnswer, answer_subject
from screening.rules.question import Consulted, Measure, Plan, Subject, Trigger, Wording
from tests.factories.screening import APPLICANT, LEGAL

BLACK, PENALTY, RED, OTHER = 1, 2, 3, 4
KINDS = {BLACK: SourceKind.SERIOUS, PENALTY: SourceKind.RECORD, RED: SourceKind.REWARD, OTHER: SourceKind.SERIOUS}
NAMES = {BLACK: "拖欠农民工工资名单", PENALTY: "吊销许可证", RED: "诚信示范企业名单", OTHER: "重大税收违法名单"}
UNTIL = date(2029, 3, 1)


def source(number: int, state: SourceState = SourceState.CURRENT, **fields: Any) -> Consulted:
    said = {"code": f"L{number}", "name": NAMES[number], "authority": "市人社局", "kind": KINDS[number]}
    return Consulted(id=number, state=state, **said | fields)


def sources(**states: SourceState) -> dict[int, Consulted]:
    """All four sources, current unless said otherwise: sources(BLACK=SourceState.HELD)."""
    numbers = {"BLACK": BLACK, "PENALTY": PENALTY, "RED": RED, "OTHER": OTHER}
    return {n: source(n, states.get(name, SourceState.CURRENT)) for name, n in numbers.items()}


def trigger(number: int, ref: str = "", **fields: Any) -> Trigger:
    said = {
        "document_no": f"某文〔2026〕{number}号",
        "authority": "市人社局",
        "ground": "拖欠工资",
        "since": date(2026, 3, 2),
        "until": UNTIL,
    }
    return Trigger(source_id=number, ref=ref or f"entry:{number}", **said | fields)


def measure(code: str = "Y1", triggers: tuple[int, ...] = (BLACK,), **fields: Any) -> Measure:
    said = {
        "id": 1,
        "content": "限制申请",
        "department": "市工信局",
        "articles": ("《某法》第一条",),
        "wording": Wording.MUST,
        "kind": 1,
        "means": "强制应用",
        "term": "名单有效期内",
    }
    return Measure(code=code, triggers=frozenset(triggers), **said | fields)


def reward(*, unless_bad: tuple[int, ...] = (BLACK,)) -> Measure:
    return measure("Z1", (RED,), reward=True, kind=None, wording=Wording.OFFER, unless_bad=frozenset(unless_bad))


TODAY = date(2026, 11, 20)


def plan(*measures: Measure, consults: tuple[int, ...] = (BLACK,)) -> Plan:
    return Plan(
        matter_id=1,
        matter_code="M1",
        matter_name="食品经营许可",
        department_id=1,
        department="市市场监管局",
        stage="before",
        as_of=TODAY,
        roles=(APPLICANT, LEGAL),
        consulted=frozenset(consults),
        measures=measures,
    )


FIRM = Subject(role="applicant", role_label="申请人", id=5, kind="legal_person", name="江澜恒泰食品有限公司")


def answered(
    given: Plan, *found: Trigger, at: dict[int, Consulted] | None = None, who: Subject = FIRM, **fields: Any
) -> SubjectAnswer:
    """What the rule answers for FIRM, or `who`, over the sources that the plan asks."""
    known = at or sources()
    asked = {i: known[i] for i in given.asked}
    return answer_subject(
        who, plan=given, sources=asked, triggers=[t for t in found if t.source_id in asked], **fields
    )
