"""Shape of what the pages of matters send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from screening.rules.matters import BY_APPLICATION, MOST_ROLES, OF_OWN_MOTION, STAGE_LABELS, MatterContent
from screening.rules.question import Role

BLANK_ROLES = 2


class MatterFilter(forms.Form):
    q = forms.CharField(label="编码或名称", max_length=60, required=False)
    department = forms.TypedChoiceField(
        label="实施部门",
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select({"class": "form-select"}),
    )
    after = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", "全部"), *units]


class Upload(forms.Form):
    file = forms.FileField(
        label="事项表（xlsx、xls 或 csv）",
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"},
    )


class WindowsForm(forms.Form):
    """The departments whose windows take in every matter."""

    departments = forms.TypedMultipleChoiceField(
        label="综合窗口",
        coerce=int,
        required=False,
        error_messages={"invalid_choice": "所选部门没有登记，请刷新后重新选择。"},
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["departments"]
        field.choices = list(units)


class MatterForm(forms.Form):
    """One matter with its application list. The lines of roles are `roles`, apart from Django's fields."""

    code = forms.CharField(label="事项编码", max_length=40, strip=True)
    name = forms.CharField(label="事项名称", max_length=200, strip=True)
    department = forms.TypedChoiceField(label="实施部门", coerce=int)
    handled_by = forms.TypedChoiceField(label="受理窗口部门", required=False, coerce=int, empty_value=None)
    way = forms.ChoiceField(
        label="办理方式",
        choices=[
            ("yes", f"{BY_APPLICATION}（有人申请，受理环节核查）"),
            ("no", f"{OF_OWN_MOTION}（部门主动实施，名单变动即生成响应任务）"),
        ],
        widget=forms.RadioSelect,
    )
    stages = forms.MultipleChoiceField(
        label="管理阶段", choices=list(STAGE_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    consults = forms.MultipleChoiceField(label="应查名单和信息", required=False, widget=forms.CheckboxSelectMultiple)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: Sequence[tuple[str, str]],
        sources: Sequence[tuple[str, str]],
        matter: MatterContent | None = None,
    ) -> None:
        super().__init__(data, initial=initial_of(matter))
        places: dict[str, Any] = dict(self.fields)
        places["department"].choices = [("", "请选择"), *units]
        places["handled_by"].choices = [("", "无（不经窗口）"), *units]
        places["consults"].choices = sources
        for name in ("code", "name", "department", "handled_by"):
            kind = "form-select" if name in ("department", "handled_by") else "form-control"
            self.fields[name].widget.attrs |= {"class": kind, "autocomplete": "off"}
        if matter is not None:
            self.fields["code"].widget.attrs["readonly"] = True
        self.roles = role_lines(data) if data is not None else [_line(r) for r in (matter.roles if matter else ())]
        blank = {"code": "", "label": "", "persons": False, "required": True}
        while len(self.roles) < MOST_ROLES and sum(not line["code"] for line in self.roles) < BLANK_ROLES:
            self.roles.append(dict(blank))

    def content(self) -> MatterContent:
        """What a valid form says."""
        said = self.cleaned_data
        return MatterContent(
            code=said["code"],
            name=said["name"],
            department_id=said["department"],
            handled_by_id=said["handled_by"],
            by_application=said["way"] == "yes",
            stages=tuple(stage for stage in STAGE_LABELS if stage in said["stages"]),
            roles=tuple(Role(**line) for line in self.roles if line["code"] or line["label"]),
            consults=tuple(said["consults"]),
        )


def initial_of(matter: MatterContent | None) -> dict[str, Any]:
    if matter is None:
        return {"way": "yes", "stages": ["before"]}
    return {
        "code": matter.code,
        "name": matter.name,
        "department": matter.department_id,
        "handled_by": matter.handled_by_id,
        "way": "yes" if matter.by_application else "no",
        "stages": list(matter.stages),
        "consults": list(matter.consults),
        "seen": matter.digest,
    }


def _line(role: Role) -> dict[str, Any]:
    return {"code": role.code, "label": role.label, "persons": role.persons, "required": role.required}


def role_lines(data: QueryDict) -> list[dict[str, Any]]:
    """The lines role-0-code, role-0-label ... that say anything."""
    lines = []
    for at in range(MOST_ROLES):
        code = data.get(f"role-{at}-code", "").strip()[:60]
        label = data.get(f"role-{at}-label", "").strip()[:60]
        if code or label:
            said = {"code": code, "label": label}
            lines.append(said | {name: f"role-{at}-{name}" in data for name in ("persons", "required")})
    return lines
