"""Objections that 信用中国 forwards: taken once by their upstream number, read back as they go on."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.errors import Malformed
from objections import selectors, services
from objections.models import Objection
from objections.policies import FORWARD_SCOPE
from objections.rules.kinds import Channel, Kind
from objections.rules.states import State
from objections.rules.suspension import digest_of
from objections.services import Filing
from objections.services.answering import done
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 503)}
TEXTS = ("upstream_number", "kind", "claim")
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what JSON can write and no text can hold
MOST = {"upstream_number": 60, "kind": 20, "claim": 4000, "contact": 200}


class ObjectionIn(serializers.Serializer[Any]):
    """Documents the body for the schema; `_read` below reads it."""

    upstream_number = serializers.CharField(max_length=60, help_text="上级平台的异议编号；同一编号只受理一次")
    kind = serializers.ChoiceField(choices=[k.value for k in Kind])
    claim = serializers.CharField(max_length=4000, help_text="事实和理由，不含公民身份号码")
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    entry_id = serializers.IntegerField(required=False, help_text="名单条目编号")
    record_id = serializers.IntegerField(required=False, help_text="信用信息记录编号；与 entry_id 二选一")


class ClockOut(serializers.Serializer[Any]):
    what = serializers.CharField()
    due_on = serializers.DateField()
    met_on = serializers.DateField(allow_null=True)
    rule = serializers.CharField()


class ObjectionOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    upstream_number = serializers.CharField()
    state = serializers.ChoiceField(choices=[s.value for s in State])
    state_name = serializers.CharField()
    disputed = serializers.BooleanField(help_text="是否已标注存在异议")
    suspended = serializers.BooleanField(help_text="措施是否暂不执行")
    outcome = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True, help_text="处理结果")
    answer_no = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="不予受理、撤回的理由")
    filed_at = serializers.CharField()
    answered_at = serializers.CharField(allow_null=True)
    clocks = ClockOut(many=True)


class ObjectionMalformed(Malformed):
    code = "objections.malformed"


class NumberUsed(Malformed):
    code = "objections.upstream_number_used"
    message = "该编号此前已用于其他内容的异议。同一编号只能重发相同的内容。"


class Objections(JsonView):
    permission_classes = [needs_scope(FORWARD_SCOPE)]

    @extend_schema(
        request=ObjectionIn,
        responses={200: ObjectionOut, **PROBLEMS},
        operation_id="forward_objection",
        summary="转办异议",
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Hand over an objection that was filed above. The same number with the same claim again changes nothing."""
        actor, said = actor_of(request), _read(data)
        known = selectors.upstream(client_id=actor.id or 0, number=said["upstream_number"])
        if known is None:
            filing = Filing(
                kind=Kind(said["kind"]),
                channel=Channel.UPSTREAM,
                claim=said["claim"],
                contact=said.get("contact", ""),
                entry_id=said.get("entry_id"),
                record_id=said.get("record_id"),
                upstream_number=said["upstream_number"],
            )
            made = services.file_objection(filing=filing, actor=actor, now=clock.now())
            return out(selectors.get_visible(actor, made))
        same = (known.kind, known.claim_digest, known.entry_id, known.record_id)
        if same != (said["kind"], digest_of(said["claim"]), said.get("entry_id"), said.get("record_id")):
            raise NumberUsed
        return out(known)


class ObjectionByNumber(APIView):
    permission_classes = [needs_scope(FORWARD_SCOPE)]

    @extend_schema(
        responses={200: ObjectionOut, **PROBLEMS}, operation_id="forwarded_objection", summary="取异议办理结果"
    )
    def get(self, request: Request, upstream_number: str) -> Response:
        """How far an objection is that this client system handed over, and its result."""
        found = selectors.upstream(client_id=actor_of(request).id or 0, number=upstream_number)
        if found is None:
            raise selectors.ObjectionNotFound
        return Response(out(found))


objections = Objections.as_view()
objections.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # the upstream number is the key
objection = ObjectionByNumber.as_view()


def _read(data: Any) -> dict[str, Any]:
    """The body as values. Raises ObjectionMalformed, which names the place."""
    if not isinstance(data, dict):
        raise ObjectionMalformed("请求体应为 JSON 对象。")
    known = {*TEXTS, "contact", "entry_id", "record_id"}
    if unknown := sorted(set(data) - known):
        raise ObjectionMalformed(f"请求体中没有“{unknown[0][:40]}”这一项；可用：{'、'.join(sorted(known))}。")
    for name in (*TEXTS, "contact"):
        text = data.get(name, "")
        if not isinstance(text, str) or len(text) > MOST[name] or NOT_TEXT.search(text):
            raise ObjectionMalformed(f"{name} 应为不超过 {MOST[name]} 字的文本。")
        if name in TEXTS and not text.strip():
            raise ObjectionMalformed(f"{name} 不能为空。")
    if data["kind"] not in set(Kind):
        raise ObjectionMalformed(f"kind 只能是：{'、'.join(Kind)}。")
    ids = [data[name] for name in ("entry_id", "record_id") if data.get(name) is not None]
    if len(ids) != 1 or not isinstance(ids[0], int) or isinstance(ids[0], bool) or not 0 < ids[0] < 2**63:
        raise ObjectionMalformed("entry_id 与 record_id 应填且只填一项，为正整数。")
    return data


def out(row: Objection) -> dict[str, Any]:
    """An objection as its upstream reads it."""
    state = State(row.state)
    over = bool(row.concluded_at)
    return {
        "number": row.number,
        "upstream_number": row.upstream_number,
        "state": state.value,
        "state_name": state.label,
        "disputed": state in {State.ACCEPTED, State.FORWARDED, State.VERIFYING, State.PROPOSED},
        "suspended": row.rests,
        "outcome": row.outcome if over else "",
        "result": done(row) if over else "",
        "answer_no": row.answer_no,
        "reason": row.ended_reason if state in {State.REFUSED, State.WITHDRAWN} else "",
        "filed_at": _shown(row.filed_at),
        "answered_at": _shown(row.answered_at) if row.answered_at else None,
        "clocks": [
            {
                "what": clock_row.get_what_display(),
                "due_on": clock_row.due_on.isoformat(),
                "met_on": clock_row.met_on.isoformat() if clock_row.met_on else None,
                "rule": clock_row.source,
            }
            for clock_row in selectors.clocks_of(row.pk)
        ],
    }


def _shown(moment: Any) -> str:
    return timezone.localtime(moment, clock.SHANGHAI).isoformat(timespec="seconds")
