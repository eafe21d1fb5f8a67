"""Rehearsal (D5): before a measure is published it is known whom it will newly reach and whom no longer.

What was rehearsed is then what the check answers: acceptance 3, with the real evaluator, the real SQL, real receipts.
"""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kernel.actor import Actor, Role
from measures import services as measure_services
from measures.models import MeasureItem
from measures.rules.conditions import All, AnyOf, Condition, Not, Test, written
from measures.selectors import value_of
from office.selectors import job_of
from office.services import ask_cancel
from redblack.models import Binding
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from screening.models import Receipt, Rehearsal, RehearsalRow
from screening.rules.rehearsal import Change
from screening.selectors import rehearsing as selectors
from screening.services import rehearsing as services
from screening.services.checking import Applicant, preview
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import accounts, collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import LONG_AGO, PLATFORM
from tests.facts import payload_of

TODAY = NOW.date()
# "only serious grade, only before, only while more than three months remain"
STRICT = {
    "all": [
        {"fact": "grade", "is": "in", "value": ["严重"]},
        {"fact": "stage", "is": "in", "value": ["before"]},
        {"fact": "months_left", "is": ">", "value": 3},
    ]
}


class City:
    """Firms on one list, a matter at two stages that consults it, and a published measure without a condition."""

    def __init__(self, *, condition: dict[str, Any] | None = STRICT) -> None:
        self.unit = accounts.department()
        self.black = redblack.list_type()
        self.matter = make.matter(
            consults=[self.black.source_id], stages=["before", "during"], implementing_department_id=self.unit.pk
        )
        self.author, self.reviewer = measures.editor(), measures.editor()
        said: dict[str, Any] = {
            "matter_code": self.matter,
            "department_id": self.unit.pk,
            "stages": ["before", "during"],
            "triggers": [self.black.source_id],
            "content": "限制申请",
        }
        self.item = measures.published(**said)
        self.code = MeasureItem.objects.get(pk=self.item).code
        self.firms: dict[str, str] = {}
        self.draft = measure_services.draft_from_item(item_id=self.item, actor=self.author, now=LONG_AGO)
        self.write(condition)

    def write(self, condition: dict[str, Any] | None, **fields: Any) -> None:
        """Change the draft."""
        item = MeasureItem.objects.get(pk=self.draft)
        value = value_of(item)
        wanted = replace(value, content=replace(value.content, condition=condition, **fields))
        measure_services.save_draft(
            item_id=self.draft, value=wanted, seen=value.seen, actor=self.author, now=LONG_AGO
        )

    def submit(self) -> None:
        seen = measures.seen(self.draft)
        measure_services.submit(item_id=self.draft, seen=seen, actor=self.author, now=LONG_AGO)

    def firm(self, name: str, *, grade: str = "", until: date = date(2029, 3, 1)) -> int:
        """A firm on the list. Its entry."""
        self.firms[name] = make.uscc()
        firm = make.firm(self.firms[name], name=f"江澜{name}有限公司")
        entry = redblack.entry(self.black.code, firm, effective_until=until)
        Binding.objects.filter(entry_id=entry).update(grade=grade)
        return entry

    def check(self, name: str, *, stage: str = "before", at: datetime = NOW) -> str:
        return make.ask(self.matter, self.firms[name], stage=stage, now=at).number

    def called(self, *, stage: str = "before", at: datetime = NOW) -> set[str]:
        """The firms for which a check calls for the measure now."""
        asked = {"matter_code": self.matter, "stage": stage, "as_of": at.date(), "now": at}
        return {
            name
            for name, uscc in self.firms.items()
            for answer in preview(applicants=[Applicant(uscc)], **asked)
            if any(a.measure.code == self.code for a in answer.measures)
        }

    def rehearse(self, *, actor: Actor | None = None, now: datetime = NOW) -> Rehearsal:
        made = services.start_rehearsal(item_id=self.draft, actor=actor or self.reviewer, now=now)
        services.run_rehearsal(job_id=Rehearsal.objects.get(pk=made).job_id or 0, clock=lambda: now)
        return Rehearsal.objects.get(pk=made)

    def publish(self, rehearsal: Rehearsal, *, actor: Actor | None = None, now: datetime = NOW) -> str:
        return services.publish_rehearsed(rehearsal_id=rehearsal.pk, actor=actor or self.reviewer, now=now)

    def names(self, rehearsal: Rehearsal, change: Change, *, today: bool = True) -> list[str]:
        rows = selectors.row_page(rehearsal.pk, change=change.value, today=today)
        by_id = {Subject.objects.get(uscc=uscc).pk: name for name, uscc in self.firms.items()}
        return sorted(by_id[row.subject_id] for row in rows)


@pytest.fixture
def city(db: None) -> City:
    city = City()
    city.firm("严重长", grade="严重")
    city.firm("严重短", grade="严重", until=date(2027, 1, 20))
    city.firm("一般长", grade="一般")
    city.firm("不明")
    return city


# --- acceptance 3 ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_was_rehearsed_is_what_the_check_then_answers(city: City) -> None:
    everybody = set(city.firms)
    receipts = {(name, stage): city.check(name, stage=stage) for name in everybody for stage in ("before", "during")}
    assert city.called() == city.called(stage="during") == everybody
    city.submit()
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.checks_no_longer) == (8, 0, 7)
    assert (found.subjects, found.subjects_newly, found.subjects_no_longer) == (4, 0, 3)
    told = {
        row.receipt for row in RehearsalRow.objects.filter(rehearsal=found, change="no_longer").exclude(receipt="")
    }
    assert told == set(receipts.values()) - {receipts["严重长", "before"]}
    assert city.names(found, Change.NO_LONGER) == sorted(["一般长", "不明", "严重短"])
    assert payload_of(f"measures.item:{city.draft}", "screening.rehearsal.done")["checks_no_longer"] == 7
    assert city.publish(found) == city.code
    assert city.called() == {"严重长"} == everybody - set(city.names(found, Change.NO_LONGER))
    assert city.called(stage="during") == set()
    item = MeasureItem.objects.get(pk=city.draft)
    assert item.state == "published" and item.rehearsed["checks_no_longer"] == 7
    assert Receipt.objects.filter(number__in=receipts.values()).count() == 8  # what was answered stays answered
    told_then = [s["measures"][0]["code"] for r in Receipt.objects.all() for s in r.content["subjects"]]
    assert told_then == [city.code] * 8


@pytest.mark.django_db
def test_a_condition_that_is_lifted_reaches_more(city: City) -> None:
    city.submit()
    city.publish(city.rehearse())
    city.draft = measure_services.draft_from_item(item_id=city.draft, actor=city.author, now=LONG_AGO)
    city.write(None)
    city.submit()
    for name in city.firms:
        city.check(name)
    found = city.rehearse(now=NOW + timedelta(hours=1))
    assert (found.checks_newly, found.checks_no_longer, found.subjects_newly) == (3, 0, 3)
    city.publish(found, now=NOW + timedelta(hours=1))
    assert city.called() == set(city.firms)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_random_conditions_change_today_as_they_were_rehearsed(seed: int) -> None:
    """The SQL that rehearses and the Python that checks say the same of every firm."""
    dice = random.Random(seed)
    city = City(condition=None)
    for number in range(12):
        until = TODAY + timedelta(days=dice.choice([10, 89, 92, 93, 200, 400]))
        city.firm(f"{number}", grade=dice.choice(["严重", "一般", "轻微", ""]), until=until)
    before = city.called() | city.called(stage="during")
    for _ in range(4):
        tree = _tree(dice)
        city.write(written(tree))
        found = city.rehearse()
        rows = RehearsalRow.objects.filter(rehearsal=found)
        assert found.subjects_no_longer == rows.filter(change="no_longer").count()
        left = set(city.names(found, Change.NO_LONGER))
        city.submit()
        figures = selectors.figures_of(found)
        measure_services.publish(
            item_id=city.draft, seen=found.digest, rehearsed=figures, actor=city.reviewer, now=NOW
        )
        after = city.called() | city.called(stage="during")
        assert after == before - left | set(city.names(found, Change.NEWLY)), written(tree)
        before = after
        city.draft = measure_services.draft_from_item(item_id=city.draft, actor=city.author, now=LONG_AGO)


def _tree(dice: random.Random) -> Condition:
    tests = [
        Test("grade", "in", tuple(dice.sample(["严重", "一般", "轻微"], dice.choice([1, 2])))),
        Test("months_left", dice.choice([">", ">=", "<", "<="]), dice.choice([1, 3, 6])),
        Test("months_since", dice.choice([">", "<"]), dice.choice([3, 8, 9])),
        Test("stage", "in", (dice.choice(["before", "during"]),)),
        Test("subject_kind", "in", ("legal_person",)),
        Test("area", "in", (dice.choice(["339901", "339902"]),)),
        Test("disputed", "is", dice.choice([True, False])),
    ]
    parts = tuple(dice.sample(tests, 3))
    return dice.choice([All(parts), AnyOf(parts), Not(AnyOf(parts)), All((parts[0], Not(parts[1])))])


# --- what is looked at ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_checks_are_replayed_as_they_were_known(city: City) -> None:
    """Released since, the entry still counts for the check of its time, and no longer for today."""
    entry = city.firm("已移出", grade="一般")
    number = city.check("已移出", at=NOW - timedelta(days=40))
    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=TODAY, document_no="移1号", reason="已改正",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    found = city.rehearse()
    assert city.names(found, Change.NO_LONGER, today=False) == ["已移出"]
    assert "已移出" not in city.names(found, Change.NO_LONGER)
    assert RehearsalRow.objects.get(receipt=number).trigger == f"entry:{entry}"


@pytest.mark.django_db
def test_a_check_of_thirteen_months_ago_is_left_out(city: City) -> None:
    Binding.objects.update(valid_from=date(2025, 1, 1))
    at = NOW.replace(year=2025, month=10)
    city.check("一般长", at=at)
    city.check("一般长", at=NOW.replace(year=2025) + timedelta(days=1))
    found = city.rehearse()
    assert (found.checks, found.checks_no_longer) == (1, 1)


@pytest.mark.django_db
def test_an_item_of_another_matter_moves_all_of_it(city: City) -> None:
    other = make.matter(consults=[city.black.source_id], stages=["before"])
    city.write(None, matter_code=other, stages=["before"])
    for name in city.firms:
        city.check(name)
    number = make.ask(other, city.firms["不明"], now=NOW).number
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.checks_no_longer) == (5, 1, 4)
    assert RehearsalRow.objects.get(rehearsal=found, change="newly").receipt == number
    assert (found.subjects_newly, found.subjects_no_longer) == (0, 0)  # called for today, before and after


@pytest.mark.django_db
def test_a_reward_is_rehearsed_with_what_stands_against_it(now: datetime) -> None:
    city = City(condition=None)
    red = redblack.list_type(kind="reward")
    matter = make.matter(consults=[red.source_id], implementing_department_id=city.unit.pk)
    for number in range(2):
        city.firms[f"{number}"] = make.uscc()
        firm = make.firm(city.firms[f"{number}"])
        redblack.entry(red.code, firm, papers=redblack.red_papers())
        if number:
            redblack.entry(city.black.code, firm)
        make.ask(matter, city.firms[f"{number}"], now=now)
    city.draft = measures.draft(
        actor=city.author, reward=True, kind=None, wording="可以提供", content="容缺受理", means="推荐应用",
        basic_id=None, matter_code=matter, stages=["before"], triggers=[red.source_id],
        unless_bad=[city.black.source_id], department_id=city.unit.pk,
    )  # fmt: skip
    found = city.rehearse()
    assert (found.checks, found.checks_newly, found.subjects, found.subjects_newly) == (2, 1, 2, 1)


@pytest.mark.django_db
def test_a_measure_without_an_application_concerns_no_check(city: City) -> None:
    source, firm = collection.source(code="P-REH"), make.firm()
    collection.record(subject_id=firm, raised=[collection.raised("P-REH", firm)])
    city.draft = measures.draft(
        actor=city.author, triggers=[source], department_id=city.unit.pk, content="提高抽查比例", stages=["during"]
    )
    found = city.rehearse()
    assert (found.checks, found.subjects, found.subjects_newly) == (0, 1, 1)


# --- the job, and who may -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_rehearsal_under_way_is_taken_and_one_of_other_words_is_not(city: City) -> None:
    first = services.start_rehearsal(item_id=city.draft, actor=city.reviewer, now=NOW)
    assert services.start_rehearsal(item_id=city.draft, actor=city.author, now=NOW) == first
    city.write(None)
    second = services.start_rehearsal(item_id=city.draft, actor=city.reviewer, now=NOW)
    assert second != first
    job_id = Rehearsal.objects.get(pk=first).job_id or 0
    services.run_rehearsal(job_id=job_id, clock=lambda: NOW)
    job = job_of(job_id)
    assert job is not None and (job.state, job.failure) == ("failed", services.MOVED)
    assert Rehearsal.objects.get(pk=first).done_at is None


@pytest.mark.django_db
def test_taken_up_again_it_begins_anew(city: City) -> None:
    """A worker that died half-way has left rows behind; the next one counts them once."""
    city.check("一般长")
    made = services.start_rehearsal(item_id=city.draft, actor=city.reviewer, now=NOW)
    row = Rehearsal.objects.get(pk=made)
    RehearsalRow.objects.create(rehearsal=row, change="newly", receipt="x", subject_id=1, trigger="entry:1")
    Rehearsal.objects.filter(pk=made).update(checks_newly=1)
    services.run_rehearsal(job_id=row.job_id or 0, clock=lambda: NOW)
    row.refresh_from_db()
    assert (row.checks_newly, row.checks_no_longer) == (0, 1) and row.rows.count() == 4
    services.run_rehearsal(job_id=row.job_id or 0, clock=lambda: NOW)  # sent twice: nothing to claim
    assert row.rows.count() == 4


@pytest.mark.django_db
def test_it_may_be_stopped(city: City) -> None:
    made = services.start_rehearsal(item_id=city.draft, actor=city.reviewer, now=NOW)
    job_id = Rehearsal.objects.get(pk=made).job_id or 0
    assert ask_cancel(job_id=job_id, actor=city.reviewer, now=NOW)
    services.run_rehearsal(job_id=job_id, clock=lambda: NOW)
    assert Rehearsal.objects.get(pk=made).done_at is None


@pytest.mark.django_db
def test_who_publishes_and_by_which_figures(city: City) -> None:
    with pytest.raises(services.CannotRehearse):
        city.rehearse(actor=accounts.actor(Role.UPLOADER, department=city.unit))
    with pytest.raises(services.NothingToRehearse):
        services.start_rehearsal(item_id=city.item, actor=city.reviewer, now=NOW)
    waiting = Rehearsal.objects.get(pk=services.start_rehearsal(item_id=city.draft, actor=city.reviewer, now=NOW))
    with pytest.raises(services.RehearsalUnfinished):
        city.publish(waiting)
    services.run_rehearsal(job_id=waiting.job_id or 0, clock=lambda: NOW)
    done = Rehearsal.objects.get(pk=waiting.pk)
    with pytest.raises(measure_services.WrongState):  # not submitted yet
        city.publish(done)
    city.submit()
    with pytest.raises(measure_services.ReviewedByAnother):
        city.publish(done, actor=city.author)
    with pytest.raises(services.CannotRehearse):
        city.publish(done, actor=accounts.actor(Role.REVIEWER))
    with pytest.raises(services.RehearsalTooOld):
        city.publish(done, now=NOW + timedelta(days=1))
    city.publish(done)
    with pytest.raises(selectors.RehearsalNotFound):
        selectors.get_rehearsal(10**9)


@pytest.mark.django_db
def test_figures_of_other_words_publish_nothing(city: City) -> None:
    done = city.rehearse()
    city.write(None, content="限制申请和参评")
    city.submit()
    with pytest.raises(measure_services.DraftMoved):
        city.publish(done)
    assert MeasureItem.objects.get(pk=city.draft).state == "in_review"


# --- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_rehearse_read_the_rows_and_publish_on_the_page(client: Client, city: City) -> None:
    user = accounts.user(Role.CREDIT_OFFICE)
    client.force_login(user)
    city.check("一般长")
    city.submit()
    place = reverse("screening:rehearse", args=[city.draft])
    text = client.get(place).content.decode()
    assert "尚未预演" in text and "开始预演" in text and "仅当" in text
    assert client.post(place)["Location"] == place
    row = Rehearsal.objects.get()
    publish = reverse("screening:publish_rehearsed", args=[row.pk])
    assert client.post(publish, {"confirmed": "1"}).status_code == 409
    assert "hx-trigger" in client.get(place).content.decode()
    services.run_rehearsal(job_id=row.job_id or 0, clock=lambda: NOW)
    fragment = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith("<section") and "hx-trigger" not in fragment
    page = client.get(place)
    done = Rehearsal.objects.get()
    assert selectors.figures_of(done).sentence in page.content.decode() and "按此发布" in page.content.decode()
    for number in page.context["numbers"]:
        rows = client.get(number["href"]).context["rows"]
        assert len(rows) == number["count"], number
    shown = client.get(f"{reverse('screening:rehearsal_rows', args=[row.pk])}?change=no_longer").content.decode()
    assert "江澜一般长有限公司" in shown and Receipt.objects.get().number in shown
    assert client.post(publish).status_code == 400
    answer = client.post(publish, {"confirmed": "1"})
    assert answer["Location"] == reverse("measures:item", args=[city.code])
    assert MeasureItem.objects.get(pk=city.draft).reviewed_by == f"user:{user.username}"
    assert client.post(publish, {"confirmed": "1"}).status_code == 409
    assert client.post(place).status_code == 409  # published: nothing to rehearse any more
    assert client.get(reverse("screening:rehearse", args=[10**9])).status_code == 404
