"""Rosters for departments' systems: members come by signed calls; the state of the last screening goes back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from kernel.actor import Actor
from screening.api import PROBLEMS, BodyWrong, text_of
from screening.models import Roster, RosterRun
from screening.policies import ROSTER_SCOPE, may_add_members
from screening.selectors import rosters as selectors
from screening.services.rosters.keeping import CannotKeepRoster
from screening.services.rosters.members import take_rows
from screening.services.rosters.starting import request_run
from toolkit import clock
from toolkit.http import actor_of
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

MOST_MEMBERS = 1000


class MemberIn(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=60, required=False, help_text="统一社会信用代码、旧代码；自然人的证件号码"
    )
    name = serializers.CharField(max_length=300, required=False, help_text="名称，供核对；自然人不填")


class MembersIn(serializers.Serializer[Any]):
    members = serializers.ListField(child=MemberIn(), min_length=1, max_length=MOST_MEMBERS)
    run = serializers.BooleanField(required=False, help_text="随即筛查")


class MembersOut(serializers.Serializer[Any]):
    """Every member sent is in one of the counts."""

    rows = serializers.IntegerField()
    matched = serializers.IntegerField()
    unknown = serializers.IntegerField()
    identify = serializers.IntegerField()
    invalid = serializers.IntegerField()
    wrong_kind = serializers.IntegerField()
    duplicate = serializers.IntegerField()


class RosterOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=Roster.State.choices)
    running = serializers.BooleanField()
    last_run = serializers.JSONField(allow_null=True)


class Members(JsonView):
    permission_classes = [needs_scope(ROSTER_SCOPE)]

    @extend_schema(
        request=MembersIn,
        responses={200: MembersOut, **PROBLEMS},
        operation_id="roster_members",
        summary="报送监管对象",
    )
    def post(self, request: HttpRequest, data: Any, *, roster_id: int) -> dict[str, Any]:
        """Add members to a roster of the client's department. Who is on it already is not added again."""
        actor = actor_of(request)
        roster = _mine(actor, roster_id)
        rows, run = _read(data)
        now = clock.now()
        taken = take_rows(roster_id=roster.pk, rows=rows, upload_id=None, actor=actor, now=now)
        if run:
            request_run(roster_id=roster.pk, why=RosterRun.Why.MANUAL, actor=actor, now=now)
        said = asdict(taken)
        del said["persons"]
        return said


class RosterByNumber(JsonView):
    permission_classes = [needs_scope(ROSTER_SCOPE)]

    @extend_schema(responses={200: RosterOut, **PROBLEMS}, operation_id="roster", summary="监管对象名单的筛查结果")
    def get(self, request: HttpRequest, data: Any, *, roster_id: int) -> dict[str, Any]:
        """The numbers of the last screening; who they are stays on the pages."""
        roster = _mine(actor_of(request), roster_id)
        last = selectors.last_run(roster)
        return {
            "id": roster.pk,
            "name": roster.name,
            "state": roster.state,
            "running": selectors.run_under_way(roster) is not None,
            "last_run": _run(last) if last is not None else None,
        }


roster_members = Members.as_view()
roster_by_number = RosterByNumber.as_view()


def _mine(actor: Actor, roster_id: int) -> Roster:
    roster = selectors.get_visible(actor, roster_id)
    if not may_add_members(actor, department_id=roster.department_id):
        raise CannotKeepRoster
    return roster


def _run(run: RosterRun) -> dict[str, Any]:
    counts = ("members", "hit", "clear", "could_not_check", *selectors.COUNTED)
    said: dict[str, Any] = {name: getattr(run, name) for name in counts}
    assert run.finished_at is not None and run.as_of is not None
    said |= {"finished_at": run.finished_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")}
    return said | {"as_of": run.as_of.isoformat(), "gaps": [gap["name"] for gap in run.gaps]}


def _read(data: Any) -> tuple[list[tuple[int, str, str]], bool]:
    """The body's rows, and whether to screen at once. Raises BodyWrong, which names the place."""
    if not isinstance(data, Mapping):
        raise BodyWrong("请求体应为 JSON 对象。")
    members, run = data.get("members"), data.get("run", False)
    if not isinstance(members, list) or not 1 <= len(members) <= MOST_MEMBERS:
        raise BodyWrong(f"members 应为 1 至 {MOST_MEMBERS} 个监管对象的数组。")
    if not isinstance(run, bool):
        raise BodyWrong("run 应为 true 或 false。")
    rows = []
    for place, one in enumerate(members):
        where = f"members[{place}]."
        if not isinstance(one, Mapping):
            raise BodyWrong(f"members[{place}] 应为对象，含 code 和可选的 name。")
        code = text_of(one, "code", 60, default="", where=where)
        rows.append((place + 1, code, text_of(one, "name", 300, default="", where=where)))
    return rows, run
