"""What the pages of 列入办理 are asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from redblack.forms.exits import SELECT, TEXT, day_field, number_field, text_field
from redblack.models.proceedings import SERVED_WAYS
from redblack.rules.content import GRADES, Content
from redblack.rules.states import PROCEEDING_LABELS
from redblack.services.hearing import LONGEST_EXTENSION, WAYS_OF_SPEAKING

Choice = tuple[str, str]
ALL = "all"
FILE = forms.ClearableFileInput({"class": "form-control"})
PAPERS_TO_ADD = ["事实材料", "送达回证", "列入决定书", "其他"]
FILE_HELP = "PDF、OFD、Word 或者图片，20 MB 以内"


def _choices(*values: str) -> list[Choice]:
    return [(value, value) for value in values]


def _file(label: str, *, required: bool = False) -> forms.FileField:
    return forms.FileField(label=label, required=required, help_text=FILE_HELP, widget=FILE)


class ProceedingFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "办理中"),
            *((state.value, label) for state, label in PROCEEDING_LABELS.items() if state != "publicised"),
            (ALL, "全部"),
        ],
        widget=forms.Select(SELECT),
    )
    list = forms.CharField(max_length=40, required=False)
    over = forms.BooleanField(label="只看陈述、申辩期满的", required=False)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class WhoForm(forms.Form):
    """Which list, and who. What is typed as a code never stands in an address."""

    list_code = forms.ChoiceField(label="列入的名单", widget=forms.Select(SELECT))
    code = forms.CharField(
        label="统一社会信用代码",
        max_length=200,
        help_text="自然人填写证件号码",
        widget=forms.TextInput(TEXT),
    )
    name = forms.CharField(
        label="主体名称",
        max_length=200,
        required=False,
        help_text="平台已登记的可以不填；填写的须与登记名称一致",
        widget=forms.TextInput(TEXT),
    )

    def __init__(self, *args: Any, lists: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["list_code"]
        listed.choices = lists


class ContentForm(forms.Form):
    """The words of a proceeding; `only` leaves out what may not be changed any more."""

    ground = forms.CharField(
        label="列入事由", max_length=1000, widget=forms.Textarea({"class": "form-control", "rows": 2})
    )
    facts = text_field("认定的事实", rows=4, required=False)
    legal_basis = text_field("法律依据", rows=2, required=False)
    measures_told = text_field("失信惩戒措施提示", rows=3, required=False, help_text="一行一项")
    exit_route = text_field("移出条件和程序", rows=2, required=False)
    remedies = text_field("救济途径", rows=3, required=False)
    decision_no = forms.CharField(
        label="列入决定书文号", max_length=120, required=False, widget=forms.TextInput(TEXT)
    )
    effective_until = day_field("截止日期", required=False, help_text="不填的，按名单规定的期限自列入之日起计算")
    grade = forms.ChoiceField(
        label="失信等级",
        required=False,
        choices=[("", "（不分等级）"), *_choices(*GRADES)],
        widget=forms.Select(SELECT),
    )
    amount = forms.DecimalField(
        label="涉及金额（元）",
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=2,
        widget=forms.NumberInput({"class": "form-control", "step": "0.01"}),
        error_messages={"invalid": "金额应为数字，单位为元，最多两位小数。"},
    )
    responsible_persons = forms.TypedMultipleChoiceField(
        label="责任人员", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, persons: Sequence[tuple[int, str]] = (), only: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if persons:
            answerable: Any = self.fields["responsible_persons"]
            answerable.choices = persons
        else:
            del self.fields["responsible_persons"]
        for name in [name for name in self.fields if only is not None and name not in only]:
            del self.fields[name]

    @property
    def said(self) -> dict[str, Any]:
        """What was filled in, by the fields of Content."""
        said = {name: value for name, value in self.cleaned_data.items() if name in Content.__dataclass_fields__}
        if "responsible_persons" in said:
            said["responsible_persons"] = tuple(sorted(said["responsible_persons"]))
        return {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in said.items()
        }


class MadeForm(ContentForm):
    """A decision already made: its words, and the dates that its papers state."""

    notice_no = forms.CharField(label="告知书文号", max_length=120, required=False, widget=forms.TextInput(TEXT))
    notice_served_on = day_field("告知送达日期")
    served_way = forms.ChoiceField(
        label="送达方式", choices=[("", "（请选择）"), *_choices(*SERVED_WAYS)], widget=forms.Select(SELECT)
    )
    statement_due_on = day_field("陈述、申辩期满日", required=False, help_text="告知书载明的最后一日")
    decided_on = day_field("决定日期")
    effective_from = day_field("列入日期", required=False, help_text="不填的，为决定日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("decision_no", "legal_basis", "measures_told", "exit_route", "remedies"):
            self.fields[name].required = True
        self.fields["effective_until"].help_text = "决定书载明的最后一日；没有载明的，至按规定移出之日止"


class DecisionPaper(forms.Form):
    decision = _file("列入决定书", required=True)
    with_persons = forms.BooleanField(
        label="决定书载明责任人员：将该主体登记的法定代表人、负责人等一并记录为责任人员", required=False
    )


class NoticeForm(forms.Form):
    notice_no = number_field("告知书文号")


class ServiceForm(forms.Form):
    served_on = day_field("送达日期", help_text="公告送达的，填公告期满之日")
    way = forms.ChoiceField(label="送达方式", choices=_choices(*SERVED_WAYS), widget=forms.Select(SELECT))
    receipt = _file("送达回证")


class StatementForm(forms.Form):
    received_on = day_field("收到日期")
    way = forms.ChoiceField(label="方式", choices=_choices(*WAYS_OF_SPEAKING), widget=forms.Select(SELECT))
    text = text_field("陈述、申辩的内容", rows=3, help_text="加密保存")
    paper = _file("书面材料")


class AnswerForm(forms.Form):
    accepted = forms.ChoiceField(
        label="核实结果", choices=[("yes", "采纳"), ("no", "不予采纳")], widget=forms.RadioSelect
    )
    answer = text_field("理由", rows=2)


class StopForm(forms.Form):
    from_day = day_field("中止起始日")
    reason = forms.CharField(label="中止理由", max_length=500, widget=forms.TextInput(TEXT))


class ResumeForm(forms.Form):
    last_day = day_field("中止最后一日", help_text="自次日起恢复计算")


class ExtendForm(forms.Form):
    days = forms.IntegerField(
        label="延长工作日数",
        min_value=1,
        max_value=LONGEST_EXTENSION,
        widget=forms.NumberInput({"class": "form-control"}),
    )
    reason = forms.CharField(label="延长理由", max_length=500, widget=forms.TextInput(TEXT))


class OutcomeForm(forms.Form):
    reason = text_field("理由", rows=2)


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label="文书种类", choices=_choices(*PAPERS_TO_ADD), widget=forms.Select(SELECT))
    file = _file("文件", required=True)


class TableForm(forms.Form):
    list_code = forms.ChoiceField(label="列入的名单", widget=forms.Select(SELECT))
    file = forms.FileField(
        label="登记表（.xlsx、.xls 或 .csv）", widget=FILE, error_messages={"required": "请选择文件。"}
    )

    def __init__(self, *args: Any, lists: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["list_code"]
        listed.choices = lists
