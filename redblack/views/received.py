"""名单接收: versions of received lists, what they brought, and the ones that wait for a second person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from collection.rules.sheet_guard import BULK
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from office.selectors import JobValue, job_of
from redblack import policies
from redblack.forms.received import DISCARD, WHAT, DecisionForm, DeliverForm, VersionFilter
from redblack.models import ListVersion
from redblack.rules.states import VersionState
from redblack.selectors import received as selectors
from redblack.selectors.received import DiffRow
from redblack.services.received import CannotConfirm, CannotDeliver, discard_version, receive_version, release_version
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of
from toolkit.keyset import after_moment, cursor_of

PAGE = 30
ROWS = 50
MB = 1024 * 1024
STEPS = (("逐行读取", "读取文件"), ("比对和更新", "比对和更新"))


class VersionsAreForStaff(NotPermitted):
    code = "redblack.versions_are_for_staff"
    message = "名单接收由信用办和认定部门的报送、审核人员办理。如履职需要，请联系安全管理员授予角色。"


for_staff = only_if(policies.may_see_versions, VersionsAreForStaff)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of the version that opens its rows."""

    what: str
    label: str
    number: int
    opens: bool
    current: bool


@require_GET
@for_staff
def received(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every version in the actor's scope, newest first; above them those that wait for him."""
    form = VersionFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.version_page(
        actor,
        list_code=said.get("list", ""),
        state=said.get("state", ""),
        after=after_moment(said.get("after", "")),
        limit=PAGE + 1,
    )
    kept = request.GET.copy()
    kept.pop("after", None)
    if len(rows) > PAGE:
        kept["after"] = cursor_of(rows[PAGE - 1].received_at, rows[PAGE - 1].pk)
    context = {
        "rows": rows[:PAGE],
        "next": kept.urlencode() if len(rows) > PAGE else "",
        "form": form,
        "chosen": said.get("list", ""),
        "narrowed": bool(said.get("list") or said.get("state")),
        "lists": selectors.lists_with_versions(actor),
        "waiting": selectors.versions_to_confirm(actor, limit=PAGE),
        "may_deliver": bool(selectors.receivable_lists(actor)),
    }
    return render(request, "redblack/received/versions.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def deliver(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand in a version as a file. Works as a plain form; with htmx the page shows how much of the file is over."""
    lists = selectors.receivable_lists(actor)
    if not lists:
        raise CannotDeliver
    start = {"version": f"{clock.today():%Y%m%d}", "stated_on": clock.today().isoformat(), **request.GET.dict()}
    form = (
        DeliverForm(request.POST, request.FILES, lists=lists)
        if request.method == "POST"
        else DeliverForm(initial=start, lists=lists)
    )
    context = {"form": form, "limit_mb": BULK.size // MB, "limit": BULK.size, "demo": settings.DEMO}
    if request.method != "POST":
        return render(request, "redblack/received/deliver.html", context)
    htmx = bool(request.headers.get("HX-Request"))
    page = "redblack/received/_errors.html" if htmx else "redblack/received/deliver.html"
    if not form.is_valid():
        return render(request, page, context, status=422)
    file, now = form.cleaned_data["file"], clock.now()
    try:
        made = receive_version(
            list_code=form.cleaned_data["list"],
            version=form.cleaned_data["version"],
            stated_at=form.stated_at(now),
            file_name=file.name,
            stream=file,
            channel="file",
            actor=actor,
            now=now,
        )
    except Refusal as refusal:
        return render(request, page, context | {"refusal": refusal}, status=status_of(refusal))
    if made.known:
        messages.info(request, "这个版本的同一份文件已经提交过，没有重复接收。这是原来的版本。")
    target = reverse("redblack:version", args=[made.version_id])
    return HttpResponse(headers={"HX-Redirect": target}) if htmx else redirect(target)


@never_cache
@require_GET
@for_staff
def version(request: HttpRequest, actor: Actor, received_id: int) -> HttpResponse:
    """One version, running or settled. Without JavaScript the reader loads it again."""
    found = selectors.get_version(actor, received_id)
    return render(request, "redblack/received/version.html", _context(request, actor, found))


@never_cache
@require_GET
@for_staff
def version_progress(request: HttpRequest, actor: Actor, received_id: int) -> HttpResponse:
    """For htmx: the bar while it runs; when it is over, the whole of the page takes its place."""
    found = selectors.get_version(actor, received_id)
    context = _context(request, actor, found)
    if context["running"]:
        return render(request, "redblack/received/_progress.html", context)
    response = render(request, "redblack/received/_version.html", context)
    response.headers["HX-Retarget"] = "#version"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@require_POST
@for_staff
def decide_version(request: HttpRequest, actor: Actor, received_id: int) -> HttpResponse:
    """予以采用 or 不予采用, by a second person."""
    found = selectors.get_version(actor, received_id)
    if not policies.may_confirm_version(actor, initiator_department_id=found.list_type.initiator_department_id):
        raise CannotConfirm
    form = DecisionForm(request.POST)
    context = _context(request, actor, found) | {"decision": form}
    if not form.is_valid():
        return render(request, "redblack/received/version.html", context, status=422)
    verb = discard_version if form.cleaned_data["verb"] == DISCARD else release_version
    try:
        verb(version_id=received_id, note=form.cleaned_data["note"], actor=actor, now=clock.now())
    except Refusal as refusal:
        return render(
            request, "redblack/received/version.html", context | {"refusal": refusal}, status=status_of(refusal)
        )
    return redirect("redblack:version", received_id)


def _context(request: HttpRequest, actor: Actor, found: ListVersion) -> dict[str, Any]:
    state = VersionState(found.state)
    running = state is VersionState.STAGING or (state is VersionState.HELD and bool(found.decided_by))
    context: dict[str, Any] = {"version": found, "state": state, "running": running}
    if running:
        job = job_of(found.job_id) if found.job_id else None
        return context | {"progress": _progress(job)}
    what = request.GET.get("what", "") or _first(found)
    if what not in WHAT:
        what = _first(found)
    after = request.GET.get("after", "")
    rows = selectors.diff_page(
        found, what=what, after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0,
        limit=ROWS + 1,
    )  # fmt: skip
    return context | {
        "held": state is VersionState.HELD,
        "counts": _counts(found, what),
        "what": what,
        "label": WHAT[what],
        "rows": _named(rows[:ROWS]),
        "next": rows[ROWS - 1].key if len(rows) > ROWS else None,
        "doubts": selectors.doubt_count(found) if state is VersionState.HELD else None,
        "may_confirm": policies.may_confirm_version(
            actor, initiator_department_id=found.list_type.initiator_department_id
        ),
        "own": found.sent_by == actor.key,
        "decision": DecisionForm(),
        "decider": shown_names([found.decided_by]).get(found.decided_by, "") if found.decided_by else "",
    }


def _progress(job: JobValue | None) -> dict[str, Any]:
    stage = job.stage if job else ""
    at = next((i for i, (word, _) in enumerate(STEPS) if word == stage), 0)
    steps = [(label, "done" if i < at else "now" if i == at else "") for i, (_, label) in enumerate(STEPS)]
    done, total = (job.done, job.total) if job else (0, None)
    return {
        "steps": steps,
        "stage": stage or "排队中",
        "done": done,
        "total": total,
        "percent": min(100, done * 100 // total) if total else None,
    }


def _first(found: ListVersion) -> str:
    """What is looked at first: what vanished, else what is wrong, else what came."""
    numbers = _numbers(found)
    return next((what for what in ("removed", "lost", "refused", "added", "changed") if numbers[what]), "added")


def _numbers(found: ListVersion) -> dict[str, int]:
    twice = found.rows - found.added - found.kept - found.changed - found.lost - found.refused
    named = ("removed", "added", "changed", "lost", "refused", "kept")
    return {what: getattr(found, what) for what in named} | {"twice": max(twice, 0)}


def _counts(found: ListVersion, current: str) -> list[Count]:
    numbers = _numbers(found)
    settled = found.state in (VersionState.HELD, VersionState.APPLIED)
    return [
        Count(
            what,
            label,
            numbers[what],
            opens=bool(numbers[what]) and settled and (what != "kept" or found.state == VersionState.HELD),
            current=what == current,
        )
        for what, label in WHAT.items()
        if numbers[what] or what in ("removed", "added", "changed", "kept")
    ]


def _named(rows: Sequence[DiffRow]) -> list[DiffRow]:
    """Rows that come from what stood have a subject, whose name is the register's."""
    known = subjects_of({row.subject_id for row in rows if row.subject_id is not None and not row.name})
    named = []
    for row in rows:
        subject = known.get(row.subject_id or 0)
        named.append(replace(row, name=subject.name, code=subject.uscc or row.code) if subject else row)
    return named
