"""Records from other departments' systems: signed, taken once, every returned row with every reason."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rules.definition import Definition, FieldType
from catalog.selectors import current_version, definition_of
from collection.models import Batch
from collection.policies import REPORT_SCOPE
from collection.rules.states import BatchState, Channel
from collection.selectors.calls import MOST_ROWS, batch_of_call, own_batch, returned_rows
from collection.services.calls import receive_rows
from kernel.errors import Malformed, NotFound, NotPermitted
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

BODY_LIMIT = 16 * 1024 * 1024
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what JSON can write and no text can hold
NUMBERS = frozenset({FieldType.AMOUNT, FieldType.INTEGER})
SURE_DIGITS = 15  # that a number of JSON keeps in every program
NAMED = 10  # unknown codes that a refusal names


class RecordsIn(serializers.Serializer[Any]):
    """Documents the body for the schema; `_read` below reads it."""

    version = serializers.IntegerField(required=False, help_text="按哪个目录版本填写；不填按现行版本")
    all_or_nothing = serializers.BooleanField(required=False, help_text="true：有一行不合规则整批退回")
    confirmed = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, help_text="已核对无误的存疑行，行号从 1 起"
    )
    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        min_length=1,
        max_length=MOST_ROWS,
        help_text="每行为：信息项编码到内容",
    )


class ProblemOut(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "suspect", "warning"])


class ReturnedOut(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    problems = ProblemOut(many=True)


class BatchOut(serializers.Serializer[Any]):
    batch = serializers.IntegerField()
    item = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state.value for state in BatchState])
    state_name = serializers.CharField()
    received_at = serializers.DateTimeField()
    total = serializers.IntegerField()
    taken = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    returned = serializers.IntegerField()
    refusal = serializers.CharField(allow_blank=True)
    rows = ReturnedOut(many=True)
    warnings = serializers.JSONField()


PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 413, 503)}


class RecordsWrong(Malformed):
    code = "collection.records_wrong"


class VersionWrong(Malformed):
    code = "collection.version_wrong"


class NoSuchItem(NotFound):
    code = "collection.no_such_item"
    message = "目录中没有这个已发布的条目，请核对条目编码。"


class NoDepartment(NotPermitted):
    code = "collection.no_department"
    message = "该接入系统没有所属部门，不能报送。请联系安全管理员。"


class Records(JsonView):
    permission_classes = [needs_scope(REPORT_SCOPE)]
    body_limit = BODY_LIMIT  # read by the signature's middleware

    @extend_schema(
        request=RecordsIn,
        responses={200: BatchOut, **PROBLEMS},
        operation_id="report_records",
        summary="报送信用信息",
    )
    def post(self, request: HttpRequest, data: Any, item: str) -> dict[str, Any]:
        """Report up to 5,000 records of one catalogue item. The same signed request again changes nothing and gets
        the same answer, whatever version is in force by then: its nonce, which the signature covers, is the key.
        """
        actor, key = actor_of(request), str(getattr(request, "signed_nonce", ""))
        _demand_one_key(request.headers.get("Idempotency-Key", ""), key)
        if actor.department_id is None:
            raise NoDepartment
        said = _read(data, _definition(item, batch_of_call(actor, key)))
        receipt = receive_rows(
            item_code=item,
            rows=said["rows"],
            channel=Channel.INTERFACE,
            department_id=actor.department_id,
            call_key=key,
            all_or_nothing=said["all_or_nothing"],
            confirmed=said["confirmed"],
            actor=actor,
            now=clock.now(),
        )
        return _out(own_batch(actor, receipt.batch_id))


class BatchById(APIView):
    permission_classes = [needs_scope(REPORT_SCOPE)]

    @extend_schema(responses={200: BatchOut, **PROBLEMS}, operation_id="batch_by_id", summary="取本系统的报送结果")
    def get(self, request: Request, batch_id: int) -> Response:
        """What became of a call of this client system."""
        return Response(_out(own_batch(actor_of(request), batch_id)))


records = Records.as_view()
records.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # read by the signature's middleware
records.body_limit = BODY_LIMIT  # type: ignore[attr-defined]
batch_by_id = BatchById.as_view()


def _definition(item: str, known: Batch | None) -> Definition:
    """By which version the rows are written: a call that comes again, by the one that held when it came first."""
    if known is not None and known.item.code == item:
        return definition_of(known.item_version_id)
    current = current_version(item)
    if current is None:
        raise NoSuchItem
    return definition_of(current.version_id)


def _demand_one_key(said: str, nonce: str) -> None:
    """Only what the signature covers counts: an Idempotency-Key beside it may only repeat it."""
    if said and said != nonce:
        raise RecordsWrong("Idempotency-Key 应与 X-Nonce 相同，或不填：重发时以签名覆盖的 X-Nonce 识别。")


def _read(data: Any, definition: Definition) -> dict[str, Any]:
    """The body as the service's arguments. Raises RecordsWrong, which names the place, and VersionWrong."""
    if not isinstance(data, Mapping):
        raise RecordsWrong("请求体应为 JSON 对象，含 rows。")
    unknown = set(data) - {"version", "all_or_nothing", "confirmed", "rows"}
    if unknown:
        raise RecordsWrong(
            f"请求体中没有“{sorted(unknown)[0][:40]}”这一项；可用：version、all_or_nothing、confirmed、rows。"
        )
    version = data.get("version", definition.version)
    if type(version) is not int or version != definition.version:
        raise VersionWrong(
            f"“{definition.item_name}”的现行目录版本是 {definition.version}，"
            f"请按该版本的信息项填写，version 填 {definition.version} 或不填。"
        )
    whole = data.get("all_or_nothing", False)
    if not isinstance(whole, bool):
        raise RecordsWrong("all_or_nothing 应为 true 或 false。")
    rows = data.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        raise RecordsWrong(f"rows 应为 1 至 {MOST_ROWS} 行的数组。")
    confirmed = data.get("confirmed", [])
    if not isinstance(confirmed, list) or any(type(one) is not int or not 1 <= one <= len(rows) for one in confirmed):
        raise RecordsWrong("confirmed 应为行号的数组，行号从 1 起，不超过 rows 的行数。")
    _demand_known_codes(rows, definition)
    return {
        "rows": [_cells(row, number, definition) for number, row in enumerate(rows, start=1)],
        "all_or_nothing": whole,
        "confirmed": frozenset(confirmed),
    }


def _demand_known_codes(rows: list[Any], definition: Definition) -> None:
    unknown: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise RecordsWrong(f"rows 第 {number} 行应为对象：信息项编码到内容。")
        for code in row.keys() - definition.by_code.keys():
            unknown.setdefault(code, number)
    if unknown:
        first = sorted(unknown.items(), key=lambda one: (one[1], one[0]))[:NAMED]
        named = "、".join(f"{code[:40]}（第 {number} 行）" for code, number in first)
        more = f"等 {len(unknown)} 个" if len(unknown) > NAMED else ""
        raise RecordsWrong(
            f"“{definition.item_name}”第 {definition.version} 版没有这些信息项编码：{named}{more}。"
            "请对照模板中的编码核对。"
        )


def _cells(row: Mapping[str, Any], number: int, definition: Definition) -> dict[str, str]:
    """Every code of the item, so that a row that leaves a required one out is returned, and not the whole call."""
    types = definition.by_code
    said = {code: _text(value, f"rows 第 {number} 行的 {code} ", types[code].type) for code, value in row.items()}
    return dict.fromkeys(types, "") | said


def _text(value: Any, where: str, kind: FieldType) -> str:
    """A value as text. A code that was written as a number has lost digits: it is refused, never repaired."""
    if value is None:
        return ""
    if isinstance(value, str):
        if NOT_TEXT.search(value):
            raise RecordsWrong(f"{where}含有不能保存的字符。")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordsWrong(f"{where}应为文本。")
    if kind not in NUMBERS:
        raise RecordsWrong(f"{where}应为文本（加引号）：写成数字会丢失前导零和末尾数位。")
    if isinstance(value, float) and not math.isfinite(value):
        raise RecordsWrong(f"{where}不是有限的数。")
    exact = Decimal(repr(value))
    if len(exact.as_tuple().digits) > SURE_DIGITS:
        raise RecordsWrong(f"{where}的数位超过 {SURE_DIGITS} 位，请改为文本（加引号）。")
    return f"{exact:f}"


def _out(batch: Batch) -> dict[str, Any]:
    definition = definition_of(batch.item_version_id)
    names = {code: field.name for code, field in definition.by_code.items()}
    return {
        "batch": batch.pk,
        "item": definition.item_code,
        "version": definition.version,
        "state": batch.state,
        "state_name": BatchState(batch.state).label,
        "received_at": timezone.localtime(batch.created_at, clock.SHANGHAI).isoformat(timespec="seconds"),
        "total": batch.total,
        "taken": batch.taken,
        "changed": batch.changed,
        "same": batch.same,
        "returned": batch.returned,
        "refusal": batch.refusal,
        "rows": [
            {
                "row": one.row_number,
                "problems": [
                    {
                        "field": told["field"],
                        "name": names.get(told["field"], ""),
                        "code": told["code"],
                        "message": told["message"],
                        "severity": told["severity"],
                    }
                    for told in one.problems
                ],
            }
            for one in returned_rows(batch)
        ],
        "warnings": batch.warnings,
    }
