"""筛查发现: the work queue of a department, what is done about each, and the statistics."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import shown_names, staff_of
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from screening import policies
from screening.forms.rosters import FindingFilter, HandleForm, ids_of
from screening.models import Roster, RosterFinding, RosterMember
from screening.rules.roster_sheet import workbook
from screening.selectors import roster_statistics as numbers
from screening.selectors import rosters as selectors
from screening.selectors.roster_words import Told, before
from screening.services.rosters import handling
from screening.services.rosters.reading import note_reading
from screening.views.gates import for_staff
from screening.views.roster_members import ANSWERS, XLSX
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import status_of

PAGE = 50
UNPROCESSABLE = 422
KEPT = ("state", "roster", "change", "mine")
TYPED = ("assignee", "until", "disposition", "note")
NOTHING_TYPED = dict.fromkeys(TYPED, "")


class NotUnderstood(Malformed):
    code = "screening.handling_not_understood"
    message = "提交的内容不完整：请选择处置方式；日期写成 2026-12-01 的样子。"


@require_GET
@for_staff
def findings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What changed in the rosters of the reader's departments, and what nobody has handled yet."""
    return _page(request, actor)


def _page(
    request: HttpRequest, actor: Actor, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    today = clock.today()
    source = request.POST if request.method == "POST" else request.GET
    rosters = numbers.roster_names(actor)
    form = FindingFilter(source, rosters=rosters)
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or "todo"
    filters = selectors.FindingFilters(
        state="" if state == "all" else state,
        roster_id=said.get("roster"),
        change=said.get("change", ""),
        run_id=said.get("run"),
        mine=actor.key if said.get("mine") else "",
    )
    found = selectors.finding_page(actor, filters=filters, today=today, after=said.get("after"), limit=PAGE + 1)
    rows = _rows(request, found[:PAGE], actor)
    kept: dict[str, Any] = {"state": state, "roster": filters.roster_id, "change": filters.change}
    kept |= {"mine": "1" if filters.mine else "", "run": filters.run_id}
    query = {name: value for name, value in kept.items() if value}
    context = {
        "form": form,
        "state": state,
        "rows": rows,
        "refusal": refusal,
        "typed": typed or NOTHING_TYPED,
        "chosen": frozenset(ids_of(request.POST.getlist("findings"))),
        "kept": query,
        "one_roster": next((name for pk, name in rosters if pk == filters.roster_id), ""),
        "next": urlencode(query | {"after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "todo": selectors.finding_count(actor, filters=selectors.FindingFilters(), today=today),
        "mine": selectors.finding_count(actor, filters=selectors.FindingFilters(mine=actor.key), today=today),
        "dispositions": RosterFinding.Disposition.choices,
        **_verbs(rows, today),
    }
    return render(request, "screening/rosters/findings.html", context, status=status_of(refusal) if refusal else 200)


def _verbs(rows: list[dict[str, Any]], today: date) -> dict[str, Any]:
    mine = [row for row in rows if row["may_handle"]]
    return {
        "may_handle": any(row["open"] for row in mine),
        "may_reopen": any(row["finding"].state == RosterFinding.State.DISPOSED for row in mine),
        "staff": staff_of({row["roster"].department_id for row in mine}),
        "tomorrow": today + timedelta(days=1),
        "next_week": today + timedelta(days=7),
    }


def _rows(request: HttpRequest, found: list[RosterFinding], actor: Actor) -> list[dict[str, Any]]:
    rosters = Roster.objects.select_related("department").in_bulk({one.roster_id for one in found})
    subjects = subjects_of({one.subject_id for one in found if one.subject_id})
    members = RosterMember.objects.in_bulk([one.member_id for one in found if one.subject_id is None])
    who = shown_names({key for one in found for key in (one.assignee, one.disposed_by) if key})
    told = Told(found, as_of=clock.today())
    for roster in rosters.values():
        if roster.persons:
            rows = sum(one.roster_id == roster.pk for one in found)
            note_reading(roster=roster, where="筛查发现", rows=rows, actor=actor, now=clock.now())
    rows_found = []
    for one in found:
        subject, member = subjects.get(one.subject_id or 0), members.get(one.member_id)
        rows_found.append(
            {
                "finding": one,
                "roster": rosters[one.roster_id],
                "subject": subject,
                "name": subject.name if subject else (member.name or member.uscc if member else "–"),
                "answer": ANSWERS.get(one.answer, ""),
                "was": ANSWERS.get(one.was_answer, ""),
                "words": told.of(one),
                "open": one.state in handling.OPEN,
                "assignee": who.get(one.assignee, ""),
                "disposed_by": who.get(one.disposed_by, one.disposed_by),
                "may_handle": policies.may_handle_findings(actor, department_id=rosters[one.roster_id].department_id),
            }
        )
    return rows_found


@require_POST
@for_staff
def handle_findings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One verb for all that were ticked. What is refused stays on the page, ticked and typed as it was."""
    chosen = ids_of(request.POST.getlist("findings"))
    form = HandleForm(request.POST)
    alone = request.POST.get("from") == "finding" and len(chosen) == 1
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        if not form.is_valid():
            raise NotUnderstood
        said = _handle(form.cleaned_data, chosen, actor, clock.now())
    except Refusal as refusal:
        if alone:
            return _one(request, actor, chosen[0], refusal=refusal, typed=typed)
        return _page(request, actor, refusal=refusal, typed=typed)
    messages.success(request, said)
    if alone:
        return redirect("screening:finding", chosen[0])
    kept = {name: request.POST[name] for name in KEPT if request.POST.get(name)}
    return redirect(f"{reverse('screening:findings')}?{urlencode(kept)}")


def _handle(said: dict[str, Any], chosen: list[int], actor: Actor, now: datetime) -> str:
    if said["verb"] == "assign":
        count = handling.assign(finding_ids=chosen, username=said["assignee"], actor=actor, now=now)
        return f"已交办 {count} 项。"
    if said["verb"] == "snooze":
        count = handling.snooze(finding_ids=chosen, until=said["until"], actor=actor, now=now)
        return f"{count} 项暂缓到 {said['until']:%Y-%m-%d}。"
    if said["verb"] == "reopen":
        return f"{handling.reopen(finding_ids=chosen, actor=actor, now=now)} 项重新打开。"
    if not said["disposition"]:
        raise NotUnderstood
    disposition = RosterFinding.Disposition(said["disposition"])
    count = handling.dispose(finding_ids=chosen, disposition=disposition, note=said["note"], actor=actor, now=now)
    return f"{count} 项已处置：{disposition.label}。"


@require_GET
@for_staff
def finding(request: HttpRequest, actor: Actor, finding_id: int) -> HttpResponse:
    """One finding: before and now, what the lists say, and what was done."""
    return _one(request, actor, finding_id)


def _one(
    request: HttpRequest,
    actor: Actor,
    finding_id: int,
    *,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    found = selectors.get_finding(actor, finding_id)
    [row] = _rows(request, [found], actor)
    context = row | {
        "row": row,
        "before": before(found, as_of=clock.today()),
        "refusal": refusal,
        "typed": typed or NOTHING_TYPED,
        "dispositions": RosterFinding.Disposition.choices,
        **_verbs([row], clock.today()),
    }
    return render(request, "screening/rosters/finding.html", context, status=status_of(refusal) if refusal else 200)


@require_GET
@for_staff
def finding_statistics(request: HttpRequest, actor: Actor) -> HttpResponse:
    """筛查统计: of a period, by roster, by label or by month; as a spreadsheet with ?file=1."""
    today = clock.today()
    by = request.GET.get("by", "roster")
    by = by if by in numbers.GROUPS else "roster"
    since = _day(request.GET.get("since", "")) or today.replace(month=1, day=1)
    until = _day(request.GET.get("until", "")) or today
    counted = numbers.statistics(
        actor,
        by=by,
        since=clock.start_of(since),
        until=clock.start_of(until) + timedelta(days=1),
        now=clock.now(),
    )
    if request.GET.get("file"):
        headings = {name or numbers.GROUPS[by]: width for name, width in numbers.HEADINGS.items()}
        content = workbook("筛查统计", headings, (row.cells() for row in counted), note=f"{since} 至 {until}")
        name = content_disposition_header(True, f"筛查统计-{since}-{until}.xlsx") or "attachment"
        return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})
    query = {"by": by, "since": since.isoformat(), "until": until.isoformat()}
    context = {"rows": counted, "by": by, "groups": numbers.GROUPS, "query": query, "said": urlencode(query)}
    totals = ("found", "newly_hit", "true", "false", "open")
    context["total"] = {name: sum(getattr(row, name) for row in counted) for name in totals}
    return render(request, "screening/rosters/statistics.html", context)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2999 else None
