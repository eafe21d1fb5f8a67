"""Telling a roster's recipients what a run has found: once, as numbers and a link, never who it was.

The message's row and the mark on the run are one transaction; sending, and sending again, is the office's.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.services import record
from kernel.actor import system
from kernel.errors import Refusal
from office.services import send_message, send_text
from screening.events import RosterTold
from screening.models import Roster, RosterRun
from toolkit.clock import SHANGHAI

log = logging.getLogger(__name__)
ACTOR = system("rosters")
AT_ONCE = 500
OVER = (RosterRun.State.DONE, RosterRun.State.FAILED)


def tell_runs(*, now: datetime) -> int:
    """Every minute: runs that are over and not told of yet, the oldest first. How many were told to somebody."""
    waiting = RosterRun.objects.filter(state__in=OVER, told_at=None).order_by("id")
    return sum(_tell(run_id, now) for run_id in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _tell(run_id: int, now: datetime) -> bool:
    """One run. One in which nothing has changed is marked, and nobody is disturbed."""
    free = RosterRun.objects.filter(pk=run_id, told_at=None).select_for_update(of=("self",), skip_locked=True)
    run = free.select_related("roster").first()
    if run is None:
        return False
    run.told_at = now
    run.save(update_fields=["told_at"])
    if not is_news(run) or run.roster.state == Roster.State.CLOSED:
        return False
    mails = texts = 0
    about = f"screening.rosterrun:{run.pk}"
    for recipient in run.roster.recipients:
        try:
            if recipient["channel"] == "mail":
                send_message(
                    to=recipient["to"], subject=subject_of(run), body=body_of(run), about=about, actor=ACTOR, now=now
                )
                mails += 1
            else:
                send_text(to=recipient["to"], text=text_of(run), about=about, actor=ACTOR, now=now)
                texts += 1
        except Refusal as refusal:  # a wrong address; a gateway that is no more: the others are told all the same
            log.warning("a recipient of roster %s was not told: %s", run.roster_id, refusal.code)
    fact = RosterTold(run.roster_id, run.pk, mails, texts)
    record(fact, about=f"screening.roster:{run.roster_id}", actor=ACTOR, now=now)
    return bool(mails + texts)


def is_news(run: RosterRun) -> bool:
    """Whether anybody has to hear of it: findings, a failure after a success, or other lists than before that cannot
    be relied on.
    """
    if changes_of(run):
        return True
    before = RosterRun.objects.filter(roster_id=run.roster_id, state__in=OVER, pk__lt=run.pk).order_by("-id")
    if run.state == RosterRun.State.FAILED:
        latest = before.first()
        return latest is None or latest.state != RosterRun.State.FAILED
    last = before.filter(state=RosterRun.State.DONE).first()
    return {gap["id"] for gap in run.gaps} != {gap["id"] for gap in (last.gaps if last else [])}


def changes_of(run: RosterRun) -> int:
    return run.newly_hit + run.changed + run.no_longer + run.doubtful


def name_of(run: RosterRun) -> str:
    """A roster of persons may bear one's name: outside it goes by its number."""
    return f"（编号 {run.roster_id}）" if run.roster.persons else f"“{run.roster.name}”"


def subject_of(run: RosterRun) -> str:
    if run.state == RosterRun.State.FAILED:
        return f"监管对象名单{name_of(run)}筛查未完成"
    return f"监管对象名单{name_of(run)}筛查有 {changes_of(run)} 项变化"


def numbers_of(run: RosterRun) -> str:
    return f"新增命中 {run.newly_hit}，内容变化 {run.changed}，不再命中 {run.no_longer}，待名单确认 {run.doubtful}"


def body_of(run: RosterRun) -> str:
    """The mail."""
    where = reverse("screening:findings") + f"?roster={run.roster_id}"
    if run.state == RosterRun.State.FAILED:
        said = ["本次筛查没有完成，原有结论未变。", f"原因：{run.failure}"]
        where = reverse("screening:roster", args=[run.roster_id])
    else:
        assert run.finished_at is not None
        finished = run.finished_at.astimezone(SHANGHAI)
        said = [
            f"本次筛查于 {finished:%Y-%m-%d %H:%M} 完成。{numbers_of(run)}。",
            f"名单共 {run.members} 个对象：命中 {run.hit}，未命中 {run.clear}，未能核查 {run.could_not_check}。",
        ]
        if run.gaps:
            said.append("未能核查的名单：" + "、".join(gap["name"] for gap in run.gaps) + "。")
    end = "本邮件只列数字；是谁、因何，请登录平台查看。"
    return "\n".join([f"监管对象名单{name_of(run)}：", *said, _link(where), end, ""])


def text_of(run: RosterRun) -> str:
    """The short message."""
    said = "筛查未完成，请登录平台查看原因" if run.state == RosterRun.State.FAILED else f"筛查完成：{numbers_of(run)}"
    return f"【{settings.CITY_NAME}信用】监管对象名单{name_of(run)}{said}。请登录信用联合奖惩系统办理。"[:300]


def _link(where: str) -> str:
    """A link, where the platform knows its own address."""
    return (
        f"办理：{settings.SITE_ADDRESS}{where}" if settings.SITE_ADDRESS else "请登录平台，在“监管名单筛查”中办理。"
    )
