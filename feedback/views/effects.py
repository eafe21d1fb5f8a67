"""奖惩成效统计: by department, list, measure, area, month; each number opens the cases behind it."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.selectors import all_departments, departments_by_id, scope
from feedback import policies
from feedback.forms import EffectFilter
from feedback.models import Due
from feedback.rules import effect_sheet
from feedback.rules.cases import Action
from feedback.rules.effects import By, Line, Wish
from feedback.selectors import effects as selectors
from feedback.services import CannotReport
from kernel.actor import Actor
from office.selectors import division_names
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.keyset import after_day, cursor_of

PAGE, IN_CHART, MOST_EXPORTED = 50, 15, 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
for_staff = only_if(policies.may_see, CannotReport)


@require_GET
@for_staff
def effects(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The numbers along one dimension, as a chart and as a table."""
    form, wish = _wish(request)
    by = By(form.cleaned_data.get("by") or By.DEPARTMENT) if form.is_valid() else By.DEPARTMENT
    lines = selectors.effects(actor, by=by, wish=wish, today=clock.today())
    total = _sum(lines)
    context = {
        "form": form,
        "by": by,
        "dimensions": [(one, _query(wish, by=one)) for one in By],
        "lines": [_shown(line, by, wish) for line in lines],
        "total": total,
        "all": _cells(total, wish),
        "chart": _chart(by, lines),
        "cut": max(0, len(lines) - IN_CHART) if by is not By.MONTH else 0,
        "wish": wish,
        "units": _units(actor),
        "lists": sorted(selectors.source_names().items(), key=lambda one: one[1]),
        "export": _query(wish),
        "chosen": _chosen(wish),
    }
    return render(request, "feedback/effects.html", context)


@require_GET
@for_staff
def effect_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cases behind a number, the last first."""
    form, wish = _wish(request)
    after = after_day(form.cleaned_data.get("after", "")) if form.is_valid() else None
    found = selectors.row_page(actor, wish=wish, after=after, limit=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": _rows(found[:PAGE]),
        "wish": wish,
        "chosen": _chosen(wish),
        "query": _query(wish, action=wish.action, owed="1" if wish.owed else ""),
        "next": cursor_of(day, last.pk) if last and (day := _day_of(last, wish)) else "",
    }
    return render(request, "feedback/effect_rows.html", context)


@require_GET
@for_staff
def export_effects(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All dimensions as one workbook."""
    _, wish = _wish(request)
    pages = {by: selectors.effects(actor, by=by, wish=wish, today=clock.today()) for by in By}
    about = f"{wish.since:%Y-%m} 至 {wish.until:%Y-%m} 奖惩成效统计（{clock.today()} 导出）"
    return _download(effect_sheet.statistics(pages, about=about), f"奖惩成效统计{clock.today():%Y%m%d}.xlsx")


@require_GET
@for_staff
def export_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cases behind a number as a workbook, up to MOST_EXPORTED; its last line says when there are more."""
    _, wish = _wish(request)
    found = selectors.row_page(actor, wish=wish, after=None, limit=MOST_EXPORTED + 1)
    more = f"只列最近反馈的 {MOST_EXPORTED} 件，还有更早的。请缩小统计范围后分次导出。"
    rows = map(_cells_of, _rows(found[:MOST_EXPORTED]))
    book = effect_sheet.cases(rows, note=more if len(found) > MOST_EXPORTED else "")
    return _download(book, f"奖惩案例{clock.today():%Y%m%d}.xlsx")


def _download(book: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": disposition})


def _wish(request: HttpRequest) -> tuple[EffectFilter, Wish]:
    form = EffectFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    since, until = selectors.a_year(clock.today())
    if month := said.get("month"):
        since = until = month
    since, until = said.get("since") or since, said.get("until") or until
    return form, Wish(
        since=min(since, until),
        until=until,
        department_id=said.get("department"),
        source_id=said.get("list"),
        measure_code=said.get("measure", "") if "measure" in request.GET else None,
        area=said.get("area", "") if "area" in request.GET else None,
        reward={"1": True, "0": False}.get(said.get("reward", "")),
        action=said.get("action", ""),
        owed=bool(said.get("owed")),
    )


def _query(wish: Wish, **more: Any) -> str:
    said: dict[str, Any] = {"since": f"{wish.since:%Y-%m}", "until": f"{wish.until:%Y-%m}"}
    for name, value in (
        ("department", wish.department_id), ("list", wish.source_id), ("measure", wish.measure_code),
        ("area", wish.area), ("reward", None if wish.reward is None else int(wish.reward)),
    ):  # fmt: skip
        if value is not None:
            said[name] = value
    return urlencode(said | {name: value for name, value in more.items() if value != ""})


def _narrowed(line: Line, by: By, wish: Wish) -> Wish:
    match by:
        case By.DEPARTMENT:
            return replace(wish, department_id=int(line.key))
        case By.LIST:
            return replace(wish, source_id=int(line.key))
        case By.MEASURE:
            return replace(wish, measure_code=line.key)
        case By.AREA:
            return replace(wish, area=line.key)
    month = date.fromisoformat(line.key)
    return replace(wish, since=month, until=month)


def _shown(line: Line, by: By, wish: Wish) -> dict[str, Any]:
    narrowed = _narrowed(line, by, wish)
    return {
        "line": line,
        "cells": _cells(line, narrowed),
        "department": line.key if by is By.DEPARTMENT else "",
        "owed": _query(narrowed, owed="1"),
    }


def _cells(line: Line, wish: Wish) -> list[tuple[str, int, str]]:
    """(word, number, address of the cases behind it)."""
    cells = [("已反馈", line.total, _query(wish))]
    return cells + [(action.value, line.cases.get(action, 0), _query(wish, action=action.value)) for action in Action]


def _sum(lines: list[Line]) -> Line:
    total = Line("", "合计")
    for line in lines:
        for action, cases in line.cases.items():
            total.cases[action] = total.cases.get(action, 0) + cases
        total.amount += line.amount
        total.owed, total.open, total.overdue = (
            total.owed + line.owed, total.open + line.open, total.overdue + line.overdue,
        )  # fmt: skip
    return total


def _chart(by: By, lines: list[Line]) -> dict[str, Any]:
    """What the chart draws: the same numbers as the table, of its first lines."""
    shown = lines if by is By.MONTH else lines[:IN_CHART]
    return {
        "labels": [line.label for line in shown],
        "series": [{"name": a.value, "data": [line.cases.get(a, 0) for line in shown]} for a in Action],
        "across": by is not By.MONTH,
        "title": f"按{by.label}统计的奖惩案例数",
    }


def _units(actor: Actor) -> list[tuple[int, str]]:
    mine = scope(actor)
    return [(d.id, d.name) for d in all_departments() if mine is None or d.id in mine]


def _chosen(wish: Wish) -> list[str]:
    """What the numbers are narrowed to, in words."""
    said = [f"{wish.since:%Y-%m} 至 {wish.until:%Y-%m}"]
    if wish.department_id is not None:
        said += [d.name for d in departments_by_id({wish.department_id}).values()]
    if wish.source_id is not None:
        said.append(selectors.source_names().get(wish.source_id, selectors.NO_LIST))
    if wish.measure_code is not None:
        said.append(selectors.measure_texts([wish.measure_code])[wish.measure_code] or selectors.NO_MEASURE)
    if wish.area is not None:
        said.append(division_names({wish.area}).get(wish.area, "") or wish.area or selectors.NO_AREA)
    if wish.reward is not None:
        said.append("守信激励" if wish.reward else "失信惩戒")
    return said + ([wish.action] if wish.action else []) + (["应反馈（按核查日期）"] if wish.owed else [])


def _day_of(due: Due, wish: Wish) -> date | None:
    return due.checked_on if wish.owed else due.reported_on


def _rows(dues: list[Due]) -> list[dict[str, Any]]:
    """Cases with the names of whom they are about; a person's is masked."""
    subjects = subjects_of({due.subject_id for due in dues if due.subject_id is not None})
    units = departments_by_id({due.department_id for due in dues})
    sources = selectors.source_names() if dues else {}
    return [
        {
            "due": due,
            "subject": subjects.get(due.subject_id or 0),
            "department": units[due.department_id].short_name if due.department_id in units else "",
            "list": sources.get(due.source_id or 0, ""),
        }
        for due in dues
    ]


def _cells_of(row: dict[str, Any]) -> tuple[str, ...]:
    due, subject = row["due"], row["subject"]
    return (
        due.case_number, subject.name if subject else "", "激励" if due.reward else "惩戒", row["list"],
        due.measure_code, due.measure_text, row["department"], due.matter_code, due.file_number, due.number,
        due.action, "" if due.amount is None else str(due.amount),
        due.reported_on.isoformat() if due.reported_on else "", str(due.version),
    )  # fmt: skip
