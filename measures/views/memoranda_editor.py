"""The editor of a memorandum: its words at the left, the rows that are made of them at the right.

Each form is one part and works without JavaScript; marking a piece of the text and pressing a button only fills the
box that could be filled by hand. Every save carries the token of the whole, so that nobody overwrites another unseen.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from kernel.law import Reason
from measures import services
from measures.forms.memoranda import (
    ConductForm,
    HeadForm,
    MeasureForm,
    MemoUpload,
    NewMemorandum,
    TextForm,
)
from measures.rules.memoranda import STRENGTHS, MemorandumContent, NotAMemorandum, read, written
from measures.rules.memoranda_sheets import numbers_of
from measures.rules.sources import DIRECT_BASIS
from measures.selectors import memoranda as selectors
from measures.views.gates import for_office
from toolkit import clock
from toolkit.http import status_of

UNPROCESSABLE = 422
SAVED = {
    "head": "已保存备忘录的基本内容。",
    "text": "已保存正文。",
    "conduct": "已保存行为清单。",
    "measure": "已保存原始措施。",
    "drop_conduct": "已删除该项行为。",
    "drop_measure": "已删除该项原始措施。",
}


class RowRefused(Malformed):
    code = "measures.memorandum_row_refused"
    message = "填写的内容有误，没有保存。"


@require_http_methods(["GET", "POST"])
@for_office
def new_memorandum(request: HttpRequest, actor: Actor) -> HttpResponse:
    form, refusal, status = NewMemorandum(request.POST or None), None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                said = form.cleaned_data
                numbers = numbers_of(said["list_numbers"], "篇十三序号")
                content = _read({**said, "list_numbers": numbers})
                services.create_memorandum(content=content, actor=actor, now=clock.now())
                return redirect("measures:edit_memorandum", content.code)
            except NotAMemorandum as error:
                form.add_error("list_numbers", str(error))
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
    context = {"form": form, "refusal": refusal}
    return render(request, "measures/memoranda/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_office
def edit_memorandum(request: HttpRequest, actor: Actor, memo: str) -> HttpResponse:
    """One form was sent: its part is changed, the rest stands. ?measure=3 or ?conduct=2 opens a row to be changed."""
    content = selectors.content_of(selectors.memorandum_by_code(memo))
    opened = _forms(request, content)
    if request.method == "GET":
        return _page(request, content, opened)
    part = request.POST.get("part", "")
    if part not in SAVED:
        raise RowRefused("没有这样的操作。请刷新页面后重试。")
    form = _bound(part, request, content)
    try:
        if form is not None and not form.is_valid():
            return _page(request, content, opened | {part: form}, status=UNPROCESSABLE)
        wanted = _changed(content, part, form, request.POST.get("row", ""))
        seen = request.POST.get("seen", "")[:64]
        services.save_memorandum(code=memo, content=wanted, seen=seen, actor=actor, now=clock.now())
    except NotAMemorandum as error:
        return _page(request, content, opened | {part: form or opened[part]}, refusal=RowRefused(str(error)))
    except Refusal as refusal:
        return _page(request, content, opened | ({part: form} if form else {}), refusal=refusal)
    messages.success(request, SAVED[part])
    place = "conducts" if "conduct" in part else "measures" if "measure" in part else "head"
    return redirect(f"{reverse('measures:edit_memorandum', args=[memo])}#{place}")


def _forms(request: HttpRequest, content: MemorandumContent) -> dict[str, forms.Form]:
    """The forms as the page opens: empty rows with the next number, or the row that is asked for."""
    measure = next((one for one in content.measures if str(one.number) == request.GET.get("measure")), None)
    conduct = next((one for one in content.conducts if str(one.number) == request.GET.get("conduct")), None)
    next_measure = {"number": max((one.number for one in content.measures), default=0) + 1}
    next_conduct = {"number": max((one.number for one in content.conducts), default=0) + 1}
    return {
        "head": HeadForm(initial=HeadForm.initial_of(content), others=_others(content.code), auto_id="head_%s"),
        "text": TextForm(initial={"text": content.text}, auto_id="text_%s"),
        "measure": MeasureForm(
            initial=MeasureForm.initial_of(measure) if measure else next_measure, auto_id="measure_%s"
        ),
        "conduct": ConductForm(
            initial=ConductForm.initial_of(conduct) if conduct else next_conduct, auto_id="conduct_%s"
        ),
    }


def _bound(part: str, request: HttpRequest, content: MemorandumContent) -> Any:
    made: dict[str, Callable[[], forms.Form]] = {
        "head": lambda: HeadForm(request.POST, others=_others(content.code), auto_id="head_%s"),
        "text": lambda: TextForm(request.POST, auto_id="text_%s"),
        "measure": lambda: MeasureForm(request.POST, auto_id="measure_%s"),
        "conduct": lambda: ConductForm(request.POST, auto_id="conduct_%s"),
    }
    return made[part]() if part in made else None


def _others(code: str) -> list[tuple[str, str]]:
    rows = selectors.memoranda_page(selectors.MemorandumFilters())
    return [(row.code, row.title[:60]) for row in rows if row.code != code]


def _changed(content: MemorandumContent, part: str, form: Any, row: str) -> MemorandumContent:
    """The content with what one form says. `row`: the number that the row had before. Raises NotAMemorandum."""
    said = written(content)
    if part in ("head", "text"):
        return _read(said | (form.said() if part == "head" else form.cleaned_data))
    rows = "conducts" if part.endswith("conduct") else "measures"
    left = [one for one in said[rows] if str(one["number"]) != row]
    if form is not None:
        left = sorted([*left, form.said()], key=lambda one: one["number"])
    return _read(said | {rows: left})


def _read(said: dict[str, Any]) -> MemorandumContent:
    content, slips = read(said)
    if slips:
        raise RowRefused(
            reasons=tuple(Reason("slip", DIRECT_BASIS, f"{slip.place}：{slip.message}") for slip in slips)
        )
    return content


def _page(
    request: HttpRequest,
    content: MemorandumContent,
    opened: dict[str, Any],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "content": content,
        "row": selectors.memorandum_by_code(content.code),
        "strengths": STRENGTHS,
        "head": opened["head"],
        "text": opened["text"],
        "measure": opened["measure"],
        "conduct": opened["conduct"],
        "measure_row": request.POST.get("row", "") if request.POST else request.GET.get("measure", ""),
        "conduct_row": request.POST.get("row", "") if request.POST else request.GET.get("conduct", ""),
        "upload": MemoUpload(),
        "seen": content.seen,
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else status
    return render(request, "measures/memoranda/editor.html", context, status=status)
