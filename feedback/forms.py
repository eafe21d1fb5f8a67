"""Shape of a report."""

from django import forms

from feedback.rules.cases import Action
from feedback.rules.letters import Way


class ReportForm(forms.Form):
    action = forms.ChoiceField(label="实施情况", choices=[(a.value, a.value) for a in Action])
    content = forms.CharField(label="实施内容", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    reason = forms.CharField(label="理由", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    amount = forms.DecimalField(label="涉及金额（元）", max_digits=18, decimal_places=2, required=False)
    done_from = forms.DateField(label="开始日期", required=False, widget=forms.DateInput({"type": "date"}))
    done_until = forms.DateField(label="结束日期", required=False, widget=forms.DateInput({"type": "date"}))
    effect = forms.CharField(label="成效", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DueFilter(forms.Form):
    number = forms.CharField(label="回执编号", max_length=40, required=False)
    file_number = forms.CharField(label="办件号", max_length=60, required=False)
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
