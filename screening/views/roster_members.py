"""The members of a roster: the list with their answers, a file, a form, what has to be mended, results as a file."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collection.rules.sheet_guard import BULK
from kernel.actor import Actor
from kernel.errors import Refusal
from office.selectors import job_of
from screening import policies
from screening.forms.rosters import MemberFilter, MemberForm, MembersFile, ids_of
from screening.models import Roster, RosterAnswer, RosterMember
from screening.rules.roster_sheet import PROBLEMS, template, workbook
from screening.selectors import rosters as selectors
from screening.selectors.roster_words import WHY_NOT, Told, line_of, measures_line
from screening.services.rosters.keeping import CannotKeepRoster
from screening.services.rosters.members import remove_members, take_rows
from screening.services.rosters.reading import note_reading
from screening.services.rosters.uploading import receive_members
from screening.views.gates import for_staff
from subjects.selectors import SubjectValue, subjects_of
from toolkit import clock
from toolkit.http import status_of

PAGE = 50
MB = 1024 * 1024
UNPROCESSABLE = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWERS = {"hit": "命中", "clear": "未命中", "could_not_check": "未能核查"}
RESULTS = {
    "统一社会信用代码": 24, "名称": 40, "结论": 12, "说明": 24, "名单和信息": 60, "措施": 50,
}  # fmt: skip
Found = tuple[RosterMember, RosterAnswer | None]


@require_GET
@for_staff
def members(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """Members with their current answers, in the order in which they came."""
    return _members(request, actor, selectors.get_visible(actor, roster_id), MemberForm())


def _members(
    request: HttpRequest,
    actor: Actor,
    roster: Roster,
    add: MemberForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    form, filters, query = _filters(request)
    after = form.cleaned_data.get("after") if form.is_valid() else None
    found = selectors.member_page(roster, filters=filters, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    if roster.persons:
        note_reading(roster=roster, where="名单", rows=len(rows), actor=actor, now=clock.now())
    context = {
        "roster": roster,
        "form": form,
        "add": add,
        "refusal": refusal,
        "rows": _rows(rows),
        "query": urlencode(query),
        "next": urlencode(query | {"after": rows[-1][0].pk}) if len(found) > PAGE else "",
        "may_keep": _may_keep(actor, roster),
    }
    code = status_of(refusal) if refusal else status
    return render(request, "screening/rosters/members.html", context, status=code)


def _filters(request: HttpRequest) -> tuple[MemberFilter, selectors.MemberFilters, dict[str, Any]]:
    form = MemberFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    query = {name: said[name] for name in ("answer", "state", "code", "upload") if said.get(name)}
    filters = selectors.MemberFilters(
        answer=said.get("answer", ""),
        state=said.get("state", ""),
        code=said.get("code", "").strip().upper(),
        upload_id=said.get("upload"),
    )
    return form, filters, query


def _may_keep(actor: Actor, roster: Roster) -> bool:
    return policies.may_keep_roster(actor, department_id=roster.department_id) and roster.state != "closed"


def _rows(found: list[Found]) -> list[dict[str, Any]]:
    subjects = subjects_of({one.subject_id for one, _ in found if one.subject_id})
    told = Told([answer for _, answer in found if answer is not None], as_of=clock.today())
    return [_row(one, answer, subjects, told) for one, answer in found]


def _row(
    one: RosterMember, answer: RosterAnswer | None, subjects: dict[int, SubjectValue], told: Told
) -> dict[str, Any]:
    subject = subjects.get(one.subject_id or 0)
    person = one.kind == "natural_person" or one.index_digest is not None
    return {
        "member": one,
        "subject": subject,
        "person": person,
        "name": (subject.name if subject else one.name) or ("自然人（证件号码已加密）" if person else "–"),
        "answer": answer,
        "label": ANSWERS[answer.answer] if answer else "",
        "why": WHY_NOT.get(answer.why, "") if answer else "",
        "words": told.of(answer) if answer else None,
    }


@require_POST
@for_staff
def add_member(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """One member by form. What it became is said at once; the answer comes with the next run."""
    roster = selectors.get_visible(actor, roster_id)
    if not _may_keep(actor, roster):
        raise CannotKeepRoster
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _members(request, actor, roster, form, status=UNPROCESSABLE)
    row = (0, form.cleaned_data["code"], form.cleaned_data["name"])
    try:
        taken = take_rows(roster_id=roster.pk, rows=[row], upload_id=None, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _members(request, actor, roster, form, refusal=refusal)
    if taken.matched or taken.unknown:
        messages.success(request, "已添加，下次筛查时得出结论。")
    elif taken.duplicate:
        messages.info(request, "该对象已在名单中，没有重复添加。")
    else:
        messages.warning(request, "已记入“需要修正”：不能确定主体，请按提示补正代码。")
    return redirect("screening:roster_members", roster.pk)


@require_POST
@for_staff
def remove(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """Take off those that were ticked."""
    roster = selectors.get_visible(actor, roster_id)
    if not _may_keep(actor, roster):
        raise CannotKeepRoster
    chosen = ids_of(request.POST.getlist("members"))
    gone = remove_members(roster_id=roster.pk, member_ids=chosen, actor=actor, now=clock.now()) if chosen else 0
    messages.success(request, f"已移出 {gone} 个对象。") if gone else messages.warning(request, "没有勾选任何对象。")
    return redirect("screening:roster_members", roster.pk)


@require_http_methods(["GET", "POST"])
@for_staff
def upload(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """A file of members."""
    roster = selectors.get_visible(actor, roster_id)
    if not _may_keep(actor, roster):
        raise CannotKeepRoster
    form = MembersFile(request.POST, request.FILES) if request.method == "POST" else MembersFile()
    context: dict[str, Any] = {"roster": roster, "form": form, "limit": BULK.size, "limit_mb": BULK.size // MB}
    context["uploads"] = roster.uploads.order_by("-id")[:10]
    if request.method == "GET":
        return render(request, "screening/rosters/upload.html", context)
    if not form.is_valid():
        return render(request, "screening/rosters/upload.html", context, status=UNPROCESSABLE)
    file = form.cleaned_data["file"]
    try:
        upload_id = receive_members(
            roster_id=roster.pk,
            file_name=file.name,
            stream=file,
            replaces=form.cleaned_data["replaces"],
            actor=actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        status = status_of(refusal)
        return render(request, "screening/rosters/upload.html", context | {"refusal": refusal}, status=status)
    target = reverse("screening:roster_file", args=[roster.pk, upload_id])
    return HttpResponse(headers={"HX-Redirect": target}) if request.headers.get("HX-Request") else redirect(target)


@never_cache
@require_GET
@for_staff
def upload_file(request: HttpRequest, actor: Actor, roster_id: int, upload_id: int) -> HttpResponse:
    """One file: how far it is, what its rows became, and those that need mending. For htmx: the part that moves."""
    found = selectors.get_upload(actor, roster_id, upload_id)
    job = job_of(found.job_id) if found.job_id else None
    over = found.done_at is not None or bool(found.failure) or (job is not None and job.is_over)
    problems = selectors.MemberFilters(state="problem", upload_id=found.pk)
    rows = selectors.member_page(found.roster, filters=problems, limit=PAGE + 1) if over else []
    if found.roster.persons and rows:
        note_reading(roster=found.roster, where="需要修正", rows=len(rows[:PAGE]), actor=actor, now=clock.now())
    context = {
        "roster": found.roster,
        "upload": found,
        "job": job,
        "over": over,
        "rows": _rows(rows[:PAGE]),
        "more": len(rows) > PAGE,
        "to_mend": found.identify + found.invalid + found.wrong_kind,
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "screening/rosters/_file.html" if part else "screening/rosters/file.html", context)


@require_GET
@for_staff
def members_template(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _sheet("监管对象名单模板.xlsx", template())


@require_GET
@for_staff
def problems_workbook(request: HttpRequest, actor: Actor, roster_id: int, upload_id: int) -> HttpResponse:
    """The rows of a file that need mending, to mend and hand in again."""
    found = selectors.get_upload(actor, roster_id, upload_id)
    filters = selectors.MemberFilters(state="problem", upload_id=found.pk)
    lines: list[list[str | int]] = [
        [one.row_number, one.uscc, one.name, one.get_state_display(), one.problem]
        for one, _ in _every(found.roster, filters)
    ]
    if found.roster.persons:
        note_reading(roster=found.roster, where="需要修正的文件", rows=len(lines), actor=actor, now=clock.now())
    return _sheet("需要修正的监管对象.xlsx", workbook("需要修正", PROBLEMS, lines))


@require_GET
@for_staff
def results(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """The members of the page's filter with their answers, as a spreadsheet."""
    roster = selectors.get_visible(actor, roster_id)
    _, filters, _ = _filters(request)
    last = selectors.last_run(roster)
    note = "尚未筛查。"
    if last is not None and last.finished_at is not None:
        note = f"筛查于 {last.finished_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} 完成。"
    numbers = count()
    lines = (line for line, _ in zip(_lines(roster, filters), numbers, strict=False))  # too many to hold them all
    content = workbook("筛查结果", RESULTS, lines, note=note)
    if roster.persons:
        note_reading(roster=roster, where="结果文件", rows=next(numbers), actor=actor, now=clock.now())
    return _sheet(f"{roster.name}-筛查结果.xlsx", content)


def _lines(roster: Roster, filters: selectors.MemberFilters) -> Iterator[list[str | int]]:
    for part in _parts(roster, filters):
        for row in _rows(part):
            words = row["words"]
            why = row["why"] or row["member"].problem
            said = [line_of(words), measures_line(words)] if words else ["", ""]
            code = "" if row["person"] else row["member"].uscc
            yield [code, row["name"], row["label"] or "尚未筛查", why, *said]


def _every(roster: Roster, filters: selectors.MemberFilters) -> Iterator[Found]:
    for part in _parts(roster, filters):
        yield from part


def _parts(roster: Roster, filters: selectors.MemberFilters) -> Iterator[list[Found]]:
    after = None
    while part := selectors.member_page(roster, filters=filters, after=after, limit=1000):
        yield part
        after = part[-1][0].pk


def _sheet(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
