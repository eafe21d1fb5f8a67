"""Shape of a report."""

import re
from datetime import date
from typing import Any

from django import forms

from feedback.rules.cases import Action
from feedback.rules.effects import By
from feedback.rules.letters import Way
from feedback.rules.supervision import Fault, Verb

MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    def __init__(self, **said: Any) -> None:
        super().__init__(widget=FilesInput({"multiple": True, "accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}), **said)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or [] if one]


class ReportForm(forms.Form):
    action = forms.ChoiceField(label="实施情况", choices=[(a.value, a.value) for a in Action])
    content = forms.CharField(label="实施内容", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    reason = forms.CharField(label="理由", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    amount = forms.DecimalField(label="涉及金额（元）", max_digits=18, decimal_places=2, required=False)
    done_from = forms.DateField(label="开始日期", required=False, widget=forms.DateInput({"type": "date"}))
    done_until = forms.DateField(label="结束日期", required=False, widget=forms.DateInput({"type": "date"}))
    proofs = FilesField(label="附件（PDF、图片、Word、Excel）", required=False)
    effect = forms.CharField(label="成效", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    operator = forms.CharField(label="经办人", max_length=60, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DueFilter(forms.Form):
    number = forms.CharField(label="回执编号", max_length=40, required=False)
    file_number = forms.CharField(label="办件号", max_length=60, required=False)
    department = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    overdue = forms.BooleanField(label="只看逾期", required=False)
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class LetterForm(forms.Form):
    """The parts of a 措施实施告知书 that the department words itself."""

    document_no = forms.CharField(label="文号", max_length=120, required=False)
    reason = forms.CharField(label="理由", max_length=2000, required=False, widget=forms.Textarea({"rows": 4}))
    remedies = forms.CharField(label="救济途径", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    lifting = forms.CharField(label="解除条件", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))


class ServedForm(forms.Form):
    served_on = forms.DateField(label="送达日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    way = forms.ChoiceField(label="送达方式", choices=[(w.value, w.value) for w in Way])


class LetterFilter(forms.Form):
    unserved = forms.BooleanField(label="只看未送达", required=False)
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class MonthField(forms.CharField):
    """A month as 2026-11: its first day."""

    def clean(self, value: Any) -> Any:
        match = MONTH.fullmatch(super().clean(value) or "")
        return date(int(match[1]), int(match[2]), 1) if match else None


class EffectFilter(forms.Form):
    by = forms.ChoiceField(required=False, choices=[("", ""), *((b.value, b.label) for b in By)])
    since = MonthField(label="从", required=False)
    until = MonthField(label="至", required=False)
    month = MonthField(required=False)
    department = forms.IntegerField(label="实施部门", required=False, min_value=1, max_value=2**31)
    list = forms.IntegerField(label="名单", required=False, min_value=0, max_value=2**15 - 1)
    measure = forms.CharField(label="措施编码", required=False, max_length=40)
    area = forms.CharField(label="地区", required=False, max_length=6)
    reward = forms.ChoiceField(
        label="奖惩类型", required=False, choices=[("", "全部"), ("0", "失信惩戒"), ("1", "守信激励")]
    )
    action = forms.ChoiceField(required=False, choices=[("", "全部"), *((a.value, a.value) for a in Action)])
    owed = forms.BooleanField(required=False)
    after = forms.CharField(required=False, max_length=60)


class SheetForm(forms.Form):
    file = forms.FileField(
        label="反馈表格",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": "请先选择反馈表格。",
            "missing": "请先选择反馈表格。",
            "invalid": "没有收到文件，请重新选择。",
            "max_length": "文件名超过200个字，请改短后重新选择。",
        },
    )


class StepForm(forms.Form):
    verb = forms.ChoiceField(label="办理", choices=[(v.value, v.label) for v in Verb])
    document_no = forms.CharField(label="文号（通知必填）", max_length=120, required=False)
    text = forms.CharField(label="情况", max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))
    correct_by = forms.DateField(label="整改期限", required=False, widget=forms.DateInput({"type": "date"}))


class OpenForm(forms.Form):
    department = forms.IntegerField(min_value=1, max_value=2**31)
    fault = forms.ChoiceField(choices=[(f.value, f.label) for f in Fault])


class TypicalForm(forms.Form):
    """A case as the public reads it."""

    title = forms.CharField(label="标题", max_length=100, required=False)
    subject_shown = forms.CharField(label="主体的公开称谓", max_length=200, required=False)
    text = forms.CharField(label="案例内容", max_length=3000, required=False, widget=forms.Textarea({"rows": 10}))


class MonthForm(forms.Form):
    month = MonthField(label="月份")


class NoteForm(forms.Form):
    note = forms.CharField(max_length=500, required=False)
