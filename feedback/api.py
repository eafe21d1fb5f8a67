"""Feedback for departments' systems: hand in cases, take back what is owed and what was reported."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission

from feedback import selectors
from feedback.policies import READ_SCOPE, WRITE_SCOPE
from feedback.rules.cases import Channel
from feedback.rules.incoming import KEYS, LONGEST
from feedback.services.intake import MOST_ROWS, take_cases
from kernel.errors import Malformed
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.keyset import after_day, cursor_of
from toolkit.permissions import needs_scope

BODY_LIMIT = 16 * 1024 * 1024
PAGE, MOST = 100, 1000
CURSOR = re.compile(r"[0-9]{1,18}\.[0-9]{1,18}(-[0-9]{1,18}\.[0-9]{1,18})*", re.ASCII)
LONGEST_CURSOR = 4000
LONGEST_CELL = max(LONGEST.values()) + 1  # one more: the row itself says that it is too long
PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 409, 413, 503)}


class BodyWrong(Malformed):
    code = "feedback.body_wrong"


class CaseIn(serializers.Serializer[Any]):
    """One report. What it is about: `case`, or `receipt` and `measure`, or `response`, or `trigger`, or `own_number`
    alone of a case reported before.
    """

    case = serializers.CharField(max_length=30, required=False, help_text="案例编号，如 AL-000000123")
    own_number = serializers.CharField(max_length=60, required=False, help_text="部门案件编号，本部门内唯一")
    receipt = serializers.CharField(max_length=40, required=False, help_text="核查回执编号，与 measure 同填")
    place = serializers.IntegerField(required=False, min_value=1, max_value=9999, help_text="主体在回执上的序号")
    subject = serializers.CharField(max_length=18, required=False, help_text="统一社会信用代码")
    response = serializers.IntegerField(required=False, min_value=1, help_text="响应任务编号")
    trigger = serializers.CharField(max_length=60, required=False, help_text="触发编号，如 entry:12")
    measure = serializers.CharField(max_length=40, required=False, help_text="措施编码")
    matter = serializers.CharField(max_length=40, required=False, help_text="事项编码")
    file_number = serializers.CharField(max_length=60, required=False, help_text="办件号")
    stage = serializers.ChoiceField(choices=["before", "during", "after"], required=False)
    action = serializers.ChoiceField(choices=["done", "partly", "not_done", "not_applicable"])
    content = serializers.CharField(max_length=2000, required=False)
    reason = serializers.CharField(max_length=1000, required=False)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, help_text="元")
    done_from = serializers.DateField(required=False)
    done_until = serializers.DateField(required=False)
    effect = serializers.CharField(max_length=1000, required=False)
    operator = serializers.CharField(max_length=60, required=False, help_text="经办人")
    version = serializers.IntegerField(required=False, min_value=0, help_text="所更正的版本；不填时更正最新版本")


class CasesIn(serializers.Serializer[Any]):
    cases = serializers.ListField(child=CaseIn(), min_length=1, max_length=MOST_ROWS)


class RowOut(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=["taken", "corrected", "same", "refused"])
    case = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class CasesOut(serializers.Serializer[Any]):
    taken = serializers.IntegerField()
    corrected = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = serializers.ListField(child=RowOut())


class DueOut(serializers.Serializer[Any]):
    case = serializers.CharField()
    receipt = serializers.CharField(allow_blank=True)
    place = serializers.IntegerField()
    measure = serializers.CharField(allow_blank=True)
    measure_text = serializers.CharField(allow_blank=True)
    reward = serializers.BooleanField()
    matter = serializers.CharField(allow_blank=True)
    file_number = serializers.CharField(allow_blank=True)
    trigger = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField()


class DuesOut(serializers.Serializer[Any]):
    dues = serializers.ListField(child=DueOut())
    next = serializers.CharField(allow_blank=True)


class ReportedOut(DueOut):
    own_number = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    action = serializers.CharField()
    content = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    amount = serializers.CharField(allow_null=True)
    done_from = serializers.DateField(allow_null=True)
    done_until = serializers.DateField(allow_null=True)
    effect = serializers.CharField(allow_blank=True)
    reported_at = serializers.DateTimeField()


class ReportedPage(serializers.Serializer[Any]):
    cases = serializers.ListField(child=ReportedOut())
    next = serializers.CharField(allow_blank=True)


AFTER = OpenApiParameter("after", str, description="上一页的 next；不填从头取")
CHANGED_AFTER = OpenApiParameter(
    "after", str, description="上一次答复的 next；不填从头取。取完后保存 next，下次由此取其后反馈和更正的案例"
)
CASE = OpenApiParameter("case", str, description="只取这一件：案例编号或部门案件编号")
LIMIT = OpenApiParameter("limit", int, description=f"一页的条数，1 至 {MOST}，默认 {PAGE}")


class ReadOrWrite(BasePermission):
    """One address, a scope for each method."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return (READ_SCOPE if request.method == "GET" else WRITE_SCOPE) in actor_of(request).scopes


class Cases(JsonView):
    permission_classes = [ReadOrWrite]
    any_text = True  # a row with such a character comes back alone
    body_limit = BODY_LIMIT  # read by the signature's middleware

    @extend_schema(
        request=CasesIn, responses={200: CasesOut, **PROBLEMS}, operation_id="report_cases", summary="反馈奖惩案例"
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Take up to 1,000 reports; good rows are taken, the others come back with their reasons. The same signed
        request again gets the same answer: its nonce, which the signature covers, is the key.
        """
        key = str(getattr(request, "signed_nonce", ""))
        if request.headers.get("Idempotency-Key", key) != key:
            raise BodyWrong("Idempotency-Key 应与 X-Nonce 相同，或不填：重发时以签名覆盖的 X-Nonce 识别。")
        taken = take_cases(rows=_read(data), channel=Channel.REST, key=key, actor=actor_of(request), now=clock.now())
        return {
            "taken": taken.taken,
            "corrected": taken.corrected,
            "same": taken.same,
            "refused": taken.refused,
            "results": [
                {
                    "row": one.row,
                    "outcome": one.outcome,
                    "case": one.case,
                    "version": one.version,
                    "code": one.code,
                    "message": one.message,
                }
                for one in taken.results
            ],
        }

    @extend_schema(
        parameters=[CHANGED_AFTER, LIMIT, CASE],
        responses={200: ReportedPage, **PROBLEMS},
        operation_id="reported_cases",
        summary="取本部门已反馈的案例",
    )
    def get(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """The cases of the departments that this client acts for by their newest version, in the order in which it
        came. `next` goes on where cases were reported or corrected since: a corrected one comes again.
        """
        actor, limit, seen = actor_of(request), _limit(request), _seen(request)
        number = request.GET.get("case", "")
        if number:
            return {
                "cases": [_case(one) for one in selectors.cases_by_number(actor, number[:61])[:limit]],
                "next": "",
            }
        cases = selectors.changed_cases(actor, after=seen, limit=limit)
        seen |= {case.due.department_id: case.due.change_seq for case in cases}
        return {
            "cases": [_case(one) for one in cases],
            "next": "-".join(f"{department}.{seq}" for department, seq in sorted(seen.items())),
        }


class Dues(JsonView):
    permission_classes = [needs_scope(READ_SCOPE)]

    @extend_schema(
        parameters=[AFTER, LIMIT],
        responses={200: DuesOut, **PROBLEMS},
        operation_id="feedback_dues",
        summary="取本部门待反馈的事项",
    )
    def get(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """What the departments that this client acts for still owe, the most urgent first."""
        limit = _limit(request)
        found = selectors.open_dues(actor_of(request), after=_cursor(request), limit=limit + 1)
        rows = found[:limit]
        last = rows[-1] if len(found) > limit else None
        return {
            "dues": [_due(one) for one in rows],
            "next": cursor_of(last.due_on, last.pk) if last and last.due_on else "",
        }


cases = Cases.as_view()
cases.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # read by the signature's middleware
cases.body_limit = BODY_LIMIT  # type: ignore[attr-defined]
dues = Dues.as_view()


def _read(data: Any) -> list[dict[str, str]]:
    """The rows of the body as text. Raises BodyWrong, which names the place."""
    cases = data.get("cases") if isinstance(data, Mapping) else None
    if not isinstance(cases, list) or not 1 <= len(cases) <= MOST_ROWS:
        raise BodyWrong(f"cases 应为 1 至 {MOST_ROWS} 个案例的数组。")
    return [_row(one, place) for place, one in enumerate(cases)]


def _row(one: Any, place: int) -> dict[str, str]:
    if not isinstance(one, Mapping) or one.keys() - KEYS.keys():
        raise BodyWrong(f"cases[{place}] 应为对象，只含 {'、'.join(KEYS)}。")
    row: dict[str, str] = {}
    for key, value in one.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise BodyWrong(f"cases[{place}].{key} 应为文本或数。")
        row[key] = (value if isinstance(value, str) else str(value))[:LONGEST_CELL]
    return row


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", "")
    if not text:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise BodyWrong(f"limit 应为 1 至 {MOST} 的整数。")
    return int(text)


def _cursor(request: HttpRequest) -> tuple[date, int] | None:
    text = request.GET.get("after", "")
    if not text:
        return None
    found = after_day(text)
    if found is None or not 0 <= found[1] < 2**63:
        raise BodyWrong("after 应为上一页的 next 原值。")
    return found


def _seen(request: HttpRequest) -> dict[int, int]:
    """What `next` said: how far each department was read. Those that the client does not act for are left out."""
    text = request.GET.get("after", "")
    if not text:
        return {}
    before = after_day(text)  # what `next` was before changes were numbered: read anew, each case tells its version
    if before is not None and 0 <= before[1] < 2**63:
        return {}
    if len(text) > LONGEST_CURSOR or not CURSOR.fullmatch(text):
        raise BodyWrong("after 应为上一页的 next 原值。")
    read = [one.split(".") for one in text.split("-")]
    return {int(department): int(seq) for department, seq in read if int(department) in actor_of(request).departments}


def _due(due: Any) -> dict[str, Any]:
    return {
        "case": due.case_number,
        "receipt": due.number,
        "place": due.subject_index + 1,
        "measure": due.measure_code,
        "measure_text": due.measure_text,
        "reward": due.reward,
        "matter": due.matter_code,
        "file_number": due.file_number,
        "trigger": due.trigger,
        "due_on": due.due_on.isoformat() if due.due_on else None,
        "provisional": due.provisional,
    }


def _case(case: Any) -> dict[str, Any]:
    said = {
        "own_number": case.due.own_number,
        "version": case.version,
        "action": case.action,
        "content": case.content,
        "reason": case.reason,
        "amount": None if case.amount is None else str(case.amount),
        "done_from": case.done_from.isoformat() if case.done_from else None,
        "done_until": case.done_until.isoformat() if case.done_until else None,
        "effect": case.effect,
        "reported_at": timezone.localtime(case.reported_at, clock.SHANGHAI).isoformat(timespec="seconds"),
    }
    return _due(case.due) | said
