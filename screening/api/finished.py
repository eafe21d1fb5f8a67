"""What became of applications, as other systems report it: the outcome of one case, finished matters by number."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from screening.api import PROBLEMS, BodyWrong, text_of
from screening.policies import CHECK_SCOPE, FINISHED_SCOPE
from screening.rules.finished import KEYS
from screening.services.finished import MOST_ROWS, report_finished
from screening.services.outcomes import report_outcome
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

LONGEST_CELL = 200


class OutcomeIn(serializers.Serializer[Any]):
    matter = serializers.CharField(max_length=40)
    file_number = serializers.CharField(max_length=60)
    result = serializers.ChoiceField(choices=["granted", "refused", "withdrawn", "ended"])
    decided_on = serializers.DateField()
    receipt = serializers.CharField(max_length=40, required=False, help_text="不填时按办件号查找")


class OutcomeOut(serializers.Serializer[Any]):
    matter = serializers.CharField()
    file_number = serializers.CharField()
    result = serializers.CharField()
    decided_on = serializers.DateField()
    receipt = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=["checked", "missing", "exempt"])
    changed = serializers.BooleanField()


class FinishedIn(serializers.Serializer[Any]):
    rows = serializers.ListField(child=serializers.DictField(child=serializers.CharField()), max_length=MOST_ROWS)


class FinishedOut(serializers.Serializer[Any]):
    taken = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.DictField())


class Outcomes(JsonView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(
        request=OutcomeIn, responses={200: OutcomeOut, **PROBLEMS}, operation_id="outcome", summary="登记办理结果"
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Note what was decided about a case in the end, by its file number; the same again changes nothing."""
        if not isinstance(data, Mapping):
            raise BodyWrong("请求体应为 JSON 对象。")
        done = report_outcome(
            matter_code=text_of(data, "matter", 40),
            file_number=text_of(data, "file_number", 60),
            result=text_of(data, "result", 20),
            decided_on=_day(data, "decided_on"),
            receipt_number=text_of(data, "receipt", 40, default="").strip().upper(),
            actor=actor_of(request),
            now=clock.now(),
        )
        case = done.case
        return {
            "matter": str(data["matter"]),
            "file_number": case.file_number,
            "result": case.result,
            "decided_on": case.finished_on.isoformat(),
            "receipt": case.receipt,
            "state": case.state,
            "changed": done.changed,
        }


class Finished(JsonView):
    permission_classes = [needs_scope(FINISHED_SCOPE)]

    @extend_schema(
        request=FinishedIn, responses={200: FinishedOut, **PROBLEMS}, operation_id="finished", summary="报送办结办件"
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Take finished matters; good rows are taken, the others come back with their place and reason."""
        rows = data.get("rows") if isinstance(data, Mapping) else None
        if not isinstance(rows, list):
            raise BodyWrong("rows 应为办件的数组。")
        done = report_finished(
            rows=[_row(one, place) for place, one in enumerate(rows)], actor=actor_of(request), now=clock.now()
        )
        problems = [{"row": row, "message": message} for row, message in done.problems]
        return {
            "taken": done.taken,
            "changed": done.changed,
            "same": done.same,
            "refused": len(problems),
            "problems": problems,
        }


outcomes = Outcomes.as_view()
finished = Finished.as_view()


def _row(one: Any, place: int) -> dict[str, str]:
    if not isinstance(one, Mapping) or one.keys() - KEYS.keys():
        raise BodyWrong(f"rows[{place}] 应为对象，只含 {'、'.join(KEYS)}。")
    return {key: text_of(one, key, LONGEST_CELL, default="", where=f"rows[{place}].") for key in one}


def _day(data: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text_of(data, name, 10))
    except ValueError as error:
        raise BodyWrong(f"{name} 应为如 2026-11-20 的日期。") from error
