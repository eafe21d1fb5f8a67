"""Shape of a report."""

from django import forms

from feedback.rules.cases import Action


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
