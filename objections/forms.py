"""What the pages of objections are asked."""

from typing import Any

from django import forms

from objections.rules.clocks import EXCLUDED
from objections.rules.conclusions import ENTRY_FIELDS, Conclusion
from objections.rules.filing import LONGEST, REFUSALS
from objections.rules.kinds import KINDS, OUTCOMES, Outcome, Target
from objections.rules.rulesets import What
from objections.rules.states import State

SELECT = {"class": "form-select"}
TEXT = {"class": "form-control", "autocomplete": "off"}
DAY = {"class": "form-control", "type": "date"}


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"class": "form-control", "rows": rows})


class QueueFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("open", "办理中"), ("over", "已办结"), *((s.value, s.label) for s in State)],
        widget=forms.Select(SELECT),
    )
    overdue = forms.BooleanField(label="只看逾期", required=False)
    q = forms.CharField(label="编号、文号", required=False, max_length=120, widget=forms.TextInput(TEXT))
    after = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one box; each is looked at by the service."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files if one]


class FilingForm(forms.Form):
    """Filed at the counter for who is concerned, or by a department that finds it wrong."""

    by = forms.ChoiceField(
        label="提出方式",
        choices=[("counter", "窗口代为提出（已核对身份证件和委托书）"), ("department", "本部门发现数据有误")],
        widget=forms.Select(SELECT),
    )
    kind = forms.ChoiceField(
        label="异议种类", choices=[(k.value, v) for k, v in KINDS.items()], widget=forms.Select(SELECT)
    )
    claim = forms.CharField(
        label="事实和理由", max_length=LONGEST, widget=area(5), help_text="不要写公民身份号码；证件请作为材料上传。"
    )
    contact = forms.CharField(
        label="联系方式", required=False, max_length=200, widget=forms.TextInput(TEXT), help_text="加密保存。"
    )
    papers = FilesField(
        label="材料",
        required=False,
        widget=Files({"class": "form-control"}),
        help_text="PDF、JPG、PNG，每份不超过 20 MB，合计不超过 30 份。",
    )


class OwnForm(FilingForm):
    """Filed on the portal by who is concerned, or who speaks for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["by"]


class OwnCheckForm(OwnForm):
    """Against a check: the receipt by what is printed on it, and whom it took for another."""

    number = forms.CharField(label="回执编号", max_length=60, widget=forms.TextInput(TEXT))
    code = forms.CharField(
        label="核验码", max_length=20, widget=forms.TextInput(TEXT), help_text="印在核查回执二维码旁边。"
    )
    subject = forms.TypedChoiceField(label="我是", coerce=int, widget=forms.Select(SELECT))
    other = forms.CharField(
        label="被核查为",
        required=False,
        max_length=200,
        widget=forms.TextInput(TEXT),
        help_text="回执上所印的名称或者代码；回执上只有一个主体的，不必填写。",
    )
    field_order = ("number", "code", "subject", "other", "claim", "contact", "papers")

    def __init__(self, *args: Any, subjects: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]  # it is always the identity
        chosen = self.fields["subject"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(subjects)


class OwnPapers(forms.Form):
    papers = FilesField(
        label="补充材料",
        widget=Files({"class": "form-control"}),
        help_text="PDF、JPG、PNG，每份不超过 20 MB，合计不超过 30 份。",
    )


class CheckFilingForm(FilingForm):
    code = forms.CharField(
        label="提出人的统一社会信用代码", max_length=18, min_length=18, widget=forms.TextInput(TEXT)
    )


class RefuseForm(forms.Form):
    why = forms.ChoiceField(label="理由", choices=list(REFUSALS.items()), widget=forms.Select(SELECT))
    reason = forms.CharField(label="说明", max_length=1000, widget=area())
    document_no = forms.CharField(label="通知书文号", max_length=120, widget=forms.TextInput(TEXT))


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=1000, widget=area())


class PauseForm(forms.Form):
    begins = forms.DateField(label="自", widget=forms.DateInput(DAY))
    until = forms.DateField(label="至（含）", widget=forms.DateInput(DAY))
    why = forms.ChoiceField(label="事由", choices=[(one, one) for one in EXCLUDED], widget=forms.Select(SELECT))
    reason = forms.CharField(label="说明", max_length=500, widget=forms.TextInput(TEXT))


class ExtendForm(forms.Form):
    what = forms.ChoiceField(label="期限", choices=[(w.value, w.label) for w in What], widget=forms.Select(SELECT))
    days = forms.IntegerField(label="延长工作日", min_value=1, max_value=60, widget=forms.NumberInput(TEXT))
    reason = forms.CharField(label="理由", max_length=500, widget=forms.TextInput(TEXT))


class PaperForm(forms.Form):
    paper = forms.FileField(label="材料", widget=forms.FileInput({"class": "form-control"}))


class AnswerForm(forms.Form):
    answer_no = forms.CharField(label="答复书文号", max_length=120, widget=forms.TextInput(TEXT))


class ConclusionForm(forms.Form):
    """What was found. `field` and `value`: what an entry or a record is to say instead."""

    outcome = forms.ChoiceField(label="核查结论", widget=forms.Select(SELECT))
    finding = forms.CharField(label="核查情况和理由", max_length=4000, widget=area(5))
    basis = forms.CharField(label="依据", max_length=500, required=False, widget=forms.TextInput(TEXT))
    field = forms.ChoiceField(label="更正、补充的内容", required=False, widget=forms.Select(SELECT))
    value = forms.CharField(label="应为", max_length=1000, required=False, widget=area(2))
    document_no = forms.CharField(
        label="移出、更正文书文号", max_length=120, required=False, widget=forms.TextInput(TEXT)
    )
    statement = forms.CharField(
        label="消除影响声明",
        max_length=2000,
        required=False,
        widget=area(4),
        help_text="错误列入的，随移出在门户发布。",
    )

    def __init__(self, *args: Any, target: Target, fields: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome, field = self.fields["outcome"], self.fields["field"]
        assert isinstance(outcome, forms.ChoiceField) and isinstance(field, forms.ChoiceField)
        outcome.choices = [(one.value, one.value) for one in OUTCOMES[target]]
        named = ENTRY_FIELDS if target is Target.ENTRY else fields or {}
        field.choices = [("", "—"), *named.items()]
        if target is not Target.ENTRY:
            del self.fields["statement"]
        if not named:
            del self.fields["field"], self.fields["value"]

    @property
    def conclusion(self) -> Conclusion:
        said = self.cleaned_data
        changes = {said["field"]: said["value"].strip()} if said.get("field") and said.get("value") else {}
        return Conclusion(
            outcome=Outcome(said["outcome"]),
            finding=said["finding"],
            basis=said["basis"],
            document_no=said["document_no"],
            statement=said.get("statement", ""),
            changes=changes,
        )
