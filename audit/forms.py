"""The shape of the question that the audit administrator asks."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

TEXT = {"class": "form-control"}


class Question(forms.Form):
    actor = forms.CharField(label="操作人", required=False, max_length=80, widget=forms.TextInput(attrs=TEXT))
    name = forms.CharField(
        label="事件（开头字母）", required=False, max_length=80, widget=forms.TextInput(attrs=TEXT)
    )
    about = forms.CharField(label="对象", required=False, max_length=80, widget=forms.TextInput(attrs=TEXT))
    day = forms.DateField(
        label="截至",
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        widget=forms.DateInput(attrs=TEXT | {"type": "date"}),
    )
    before = forms.RegexField(r"^[0-9]{1,16}-[0-9]{1,18}$", required=False, widget=forms.HiddenInput)
