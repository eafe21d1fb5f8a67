"""双随机抽取: the seed is published with who takes part; then it is drawn; anybody can repeat it (rules/draws.py)."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from django.db import connection, transaction
from django.db.models import Max

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import open_file, store_file
from screening import policies
from screening.events import DrawAnnounced, DrawDropped, DrawMade
from screening.models import RosterDraw, RosterDrawn
from screening.rules.draws import ALGORITHM, MOST_WEIGHT, Participant, digest, draw, wanted
from screening.selectors.draws import GRADE_LABELS, as_lines, field_of, from_lines, get_draw
from screening.selectors.rosters import get_visible
from toolkit.clock import day_of

USUAL_WEIGHTS: Mapping[str, int] = {
    "red": 1,
    "": 2,
    "一般": 3,
    "较重": 5,
    "严重": 8,
}  # [G], the department's to change
MOST_DRAWN = 10_000
HOLDERS = "SELECT uscc, id FROM subjects_pub_subject WHERE uscc = ANY(%s)"
LARGEST_FILE = 100_000_000


class CannotDraw(NotPermitted):
    code = "screening.cannot_draw"
    message = "双随机抽取由名单所属部门的报送、审核人员或者信用办人员办理。"


class DrawWrong(Malformed):
    code = "screening.draw_wrong"
    message = "抽取方案填写不完整。"


class DrawWaits(RuleBroken):
    code = "screening.draw_waits"
    message = "本名单已有一次公布了种子、尚未抽取。请先完成抽取，或者写明理由作废。"


class DrawIsOver(RuleBroken):
    code = "screening.draw_is_over"
    message = "该次抽取已经完成或者作废。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a draw is to be: a number of organisations or a percentage of those that take part; weights by grade."""

    title: str
    number: int | None
    share: Decimal | None
    weights: Mapping[str, int]


@transaction.atomic
def announce(*, roster_id: int, plan: Plan, actor: Actor, now: datetime) -> RosterDraw:
    """Fix who takes part and how many are wanted, and publish the seed, which nobody could know before.

    Raises RosterNotFound, CannotDraw, DrawWrong, DrawWaits, WantedWrong, NothingToDraw.
    """
    roster = get_visible(actor, roster_id, for_update=True)
    if not policies.may_keep_roster(actor, department_id=roster.department_id):
        raise CannotDraw
    _check(plan)
    if roster.draws.filter(state=RosterDraw.State.ANNOUNCED).exists():
        raise DrawWaits
    day = day_of(now)
    field = field_of(roster, weights=plan.weights, on=day)
    count = wanted(number=plan.number, share=plan.share, eligible=field.eligible)
    if count > MOST_DRAWN:
        raise DrawWrong(f"一次最多抽取 {MOST_DRAWN} 家，请减少家数或比例。")
    content = as_lines(field.placed)
    stored = store_file(
        stream=BytesIO(content), name="participants.csv", keep_until=None, limit=LARGEST_FILE, actor=actor, now=now
    )
    found = RosterDraw.objects.create(
        roster=roster,
        number=(roster.draws.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=plan.title.strip(),
        algorithm=ALGORITHM,
        seed=secrets.token_hex(16),
        wanted_number=plan.number,
        wanted_share=plan.share,
        weights=dict(plan.weights),
        graded_on=day,
        participants=field.eligible,
        exempt=len(field.placed) - field.eligible,
        left_out=field.left_out,
        digest=digest(field.participants),
        file_id=stored.id,
        announced_by=actor.key,
        announced_at=now,
    )
    fact = DrawAnnounced(
        roster_id=roster.pk,
        draw_id=found.pk,
        number=found.number,
        algorithm=ALGORITHM,
        seed=found.seed,
        digest=found.digest,
        participants=found.participants,
        wanted=f"{plan.number} 家" if plan.number is not None else f"{plan.share}%",
    )
    record(fact, about=f"screening.roster:{roster.pk}", actor=actor, now=now)
    return found


@transaction.atomic
def make(*, roster_id: int, number: int, actor: Actor, now: datetime) -> int:
    """Draw. How many were drawn. Raises DrawNotFound, CannotDraw, DrawIsOver."""
    found = _open(actor, roster_id, number)
    count = wanted(number=found.wanted_number, share=found.wanted_share, eligible=found.participants)
    with open_file(file_id=found.file_id) as stream:
        lines = list(from_lines(stream))
    grades = {code: grade for code, grade, _ in lines}
    drawn = draw((Participant(code, weight) for code, _, weight in lines), seed=found.seed, count=count)
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [[one.code for one in drawn]])
        holders = dict(cursor.fetchall())
    RosterDrawn.objects.bulk_create(
        RosterDrawn(
            draw=found,
            place=one.place,
            subject_id=holders.get(one.code, 0),
            code=one.code,
            grade=grades[one.code],
            weight=one.weight,
            mark=one.mark,
        )
        for one in drawn
    )
    found.state, found.drawn_by, found.drawn_at = RosterDraw.State.DRAWN, actor.key, now
    found.save(update_fields=["state", "drawn_by", "drawn_at"])
    result = hashlib.sha256("".join(f"{one.code}\n" for one in drawn).encode()).hexdigest()
    fact = DrawMade(found.roster_id, found.pk, len(drawn), result)
    record(fact, about=f"screening.roster:{found.roster_id}", actor=actor, now=now)
    return len(drawn)


@transaction.atomic
def drop(*, roster_id: int, number: int, reason: str, actor: Actor, now: datetime) -> None:
    """Give up a draw whose seed is published. It stays in the list with its reason.

    Raises DrawNotFound, CannotDraw, DrawIsOver, DrawWrong.
    """
    found = _open(actor, roster_id, number)
    said = reason.strip()[:300]
    if not said or holds_citizen_id(said):
        raise DrawWrong("请写明作废的理由，不得含公民身份号码。")
    found.state, found.dropped_by, found.dropped_at = RosterDraw.State.DROPPED, actor.key, now
    found.dropped_reason = said
    found.save(update_fields=["state", "dropped_by", "dropped_at", "dropped_reason"])
    fact = DrawDropped(found.roster_id, found.pk, said)
    record(fact, about=f"screening.roster:{found.roster_id}", actor=actor, now=now)


def _open(actor: Actor, roster_id: int, number: int) -> RosterDraw:
    found = get_draw(actor, roster_id, number, for_update=True)
    if not policies.may_keep_roster(actor, department_id=found.roster.department_id):
        raise CannotDraw
    if found.state != RosterDraw.State.ANNOUNCED:
        raise DrawIsOver
    return found


def _check(plan: Plan) -> None:
    if not plan.title.strip() or len(plan.title) > 100 or holds_citizen_id(plan.title):
        raise DrawWrong("请填写抽取事由，100 字以内，不得含公民身份号码。")
    if set(plan.weights) != set(GRADE_LABELS):
        raise DrawWrong("请填写每一等级的权重。")
    if any(not 0 <= weight <= MOST_WEIGHT for weight in plan.weights.values()):
        raise DrawWrong(f"权重应为 0 至 {MOST_WEIGHT} 的整数；0 为不抽取。")
