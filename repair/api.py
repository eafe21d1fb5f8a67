"""The single window's interface: applications forwarded, supplements, results that were decided above."""

import base64
import binascii
import io
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers

from kernel.errors import Malformed
from office.rules.attachments import LARGEST, MOST_FILES
from repair.models import Application
from repair.models.applications import ATTACHED
from repair.policies import FORWARD_SCOPE, RESULTS_SCOPE
from repair.rules.eligibility import PROOF
from repair.rules.states import State, Target
from repair.selectors import applications as reading
from repair.selectors.applications import ApplicationNotFound
from repair.services import filing
from repair.services import results as taking
from repair.services.filing import Upload, Wish
from toolkit import clock
from toolkit.http import actor_of, keeps_its_own_nonce
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 503)}
MOST_TEXT = 4000
BODY_LIMIT = 64 * 1024 * 1024  # of one call; what is more comes by supplements


class RequestWrong(Malformed):
    code = "repair.request_wrong"
    message = "请求内容不完整或者格式不正确。"


class FileIn(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ATTACHED, required=False)
    content = serializers.CharField(help_text="Base64；PDF、JPG 或者 PNG，不超过 20 MB")


class ApplicationIn(serializers.Serializer[Any]):
    upstream_no = serializers.CharField(help_text="上级受理编号；同一编号重复提交只登记一次")
    code = serializers.CharField(help_text="统一社会信用代码")
    document_no = serializers.CharField()
    target = serializers.ChoiceField(choices=["record", "entry"], help_text="record：信用信息记录；entry：名单条目")
    applied_on = serializers.DateField(help_text="申请人提出申请的日期")
    statement = serializers.CharField(help_text="纠正和履行情况")
    committed = serializers.BooleanField(help_text="已作出信用承诺")
    contact = serializers.CharField(required=False)
    files = FileIn(many=True, required=False)


class ApplicationOut(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="本市办件编号")
    state = serializers.CharField()
    department = serializers.CharField(help_text="认定部门")
    accept_due_on = serializers.DateField(allow_null=True)
    whole_due_on = serializers.DateField()
    new = serializers.BooleanField()


class ResultIn(serializers.Serializer[Any]):
    upstream_no = serializers.CharField()
    code = serializers.CharField()
    document_no = serializers.CharField()
    target = serializers.ChoiceField(choices=["record", "entry"])
    repaired_on = serializers.DateField()
    authority = serializers.CharField(required=False)


class ResultsIn(serializers.Serializer[Any]):
    results = ResultIn(many=True)


class TakenOut(serializers.Serializer[Any]):
    upstream_no = serializers.CharField()
    state = serializers.CharField(
        help_text="applied：已执行；same：此前已结束；unmatched：未匹配，每日重试；refused：同一编号内容不同"
    )
    note = serializers.CharField()
    new = serializers.BooleanField()


class ResultsOut(serializers.Serializer[Any]):
    results = TakenOut(many=True)


class SupplementIn(serializers.Serializer[Any]):
    statement = serializers.CharField(required=False)
    committed = serializers.BooleanField(required=False)
    files = FileIn(many=True, required=False)


class Results(JsonView):
    permission_classes = [needs_scope(RESULTS_SCOPE)]

    @extend_schema(
        request=ResultsIn,
        responses={200: ResultsOut, **PROBLEMS},
        operation_id="deliver_repair_results",
        summary="报送修复结果",
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Results decided above, at most a thousand; each is applied at once, and once by its number."""
        given = data.get("results") if isinstance(data, dict) else None
        if not isinstance(given, list) or not given:
            raise RequestWrong("results 应为至少一条修复结果的数组。")
        if len(given) > taking.MOST:
            raise taking.TooMany
        said = [taking.read_result(one) for one in given]
        wrong = [number for number, one in enumerate(said, start=1) if one is None or not one.upstream_no]
        if wrong:
            raise RequestWrong(
                f"第 {wrong[0]} 条不完整：upstream_no、code、document_no、target、repaired_on 都应填写。"
            )
        taken = taking.receive(
            results=[one for one in said if one is not None],
            way="interface",
            actor=actor_of(request),
            now=clock.now(),
        )
        return {"results": [asdict(one) for one in taken]}


class Applications(JsonView):
    body_limit = BODY_LIMIT  # read by the signature's middleware
    permission_classes = [needs_scope(FORWARD_SCOPE)]

    @extend_schema(
        request=ApplicationIn,
        responses={200: ApplicationOut, **PROBLEMS},
        operation_id="forward_repair_application",
        summary="转办信用修复申请",
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """One application; the same number with the same content again is the same application."""
        said = data if isinstance(data, dict) else {}
        made, new = filing.forward(
            upstream_no=_text(said, "upstream_no", 80),
            code=_text(said, "code", 40),
            document_no=_text(said, "document_no", 120),
            target=_target(said),
            applied_on=_applied_on(said),
            wish=_wish(said, statement=_text(said, "statement", MOST_TEXT)),
            actor=actor_of(request),
            now=clock.now(),
        )
        return _out(made) | {"new": new}


class Supplement(JsonView):
    body_limit = BODY_LIMIT
    permission_classes = [needs_scope(FORWARD_SCOPE)]

    @extend_schema(
        request=SupplementIn,
        responses={200: ApplicationOut, **PROBLEMS},
        operation_id="supplement_repair_application",
        summary="补正信用修复申请",
    )
    def post(self, request: HttpRequest, data: Any, upstream_no: str) -> dict[str, Any]:
        """What was missing, handed in above."""
        said = data if isinstance(data, dict) else {}
        row = reading.by_upstream(upstream_no)
        if row is None:
            raise ApplicationNotFound
        statement = said.get("statement", "")
        if not isinstance(statement, str):
            raise RequestWrong("statement 应为文字。")
        filing.supplement(
            application_id=row.pk,
            wish=_wish(said, statement=statement[:MOST_TEXT]),
            actor=actor_of(request),
            now=clock.now(),
        )
        row.refresh_from_db()
        return _out(row) | {"new": False}


class WithdrawalIn(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="申请人撤回的理由，至少四个字")


class Withdrawal(JsonView):
    permission_classes = [needs_scope(FORWARD_SCOPE)]

    @extend_schema(
        request=WithdrawalIn,
        responses={200: ApplicationOut, **PROBLEMS},
        operation_id="withdraw_repair_application",
        summary="撤回信用修复申请",
    )
    def post(self, request: HttpRequest, data: Any, upstream_no: str) -> dict[str, Any]:
        """The party took it back above, before the decision. Withdrawn already: the same answer."""
        row = reading.by_upstream(upstream_no)
        if row is None:
            raise ApplicationNotFound
        if row.state != State.WITHDRAWN:
            reason = _text(data if isinstance(data, dict) else {}, "reason", MOST_TEXT)
            filing.withdraw(application_id=row.pk, reason=reason, actor=actor_of(request), now=clock.now())
            row.refresh_from_db()
        return _out(row) | {"new": False}


results = keeps_its_own_nonce(Results.as_view())  # once by the number of each result
applications = keeps_its_own_nonce(Applications.as_view())  # once by its own number
supplement = Supplement.as_view()
withdrawal = Withdrawal.as_view()
applications.body_limit = BODY_LIMIT  # type: ignore[attr-defined]
supplement.body_limit = BODY_LIMIT  # type: ignore[attr-defined]


def _text(said: dict[str, Any], name: str, longest: int) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\x00" in value:
        raise RequestWrong(f"{name} 应为不超过 {longest} 个字的文字，且不得为空。")
    return value.strip()


def _target(said: dict[str, Any]) -> Target:
    value = said.get("target", "record")
    if value not in ("record", "entry"):
        raise RequestWrong("target 应为 record 或者 entry。")
    return Target(value)


def _applied_on(said: dict[str, Any]) -> date:
    try:
        day = date.fromisoformat(str(said.get("applied_on")))
    except ValueError as error:
        raise RequestWrong("applied_on 应为如 2026-11-13 的日期。") from error
    if day > clock.today():
        raise RequestWrong("applied_on 晚于今天，请核对。")
    return day


def _wish(said: dict[str, Any], *, statement: str) -> Wish:
    files, contact = said.get("files") or [], said.get("contact") or ""
    if not isinstance(files, list) or len(files) > MOST_FILES or not isinstance(contact, str):
        raise RequestWrong(f"files 应为不超过 {MOST_FILES} 份的数组，contact 应为文字。")
    return Wish(
        statement=statement,
        committed=said.get("committed") is True,
        contact=contact,
        files=[_upload(one) for one in files],
    )


def _upload(said: Any) -> Upload:
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("content"), str)
        or not isinstance(said.get("name"), str)
    ):
        raise RequestWrong("files 的每一份应有 name 和 content（Base64）。")
    if len(said["content"]) > LARGEST * 4 // 3 + 16:
        raise RequestWrong(f"“{said['name'][:80]}”超过 20 MB，请压缩或者拆分后上传。")
    try:
        body = base64.b64decode(said["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestWrong(f"“{said['name'][:80]}”的 content 不是 Base64。") from error
    return Upload(io.BytesIO(body), said["name"][:200], str(said.get("kind") or PROOF))


def _out(row: Application) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": State(row.state).label,
        "department": row.department.name,
        "accept_due_on": row.accept_due_on.isoformat() if row.accept_due_on else None,
        "whole_due_on": row.whole_due_on.isoformat(),
    }
