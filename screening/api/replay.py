"""A past check answered anew, for the system that made it."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.errors import Malformed
from screening.policies import CHECK_SCOPE
from screening.rules.replay import Comparison, Purpose
from screening.services.replaying import Replayed, replay
from toolkit import clock
from toolkit.http import actor_of
from toolkit.permissions import needs_scope

DAY = "as_of 应为 2000 至 2999 年间的日期，如 2026-11-18。"
MOMENT = "known_at 应为 2000 至 2999 年间含时区的时间，如 2026-11-18T17:00:00+08:00（加号须编码为 %2B）。"
YEARS = range(2000, 3000)  # beyond, days cannot be counted from one time zone to another
PROBLEM = OpenApiResponse(description="RFC 9457 problem details")


class QuestionWrong(Malformed):
    code = "screening.question_wrong"


class ChangesOut(serializers.Serializer[Any]):
    subjects = serializers.JSONField(
        help_text="每个主体的变化：group、move（came、went、changed）、label、before、after"
    )
    sources = serializers.JSONField(help_text="名单版本的变化")


class ReplayOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True, help_text="空：按原核查时点已知的情况")
    same = serializers.BooleanField(allow_null=True, help_text="与原回执是否一致；按另外的日期或时间重放时为空")
    cautions = serializers.ListField(child=serializers.CharField())
    content = serializers.JSONField(help_text="与核查回执的 content 相同的结构")
    against_receipt = ChangesOut()
    against_today = ChangesOut()


class Replay(APIView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(
        parameters=[
            OpenApiParameter("as_of", OpenApiTypes.DATE, description="名单日期；不填为原回执的名单日期"),
            OpenApiParameter("known_at", OpenApiTypes.DATETIME, description="已知截至，含时区；不填为原核查时点"),
        ],
        responses={200: ReplayOut, **dict.fromkeys((400, 401, 403, 404, 409, 503), PROBLEM)},
        operation_id="replay_check",
        summary="重放核查回执",
    )
    def get(self, request: Request, number: str) -> Response:
        """A receipt of this client system, answered anew and compared. The look is recorded."""
        done = replay(
            number=number,
            purpose=Purpose.INTERFACE,
            as_of=_day(request.query_params.get("as_of", "")),
            known_at=_moment(request.query_params.get("known_at", "")),
            actor=actor_of(request),
            now=clock.now(),
        )
        return Response(_out(done))


replay_by_number = Replay.as_view()


def _day(text: str) -> date | None:
    try:
        read = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise QuestionWrong(DAY) from error
    if read is not None and read.year not in YEARS:
        raise QuestionWrong(DAY)
    return read


def _moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.replace(" ", "+")) if text else None  # a plus sign that was not encoded
    except ValueError as error:
        raise QuestionWrong(MOMENT) from error
    if read is not None and (read.tzinfo is None or read.year not in YEARS):
        raise QuestionWrong(MOMENT)
    return read


def _out(done: Replayed) -> dict[str, Any]:
    return {
        "number": done.receipt.number,
        "as_of": done.as_of.isoformat(),
        "known_at": timezone.localtime(done.known_at, clock.SHANGHAI).isoformat() if done.known_at else None,
        "same": done.against_receipt.same_answer if done.own else None,
        "cautions": list(done.cautions),
        "content": done.content,
        "against_receipt": _changes(done.against_receipt),
        "against_today": _changes(done.against_today),
    }


def _changes(compared: Comparison) -> dict[str, Any]:
    return {
        "subjects": [asdict(subject) for subject in compared.subjects],
        "sources": [asdict(change) for change in compared.sources],
    }
