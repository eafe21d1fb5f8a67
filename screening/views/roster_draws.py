"""双随机抽取: a new draw, its seed, its result, and the proof that anybody can repeat it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import Refusal
from office.services import open_file
from screening import policies
from screening.forms.rosters import DrawForm
from screening.models import RosterDraw
from screening.rules.roster_sheet import workbook
from screening.selectors import draws as selectors
from screening.selectors.rosters import get_visible
from screening.services.rosters import drawing
from screening.views.gates import for_staff
from screening.views.roster_members import XLSX
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import status_of

PAGE = 30
UNPROCESSABLE = 422
COLUMNS = {"次序": 8, "统一社会信用代码": 24, "名称": 40, "等级": 18, "权重": 8, "最小摘要": 70}


@require_http_methods(["GET", "POST"])
@for_staff
def draws(request: HttpRequest, actor: Actor, roster_id: int) -> HttpResponse:
    """The draws of a roster, every one that was ever announced; and the form of a new one."""
    roster = get_visible(actor, roster_id)
    may_draw = policies.may_keep_roster(actor, department_id=roster.department_id) and roster.state != "closed"
    form = DrawForm(request.POST if request.method == "POST" else None, weights=dict(drawing.USUAL_WEIGHTS))
    after = request.GET.get("after", "")
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    found = selectors.draw_page(roster, after=last, limit=PAGE + 1)
    context: dict[str, Any] = {
        "roster": roster,
        "form": form,
        "rows": found[:PAGE],
        "next": found[PAGE - 1].number if len(found) > PAGE else None,
        "may_draw": may_draw,
        "waits": any(one.state == RosterDraw.State.ANNOUNCED for one in found),
    }
    if request.method == "GET":
        return render(request, "screening/rosters/draws.html", context)
    if not form.is_valid():
        return render(request, "screening/rosters/draws.html", context, status=UNPROCESSABLE)
    try:
        made = drawing.announce(roster_id=roster_id, plan=form.plan(), actor=actor, now=clock.now())
    except Refusal as refusal:
        status = status_of(refusal)
        return render(request, "screening/rosters/draws.html", context | {"refusal": refusal}, status=status)
    messages.success(request, "种子已公布。参加抽取的单位和权重已经固定，现在可以抽取。")
    return redirect("screening:roster_draw", roster_id, made.number)


@require_GET
@for_staff
def draw(request: HttpRequest, actor: Actor, roster_id: int, draw_number: int) -> HttpResponse:
    """One draw: its plan, its seed, its result. With ?verify=1 it is repeated and compared."""
    found = selectors.get_draw(actor, roster_id, draw_number)
    return _draw(request, actor, found)


def _draw(request: HttpRequest, actor: Actor, found: RosterDraw, refusal: Refusal | None = None) -> HttpResponse:
    proof = None
    if request.GET.get("verify") and found.state == RosterDraw.State.DRAWN:
        with open_file(file_id=found.file_id) as stream:
            proof = selectors.prove(found, stream)
    rows = selectors.drawn_of(found)
    context = {
        "draw": found,
        "roster": found.roster,
        "rows": _named(rows),
        "proof": proof,
        "refusal": refusal,
        "weights": [(selectors.GRADE_LABELS[grade], found.weights[grade]) for grade in selectors.GRADE_LABELS],
        "open": found.state == RosterDraw.State.ANNOUNCED,
        "may_draw": policies.may_keep_roster(actor, department_id=found.roster.department_id),
        "who": shown_names({key for key in (found.announced_by, found.drawn_by, found.dropped_by) if key}),
    }
    names = context["who"]
    assert isinstance(names, dict)
    context |= {name: names.get(getattr(found, name), "") for name in ("announced_by", "drawn_by", "dropped_by")}
    return render(request, "screening/rosters/draw.html", context, status=status_of(refusal) if refusal else 200)


def _named(rows: list[Any]) -> list[dict[str, Any]]:
    subjects = subjects_of({row.subject_id for row in rows})
    return [
        {
            "drawn": row,
            "name": subjects[row.subject_id].name if row.subject_id in subjects else "–",
            "grade": selectors.GRADE_LABELS[row.grade],
        }
        for row in rows
    ]


@require_POST
@for_staff
def make_draw(request: HttpRequest, actor: Actor, roster_id: int, draw_number: int) -> HttpResponse:
    count = drawing.make(roster_id=roster_id, number=draw_number, actor=actor, now=clock.now())
    messages.success(request, f"已抽取 {count} 家。")
    return redirect("screening:roster_draw", roster_id, draw_number)


@require_POST
@for_staff
def drop_draw(request: HttpRequest, actor: Actor, roster_id: int, draw_number: int) -> HttpResponse:
    try:
        drawing.drop(
            roster_id=roster_id,
            number=draw_number,
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=clock.now(),
        )
    except drawing.DrawWrong as refusal:
        return _draw(request, actor, selectors.get_draw(actor, roster_id, draw_number), refusal)
    messages.success(request, "已作废，仍保留在抽取记录中。")
    return redirect("screening:roster_draws", roster_id)


@require_GET
@for_staff
def drawn_workbook(request: HttpRequest, actor: Actor, roster_id: int, draw_number: int) -> HttpResponse:
    """Who was drawn, as a spreadsheet."""
    found = selectors.get_draw(actor, roster_id, draw_number)
    rows = _named(selectors.drawn_of(found))
    lines = (
        [r["drawn"].place, r["drawn"].code, r["name"], r["grade"], r["drawn"].weight, r["drawn"].mark] for r in rows
    )
    note = f"种子 {found.seed}；算法 {found.algorithm}；参加单位摘要 {found.digest}"
    return _attached(f"双随机抽取-{found.number}.xlsx", workbook("抽取结果", COLUMNS, lines, note=note), XLSX)


@require_GET
@for_staff
def participants(request: HttpRequest, actor: Actor, roster_id: int, draw_number: int) -> HttpResponse:
    """The sealed file of participants as it was when the seed was published: code, grade, weight."""
    found = selectors.get_draw(actor, roster_id, draw_number)
    with open_file(file_id=found.file_id) as stream:
        return _attached(f"参加抽取的单位-{found.number}.csv", stream.read(), "text/csv; charset=utf-8")


def _attached(name: str, content: bytes, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=kind, headers=headers)
