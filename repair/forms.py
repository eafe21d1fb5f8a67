"""What the pages of repair are asked."""

from typing import Any

from django import forms

from repair.models.applications import ATTACHED
from repair.rules.states import LABELS, State, Target

TEXT = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
OPEN_STATES = [("open", "待办"), ("overdue", "逾期"), ("", "全部"), *((s.value, LABELS[s]) for s in State)]
NO_ID = "不得写入公民身份号码。"


def text_field(label: str, *, rows: int = 3, required: bool = True, help_text: str = NO_ID) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        help_text=help_text,
        widget=forms.Textarea({"class": "form-control", "rows": rows}),
    )


def number_field(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=120, required=required, widget=forms.TextInput(TEXT))


def day_field(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期的写法应为 2026-11-20。"},
    )


class QueueFilter(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=OPEN_STATES, widget=forms.Select(SELECT))
    q = forms.CharField(label="办件编号、文号或统一社会信用代码", max_length=120, required=False)
    after = forms.CharField(max_length=60, required=False)


class Search(forms.Form):
    code = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        widget=forms.TextInput(TEXT | {"size": 24, "data-check-input": ""}),
    )


class MultipleFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files in one field."""

    widget = MultipleFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(Files, self).clean(one, initial) for one in (data or [])]


class Apply(forms.Form):
    statement = text_field("纠正和履行情况", rows=4)
    contact = forms.CharField(
        label="联系方式（加密保存）", max_length=200, required=False, widget=forms.TextInput(TEXT)
    )
    kind = forms.ChoiceField(
        label="材料种类", choices=[(k, k) for k in ATTACHED], required=False, widget=forms.Select(SELECT)
    )
    attached = Files(
        label="材料（PDF、JPG、PNG，每份不超过 20 MB，合计不超过 30 份）",
        required=False,
        widget=MultipleFiles({"class": "form-control", "multiple": True}),
    )
    committed = forms.BooleanField(
        label="信用承诺：所提交的材料真实、合法、有效，违法失信行为已经纠正；如有违反，愿意承担相应责任，接受撤销修复。",
        required=False,
    )


class Missing(forms.Form):
    text = text_field("需要补正的材料和内容（只告知一次）")


class Opinion(forms.Form):
    text = text_field("核实意见")


class Extension(forms.Form):
    days = forms.IntegerField(
        label="延长（工作日）", min_value=1, max_value=60, widget=forms.NumberInput({"class": "form-control"})
    )
    text = text_field("延长的理由")


class Grant(forms.Form):
    decision_no = number_field("决定书文号")
    text = text_field("核实结论")


class Refusal(forms.Form):
    decision_no = number_field("决定书文号")
    text = text_field("理由一")
    law = number_field("依据（法规名称和条款）")
    text2 = text_field("理由二（没有的不填）", required=False)
    law2 = number_field("依据二", required=False)

    def reasons(self) -> list[tuple[str, str]]:
        said = self.cleaned_data
        return [pair for pair in ((said["text"], said["law"]), (said["text2"], said["law2"])) if pair[0]]


class Revocation(forms.Form):
    decision_no = number_field("撤销决定书文号")
    text = text_field("撤销的事实和理由")


class Reason(forms.Form):
    text = text_field("理由")


class OutreachFilter(forms.Form):
    target = forms.ChoiceField(
        label="种类", required=False, choices=[(t.value, t.label) for t in Target], widget=forms.Select(SELECT)
    )
    area = forms.CharField(label="区划代码", max_length=6, required=False, widget=forms.TextInput(TEXT))
    trade = forms.CharField(
        label="行业（名称或案由中的字词）", max_length=20, required=False, widget=forms.TextInput(TEXT)
    )
    after = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class Span(forms.Form):
    since = day_field("自")
    until = day_field("至")


class ResultFile(forms.Form):
    file = forms.FileField(label="修复结果文件（xlsx 或 csv）", widget=forms.FileInput({"class": "form-control"}))


class Lift(forms.Form):
    code = forms.CharField(label="统一社会信用代码", max_length=40, widget=forms.TextInput(TEXT))
    court = forms.CharField(label="裁定法院", max_length=200, widget=forms.TextInput(TEXT))
    ruling_no = number_field("裁定书文号")
    ruled_on = day_field("裁定日期")


class CloseLifting(forms.Form):
    executed = forms.TypedChoiceField(
        label="结果",
        choices=[("yes", "重整计划执行完毕，终止公示"), ("no", "重整计划未能执行，恢复公示")],
        coerce=lambda value: value == "yes",
        widget=forms.Select(SELECT),
    )
    text = text_field("说明", rows=2)


class Progress(forms.Form):
    number = forms.CharField(label="办件编号", max_length=40, widget=forms.TextInput(TEXT))
    code = forms.CharField(label="统一社会信用代码", max_length=40, widget=forms.TextInput(TEXT))
