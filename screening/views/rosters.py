"""监管名单筛查: the rosters of a department, one roster with its last run, and the editor."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import all_departments, scope, shown_names
from collection.rules.freshness import STATE_LABELS
from kernel.actor import Actor
from kernel.errors import Refusal
from office.selectors import calendar, job_of
from screening import policies
from screening.forms.rosters import RosterFilter, RosterForm
from screening.models import Roster, RosterRun
from screening.rules.schedules import EXAMPLES, next_dues, read_schedule
from screening.selectors import rosters as selectors
from screening.services.rosters.keeping import CannotKeepRoster, change_roster, make_roster, set_state
from screening.services.rosters.starting import request_run
from screening.views.gates import for_staff
from toolkit import clock
from toolkit.http import status_of

PAGE = 30
UNPROCESSABLE = 422


@require_GET
@for_staff
def rosters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rosters of the reader's departments, the newest first, each with the numbers of its last run."""
    form = RosterFilter(request.GET, units=[(str(d.id), d.short_name) for d in all_departments()])
    said = form.cleaned_data if form.is_valid() else {}
    filters = selectors.RosterFilters(
        state=said.get("state", ""), label=said.get("label", "").strip(), department_id=said.get("department")
    )
    found = selectors.roster_page(actor, filters=filters, after=said.get("after"), limit=PAGE + 1)
    kept = {"state": filters.state, "label": filters.label, "department": filters.department_id}
    query = {name: value for name, value in kept.items() if value}
    context = {
        "form": form,
        "rows": found[:PAGE],
        "next": urlencode(query | {"after": found[PAGE - 1][0].pk}) if len(found) > PAGE else "",
        "narrowed": bool(query),
        "every_department": scope(actor) is None,
        "may_make": _may_make(actor),
    }
    return render(request, "screening/rosters/list.html", context)


def _may_make(actor: Actor) -> bool:
    return actor.department_id is not None and policies.may_keep_roster(actor, department_id=actor.department_id)


@never_cache
@require_GET
@for_staff
def roster(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """One roster: what it asks and when, its last run, what is under way. For htmx: the part that moves."""
    found = selectors.get_visible(actor, roster_id)
    context = _context(actor, found)
    part = bool(request.headers.get("HX-Request"))
    return render(request, "screening/rosters/_run.html" if part else "screening/rosters/roster.html", context)


def _context(actor: Actor, found: Roster) -> dict[str, Any]:
    now = clock.now()
    last, going = selectors.last_run(found), selectors.run_under_way(found)
    sources = {s.id: s for s in selectors.choices_for(found.department_id, today=clock.today()).sources}
    latest = found.runs.order_by("-id").first()
    members = selectors.member_count(found, filters=selectors.MemberFilters())
    problems = selectors.member_count(found, filters=selectors.MemberFilters(state="problem"))
    return {
        "roster": found,
        "last": last,
        "going": going,
        "failed": latest if latest is not None and latest.state == RosterRun.State.FAILED else None,
        "job": job_of(going.job_id) if going is not None and going.job_id else None,
        "sources": [sources[one] for one in found.source_ids if one in sources],
        "retired": sum(one not in sources for one in found.source_ids),
        "sentence": read_schedule(found.schedule).sentence(),
        "members": members,
        "problems": problems,
        "todo": selectors.finding_count(
            actor, filters=selectors.FindingFilters(roster_id=found.pk), today=clock.today()
        ),
        "changes": _changes(last),
        "runs": selectors.run_page(found, limit=10),
        "may_keep": policies.may_keep_roster(actor, department_id=found.department_id)
        and found.state != Roster.State.CLOSED,
        "active": found.state == Roster.State.ACTIVE,
        "made_by": shown_names([found.made_by]).get(found.made_by, found.made_by),
        "now": now,
    }


def _changes(run: RosterRun | None) -> list[tuple[str, str, int]]:
    """(kind, label, how many) of the findings that a run has made."""
    if run is None:
        return []
    return [
        ("newly_hit", "新增命中", run.newly_hit),
        ("changed", "内容变化", run.changed),
        ("no_longer", "不再命中", run.no_longer),
        ("doubtful", "待名单确认", run.doubtful),
    ]


@require_http_methods(["GET", "POST"])
@for_staff
def new_roster(request: HttpRequest, actor: Actor) -> HttpResponse:
    if not _may_make(actor) or actor.department_id is None:
        raise CannotKeepRoster
    return _edit(request, actor, None, actor.department_id)


@require_http_methods(["GET", "POST"])
@for_staff
def edit_roster(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    found = selectors.get_visible(actor, roster_id)
    if not policies.may_keep_roster(actor, department_id=found.department_id):
        raise CannotKeepRoster
    return _edit(request, actor, found, found.department_id)


def _edit(request: HttpRequest, actor: Actor, known: Roster | None, department_id: int) -> HttpResponse:
    """The editor. What cannot be kept stays on the page as it was typed."""
    choices = selectors.choices_for(department_id, today=clock.today())
    start = (
        RosterForm.initial_of(selectors.content_of(known), seen=selectors.mark_of(known))
        if known is not None
        else {"measures_from": "department", "schedule": EXAMPLES[7]}
    )
    form = RosterForm(request.POST if request.method == "POST" else None, initial=start, choices=choices)
    text = str(form["schedule"].value() or "")
    chosen = {str(value) for value in form["sources"].value() or ()}
    context: dict[str, Any] = {
        "form": form,
        "roster": known,
        "choices": choices,
        "sources": [(s, str(s.id) in chosen, STATE_LABELS[s.state]) for s in choices.sources],
        "examples": EXAMPLES,
        "sms": bool(settings.SMS_GATEWAY_URL),
    } | _said(text, clock.now())
    if request.method == "GET":
        return render(request, "screening/rosters/edit.html", context)
    if not form.is_valid():
        return render(request, "screening/rosters/edit.html", context, status=UNPROCESSABLE)
    content, now = form.content(), clock.now()
    try:
        if known is None:
            roster_id = make_roster(content=content, actor=actor, now=now)
            messages.success(request, "已建立。现在上传名单文件，或者逐个添加监管对象。")
            return redirect("screening:roster_upload", roster_id)
        seen = form.cleaned_data["seen"]
        saved = change_roster(roster_id=known.pk, content=content, seen=seen, actor=actor, now=now)
    except Refusal as refusal:
        status = status_of(refusal)
        return render(request, "screening/rosters/edit.html", context | {"refusal": refusal}, status=status)
    messages.success(request, "已保存。比对内容有变化，正在重新筛查。" if saved.asked else "已保存。")
    return redirect("screening:roster", known.pk)


@require_GET
@for_staff
def roster_schedule(request: HttpRequest, actor: Actor) -> HttpResponse:
    """For htmx, while it is typed: what a timetable means, and its next moments; or why it cannot be."""
    context = _said(request.GET.get("schedule", "")[:1000], clock.now())
    return render(request, "screening/rosters/_schedule.html", context)


def _said(text: str, now: datetime) -> dict[str, Any]:
    try:
        schedule = read_schedule(text)
    except Refusal as refusal:
        return {"said_refusal": refusal}
    return {"said": schedule.sentence(), "dues": next_dues(schedule, after=now, calendar=calendar(), count=3)}


@require_POST
@for_staff
def run_roster(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """Ask for a run now. While one is under way another waits; more are not needed."""
    found = selectors.get_visible(actor, roster_id)
    if not policies.may_keep_roster(actor, department_id=found.department_id):
        raise CannotKeepRoster
    request_run(roster_id=roster_id, why=RosterRun.Why.MANUAL, actor=actor, now=clock.now())
    return redirect("screening:roster", roster_id)


@require_POST
@for_staff
def set_roster_state(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """暂停, 恢复, 停用."""
    found = selectors.get_visible(actor, roster_id)
    if not policies.may_keep_roster(actor, department_id=found.department_id):
        raise CannotKeepRoster
    wanted = request.POST.get("state", "")
    if wanted in Roster.State.values:
        set_state(roster_id=roster_id, state=Roster.State(wanted), actor=actor, now=clock.now())
        messages.success(request, f"名单{Roster.State(wanted).label}。")
    return redirect("screening:roster", roster_id)


@require_GET
@for_staff
def roster_runs(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """Every run of a roster, the newest first."""
    found = selectors.get_visible(actor, roster_id)
    after = request.GET.get("after", "")
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None
    runs = selectors.run_page(found, after=last, limit=PAGE + 1)
    context = {"roster": found, "runs": runs[:PAGE], "next": runs[PAGE - 1].pk if len(runs) > PAGE else None}
    return render(request, "screening/rosters/runs.html", context)
