"""What the pages of entries, exits and honours are asked."""

from typing import Any

from django import forms

from redblack.rules.lists import Origin, ReleaseKind

SELECT = {"class": "form-select"}
TEXT = {"class": "form-control", "autocomplete": "off"}
KIND_KEYS = {"early": ReleaseKind.EARLY, "revoked": ReleaseKind.REVOKED, "corrected": ReleaseKind.CORRECTED}
KINDS = [("", "全部"), ("serious", "严重失信主体名单"), ("abnormal", "异常名录"), ("reward", "守信激励对象名单")]
WAYS = [("书面", "书面"), ("口头", "口头"), ("电子", "电子邮件或者网站")]


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期的写法应为 2026-11-20。"},
    )


def text_field(
    label: str, *, rows: int, required: bool = True, help_text: str = "", longest: int = 2000
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea({"class": "form-control", "rows": rows}),
    )


def number_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=120, widget=forms.TextInput(TEXT))


class EntryFilter(forms.Form):
    q = forms.CharField(label="文号或统一社会信用代码", max_length=120, required=False)
    list = forms.CharField(max_length=40, required=False)
    kind = forms.ChoiceField(label="类别", required=False, choices=KINDS, widget=forms.Select(SELECT))
    origin = forms.ChoiceField(
        label="来源",
        required=False,
        choices=[("", "全部"), *((one.value, one.value) for one in Origin)],
        widget=forms.Select(SELECT),
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("listed", "已列入"), ("released", "已移出"), ("all", "全部")],
        widget=forms.Select(SELECT),
    )
    on = day_field("在期日", required=False)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean(self) -> dict[str, Any]:
        """A day is asked of one list or one subject: over everything it would read every list to its end."""
        said = super().clean() or {}
        if said.get("on") and not said.get("q") and not said.get("list"):
            self.add_error("on", "按在期日查找时，请同时选择名单，或者填写文号、统一社会信用代码。")
        return said


class After(forms.Form):
    """Where a list goes on, and whether what is over is shown, too."""

    all = forms.BooleanField(required=False)
    after = forms.CharField(max_length=60, required=False)


class Removal(forms.Form):
    kind = forms.ChoiceField(
        label="移出类别",
        choices=[(key, KIND_KEYS[key].value) for key in KIND_KEYS],
        widget=forms.RadioSelect,
    )
    document_no = number_field("移出决定书文号")
    released_on = day_field("移出日期", help_text="自该日起不再公示，因该条目采取的措施一并停止。")
    reason = text_field("移出事由", rows=4, help_text="写明符合哪一项移出条件、核实情况。不得写入公民身份号码。")

    @property
    def release_kind(self) -> ReleaseKind:
        return KIND_KEYS[self.cleaned_data["kind"]]


class Reason(forms.Form):
    """Why not, or why it stays."""

    reason = text_field("理由", rows=3)


class Clearing(forms.Form):
    document_no = forms.CharField(
        label="文号（没有的可以不填）", max_length=120, required=False, widget=forms.TextInput(TEXT)
    )
    text = text_field("声明内容", rows=5, help_text="写明错误所在和更正结果。不得写入公民身份号码。")


class Letter(forms.Form):
    document_no = number_field("函的文号")
    text = text_field("有关说明", rows=4)


class Candidate(forms.Form):
    list_code = forms.ChoiceField(label="名单", widget=forms.Select(SELECT))
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=40, widget=forms.TextInput(TEXT | {"size": 24, "data-check-input": ""})
    )
    ground = forms.CharField(
        label="提名事由", max_length=1000, widget=forms.Textarea({"class": "form-control", "rows": 3})
    )
    facts = text_field("事实和材料", rows=4, required=False)

    def __init__(self, *args: Any, lists: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["list_code"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = lists


class Publicity(forms.Form):
    begins = day_field("公示自")
    ends = day_field("公示至")
    note = text_field("未能比对的信息如何核实", rows=2, required=False, help_text="有名单或信息未能比对时必填。")


class Objection(forms.Form):
    received_on = day_field("收到日期")
    way = forms.ChoiceField(label="方式", choices=WAYS, widget=forms.Select(SELECT))
    text = text_field("异议内容", rows=3, help_text="加密保存。")


class ObjectionAnswer(forms.Form):
    accepted = forms.TypedChoiceField(
        label="核实结果",
        choices=[("no", "异议不成立"), ("yes", "异议成立")],
        coerce=lambda value: value == "yes",
        widget=forms.Select(SELECT),
    )
    answer = text_field("答复", rows=3)


class Submission(forms.Form):
    decision_no = number_field("认定决定书文号")
    effective_until = day_field(
        "有效期至", required=False, help_text="不填的，按名单类型规定的期限自认定之日起计算。"
    )
