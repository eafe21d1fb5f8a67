"""A check that finds nothing is looked up and recorded in one statement, one with a hit in two. Both say the same."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.selectors
from audit.models import Event
from collection.services import advance
from screening.models import Receipt
from screening.rules.answer import SubjectAnswer
from screening.services.checking import Applicant, check, preview
from tests.factories import collection, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db
Said = dict[str, Any]


def told(answer: SubjectAnswer) -> Said:
    """What both must say of a subject, from the reference."""
    return {
        "id": answer.subject.id,
        "kind": answer.subject.kind,
        "name": answer.subject.name,
        "code": answer.subject.code,
        "answer": answer.answer.value,
        "why": answer.why.value,
        "complete": answer.complete,
        "triggers": [t.ref for t in answer.triggers],
        "measures": [m.measure.code for m in answer.measures],
        "gaps": [g.code for g in answer.gaps],
    }


def kept(subject: Said) -> Said:
    refs = {"triggers": [t["ref"] for t in subject["triggers"]], "measures": [m["code"] for m in subject["measures"]]}
    return {name: subject[name] for name in ("id", "kind", "name", "code", "answer", "why", "complete")} | {
        **refs,
        "gaps": [g["code"] for g in subject["gaps"]],
    }


def compared(matter: str, codes: list[str], now: datetime) -> tuple[list[Said], bool]:
    """The subjects as one check answers them, held to the reference and to the receipt; whether it was at once."""
    applicants = [Applicant(code) for code in codes]
    reference = preview(matter_code=matter, stage="before", applicants=applicants, as_of=now.date(), now=now)
    with CaptureQueriesContext(connection) as asked:
        checked = check(
            matter_code=matter,
            stage="before",
            file_number="",
            applicants=applicants,
            key="-".join(["at-once", *codes])[:60],
            actor=PLATFORM,
            now=now,
        )
    subjects = checked.content["subjects"]
    assert [kept(s) for s in subjects] == [told(answer) for answer in reference]
    receipt = Receipt.objects.get(number=checked.number)
    assert receipt.content == checked.content
    assert receipt.subject_ids == [s["id"] for s in subjects if s["id"]]
    assert (receipt.answer, receipt.complete) == (checked.answer, checked.complete)
    assert Event.objects.filter(about=f"screening.receipt:{checked.number}").count() == 1
    return subjects, not any("screening_record(" in one["sql"] for one in asked)


def test_what_is_found_decides_the_way_and_not_the_answer(city: City, now: datetime) -> None:
    nobody = make.uscc()
    org = make.org_code()
    old, by_old_code = make.firm(org_code=org), make.uscc(org)
    listed = make.uscc()
    redblack.entry(city.black.code, make.firm(listed))
    honoured = make.uscc()
    redblack.entry(city.red.code, make.firm(honoured), papers=redblack.red_papers())

    for codes in ([city.uscc], [nobody], [by_old_code], [city.uscc, nobody, by_old_code]):
        subjects, at_once = compared(city.matter, codes, now)
        assert at_once and {s["answer"] for s in subjects} == {"clear"}
    assert subjects[2]["id"] == old and subjects[1]["id"] is None
    for codes, answers in (
        ([listed], ["hit"]),
        ([city.uscc, listed], ["clear", "hit"]),
        ([honoured], ["clear"]),
    ):
        subjects, at_once = compared(city.matter, codes, now)
        assert not at_once and [s["answer"] for s in subjects] == answers
    redblack.entry(city.black.code, old)
    subjects, at_once = compared(city.matter, [by_old_code, nobody], now)
    assert not at_once and [s["answer"] for s in subjects] == ["hit", "clear"]


def test_a_gap_is_recorded_at_once_and_never_as_clear(city: City, now: datetime) -> None:
    collection.load(city.black.source_id, at=now, held=True)
    [subject], at_once = compared(city.matter, [city.uscc], now)
    assert at_once and (subject["answer"], subject["gaps"][0]["code"]) == ("could_not_check", city.black.code)


@pytest.mark.parametrize("moved", ["held", "loaded", "revision", "matter"])
def test_what_moves_between_two_checks_is_noticed(city: City, moved: str, now: datetime, settings: Any) -> None:
    """As in production a process keeps what it knows of sources for seconds; revisions tell when that is over."""
    other = redblack.list_type(freshness_days=400)
    accounts.selectors.forget()
    settings.REREAD_SECONDS = 60
    compared(city.matter, [city.uscc], now)
    if moved == "held":
        collection.load(city.black.source_id, at=now, held=True)
    elif moved == "loaded":
        collection.load(city.black.source_id, at=now - timedelta(days=1), version="later")
    elif moved == "revision":
        advance(source_id=city.black.source_id)
    else:
        collection.load(other.source_id, at=now, held=True)
        make.matter(code=city.matter, consults=[city.black.source_id, other.source_id])
    [subject], _ = compared(city.matter, [make.uscc()], now)
    assert subject["answer"] == ("could_not_check" if moved in ("held", "matter") else "clear")
    vector = Receipt.objects.order_by("-id").values_list("vector", flat=True)[0]
    assert vector[f"source:{city.black.source_id}"] > 0
    if moved != "matter":
        _, at_once = compared(city.matter, [make.uscc()], now)
        assert at_once


def test_the_same_request_again_and_another_under_its_key(city: City, now: datetime) -> None:
    said = {"key": "one-key-of-a-check"}
    first = make.ask(city.matter, city.uscc, now=now, **said)
    again = make.ask(city.matter, city.uscc, now=now + timedelta(minutes=5), **said)
    assert again.repeated and (again.number, again.content) == (first.number, first.content)
    with pytest.raises(Exception, match="该请求编号已用于另一次核查"):
        make.ask(city.matter, make.uscc(), now=now, **said)
    assert Receipt.objects.count() == 1
