"""Shape of what the window sends."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

STAGES = [("before", "事前"), ("during", "事中"), ("after", "事后")]


class WindowForm(forms.Form):
    """One question at the window. The matters offered are those in the register."""

    matter = forms.ChoiceField(label="事项")
    stage = forms.ChoiceField(label="阶段", choices=STAGES)
    file_number = forms.CharField(label="办件号", max_length=60, required=False)
    text = forms.CharField(label="申请人", max_length=4000, strip=True)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, matters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matter = self.fields["matter"]
        assert isinstance(matter, forms.ChoiceField)
        matter.choices = matters
        for name in ("matter", "stage"):
            self.fields[name].widget.attrs["class"] = "form-select form-select-sm"
        self.fields["file_number"].widget.attrs |= {"class": "form-control form-control-sm", "autocomplete": "off"}
        self.fields["text"].widget = forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "autofocus": True,
                "spellcheck": "false",
                "data-check-input": True,
                "placeholder": "统一社会信用代码、名称，或扫描营业执照二维码、身份证",
            }
        )


class ChoiceForm(forms.Form):
    decision = forms.CharField(max_length=10)
    reason = forms.CharField(max_length=200, required=False)


class FindForm(forms.Form):
    """Find a receipt again by its number, or turn the pages of a day."""

    number = forms.CharField(label="回执编号", max_length=40, required=False)
    day = forms.DateField(
        label="日期",
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    answer = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "全部"), ("hit", "命中"), ("could_not_check", "未能核查"), ("clear", "未命中")],
    )
    after = forms.CharField(max_length=60, required=False)
