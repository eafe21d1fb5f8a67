"""Whole versions of received lists from other systems: signed, taken once, told what became of them."""

import csv
import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.errors import Malformed
from redblack.models import ListVersion
from redblack.policies import DELIVER_ANY_SCOPE, DELIVER_SCOPE
from redblack.rules.received_rows import COLUMNS, KEYS
from redblack.rules.states import VersionState
from redblack.selectors.received import get_version, untaken_rows
from redblack.services import receive_version
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

BODY_LIMIT = 32 * 1024 * 1024
MOST_ROWS = 100_000
TOLD = 1_000  # rows that were not taken
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what JSON can write and no text can hold
PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 413, 503)}


class VersionIn(serializers.Serializer[Any]):
    """Documents the body for the schema; `_read` below reads it."""

    version = serializers.CharField(max_length=60, help_text="发布单位的版本号；同一版本号的同样内容只接收一次")
    stated_at = serializers.DateTimeField(help_text="数据截止时间（带时区）；时效从此起算")
    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        max_length=MOST_ROWS,
        help_text="整版名单，不是增量。每行：" + "、".join(f"{c.key}（{c.headings[0]}）" for c in COLUMNS),
    )


class UntakenOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="rows 中的行号，从 1 起")
    outcome = serializers.ChoiceField(choices=["lost", "refused", "twice"])
    message = serializers.CharField(allow_blank=True)


class ReasonOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class VersionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    list = serializers.CharField()
    version = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in VersionState])
    state_name = serializers.CharField()
    stated_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    rows = serializers.IntegerField()
    added = serializers.IntegerField()
    kept = serializers.IntegerField()
    changed = serializers.IntegerField()
    removed = serializers.IntegerField()
    lost = serializers.IntegerField()
    refused = serializers.IntegerField()
    reasons = ReasonOut(many=True)
    not_taken = UntakenOut(many=True)


class VersionMalformed(Malformed):
    code = "redblack.version_malformed"


class Versions(JsonView):
    permission_classes = [needs_scope(DELIVER_SCOPE) | needs_scope(DELIVER_ANY_SCOPE)]
    body_limit = BODY_LIMIT  # read by the signature's middleware

    @extend_schema(
        request=VersionIn,
        responses={200: VersionOut, **PROBLEMS},
        operation_id="deliver_list_version",
        summary="提交名单版本",
    )
    def post(self, request: HttpRequest, data: Any, code: str) -> dict[str, Any]:
        """Hand in a whole version of a received list. It is compared and applied, or held, after the answer; the same
        version with the same rows again changes nothing and is told what became of it.
        """
        actor, said = actor_of(request), _read(data)
        made = receive_version(
            list_code=code,
            version=said["version"],
            stated_at=said["stated_at"],
            file_name=f"{code}.csv",
            stream=BytesIO(_as_csv(said["rows"])),
            channel="rest",
            actor=actor,
            now=clock.now(),
        )
        return _out(get_version(actor, made.version_id))


class VersionById(APIView):
    permission_classes = [needs_scope(DELIVER_SCOPE) | needs_scope(DELIVER_ANY_SCOPE)]

    @extend_schema(
        responses={200: VersionOut, **PROBLEMS}, operation_id="list_version", summary="取名单版本的接收结果"
    )
    def get(self, request: Request, received_id: int) -> Response:
        """What became of a version that this client system handed in."""
        return Response(_out(get_version(actor_of(request), received_id)))


versions = Versions.as_view()
versions.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # the version and its bytes are the key
versions.body_limit = BODY_LIMIT  # type: ignore[attr-defined]  # read by the signature's middleware
version_by_id = VersionById.as_view()


def _read(data: Any) -> dict[str, Any]:
    """The body as values. Raises VersionMalformed, which names the place."""
    if not isinstance(data, Mapping):
        raise VersionMalformed("请求体应为 JSON 对象，含 version、stated_at、rows。")
    if unknown := sorted(set(data) - {"version", "stated_at", "rows"}):
        raise VersionMalformed(f"请求体中没有“{unknown[0][:40]}”这一项；可用：version、stated_at、rows。")
    version, rows = data.get("version"), data.get("rows")
    if not isinstance(version, str) or NOT_TEXT.search(version):
        raise VersionMalformed("version 应为文本。")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise VersionMalformed(f"rows 应为不超过 {MOST_ROWS} 行的数组；更大的名单请以文件提交。")
    return {"version": version, "stated_at": _moment(data.get("stated_at")), "rows": [*map(_row, enumerate(rows, 1))]}


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise VersionMalformed("stated_at 应为带时区的时间，如 2026-11-20T06:10:00+08:00。")
    return moment


def _row(numbered: tuple[int, Any]) -> list[str]:
    number, row = numbered
    if not isinstance(row, Mapping):
        raise VersionMalformed(f"rows 第 {number} 行应为对象：项目名到文本。")
    if unknown := sorted(set(row) - set(KEYS)):
        raise VersionMalformed(f"rows 第 {number} 行没有“{unknown[0][:40]}”这一项；可用：{'、'.join(KEYS)}。")
    texts = ["" if row.get(key) is None else row[key] for key in KEYS]
    for key, text in zip(KEYS, texts, strict=True):
        if not isinstance(text, str) or NOT_TEXT.search(text):
            raise VersionMalformed(f"rows 第 {number} 行的 {key} 应为文本（加引号），且不含不能保存的字符。")
    return texts


def _as_csv(rows: list[list[str]]) -> bytes:
    """The same way in as a file's; who sent it can have it back as it came."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([column.headings[0] for column in COLUMNS])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _out(version: ListVersion) -> dict[str, Any]:
    counts = ("rows", "added", "kept", "changed", "removed", "lost", "refused")
    return {
        "id": version.pk,
        "list": version.list_type.code,
        "version": version.version,
        "state": version.state,
        "state_name": VersionState(version.state).label,
        "stated_at": _shown(version.stated_at),
        "received_at": _shown(version.received_at),
        **{name: getattr(version, name) for name in counts},
        "reasons": version.reasons,
        "not_taken": [
            {"row": row.row_number - 1, "outcome": row.outcome, "message": row.problem}  # the headings are row 1
            for row in untaken_rows(version, limit=TOLD)
        ],
    }


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment, clock.SHANGHAI).isoformat(timespec="seconds")
