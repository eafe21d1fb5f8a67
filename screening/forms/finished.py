"""Shape of what supervisors send: which finished matters they look at, and the files that they hand in."""

import re
from datetime import date

from django import forms

from screening.models import FinishedCase

MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


class FinishedFilter(forms.Form):
    month = forms.CharField(label="办结月份", max_length=7, required=False)
    department = forms.IntegerField(label="实施部门", required=False, min_value=1, max_value=2**31)
    matter = forms.CharField(label="事项编码", max_length=40, required=False)
    window = forms.CharField(max_length=60, required=False)
    any_window = forms.BooleanField(required=False)
    state = forms.ChoiceField(label="核查情况", required=False, choices=[("", "全部"), *FinishedCase.State.choices])
    after = forms.CharField(max_length=60, required=False)

    def clean_month(self) -> date | None:
        """The first day of the month; None where none was chosen."""
        match = MONTH.fullmatch(self.cleaned_data["month"])
        return date(int(match[1]), int(match[2]), 1) if match else None


class FinishedUpload(forms.Form):
    file = forms.FileField(
        label="办件文件",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": "请先选择办件文件。",
            "missing": "请先选择办件文件。",
            "invalid": "没有收到文件，请重新选择。",
            "max_length": "文件名超过200个字，请改短后重新选择。",
        },
    )
