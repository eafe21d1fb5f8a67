"""The plug-in's interfaces: a signed request gets a token; the browser on the department's page uses it, once.

The browser's calls carry a token instead of a session or a signature. Who may read an answer is said by CORS: the
origin that the browser names must be one that the security administrator has entered.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission

from accounts.selectors import is_plugin_origin
from screening.api import PROBLEMS, BodyWrong, SubjectIn, applicant_of, text_of
from screening.models import Choice
from screening.policies import CHECK_SCOPE
from screening.rules import layout
from screening.rules.plugin import Purpose
from screening.rules.sentences import RECEIPT_NOTE
from screening.services.checking import MOST_SUBJECTS
from screening.services.choosing import choose
from screening.services.plugin import (
    Answered,
    Opened,
    check_by_token,
    choose_by_token,
    issue_token,
    open_token,
)
from toolkit import clock
from toolkit.http import actor_of, brings_a_token
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

ALLOWED = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


class TokenIn(serializers.Serializer[Any]):
    matter = serializers.CharField(max_length=40)
    stage = serializers.ChoiceField(choices=["before", "during", "after"])
    operator = serializers.CharField(max_length=60, help_text="经办人员的姓名或工号")
    file_number = serializers.CharField(max_length=60, required=False)
    origin = serializers.CharField(max_length=200, help_text="受理页面的来源，如 https://hall.example")


class TokenOut(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    matter = serializers.CharField()
    department = serializers.CharField()
    roles = serializers.ListField(child=serializers.DictField())


class PluginCheckIn(serializers.Serializer[Any]):
    subjects = serializers.ListField(child=SubjectIn(), min_length=1, max_length=MOST_SUBJECTS)


class PluginCheckOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    checked_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(choices=["hit", "could_not_check", "clear"])
    complete = serializers.BooleanField()
    no_measure = serializers.BooleanField()
    hold = serializers.ChoiceField(choices=["choose", "confirm", "go"])
    choice_token = serializers.CharField(allow_blank=True)
    department = serializers.CharField()
    panels = serializers.ListField(child=serializers.DictField())
    note = serializers.CharField()


class ChoiceIn(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["hold", "go_on"])
    reason = serializers.CharField(max_length=200, required=False)
    operator = serializers.CharField(max_length=60, required=False, help_text="作出选择的人员（签名接口用）")


class ChoiceOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    what = serializers.CharField()
    said = serializers.CharField()


class Tokens(JsonView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(
        request=TokenIn, responses={200: TokenOut, **PROBLEMS}, operation_id="plugin_token", summary="签发插件令牌"
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """A token for one check from the department's page; asked for by its server."""
        said = _object(data)
        issued = issue_token(
            matter_code=text_of(said, "matter", 40),
            stage=text_of(said, "stage", 10),
            operator=text_of(said, "operator", 200),
            file_number=text_of(said, "file_number", 60, default=""),
            origin=text_of(said, "origin", 200),
            actor=actor_of(request),
            now=clock.wall(),
        )
        return {
            "token": issued.token,
            "expires_at": datetime.fromtimestamp(issued.expires, clock.SHANGHAI).isoformat(),
            "matter": issued.matter_name,
            "department": issued.department,
            "roles": [asdict(role) for role in issued.roles],
        }


class HoldsToken(BasePermission):
    """Before the body is read: the token is good, of this page, and for this purpose; else its refusal is raised."""

    def has_permission(self, request: Any, view: Any) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        request.opened = open_token(
            token=token.strip() if kind.lower() == "bearer" else "",
            origin=request.headers.get("Origin", ""),
            purpose=view.purpose,
            now=clock.wall(),
        )
        return True


class FromAPage(JsonView):
    """What a browser on a registered page asks. Its preflight is answered; other origins get no CORS header."""

    http_method_names = ["post", "options"]
    permission_classes = [HoldsToken]
    purpose: ClassVar[Purpose]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        preflight = request.method == "OPTIONS"
        response = HttpResponse(status=204) if preflight else super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Origin"])
        origin = request.headers.get("Origin", "")
        if is_plugin_origin(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            if preflight:
                for name, value in ALLOWED.items():
                    response.headers[name] = value
        response.headers["Cache-Control"] = "no-store"
        return response


class PluginChecks(FromAPage):
    purpose = Purpose.CHECK

    @extend_schema(
        request=PluginCheckIn,
        responses={200: PluginCheckOut, **PROBLEMS},
        operation_id="plugin_check",
        summary="插件核查",
        auth=[{"token": []}],  # type: ignore[list-item]
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, Any]:
        """Check the applicants of the form, once for each token."""
        subjects = _object(data).get("subjects")
        if not isinstance(subjects, list) or not 1 <= len(subjects) <= MOST_SUBJECTS:
            raise BodyWrong(f"subjects 应为 1 至 {MOST_SUBJECTS} 个主体的数组。")
        applicants = [applicant_of(one, place) for place, one in enumerate(subjects)]
        opened = _opened(request)
        return _told(check_by_token(opened=opened, applicants=applicants, now=clock.now(), wall=clock.wall()))


class PluginChoices(FromAPage):
    purpose = Purpose.CHOICE

    @extend_schema(
        request=ChoiceIn,
        responses={200: ChoiceOut, **PROBLEMS},
        operation_id="plugin_choice",
        summary="插件登记处理选择",
        auth=[{"token": []}],  # type: ignore[list-item]
    )
    def post(self, request: HttpRequest, data: Any) -> dict[str, str]:
        """Note what the person at the page chose about the answer that this token came with."""
        said, opened = _object(data), _opened(request)
        what, reason = text_of(said, "what", 10), text_of(said, "reason", 200, default="")
        choose_by_token(opened=opened, what=what, reason=reason, now=clock.now())
        return _chosen(opened.terms.number, what)


class Choices(JsonView):
    permission_classes = [needs_scope(CHECK_SCOPE)]

    @extend_schema(
        request=ChoiceIn, responses={200: ChoiceOut, **PROBLEMS}, operation_id="choose", summary="登记处理选择"
    )
    def post(self, request: HttpRequest, data: Any, number: str) -> dict[str, str]:
        """Note what a person chose about a receipt of this client system; once for each receipt."""
        said = _object(data)
        what, reason = text_of(said, "what", 10), text_of(said, "reason", 200, default="")
        operator = text_of(said, "operator", 60, default="")
        choose(number=number, what=what, reason=reason, operator=operator, actor=actor_of(request), now=clock.now())
        return _chosen(number, what)


tokens = Tokens.as_view()
plugin_checks = brings_a_token(PluginChecks.as_view())
plugin_choices = brings_a_token(PluginChoices.as_view())
choices = Choices.as_view()


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BodyWrong("请求体应为 JSON 对象。")
    return data


def _opened(request: HttpRequest) -> Opened:
    opened = getattr(request, "opened", None)
    assert isinstance(opened, Opened)  # HoldsToken has put it there
    return opened


def _told(answered: Answered) -> dict[str, Any]:
    checked = answered.checked
    return {
        "number": checked.number,
        "checked_at": timezone.localtime(checked.checked_at, clock.SHANGHAI).isoformat(timespec="seconds"),
        "answer": checked.answer,
        "complete": checked.complete,
        "no_measure": checked.no_measure,
        "hold": answered.hold.value,
        "choice_token": answered.choice_token,
        "department": checked.content["department"],
        "panels": [asdict(panel) for panel in layout.panels_of(checked.content, checked.given)],
        "note": RECEIPT_NOTE,
    }


def _chosen(number: str, what: str) -> dict[str, str]:
    return {"number": number, "what": what, "said": Choice.What(what).label}
