"""Shape of what the pages of rosters, findings and draws send."""

from collections.abc import Sequence
from typing import Any

from django import forms

from screening.models import Roster, RosterFinding, RosterMember
from screening.rules.matters import STAGE_LABELS
from screening.rules.roster_content import Recipient, RosterContent, parts_of
from screening.selectors.draws import GRADE_LABELS
from screening.selectors.rosters import Choices
from screening.services.rosters.drawing import Plan

NUMBER = {"class": "form-control num", "inputmode": "numeric", "autocomplete": "off"}
TEXT = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
MEASURES = [
    ("department", "本部门的全部措施"),
    ("chosen", "勾选的措施"),
    ("matter", "某一政务服务事项的措施"),
    ("none", "只看名单，不比对措施"),
]


def ids_of(values: Sequence[str]) -> list[int]:
    """What was ticked: numbers alone count."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 16]


class RosterForm(forms.Form):
    """A roster, as its department writes it. `choices`: what it may be compared with."""

    name = forms.CharField(label="名单名称", max_length=100, widget=forms.TextInput(TEXT))
    labels = forms.CharField(
        label="主题标签", max_length=400, required=False, widget=forms.TextInput(TEXT),
        help_text="如：安全生产、危险化学品。多个标签用顿号分开。",
    )  # fmt: skip
    sources = forms.TypedMultipleChoiceField(
        label="比对的名单和信息", coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    measures_from = forms.ChoiceField(
        label="命中后比对的措施", choices=MEASURES, widget=forms.RadioSelect, initial="department"
    )
    items = forms.MultipleChoiceField(label="措施", widget=forms.CheckboxSelectMultiple, required=False)
    matter = forms.ChoiceField(label="政务服务事项", required=False, widget=forms.Select(SELECT))
    stage = forms.ChoiceField(
        label="管理阶段", required=False, choices=[("", "–"), *STAGE_LABELS.items()], widget=forms.Select(SELECT)
    )
    schedule = forms.CharField(
        label="什么时候筛查", max_length=400, required=False,
        widget=forms.TextInput(TEXT | {"list": "schedules", "aria-describedby": "schedule-said"}),
    )  # fmt: skip
    mails = forms.CharField(
        label="结果发到邮箱", max_length=2000, required=False, widget=forms.Textarea(TEXT | {"rows": 2})
    )
    mobiles = forms.CharField(
        label="结果发到手机", max_length=400, required=False, widget=forms.Textarea(TEXT | {"rows": 2})
    )
    persons = forms.BooleanField(label="名单含自然人（只凭证件号码，号码加密保存）", required=False)
    purpose = forms.CharField(
        label="目的和依据", max_length=300, required=False, widget=forms.Textarea(TEXT | {"rows": 2}),
        help_text="名单含自然人的必须填写。",
    )  # fmt: skip
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["sources"].choices = [(s.id, s.name) for s in choices.sources]
        fields["items"].choices = [(p.item.code, p.item.content) for p in choices.items]
        fields["matter"].choices = [("", "–"), *((m.code, f"{m.code} {m.name}") for m in choices.matters)]

    @staticmethod
    def initial_of(content: RosterContent, *, seen: str) -> dict[str, Any]:
        """What the form shows of a roster."""
        return {
            "name": content.name,
            "labels": "、".join(content.labels),
            "sources": list(content.source_ids),
            "measures_from": content.measures_from,
            "items": list(content.item_codes),
            "matter": content.matter_code,
            "stage": content.stage,
            "schedule": content.schedule,
            "mails": "\n".join(one.to for one in content.recipients if one.channel == "mail"),
            "mobiles": "\n".join(one.to for one in content.recipients if one.channel == "sms"),
            "persons": content.persons,
            "purpose": content.purpose,
            "seen": seen,
        }

    def content(self) -> RosterContent:
        said = self.cleaned_data
        recipients = [Recipient("mail", to) for to in parts_of(said["mails"])]
        recipients += [Recipient("sms", to) for to in parts_of(said["mobiles"])]
        return RosterContent(
            name=said["name"],
            labels=parts_of(said["labels"]),
            purpose=said["purpose"],
            persons=said["persons"],
            source_ids=tuple(said["sources"]),
            measures_from=said["measures_from"],
            item_codes=tuple(said["items"]),
            matter_code=said["matter"],
            stage=said["stage"],
            schedule=said["schedule"],
            recipients=tuple(recipients),
        )


class RosterFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "使用中和已暂停"), *Roster.State.choices],
        widget=forms.Select(SELECT),
    )
    label = forms.CharField(label="主题标签", max_length=30, required=False, widget=forms.TextInput(TEXT))
    department = forms.TypedChoiceField(
        label="部门", required=False, coerce=int, empty_value=None, widget=forms.Select(SELECT)
    )
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", "全部"), *units]


class MembersFile(forms.Form):
    file = forms.FileField(label="名单文件（.xlsx、.xls、.csv）", widget=forms.FileInput({"class": "form-control"}))
    replaces = forms.BooleanField(label="以本文件替换整份名单（文件中没有的对象移出名单）", required=False)


class MemberForm(forms.Form):
    code = forms.CharField(
        label="统一社会信用代码",
        max_length=60,
        required=False,
        widget=forms.TextInput(TEXT | {"class": "form-control code"}),
    )
    name = forms.CharField(label="名称", max_length=300, required=False, widget=forms.TextInput(TEXT))


class MemberFilter(forms.Form):
    answer = forms.ChoiceField(
        label="结论",
        required=False,
        choices=[("", "全部"), ("hit", "命中"), ("clear", "未命中"), ("could_not_check", "未能核查")],
        widget=forms.Select(SELECT),
    )
    state = forms.ChoiceField(
        label="对应情况",
        required=False,
        choices=[("", "全部"), ("problem", "需要修正"), *RosterMember.State.choices],
        widget=forms.Select(SELECT),
    )
    code = forms.CharField(
        label="统一社会信用代码",
        max_length=18,
        required=False,
        widget=forms.TextInput(TEXT | {"class": "form-control code"}),
    )
    upload = forms.IntegerField(required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)


class FindingFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("todo", "待办理"), *RosterFinding.State.choices, ("all", "全部")],
        widget=forms.Select(SELECT),
    )
    change = forms.ChoiceField(
        label="变化",
        required=False,
        choices=[("", "全部"), *RosterFinding.Change.choices],
        widget=forms.Select(SELECT),
    )
    roster = forms.IntegerField(required=False, widget=forms.Select(SELECT), label="监管对象名单")
    run = forms.IntegerField(required=False, widget=forms.HiddenInput)
    mine = forms.BooleanField(label="只看交办给我的", required=False)
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rosters: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["roster"].widget
        widget.choices = [("", "全部"), *rosters]


class HandleForm(forms.Form):
    """One verb for all that was ticked; which of the fields it needs is the service's to say."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("assign", "snooze", "dispose", "reopen")])
    assignee = forms.CharField(label="交办给", max_length=40, required=False)
    until = forms.DateField(label="暂缓到", required=False)
    disposition = forms.ChoiceField(
        label="处置", required=False, choices=[("", "–"), *RosterFinding.Disposition.choices]
    )
    note = forms.CharField(label="说明", max_length=500, required=False)


class DrawForm(forms.Form):
    title = forms.CharField(label="抽取事由", max_length=100, widget=forms.TextInput(TEXT))
    number = forms.IntegerField(label="抽取家数", required=False, widget=forms.TextInput(NUMBER))
    share = forms.DecimalField(
        label="或者抽取比例（%）", required=False, max_digits=5, decimal_places=2, widget=forms.TextInput(NUMBER)
    )

    def __init__(self, *args: Any, weights: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at, (grade, label) in enumerate(GRADE_LABELS.items()):
            self.fields[f"weight_{at}"] = forms.IntegerField(
                label=label, initial=weights[grade], widget=forms.TextInput(NUMBER | {"size": 3})
            )

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"weight_{at}"] for at in range(len(GRADE_LABELS))]

    def plan(self) -> Plan:
        said = self.cleaned_data
        return Plan(
            title=said["title"],
            number=said["number"],
            share=said["share"],
            weights={grade: said[f"weight_{at}"] for at, grade in enumerate(GRADE_LABELS)},
        )
