"""The shape of what is sent."""

from django import forms

from reports.rules.issuing import PURPOSES, Edition

TEXT = {"class": "form-control", "autocomplete": "off"}


class ReportForm(forms.Form):
    """A report at the counter: of whom (a unified social credit code, never a name alone), which, for what."""

    code = forms.CharField(label="统一社会信用代码", max_length=40)
    edition = forms.ChoiceField(label="版本", choices=[(e.value, e.label) for e in Edition])
    purpose = forms.ChoiceField(label="用途", choices=[("", "请选择"), *((p, p) for p in PURPOSES)])
    note = forms.CharField(label="用途说明或办件号", max_length=200, required=False)


class ReportFilter(forms.Form):
    after = forms.IntegerField(required=False, min_value=1)


class KioskForm(forms.Form):
    """What is asked at a terminal: whose report, for what."""

    code = forms.CharField(label="统一社会信用代码", max_length=40, widget=forms.TextInput(TEXT))
    purpose = forms.ChoiceField(
        label="用途", choices=[(p, p) for p in PURPOSES], widget=forms.Select({"class": "form-select"})
    )
    note = forms.CharField(
        label="用途说明（选“其他”的填写）", max_length=200, required=False, widget=forms.TextInput(TEXT)
    )


class OwnReportForm(forms.Form):
    """A visitor's wish: of which of his organisations, which edition."""

    subject = forms.IntegerField(min_value=1)
    edition = forms.ChoiceField(choices=[(e.value, e.label) for e in Edition])
