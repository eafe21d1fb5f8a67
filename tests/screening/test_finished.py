"""Finished matters compared with the checks made: every way of finding a check, bad rows, corrections, persons."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import ClientSystem
from accounts.selectors import actor_of_user, client_by_code
from audit.models import Event
from kernel.actor import Actor, Role
from office.models import Job
from screening.models import FinishedCase, FinishedFile, Matter, Receipt
from screening.rules.finished import COLUMNS
from screening.selectors import ReceiptNotFound
from screening.services import finished_taking
from screening.services.finished import receive_finished_file, report_finished, run_finished_file
from screening.services.outcomes import CaseOfAnother, ReceiptOfAnother, report_outcome
from tests.factories import accounts
from tests.factories import screening as make
from tests.screening.conftest import City
from tests.signing import send
from toolkit import clock

pytestmark = pytest.mark.django_db
HEAD = "办件号,事项编码,实施部门,受理窗口,申请人代码,受理日期,办结日期,办理结果"


@pytest.fixture
def matter(city: City) -> Matter:
    return Matter.objects.select_related("implementing_department").get(code=city.matter)


@pytest.fixture
def reviewer(matter: Matter) -> Actor:
    return accounts.actor(Role.REVIEWER, department=matter.implementing_department)


def today() -> str:
    return clock.today().isoformat()


def before(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def row(city: City, number: str, **fields: str) -> dict[str, str]:
    said = {"file_number": number, "matter": city.matter, "applicant": city.uscc, "accepted_on": before(9)}
    return said | {"finished_on": today(), "result": "准予", "window": "3号窗口"} | fields


def states() -> dict[str, str]:
    return dict(FinishedCase.objects.order_by("file_number").values_list("file_number", "state"))


def test_a_check_is_found_by_file_number_or_by_applicant_in_its_time(city: City, reviewer: Actor) -> None:
    other, stranger, person = make.uscc(), make.uscc(), make.citizen_id()
    make.firm(other)
    make.person(person)
    now = clock.now()
    by_number = make.ask(city.matter, other, file_number="A-1", now=now - timedelta(days=30))
    by_applicant = make.ask(city.matter, city.uscc, now=now - timedelta(days=3))
    unregistered = make.ask(city.matter, stranger, now=now - timedelta(days=3))
    of_person = make.ask(
        city.matter, person, role="legal_representative", file_number="X", now=now - timedelta(days=3)
    )
    rows = [
        row(city, "A-1"),  # the number decides, though another firm was asked about long before
        row(city, "A-2"),  # this firm, in the time
        row(city, "A-3", accepted_on=before(2)),  # asked about before it was accepted
        row(city, "A-4", finished_on=before(5)),  # asked about after it was decided
        row(city, "A-5", applicant=stranger),  # a firm that the register does not know
        row(city, "A-6", applicant=other),  # never asked about in the time
        row(city, "A-7", applicant=person),
        row(city, "A-8", applicant=make.citizen_id()),
    ]
    done = report_finished(rows=rows, actor=reviewer, now=now)
    assert (done.taken, done.changed, done.same, done.problems) == (8, 0, 0, ())
    found = dict(FinishedCase.objects.values_list("file_number", "receipt"))
    assert found == {
        "A-1": by_number.number, "A-2": by_applicant.number, "A-3": "", "A-4": "", "A-5": unregistered.number,
        "A-6": "", "A-7": of_person.number, "A-8": "",
    }  # fmt: skip
    assert {n for n, state in states().items() if state == "missing"} == {"A-3", "A-4", "A-6", "A-8"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(f::text, '') FROM screening_finishedcase f")
        assert person not in cursor.fetchone()[0]
    again = report_finished(rows=rows, actor=reviewer, now=now)
    assert (again.taken, again.changed, again.same) == (0, 0, 8)
    assert Event.objects.filter(name="screening.finished.reported").count() == 2


def test_a_correction_changes_one_row_and_a_found_check_is_not_lost(city: City, reviewer: Actor) -> None:
    report_finished(rows=[row(city, "A-1"), row(city, "A-2")], actor=reviewer, now=clock.now())
    assert set(states().values()) == {"missing"}
    receipt = make.ask(city.matter, make.uscc(), file_number="A-1", now=clock.now())
    done = report_finished(rows=[row(city, "A-1"), row(city, "A-2", result="不予")], actor=reviewer, now=clock.now())
    assert (done.taken, done.changed, done.same) == (0, 2, 0)
    assert states() == {"A-1": "checked", "A-2": "missing"}
    assert FinishedCase.objects.get(file_number="A-2").result == "refused"
    report_finished(rows=[row(city, "A-1", finished_on=before(1))], actor=reviewer, now=clock.now())
    assert FinishedCase.objects.get(file_number="A-1").receipt == receipt.number


def test_a_matter_that_asks_nothing_is_not_missed(reviewer: Actor, city: City, matter: Matter) -> None:
    code = make.matter(consults=[], implementing_department_id=matter.implementing_department_id)
    report_finished(rows=[row(city, "A-1", matter=code)], actor=reviewer, now=clock.now())
    assert states() == {"A-1": "exempt"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file_number": ""}, "“办件号”为空"),
        ({"file_number": "x" * 61}, "超过 60 个字符"),
        ({"matter": "NOWHERE"}, "“事项编码”：“NOWHERE”不能识别"),
        ({"department": "某局某处"}, "“实施部门”"),
        ({"applicant": ""}, "“申请人代码”为空"),
        ({"applicant": "91339901MA9K3H5T3X"}, "“申请人代码”"),
        ({"applicant": "江澜恒泰食品有限公司"}, "不是有效的代码"),
        ({"accepted_on": "昨天"}, "“受理日期”：“昨天”不能识别"),
        ({"accepted_on": "2026-02-30"}, "“受理日期”"),
        ({"finished_on": "2999-01-01"}, "晚于今天"),
        ({"finished_on": "2026-01-01"}, "晚于“办结日期”"),
        ({"result": "还行"}, "准予、不予、申请人撤回、终止办理之一"),
        ({"window": "窗口" * 40}, "“受理窗口”超过"),
    ],
)
def test_a_bad_row_says_how_to_mend_it(city: City, reviewer: Actor, changed: dict[str, str], said: str) -> None:
    done = report_finished(rows=[row(city, "B-1"), row(city, "B-2") | changed], actor=reviewer, now=clock.now())
    assert done.taken == 1
    [(number, message)] = done.problems
    assert number == 2 and said in message and message.endswith("。")


def test_a_persons_number_is_never_repeated(city: City, reviewer: Actor) -> None:
    person = make.citizen_id()
    rows = [row(city, f"B-{person}"), row(city, "B-1", window=person), row(city, "B-2", result=person)]
    rows.append(row(city, "B-3", applicant=person[:17] + ("1" if person[17] != "1" else "2")))
    done = report_finished(rows=rows, actor=reviewer, now=clock.now())
    assert len(done.problems) == 4 and done.taken == 0
    assert person[:17] not in json.dumps(done.problems)


def test_nobody_reports_for_others(city: City, reviewer: Actor, matter: Matter) -> None:
    stranger = accounts.actor(Role.REVIEWER)
    [(_, message)] = report_finished(rows=[row(city, "A-1")], actor=stranger, now=clock.now()).problems
    assert "既不由本部门实施，也不由本部门受理" in message
    office = accounts.actor(Role.CREDIT_OFFICE)
    assert report_finished(rows=[row(city, "A-1")], actor=office, now=clock.now()).taken == 1
    window = accounts.department()
    Matter.objects.filter(pk=matter.pk).update(handled_by=window)
    desk = accounts.actor(Role.REVIEWER, department=window)
    assert report_finished(rows=[row(city, "A-2")], actor=desk, now=clock.now()).taken == 1
    assert FinishedCase.objects.get(file_number="A-2").desk_id == window.pk
    Matter.objects.filter(pk=matter.pk).update(implementing_department=accounts.department(), handled_by=None)
    late = accounts.actor(Role.REVIEWER, department=Matter.objects.get(pk=matter.pk).implementing_department)
    done = report_finished(rows=[row(city, "A-1", result="不予")], actor=late, now=clock.now())
    assert "已由其他部门报送" in done.problems[0][1] and done.changed == 0


def file_of(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join([HEAD, *lines]).encode())


def line(city: City, number: str, result: str = "准予") -> str:
    return f"{number},{city.matter},,3号窗口,{city.uscc},{before(5)},{today()},{result}"


@pytest.fixture
def worker() -> Iterator[Any]:
    def work() -> FinishedFile:
        [job] = Job.objects.filter(state="queued")
        run_finished_file(job_id=job.pk, clock=clock.now)
        return FinishedFile.objects.get(job_id=job.pk)

    yield work


def test_a_file_is_taken_once(city: City, reviewer: Actor, worker: Any) -> None:
    content = (line(city, "F-1"), line(city, "F-2", "还行"), line(city, "F-1"), line(city, "F-3"))
    made = receive_finished_file(file_name="办结.csv", stream=file_of(*content), actor=reviewer, now=clock.now())
    done = worker()
    assert (done.total, done.taken, done.changed, done.same, done.refused) == (4, 2, 0, 0, 2)
    assert [number for number, _ in done.problems] == [3, 4]
    assert "第 2 行重复" in done.problems[1][1]
    same = receive_finished_file(file_name="again.csv", stream=file_of(*content), actor=reviewer, now=clock.now())
    assert (same.file_id, same.known) == (made.file_id, True)
    assert FinishedCase.objects.count() == 2 and not Job.objects.filter(state="queued").exists()


def test_a_file_that_cannot_be_read_leaves_nothing_and_may_come_again(
    city: City, reviewer: Actor, worker: Any
) -> None:
    for _ in range(2):
        stream = io.BytesIO(f"办件号,事项编码\nF-1,{city.matter}\n".encode())
        made = receive_finished_file(file_name="x.csv", stream=stream, actor=reviewer, now=clock.now())
        assert not made.known
        assert "表头缺少：申请人代码、受理日期、办结日期、办理结果" in worker().failure
    assert not FinishedCase.objects.exists()


def test_a_worker_that_dies_while_writing_leaves_nothing(
    city: City, reviewer: Actor, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    receive_finished_file(file_name="x.csv", stream=file_of(line(city, "F-1")), actor=reviewer, now=clock.now())
    job = Job.objects.get(state="queued")
    real = finished_taking.take

    def dies(**said: Any) -> Any:
        real(**said)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("screening.services.finished.take", dies)
        run_finished_file(job_id=job.pk, clock=clock.now)
    assert not FinishedCase.objects.exists()
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_finished_file(job_id=job.pk, clock=clock.now)
    run_finished_file(job_id=job.pk, clock=clock.now)
    assert FinishedCase.objects.count() == 1 and FinishedFile.objects.get(job_id=job.pk).taken == 1


def test_an_outcome_by_interface(client: Client, city: City, matter: Matter) -> None:
    hall = accounts.client_system(department=matter.implementing_department)

    def tell(code: str = hall.code, **fields: Any) -> Any:
        said = {"matter": city.matter, "file_number": "C-1", "result": "granted", "decided_on": today()}
        return send(client, code, "/api/v1/checks/outcomes", body=json.dumps(said | fields).encode())

    number = make.ask(city.matter, city.uscc, file_number="C-1", now=clock.now()).number
    told = tell().json()
    assert (told["receipt"], told["state"], told["changed"]) == (number, "checked", True)
    assert tell().json() == told | {"changed": False}
    changed = tell(result="refused").json()
    assert changed["changed"] and changed["result"] == "refused"
    assert Event.objects.filter(name="screening.outcome.reported").count() == 2
    found = client_by_code(hall.code)
    assert found is not None
    other = make.ask(city.matter, city.uscc, file_number="C-9", actor=found.actor, now=clock.now()).number
    assert tell(receipt=other).status_code == 400
    assert tell(receipt="JL-20260101-000001").status_code == 404
    assert tell(result="maybe").status_code == 400
    assert tell(decided_on="2999-01-01").status_code == 400
    assert tell(decided_on="gestern").status_code == 400
    assert tell(file_number=make.citizen_id()).status_code == 400
    assert tell(matter="NOWHERE").status_code == 404
    assert tell(accounts.client_system().code).status_code == 403
    unchecked = tell(file_number="C-2").json()
    assert (unchecked["receipt"], unchecked["state"]) == ("", "missing")


def test_an_outcome_rests_only_on_a_receipt_of_its_own_case(city: City, reviewer: Actor, matter: Matter) -> None:
    now = clock.now()

    def tell(file_number: str, *, receipt: str = "", days: int = 0, actor: Actor = reviewer) -> FinishedCase:
        return report_outcome(
            matter_code=city.matter, file_number=file_number, result="granted",
            decided_on=clock.today() - timedelta(days=days), receipt_number=receipt, actor=actor, now=now,
        ).case  # fmt: skip

    named = make.ask(city.matter, city.uscc, file_number="G-1", now=now).number
    unnumbered = make.ask(city.matter, city.uscc, now=now).number
    stranger = make.ask(city.matter, make.uscc(), now=now).number
    with pytest.raises(ReceiptOfAnother):
        tell("G-1", receipt=named, days=30)  # made after the decision
    for number in (stranger, unnumbered):  # of whom the case is nobody has said
        with pytest.raises(ReceiptOfAnother):
            tell("G-2", receipt=number)
    report_finished(rows=[row(city, "G-3", accepted_on=today())], actor=reviewer, now=now)
    with pytest.raises(ReceiptOfAnother):
        tell("G-3", receipt=stranger)
    assert tell("G-3", receipt=unnumbered).receipt == unnumbered
    hall = client_by_code(accounts.client_system(department=matter.implementing_department).code)
    assert hall is not None
    with pytest.raises(ReceiptNotFound):
        tell("G-1", receipt=named, actor=hall.actor)  # another's receipt cannot be guessed by its number
    assert tell("G-1", actor=hall.actor).receipt == named
    office = accounts.actor(Role.CREDIT_OFFICE)
    make.ask(city.matter, city.uscc, file_number="G-4", actor=office, now=now)
    assert tell("G-4").receipt == "", "an office that is not of the case's line numbers its own cases"


def test_a_person_is_not_named_among_the_finished_matters(client: Client, city: City, matter: Matter) -> None:
    number = make.citizen_id()
    person = make.person(number, name="沈建国")
    user = accounts.user(Role.REVIEWER, department=matter.implementing_department)
    make.ask(city.matter, number, role="legal_representative", file_number="P-1", now=clock.now())
    report_outcome(
        matter_code=city.matter, file_number="P-1", result="granted", decided_on=clock.today(), receipt_number="",
        actor=actor_of_user(user), now=clock.now(),
    )  # fmt: skip
    case = FinishedCase.objects.get(file_number="P-1")
    assert (case.state, case.subject_id) == ("checked", None)
    FinishedCase.objects.filter(pk=case.pk).update(subject_id=person)  # as cases of before were written down
    client.force_login(user)
    page = client.get(reverse("screening:finished_rows")).content.decode()
    assert "P-1" in page and "自然人" in page and "沈" not in page
    book = load_workbook(io.BytesIO(client.get(reverse("screening:export_finished")).content))
    assert "沈" not in str([cell.value for line in book.worksheets[0].rows for cell in line])


def test_a_general_window_does_not_overwrite_what_the_department_decided(
    city: City, reviewer: Actor, matter: Matter
) -> None:
    hub = accounts.actor(Role.REVIEWER, department=make.general_window())
    refused, granted = row(city, "W-1", result="不予"), row(city, "W-1")
    assert report_finished(rows=[refused], actor=reviewer, now=clock.now()).taken == 1
    done = report_finished(rows=[granted], actor=hub, now=clock.now())
    assert (done.changed, FinishedCase.objects.get(file_number="W-1").result) == (0, "refused")
    assert "已由其他部门报送" in done.problems[0][1]
    assert report_finished(rows=[row(city, "W-2")], actor=hub, now=clock.now()).taken == 1
    own = report_finished(rows=[row(city, "W-2", result="不予")], actor=reviewer, now=clock.now())
    assert own.changed == 1, "the deciding department corrects what the window has said"


def test_a_desk_corrects_its_own_reports_and_not_the_departments(city: City, reviewer: Actor, matter: Matter) -> None:
    window = accounts.department()
    Matter.objects.filter(pk=matter.pk).update(handled_by=window)
    desk = accounts.actor(Role.REVIEWER, department=window)
    assert report_finished(rows=[row(city, "D-1", result="不予")], actor=reviewer, now=clock.now()).taken == 1
    done = report_finished(rows=[row(city, "D-1"), row(city, "D-2")], actor=desk, now=clock.now())
    assert (done.taken, done.changed) == (1, 0) and "已由其他部门报送" in done.problems[0][1]
    corrected = row(city, "D-2", result="申请人撤回")
    assert report_finished(rows=[corrected], actor=desk, now=clock.now()).changed == 1
    assert report_finished(rows=[row(city, "D-2")], actor=reviewer, now=clock.now()).changed == 1
    assert report_finished(rows=[corrected], actor=desk, now=clock.now()).problems
    said = {"matter_code": city.matter, "result": "refused", "decided_on": clock.today(), "receipt_number": ""}
    for number in ("D-1", "D-2"):
        with pytest.raises(CaseOfAnother):
            report_outcome(file_number=number, actor=desk, now=clock.now(), **said)
    assert report_outcome(file_number="D-3", actor=desk, now=clock.now(), **said).changed
    assert report_outcome(file_number="D-3", actor=desk, now=clock.now(), **said | {"result": "granted"}).changed
    assert [case.reporter_id for case in FinishedCase.objects.order_by("file_number")] == [
        matter.implementing_department_id, matter.implementing_department_id, window.pk,
    ]  # fmt: skip


def test_the_receipt_shows_the_outcome(client: Client, city: City, reviewer: Actor, matter: Matter) -> None:
    number = make.ask(city.matter, city.uscc, file_number="C-1", actor=reviewer, now=clock.now()).number
    report_outcome(
        matter_code=city.matter, file_number="C-1", result="granted", decided_on=clock.today(), receipt_number=number,
        actor=reviewer, now=clock.now(),
    )  # fmt: skip
    client.force_login(accounts.user(Role.CLERK, department=matter.implementing_department))
    page = client.get(f"/check/receipts/{number}/").content.decode()
    assert "办理结果" in page and "准予" in page


def test_finished_matters_by_interface(client: Client, city: City, matter: Matter) -> None:
    system = accounts.client_system(department=matter.implementing_department, scopes=("matters:finish",))

    def tell(code: ClientSystem, body: Any) -> Any:
        return send(client, code.code, "/api/v1/matters/finished", body=json.dumps(body).encode())

    told = tell(system, {"rows": [row(city, "D-1"), row(city, "D-2", result="?")]}).json()
    assert (told["taken"], told["refused"], told["problems"][0]["row"]) == (1, 1, 2)
    bad: list[dict[str, Any]] = [
        {},
        {"rows": "x"},
        {"rows": [{"who": "x"}]},
        {"rows": []},
        {"rows": [{"file_number": 7}]},
    ]
    for wrong in bad:
        assert tell(system, wrong).status_code == 400
    assert tell(accounts.client_system(), {"rows": []}).status_code == 403


def test_every_column_has_its_own_words() -> None:
    words = [word for synonyms in COLUMNS.values() for word in synonyms]
    assert len(words) == len(set(words))
    assert Receipt._meta.get_field("file_number").max_length == 60
