"""Response tasks: raised and ended as triggers and measures come and go, answered by the departments that owe them.

`reconcile` is the one place that raises and ends: it compares what is called for today with the tasks that stand, for
everything or for the little that a fact is about. Again changes nothing, and nobody has to remember what was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from audit.services import record
from collection.rules.freshness import SourceState
from collection.selectors import source_ages
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason
from kernel.workdays import due_on
from office.selectors import calendar
from screening import policies
from screening.events import ResponsesAnswered, ResponsesEnded, ResponsesRaised, ResponsesRecomputed
from screening.models import ResponseTask
from screening.rules.responses import OPEN, RESPONSE_LIFE, STANDING, ResponseState, Standing, Verb, may_say
from screening.selectors import responses as selectors
from screening.selectors.responses import ResponseItem, ResponseNotFound
from screening.selectors.triggers import (
    Calling,
    bad_relation,
    called_by,
    facts_relation,
    honour_is_sure,
    sources_of_trigger,
    subjects_of_trigger,
    unsure_relation,
)
from toolkit.clock import day_of
from toolkit.db import note_growth

BITE = 500  # ids that one fact names
MOST_ANSWERED = 200
LOCK = 0x5E5B  # of two who reconcile at once, the second sees what the first has written
STATES = {"standing": [s.value for s in STANDING], "ended": ResponseState.ENDED.value}
GONE = "对应的名单条目或记录已移出、期满或终止。"
LIMITED = "已不符合措施的执行条件。"
PAUSED = "有在期失信信息，激励暂停。"
WITHDRAWN = "措施已撤回或不再要求响应。"

WANTED = """
called AS MATERIALIZED (SELECT f.*, ({called}) AS holds FROM ({facts}) f),
{clean}
wanted AS (SELECT c.ref, c.subject_id, min(c.source_id) AS source_id FROM called c
  WHERE c.holds AND NOT c.suspended AND NOT c.doubted {unless} {certain}
  GROUP BY c.ref, c.subject_id)  -- one record may stand on several sources: one task all the same
"""
UNLESS = """AND NOT EXISTS (SELECT 1 FROM bad WHERE bad.subject_id = c.subject_id)"""
IS_PAUSED = "WHEN EXISTS (SELECT 1 FROM bad WHERE bad.subject_id = k.subject_id) THEN %(paused)s"
RAISE = """
INSERT INTO screening_responsetask (item_id, item_code, department_id, source_id, trigger, subject_id, state,
  raised_at, due_on, due_provisional, answer, answered_by, ended_reason, stopped_by)
SELECT %(item)s, %(code)s, %(department)s, w.source_id, w.ref, w.subject_id, 'waiting', %(now)s, %(due)s,
  %(provisional)s, '', '', '', ''
FROM wanted w
WHERE NOT EXISTS (SELECT 1 FROM screening_responsetask k WHERE k.item_code = %(code)s AND k.trigger = w.ref
  AND k.subject_id = w.subject_id AND k.department_id = %(department)s AND k.state <> %(ended)s)
ORDER BY w.ref, w.subject_id RETURNING id
"""
# a dispute suspends and ends nothing; what is not known, or in doubt while a list is held, ends nothing either
END = """
UPDATE screening_responsetask k SET state = %(ended)s, ended_at = %(now)s,
  ended_reason = CASE WHEN NOT EXISTS (SELECT 1 FROM called c WHERE c.ref = k.trigger AND c.subject_id = k.subject_id)
    THEN %(gone)s {paused} ELSE %(limited)s END,
  stop_due_on = CASE WHEN k.state = 'responded' THEN %(stop)s::date END
WHERE k.item_code = %(code)s AND k.department_id = %(department)s AND k.state = ANY (%(standing)s) {of_some}
  AND NOT EXISTS (SELECT 1 FROM called c WHERE c.ref = k.trigger AND c.subject_id = k.subject_id
    AND c.holds IS NOT FALSE {unless})
RETURNING id
"""
# in one statement: what is being answered this moment is waited for, and is to be stopped if it was responded to
END_REST = """
UPDATE screening_responsetask SET state = %(ended)s, ended_at = %(now)s, ended_reason = %(withdrawn)s,
  stop_due_on = CASE WHEN state = 'responded' THEN %(stop)s::date END
WHERE item_code = %(code)s AND department_id = %(department)s AND state = ANY (%(standing)s)
RETURNING id
"""
FOLLOW = """
UPDATE screening_responsetask SET item_id = %(item)s
WHERE item_code = %(code)s AND department_id = %(department)s AND item_id <> %(item)s
  AND state IN ('waiting', 'accepted')
"""


class CannotAnswer(NotPermitted):
    code = "screening.cannot_answer_response"
    message = "响应任务由措施的实施部门办理。"


class NothingChosen(Malformed):
    code = "screening.no_response_chosen"
    message = "没有勾选任何任务。请先勾选要办理的任务。"


class TooManyChosen(Malformed):
    code = "screening.too_many_responses"
    message = f"一次最多办理 {MOST_ANSWERED} 项，请分批办理。"


class ResponseRefused(RuleBroken):
    code = "screening.response_refused"
    message = "未能办理。"


class ResponseTellsAPerson(Malformed):
    code = "screening.response_tells_a_person"
    message = "办理情况中含有公民身份号码，请删去后重新提交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What has changed. Nothing said: everything is compared."""

    trigger: str = ""  # "entry:12", "record:7"
    sources: frozenset[int] | None = None
    item_code: str = ""
    honours: bool = False  # measures of reward alone


@dataclass(frozen=True, slots=True)
class Reconciled:
    raised: int
    ended: int


@transaction.atomic
def reconcile(*, scope: Scope, actor: Actor, now: datetime) -> Reconciled:
    """Raise a task for every trigger in force for which a published measure without an application is to be taken,
    and end those that nothing calls for any more; what was responded to is then to be stopped by a day of its own.

    The same again changes nothing. Facts name the tasks, BITE at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    day = day_of(now)
    subjects = subjects_of_trigger(scope.trigger) if scope.trigger else []
    if scope.trigger and not subjects:
        return Reconciled(0, 0)
    sources = sources_of_trigger(scope.trigger) if scope.trigger else scope.sources
    items = selectors.response_items(as_of=day, code=scope.item_code)
    days = calendar()
    due, stop = (due_on(day, n, days) for n in (settings.RESPONSE_WORKING_DAYS, settings.STOP_WORKING_DAYS))
    states = {source.id: source.state for source in source_ages(as_of=day)}  # none that is retired
    common: dict[str, Any] = STATES | {
        "complete": sorted(i for i, state in states.items() if state is SourceState.CURRENT),
        "day": day,
        "now": now,
        "due": due.on,
        "provisional": due.provisional,
        "stop": stop.on,
        "gone": GONE,
        "limited": LIMITED,
        "paused": PAUSED,
    }
    raised = ended = 0
    for item in items:
        if sources is not None and not sources & (item.triggers | item.unless_bad):
            continue
        if scope.honours and not item.reward:
            continue
        fresh, over = _of_item(item, subjects, common | {"unless": sorted(item.unless_bad & states.keys())})
        raised += len(fresh)
        ended += len(over)
        note_growth(("screening_responsetask",), len(fresh) + len(over))
        for bite in _bites(fresh):
            fact = ResponsesRaised(item.code, item.department_id, due.on.isoformat(), bite)
            record(fact, about=f"measures.item:{item.id}", actor=actor, now=now)
        _record_ended(item.code, item.department_id, over, actor=actor, now=now)
    ended += _end_rest(items, scope, stop.on, actor=actor, now=now)
    return Reconciled(raised, ended)


def _of_item(item: ResponseItem, subjects: list[int], common: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Raise and end for one measure: the ids of the tasks."""
    measure = Calling(
        reward=item.reward,
        matter_code=item.matter_code,
        stages=item.stages,
        extends_to_responsible=item.extends_to_responsible,
        condition=item.condition,
        own_until_passed=item.own_until is not None and common["day"] > item.own_until,
    )
    called, given = called_by(measure)
    values = common | given
    values |= {
        "item": item.id,
        "code": item.code,
        "department": item.department_id,
        "sources": sorted(item.triggers),
        "subjects": subjects,
    }
    some = bool(subjects)
    clean = unless = paused = certain = ""
    if values["unless"]:
        clean, unless, paused = f"bad AS MATERIALIZED {bad_relation('%(unless)s', of_some=some)},", UNLESS, IS_PAUSED
    if item.reward:  # raised only where the check would offer it
        clean += f"unsure AS MATERIALIZED {unsure_relation(of_some=some)},"
        certain = f"AND {honour_is_sure('c', unless='%(unless)s', unsure='unsure')}"
    facts = facts_relation(of_some=some)
    wanted = "WITH " + WANTED.format(called=called, facts=facts, clean=clean, unless=unless, certain=certain)
    of_some = "AND k.subject_id = ANY (%(subjects)s)" if subjects else ""
    end = END.format(of_some=of_some, unless=unless, paused=paused)
    with connection.cursor() as cursor:
        if not subjects:  # a new wording comes with a fact about the measure
            cursor.execute(FOLLOW, values)
        cursor.execute(wanted + end, values)
        over = [row[0] for row in cursor.fetchall()]
        cursor.execute(wanted + RAISE, values)
        return [row[0] for row in cursor.fetchall()], over


def _end_rest(items: Sequence[ResponseItem], scope: Scope, stop: date, *, actor: Actor, now: datetime) -> int:
    """End what no published measure asks for any more: the item is gone, or is another department's now."""
    if scope.trigger or scope.sources is not None:
        return 0
    asked = {(item.code, item.department_id) for item in items}
    standing = ResponseTask.objects.filter(state__in=STANDING)
    if scope.item_code:
        standing = standing.filter(item_code=scope.item_code)
    ended = 0
    for code, department_id in standing.order_by().values_list("item_code", "department_id").distinct():
        if (code, department_id) in asked:
            continue
        said: dict[str, Any] = {
            "code": code,
            "department": department_id,
            "now": now,
            "withdrawn": WITHDRAWN,
            "stop": stop,
        }
        with connection.cursor() as cursor:
            cursor.execute(END_REST, STATES | said)
            over = sorted(row[0] for row in cursor.fetchall())
        _record_ended(code, department_id, over, actor=actor, now=now)
        ended += len(over)
    return ended


def _record_ended(code: str, department_id: int, over: Sequence[int], *, actor: Actor, now: datetime) -> None:
    for bite in _bites(over):
        fact = ResponsesEnded(code, department_id, bite)
        record(fact, about=f"screening.responses:{code}", actor=actor, now=now)


def _bites(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[at : at + BITE]) for at in range(0, len(ids), BITE)]


@transaction.atomic
def answer(*, task_ids: Sequence[int], verb: Verb, text: str, actor: Actor, now: datetime) -> int:
    """Say the same of several tasks of one's department: 接收, 登记响应, 不适用 or 确认已停止. All or none.

    Returns how many. Raises NothingChosen, TooManyChosen, ResponseTellsAPerson, ResponseNotFound, CannotAnswer,
    ResponseRefused (with each reason and its article; a second browser finds the task in another state).
    """
    wanted = sorted(set(task_ids))
    if not wanted:
        raise NothingChosen
    if len(wanted) > MOST_ANSWERED:
        raise TooManyChosen
    if holds_citizen_id(text):
        raise ResponseTellsAPerson
    mine = selectors.visible_to(actor).filter(pk__in=wanted)
    tasks = list(mine.select_for_update(of=("self",)).select_related("item").order_by("id"))
    if len(tasks) < len(wanted):
        raise ResponseNotFound
    if not all(policies.may_answer(actor, department_id=task.department_id) for task in tasks):
        raise CannotAnswer
    marks = selectors.triggers_of(tasks, as_of=day_of(now))
    against: list[Reason] = []
    for task in tasks:
        mark = marks.get(selectors.marked_by(task))
        standing = Standing(
            state=ResponseState(task.state),
            suspended=mark is not None and mark.suspended and not task.item.reward,
            to_stop=task.stop_due_on is not None and task.stopped_at is None,
        )
        against += may_say(verb, standing, text).against
    if against:
        reasons = tuple(dict.fromkeys(against))
        raise ResponseRefused("".join(dict.fromkeys(r.message for r in reasons)), reasons=reasons)
    for task in tasks:
        _say(task, verb, text.strip(), actor=actor, now=now)
    fact = ResponsesAnswered(verb.value, wanted)
    record(fact, about=f"screening.response:{wanted[0]}", actor=actor, now=now)
    return len(tasks)


def _say(task: ResponseTask, verb: Verb, text: str, *, actor: Actor, now: datetime) -> None:
    if verb is Verb.STOP:
        task.stopped_by, task.stopped_at = actor.key, now
        task.save(update_fields=["stopped_by", "stopped_at"])
        return
    task.state = RESPONSE_LIFE.after(verb.value, ResponseState(task.state)).value
    if verb is not Verb.ACCEPT:
        task.answer, task.answered_by, task.answered_at = text, actor.key, now
    task.save(update_fields=["state", "answer", "answered_by", "answered_at"])


@transaction.atomic
def recompute_tasks(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open task's last day that touches a year whose calendar has just been imported."""
    days, changed = calendar(), []
    touched = ResponseTask.objects.select_for_update().filter(
        state__in=OPEN, due_on__year__gte=year, raised_at__year__lte=year
    )
    for task in touched.order_by("id"):
        again = due_on(day_of(task.raised_at), settings.RESPONSE_WORKING_DAYS, days)
        if (again.on, again.provisional) != (task.due_on, task.due_provisional):
            task.due_on, task.due_provisional = again.on, again.provisional
            changed.append(task)
    ResponseTask.objects.bulk_update(changed, ["due_on", "due_provisional"], batch_size=1000)
    record(ResponsesRecomputed(year, len(changed)), about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)
