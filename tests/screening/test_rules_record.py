import json
from datetime import UTC, date, datetime

from kernel.identifiers import Found
from screening.rules.answer import CheckResult, Related, SubjectAnswer, answer_subject
from screening.rules.answer import unidentified as cannot_tell
from screening.rules.identity import question
from screening.rules.question import Candidate, Subject, Why
from screening.rules.record import content_of
from tests.factories.screening import APPLICANT, LEGAL
from tests.screening.cases import BLACK, RED, answered, measure, plan, reward, sources, trigger

NUMBER, NAME = "330001198001010017", "沈建国"


def result(*subjects: SubjectAnswer) -> CheckResult:
    return CheckResult(
        checked_at=datetime(2026, 11, 20, 6, 2, tzinfo=UTC),
        as_of=date(2026, 11, 20),
        plan=plan(measure(extends_to_responsible=True), reward(), consults=(BLACK, RED)),
        file_number="B-1",
        operator="李某",
        operator_department="政务局",
        subjects=subjects,
        consulted=tuple(sources().values()),
    )


def test_a_receipt_is_plain_json_and_comes_back_the_same() -> None:
    both = plan(measure(), reward(), consults=(BLACK, RED))
    content = content_of(result(answered(both, trigger(BLACK), trigger(RED))))
    assert json.loads(json.dumps(content, ensure_ascii=False)) == content


def test_it_says_what_must_be_done_until_when_and_why() -> None:
    [subject] = content_of(result(answered(plan(measure()), trigger(BLACK))))["subjects"]
    [applied] = subject["measures"]
    assert (applied["code"], applied["until"], applied["because"]) == ("Y1", "2029-03-01", ["entry:1"])
    assert applied["articles"] == ["《某法》第一条"] and applied["wording"] == "依法应当"
    [found] = subject["triggers"]
    assert (found["ref"], found["since"], found["until"]) == ("entry:1", "2026-03-02", "2029-03-01")


def test_it_keeps_no_identifier_and_no_name_of_a_person() -> None:
    found = Found("citizen_id", NUMBER, original=f"姓名：{NAME} 公民身份号码：{NUMBER}", name=NAME)
    told = []
    for role, file_number in ((LEGAL, "B-1"), (LEGAL, ""), (APPLICANT, "B-1")):
        subject = question(found, role=role, file_number=file_number).subject()
        if subject.why is Why.NONE:
            told.append(answer_subject(subject, plan=plan(), sources=sources(), triggers=[trigger(BLACK)]))
        else:
            told.append(cannot_tell(subject))
    named = Found("name", NAME, original=NAME, name=NAME)
    told.append(cannot_tell(question(named, role=APPLICANT, file_number="").subject()))
    hint = Related(post="法定代表人", masked_name="沈某某", count=1)
    told.append(answered(plan(measure(extends_to_responsible=True)), related=[hint]))
    text = json.dumps(content_of(result(*told)), ensure_ascii=False)
    assert NUMBER not in text and NUMBER[:14] not in text and NAME not in text
    assert "沈某某" in text


def test_what_was_typed_is_not_kept() -> None:
    typed = Subject(
        role="applicant",
        role_label="申请人",
        given="恒泰 13800000000",
        why=Why.IDENTIFY,
        candidates=(Candidate(name="江澜恒泰食品有限公司", uscc="", area="339901", why=("字号相同",)),),
    )
    text = json.dumps(content_of(result(cannot_tell(typed))), ensure_ascii=False)
    assert "13800000000" not in text and "江澜恒泰食品有限公司" in text


def test_every_source_is_told_apart_by_what_it_was_consulted_for() -> None:
    content = content_of(result(answered(plan())))
    assert {s["code"] for s in content["consulted"]} == {"L1", "L2", "L3", "L4"}
    assert {s["state"] for s in content["consulted"]} == {"current"}
