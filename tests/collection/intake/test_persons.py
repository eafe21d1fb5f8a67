"""Natural persons in the intake: nothing of them in clear anywhere, and nothing left after they are erased."""

import json

import pytest
from django.apps import apps
from django.db import connection

from catalog.selectors import items_for
from collection.models import Batch, Record, RecordKey, RowProblem, StagedRow, Trigger
from collection.rules.headings import match
from collection.rules.judging import Incoming
from collection.rules.places import field_place
from collection.services import checking, staging, work
from collection.services.reading import codes_of
from collection.services.receiving import new_batch
from kernel.actor import Role
from kernel.identifiers import citizen_id_check_char
from kernel.names import masked_person
from subjects.models import Person, Subject
from subjects.services import PersonIsErased, erase_person, match_persons, open_for, register_persons, seal_for
from tests.factories import accounts
from tests.factories import collection as sources
from tests.factories import rows as make
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db
NAME, WHO = "欧阳清源", "诸葛明远"


def number(last: int) -> str:
    first = f"33999919880808{last:03d}"
    return first + citizen_id_check_char(first)


def person_row(last: int = 1, **cells: str) -> dict[str, str]:
    said = {"名称": NAME, "统一社会信用代码": "", "证件类型": "身份证", "证件号码": number(last)}
    return make.row(**said | {"内部备注": "住址某路八号"} | cells)


def everything_stored() -> str:
    """All text that the database holds, of every table."""
    said = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            said += [line for (line,) in cursor.fetchall()]
    return "\n".join(said)


def test_nothing_of_a_person_is_stored_in_clear(reporter) -> None:
    at = reporter()
    bad = person_row(2, 名称="", 事实="")
    receipt = at.send(person_row(), bad, person_row(1, 事实="另一事实"))
    assert receipt.taken == 2, receipt.returned
    stored = everything_stored()
    for secret in (NAME, number(1), number(2), "住址某路八号"):
        assert secret not in stored
    record = Record.objects.order_by("id").first()
    assert record is not None and record.content["NAME"] == masked_person(NAME) and "ID_NO" not in record.content
    assert set(record.sealed) == {"SECRET"}


def test_what_waits_to_be_taken_is_sealed_too(reporter, now) -> None:
    at = reporter()
    [item] = [one for one in items_for(at.department.code) if one.code == at.item]
    batch = new_batch(
        item=item, department_id=at.department.pk, channel="page", all_or_nothing=False, limit_percent=100,
        mends=None, actor=at.actor, now=now,
    )  # fmt: skip
    job = work.work_of(batch=Batch.objects.get(pk=batch.pk), actor=at.actor)
    row = person_row()
    names = tuple(row)
    codes = codes_of(names, match(names, job.definition).fields)
    checker = checking.Checker(job, names, codes, 0)
    [chunk] = checker.chunks([Incoming(1, 1, list(row.values()), {}, False)])
    checker.ask(chunk)
    checker.settle(chunk, now=now)
    stored = everything_stored()
    assert StagedRow.objects.count() == 1 and NAME not in stored and number(1) not in stored
    staged = StagedRow.objects.get()
    assert staging.persons_of(staged.person_ct, batch.pk, 1)[0].number == number(1)
    assert checking.Checker(job, names, codes, 1)._seen == checker._seen, "rebuilt after an interruption"


def test_the_number_finds_the_person_and_the_same_again_is_the_same(reporter) -> None:
    at = reporter()
    row = person_row()
    assert at.send(row).taken == 1 and at.send(row).same == 1
    assert at.send(row | {"内部备注": "另一住址"}).changed == 1
    assert Person.objects.count() == 1 == RecordKey.objects.count()


def test_a_number_under_two_names_goes_back(reporter) -> None:
    at = reporter()
    receipt = at.send(person_row(), person_row(1, 名称="司马无忌"))
    assert (receipt.taken, [r.row for r in receipt.returned]) == (1, [2]), "the second of one chunk"
    receipt = at.send(person_row(1, 名称="司马无忌"))
    assert receipt.returned[0].problems[0]["code"] == "person_differs"
    said = json.dumps(list(RowProblem.objects.values_list("problems", flat=True)), ensure_ascii=False)
    assert NAME not in said and "司马无忌" not in said and number(1) not in said
    assert all(problem.cells_ct for problem in RowProblem.objects.all())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["send", "file"])
def test_all_or_nothing_is_nothing_when_a_row_goes_back_only_while_taking(reporter, way: str) -> None:
    """That a number stands under two names is seen when the persons are entered, after all rows were judged good."""
    at = reporter()
    wrong = [make.row(), person_row(), person_row(1, 名称="司马无忌"), make.row()]
    batch = getattr(at, way)(*wrong, all_or_nothing=True)
    assert (batch.state, batch.taken) == ("refused", 0) and "整批退回" in batch.refusal
    assert not Record.objects.exists() and not RecordKey.objects.exists() and not StagedRow.objects.exists()
    [problem] = RowProblem.objects.all()
    assert problem.problems[0]["code"] == "person_differs" and problem.cells_ct
    assert getattr(at, way)(wrong[0], wrong[1], wrong[3], all_or_nothing=True).taken == 3


def test_erasing_a_person_destroys_what_is_sealed_of_his_records(reporter, now) -> None:
    at = reporter()
    at.send(person_row())
    record = Record.objects.get()
    place = field_place(record.batch_id or 0, record.row_number or 0, "SECRET")
    assert open_for(subject_id=record.subject_id, sealed={place: record.sealed["SECRET"]}) == {place: "住址某路八号"}
    office = accounts.actor(Role.CREDIT_OFFICE)
    erase_person(subject_id=record.subject_id, ground="本人申请", actor=office, now=now)
    with pytest.raises(PersonIsErased):
        open_for(subject_id=record.subject_id, sealed={place: record.sealed["SECRET"]})
    receipt = at.send(person_row())
    assert receipt.returned and "已依法删除" in receipt.returned[0].problems[0]["message"]


def test_whoever_answers_for_a_firm_meets_its_limit(reporter) -> None:
    sources.source(code="P-Y")
    at = reporter(raises=[{"source": "P-Y", "begins": "DAY", "years": 5, "ground": "FACTS", "responsible": True}])
    row = make.row(负责人=WHO, 负责人证件类型="身份证", 负责人证件号码=number(3))
    assert at.send(row).taken == 1
    firm, person = Trigger.objects.order_by("responsible")
    assert person.responsible and person.subject_id != firm.subject_id
    assert Subject.objects.get(pk=person.subject_id).name == masked_person(WHO)
    assert number(3) not in everything_stored() and Record.objects.get().sealed == {}
    assert at.send(row | {"事实": "更正后"}).changed == 1
    assert Trigger.objects.filter(rev_to=None).count() == 2


def test_many_persons_are_entered_together(now) -> None:
    crowd = [("citizen_id", number(n), f"欧阳清{n}") for n in (1, 2, 1)] + [("citizen_id", "1", "某人")]
    first, second, again, wrong = register_persons(persons=crowd, source="t", actor=PLATFORM, now=now)
    assert (isinstance(first, int) and first != second and "校验" in str(wrong)) or "位" in str(wrong)
    assert again == first
    known = match_persons([("citizen_id", number(1), "别人"), ("passport", number(1), "欧阳清1")])
    assert known[0] is not None and not known[0].same_name and known[1] is None
    sealed = seal_for(values={first: {"p": "x"}})[first]
    assert open_for(subject_id=first, sealed=sealed) == {"p": "x"}


def test_a_persons_name_is_not_kept_in_what_is_said_about_his_row(reporter) -> None:
    at = reporter()
    receipt = at.send(person_row(名称="欧阳清源&欧阳清源"), person_row(1, 名称="=欧阳清源"))
    kept = json.dumps(
        [*Batch.objects.values_list("warnings", flat=True), *RowProblem.objects.values_list("problems", flat=True)],
        ensure_ascii=False,
    )
    assert receipt.total == 2 and "欧阳清源" not in kept
