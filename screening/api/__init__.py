"""The check for other departments' systems: signed, recorded, answered in the words of the page."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.errors import Malformed
from screening.models import Receipt
from screening.policies import CHECK_SCOPE
from screening.rules.sentences import RECEIPT_NOTE
from screening.services.checking import MOST_SUBJECTS, Applicant, Checked, check
from screening.services.choosing import open_receipt
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView, Written
from toolkit.permissions import needs_scope

LONGEST_TEXT = 4000
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what JSON can write and no text can hold


class SubjectIn(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=LONGEST_TEXT, help_text="统一社会信用代码、名称、执照二维码文本或证件号码"
    )
    role = serializers.CharField(required=False, help_text="应用清单中的角色；不填时按内容判断")


class CheckIn(serializers.Serializer[Any]):
    """Documents the body for the schema; `_read` below reads it, because this is the hottest path."""

    matter = serializers.CharField(max_length=40)
    stage = serializers.ChoiceField(choices=["before", "during", "after"])
    file_number = serializers.CharField(max_length=60, required=False)
    subjects = serializers.ListField(child=SubjectIn(), min_length=1, max_length=MOST_SUBJECTS)


class CheckOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    checked_at = serializers.DateTimeField()
    as_of = serializers.DateField()
    stage = serializers.CharField()
    file_number = serializers.CharField()
    answer = serializers.ChoiceField(choices=["hit", "could_not_check", "clear"])
    complete = serializers.BooleanField()
    no_measure = serializers.BooleanField()
    repeated = serializers.BooleanField()
    content = serializers.JSONField()
    note = serializers.CharField()


PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 503)}


class BodyWrong(Malformed):
    code = "screening.body_wrong"


class Checks(JsonView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(request=CheckIn, responses={200: CheckOut, **PROBLEMS}, operation_id="check", summary="信用核查")
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Check the subjects of one application. The same signed request again gets the same receipt: its nonce,
        which the signature covers, is the receipt's key.
        """
        key: str = getattr(request, "signed_nonce", "")
        return _out(check(**_read(data), key=key, actor=actor_of(request), now=clock.now()))


class CheckByNumber(APIView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(responses={200: CheckOut, **PROBLEMS}, operation_id="check_by_number", summary="按编号取回执")
    def get(self, request: Request, number: str) -> Response:
        """A receipt of this client system, found again. The look is recorded."""
        found = open_receipt(number=number, purpose="接口", actor=actor_of(request), now=clock.now())
        return Response(_out(found))


checks = Checks.as_view()
checks.keeps_its_own_nonce = True  # type: ignore[attr-defined]  # read by the signature's middleware
check_by_number = CheckByNumber.as_view()


def _read(data: Any) -> dict[str, Any]:
    """The body as the service's arguments. Raises BodyWrong, which names the place."""
    if not isinstance(data, Mapping):
        raise BodyWrong("请求体应为 JSON 对象。")
    subjects = data.get("subjects")
    if not isinstance(subjects, list) or not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise BodyWrong(f"subjects 应为 1 至 {MOST_SUBJECTS} 个主体的数组。")
    return {
        "matter_code": text_of(data, "matter", 40),
        "stage": text_of(data, "stage", 10),
        "file_number": text_of(data, "file_number", 60, default=""),
        "applicants": [applicant_of(one, place) for place, one in enumerate(subjects)],
    }


def applicant_of(one: Any, place: int) -> Applicant:
    """A subject of the body, at its place. Raises BodyWrong."""
    if not isinstance(one, Mapping):
        raise BodyWrong(f"subjects[{place}] 应为对象，含 text 和可选的 role。")
    where = f"subjects[{place}]."
    return Applicant(
        text_of(one, "text", LONGEST_TEXT, where=where), text_of(one, "role", 40, default="", where=where)
    )


def text_of(data: Mapping[str, Any], name: str, longest: int, *, default: str | None = None, where: str = "") -> str:
    """A text of the body; without a default it must not be empty. Raises BodyWrong."""
    value = data.get(name, default)
    if (
        not isinstance(value, str)
        or len(value) > longest
        or NOT_TEXT.search(value)
        or (default is None and not value.strip())
    ):
        raise BodyWrong(
            f"{where}{name} 应为不超过 {longest} 个字符的文本{'' if default is not None else '，不能为空'}。"
        )
    return value


def _out(found: Checked | Receipt) -> dict[str, Any]:
    return {
        "number": found.number,
        "checked_at": timezone.localtime(found.checked_at, clock.SHANGHAI).isoformat(timespec="seconds"),
        "as_of": found.as_of.isoformat(),
        "stage": found.stage,
        "file_number": found.file_number,
        "answer": found.answer,
        "complete": found.complete,
        "no_measure": found.no_measure,
        "repeated": isinstance(found, Checked) and found.repeated,
        "content": Written(found.text) if isinstance(found, Checked) else found.content,
        "note": RECEIPT_NOTE,
    }
