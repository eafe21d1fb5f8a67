"""Rehearsal: what publishing a draft of a measure item would change, before it is published (feature D5).

Two counts: over the checks of the last twelve months, each replayed at its own moment with today's plan and with the
draft in the place of the published item (the same `look` and `answer_subject` as the check); and over everybody for
whom a trigger is in force today, by the same conditions in SQL. Every number has its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.services import record
from collection.rules.freshness import SourceState
from collection.selectors import source_ages
from kernel.actor import Actor, system
from kernel.errors import NotPermitted, RuleBroken
from kernel.terms import same_day_later
from measures.selectors import draft_as_published, item_by_id, standing, value_of
from measures.services import assess, hold_list, publish
from office.selectors import job_of
from office.services import JobTaken, cancel_job, claim, fail_job, finish_job, open_job, step
from screening import policies
from screening.events import RehearsalDone, RehearsalStarted
from screening.models import Receipt, Rehearsal, RehearsalRow
from screening.rules import answer as rules
from screening.rules.question import Subject
from screening.rules.rehearsal import Change, change_of
from screening.selectors import rehearsing as selectors
from screening.selectors.checks import retired_sources, revisions
from screening.selectors.looking import look
from screening.selectors.rehearsing import Compared, Wording, compared_plans, sources_asked
from screening.selectors.triggers import (
    bad_relation,
    called_by,
    facts_relation,
    honour_is_sure,
    unsure_relation,
)
from toolkit.clock import day_of

RUN = "screening.tasks.run_rehearsal"
MONTHS = 12
CHUNK = 200
STAGES = ("重放核查", "比对今日名单")
OPEN = frozenset({"draft", "in_review"})
MOVED = "草稿在预演期间已修改，本次预演作废。请重新预演。"

# an honour counts where a check would offer it, not while it would be 激励待确认; who is one for the check is one
TODAY = """
WITH f AS MATERIALIZED (SELECT x.* FROM ({facts}) x WHERE NOT x.doubted),
{against}
was AS (SELECT f.holder AS subject_id, min(f.ref) AS ref FROM f
  WHERE f.source_id = ANY (%(was_sources)s) AND {was} {was_sure} GROUP BY f.holder),
would AS (SELECT f.holder AS subject_id, min(f.ref) AS ref FROM f
  WHERE f.source_id = ANY (%(would_sources)s) AND {would} {would_sure} GROUP BY f.holder),
changed AS (
  INSERT INTO screening_rehearsalrow (rehearsal_id, change, receipt, subject_id, trigger)
  SELECT %(rehearsal)s, CASE WHEN was.ref IS NULL THEN 'newly' ELSE 'no_longer' END, '', subject_id,
    coalesce(would.ref, was.ref)
  FROM was FULL JOIN would USING (subject_id) WHERE was.ref IS NULL OR would.ref IS NULL
  ORDER BY subject_id RETURNING change)
SELECT (SELECT count(DISTINCT holder) FROM f),
  count(*) FILTER (WHERE change = 'newly'), count(*) FILTER (WHERE change = 'no_longer') FROM changed
"""
CLEAN = "AND NOT EXISTS (SELECT 1 FROM {name}_bad WHERE {name}_bad.subject_id = f.subject_id) AND {sure}"


class CannotRehearse(NotPermitted):
    code = "screening.cannot_rehearse"
    message = "措施预演由信用办办理。"


class NothingToRehearse(RuleBroken):
    code = "screening.nothing_to_rehearse"
    message = "只有起草中或待审核的措施可以预演。请先起草变更。"


class DraftNotWhole(RuleBroken):
    code = "screening.draft_not_whole"
    message = "草稿还不能发布，所以不能预演。请先补全草稿。"


class RehearsalUnfinished(RuleBroken):
    code = "screening.rehearsal_unfinished"
    message = "预演尚未完成，不能凭它发布。请等待完成后再发布。"


class RehearsalTooOld(RuleBroken):
    code = "screening.rehearsal_too_old"
    message = "预演之后名单或措施可能已有变化，须用当日的预演结果发布。请重新预演。"


class ComparedMoved(RuleBroken):
    code = "screening.compared_moved"
    message = "预演之后本措施的现行版本或者事项的应用清单已有变化，原来的数字不再准确。请重新预演。"


@transaction.atomic
def start_rehearsal(*, item_id: int, actor: Actor, now: datetime) -> int:
    """Begin to rehearse a draft, as a job; one that is under way for the same wording is taken. Its id.

    What could not be published is not rehearsed, with every reason. Raises CannotRehearse, measures' ItemNotFound,
    NothingToRehearse, DraftNotWhole.
    """
    if not policies.may_edit_lists(actor):
        raise CannotRehearse
    item = item_by_id(actor, item_id, for_update=True)
    if item.state not in OPEN:
        raise NothingToRehearse
    value, today = value_of(item), day_of(now)
    digest = value.seen
    against = assess(value=value, on=today).against
    if against:
        said = "".join(reason.message for reason in against)
        raise DraftNotWhole(f"草稿还不能发布，所以不能预演：{said}请补全草稿后再预演。", reasons=against)
    for known in selectors.rehearsals_of(item.pk, limit=1):
        job = job_of(known.job_id) if known.job_id and known.done_at is None else None
        if known.digest == digest and job is not None and not job.is_over:
            return known.pk
    rehearsal = Rehearsal.objects.create(
        item_id=item.pk,
        digest=digest,
        made_by=actor.key,
        made_at=now,
        checked_from=same_day_later(today, -MONTHS),
        checked_until=today,
    )
    rehearsal.job_id = open_job(task=RUN, about=f"screening.rehearsal:{rehearsal.pk}", actor=actor, now=now)
    rehearsal.save(update_fields=["job_id"])
    fact = RehearsalStarted(rehearsal.pk, item.pk, item.code, digest)
    record(fact, about=f"measures.item:{item.pk}", actor=actor, now=now)
    return rehearsal.pk


@dataclass(slots=True)
class _Run:
    """One worker at one rehearsal. Taken up again after a crash it begins anew: what it has written is its own."""

    rehearsal: Rehearsal
    job_id: int
    attempt: int
    clock: Callable[[], datetime]
    draft: Wording
    before: Wording | None
    code: str
    looked: int = 0

    def step(self, stage: str, total: int | None) -> bool:
        now = self.clock()
        return step(job_id=self.job_id, attempt=self.attempt, done=self.looked, total=total, stage=stage, now=now)


def run_rehearsal(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Do it. Whatever is unexpected escapes: the lease lapses, and the sweep hands the job out again."""
    attempt = claim(job_id=job_id, now=clock())
    if not attempt:
        return
    rehearsal = Rehearsal.objects.get(job_id=job_id)
    actor = system("rehearsal")
    try:
        _begin_anew(rehearsal)
        run = _run_of(rehearsal, job_id, attempt, clock)
        going_on = run is not None and _replay_checks(run) and _compare_today(run)
        with transaction.atomic():
            if run is None or _moved(rehearsal):
                fail_job(job_id=job_id, attempt=attempt, failure=MOVED, actor=actor, now=clock())
            elif going_on:
                _finish(rehearsal, job_id, attempt, actor=actor, now=clock())
            else:
                cancel_job(job_id=job_id, attempt=attempt, actor=actor, now=clock())
    except JobTaken:
        return


@transaction.atomic
def _begin_anew(rehearsal: Rehearsal) -> None:
    RehearsalRow.objects.filter(rehearsal=rehearsal).delete()
    for name in ("checks", "checks_newly", "checks_no_longer", "subjects", "subjects_newly", "subjects_no_longer"):
        setattr(rehearsal, name, 0)
    rehearsal.save()


def _run_of(rehearsal: Rehearsal, job_id: int, attempt: int, clock: Callable[[], datetime]) -> _Run | None:
    """What is compared; None when the draft is another one already."""
    item = item_by_id(system("rehearsal"), rehearsal.item_id)
    if value_of(item).seen != rehearsal.digest:
        return None
    known = revisions()  # before the reading: what changes in between makes the figures stale, never silently right
    published = standing(item.code)
    rehearsal.base_item_id = published.pk if published else None
    rehearsal.measures_revision, rehearsal.lists_revision = known.measures, known.lists
    rehearsal.save(update_fields=["base_item_id", "measures_revision", "lists_revision"])
    return _Run(
        rehearsal, job_id, attempt, clock, _wording(item), _wording(published) if published else None, item.code
    )


def _wording(item: Any) -> Wording:
    return Wording(item=draft_as_published(item), matter_code=item.matter_code, stages=tuple(item.stages))


def _moved(rehearsal: Rehearsal) -> bool:
    return value_of(item_by_id(system("rehearsal"), rehearsal.item_id)).seen != rehearsal.digest


# --- past checks ----------------------------------------------------------------------------------------------------
def _replay_checks(run: _Run) -> bool:
    """The checks of the period at the matters of the draft and of the published item: all are counted, replayed are
    those with a subject of whom a source of either wording says, or ever said, anything, clear ones too. False: asked
    to stop.
    """
    asked: dict[str, set[str]] = {}
    for wording in filter(None, (run.before, run.draft)):
        if wording.matter_code:
            asked.setdefault(wording.matter_code, set()).update(wording.stages)
    row = run.rehearsal
    period: dict[str, Any] = {"since": row.checked_from, "until": row.checked_until + timedelta(days=1)}
    plans = {
        (matter, stage): plan
        for matter, stages in asked.items()
        for stage in sorted(stages)
        if (plan := compared_plans(
            matter_code=matter, stage=stage, code=run.code, draft=run.draft, today=row.checked_until
        )) is not None
    }  # fmt: skip
    row.checks = sum(
        selectors.check_count(matter_code=matter, stages=sorted(stages), **period) for matter, stages in asked.items()
    )
    row.save(update_fields=["checks"])
    sources = sorted(run.draft.item.triggers | (run.before.item.triggers if run.before else frozenset()))
    for matter, stages in asked.items():
        here = sorted(stage for stage in stages if (matter, stage) in plans)
        after: tuple[datetime, int] | None = None
        while here:
            receipts = selectors.checks_with_triggers(
                matter_code=matter, stages=here, sources=sources, after=after, limit=CHUNK, **period
            )
            if not receipts:
                break
            after = (receipts[-1].checked_at, receipts[-1].pk)
            rows = [one for receipt in receipts for one in _replay(run, receipt, plans[matter, receipt.stage])]
            run.looked += len(receipts)
            if not _keep(run, rows):
                return False
    return True


@transaction.atomic
def _keep(run: _Run, rows: Sequence[RehearsalRow]) -> bool:
    RehearsalRow.objects.bulk_create(rows)
    row = run.rehearsal
    row.checks_newly += sum(one.change == Change.NEWLY for one in rows)
    row.checks_no_longer += sum(one.change == Change.NO_LONGER for one in rows)
    row.save(update_fields=["checks_newly", "checks_no_longer"])
    return run.step(STAGES[0], None)


def _replay(run: _Run, receipt: Receipt, plans: Compared) -> list[RehearsalRow]:
    """Each identified subject of one check, as known at its moment, by the plan as it is and as it would be."""
    asked = [said for said in receipt.content["subjects"] if said["id"] is not None]
    if not asked:
        return []
    looked = look(
        plans.before,
        codes=[None] * len(asked),
        ids=[said["id"] for said in asked],
        as_of=receipt.as_of,
        vector=plans.revisions | receipt.vector,  # what was not read then is taken as it is known now
    )
    rows = []
    for said, found in zip(asked, looked.subjects, strict=True):
        subject = Subject(
            role=said["role"],
            role_label=said["role_label"],
            id=found.id,
            kind=found.kind or said["kind"],
            name=found.name,
            code=found.code or said["code"],
        )
        was, would = (
            rules.answer_subject(
                subject,
                plan=replace(plan, as_of=receipt.as_of),
                sources=looked.sources,
                triggers=found.triggers,
                doubted=found.doubted,
            )
            for plan in (plans.before.plan, plans.after)
        )
        changed = change_of(was, would, run.code)
        if changed is not None:
            change, ref = changed
            rows.append(
                RehearsalRow(
                    rehearsal=run.rehearsal,
                    change=change.value,
                    receipt=receipt.number,
                    subject_id=said["id"],
                    trigger=ref,
                )
            )
    return rows


# --- today ----------------------------------------------------------------------------------------------------------
def _compare_today(run: _Run) -> bool:
    """Everybody for whom a trigger is in force today. False: asked to stop."""
    if not run.step(STAGES[1], None):
        return False
    today = run.rehearsal.checked_until
    values: dict[str, Any] = {"day": today, "rehearsal": run.rehearsal.pk}
    values["complete"] = sorted(age.id for age in source_ages(as_of=today) if age.state is SourceState.CURRENT)
    parts: dict[str, str] = {"facts": facts_relation()}
    sources: set[int] = set()
    against = [f"unsure AS MATERIALIZED {unsure_relation()},"]
    for name, wording in (("was", run.before), ("would", run.draft)):
        asked = sources_asked(wording) if wording else []
        sources |= set(asked)
        called, given = called_by(wording.calling(today=today), prefix=name) if wording else ("false", {})
        unless = sorted(wording.item.unless_bad - retired_sources(None)) if wording else []
        values |= given | {f"{name}_sources": asked, f"{name}_unless": unless}
        parts[name] = called
        parts[f"{name}_sure"] = ""
        if wording and wording.item.reward:
            named = f"%({name}_unless)s"
            against.append(f"{name}_bad AS MATERIALIZED {bad_relation(named)},")
            parts[f"{name}_sure"] = CLEAN.format(name=name, sure=honour_is_sure("f", unless=named, unsure="unsure"))
    parts["against"] = "\n".join(against)
    values["sources"] = sorted(sources)
    row = run.rehearsal
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TODAY.format(**parts), values)
        row.subjects, row.subjects_newly, row.subjects_no_longer = cursor.fetchone()
        row.save(update_fields=["subjects", "subjects_newly", "subjects_no_longer"])
        return run.step(STAGES[1], None)


def _finish(rehearsal: Rehearsal, job_id: int, attempt: int, *, actor: Actor, now: datetime) -> None:
    rehearsal.done_at = now
    rehearsal.save(update_fields=["done_at"])
    finish_job(job_id=job_id, attempt=attempt, actor=actor, now=now)
    fact = RehearsalDone(
        rehearsal.pk,
        rehearsal.item_id,
        rehearsal.digest,
        rehearsal.checks,
        rehearsal.checks_newly,
        rehearsal.checks_no_longer,
        rehearsal.subjects,
        rehearsal.subjects_newly,
        rehearsal.subjects_no_longer,
    )
    record(fact, about=f"measures.item:{rehearsal.item_id}", actor=actor, now=now)


@transaction.atomic
def publish_rehearsed(*, rehearsal_id: int, actor: Actor, now: datetime) -> str:
    """Publish the draft with the figures of its rehearsal. The item's code.

    Raises CannotRehearse, RehearsalNotFound, RehearsalUnfinished, RehearsalTooOld, ComparedMoved, and what
    measures.services.publish refuses: ReviewedByAnother, DraftMoved, RehearsedAnother, WrongState, CannotPublish.
    """
    if not policies.may_edit_lists(actor):
        raise CannotRehearse
    rehearsal = selectors.get_rehearsal(rehearsal_id)
    if rehearsal.done_at is None:
        raise RehearsalUnfinished
    if rehearsal.checked_until != day_of(now):
        raise RehearsalTooOld
    hold_list()  # from here on nothing is published or withdrawn before this is
    published = standing(rehearsal.item.code)
    # what other measures say moves none of the figures: they tell of this code alone
    compared = (rehearsal.base_item_id, rehearsal.lists_revision)
    if compared != (published.pk if published else None, revisions().lists):
        raise ComparedMoved
    figures = selectors.figures_of(rehearsal)
    publish(item_id=rehearsal.item_id, seen=rehearsal.digest, rehearsed=figures, actor=actor, now=now)
    return rehearsal.item.code
