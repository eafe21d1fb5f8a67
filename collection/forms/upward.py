"""Shapes of what the pages of handing up send."""

from django import forms


class DayFilter(forms.Form):
    day = forms.DateField(label="日期", required=False, widget=forms.DateInput({"type": "date"}))
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class MakeForm(forms.Form):
    item = forms.CharField(max_length=60)
    day = forms.DateField()


class MarkForm(forms.Form):
    note = forms.CharField(label="上报方式和回执编号", max_length=500, min_length=2)
