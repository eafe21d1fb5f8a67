"""Shape of a spreadsheet of applicants that is handed in."""

from django import forms

from screening.forms.checks import STAGES


class BatchForm(forms.Form):
    """`matter`: what the picker's text says, as at the window."""

    matter = forms.CharField(label="事项", max_length=300)
    stage = forms.ChoiceField(label="阶段", choices=STAGES, widget=forms.Select({"class": "form-select"}))
    file = forms.FileField(label="申请人表格")


class BatchPage(forms.Form):
    after = forms.IntegerField(required=False, min_value=1)
