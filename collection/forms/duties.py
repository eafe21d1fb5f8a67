"""What the pages of tasks, quality and promises are asked."""

from datetime import date
from typing import Any

from django import forms

from accounts.selectors import all_departments
from collection.rules.states import PROMISE_LABELS, TASK_LABELS

SPLITS = [("department", "按部门"), ("item", "按目录条目"), ("month", "按月份"), ("all", "逐项")]
SELECT = {"class": "form-select"}


class MonthField(forms.RegexField):
    """2026-11, as <input type="month"> sends it; becomes the first day of the month."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"type": "month", "class": "form-control"})
        super().__init__(r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", widget=widget, required=False, **kwargs)
        self.error_messages["invalid"] = "月份的写法应为 2026-11。"

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        return date.fromisoformat(f"{text}-01") if text else None


def departments() -> list[tuple[str, str]]:
    return [("", "全部部门"), *((str(d.id), d.short_name) for d in all_departments())]


class TaskFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[*TASK_LABELS.items(), ("all", "全部")], widget=forms.Select(SELECT)
    )
    department = forms.TypedChoiceField(
        label="部门", required=False, choices=departments, coerce=int, empty_value=None, widget=forms.Select(SELECT)
    )
    overdue = forms.BooleanField(label="只看逾期", required=False)
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class QualityFilter(forms.Form):
    since = MonthField(label="自")
    until = MonthField(label="至")
    split = forms.ChoiceField(label="统计口径", required=False, choices=SPLITS, widget=forms.Select(SELECT))


class ReturnedFilter(forms.Form):
    since = MonthField(label="自")
    until = MonthField(label="至")
    department = forms.IntegerField(required=False)
    item = forms.IntegerField(required=False)
    after = forms.CharField(max_length=40, required=False)


class PromiseFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[*PROMISE_LABELS.items(), ("all", "全部")], widget=forms.Select(SELECT)
    )
    overdue = forms.BooleanField(label="只看到期未履行", required=False)
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class PromiseOutcome(forms.Form):
    kept = forms.TypedChoiceField(
        label="履行情况",
        choices=[("yes", "已履行"), ("no", "未履行（违诺）")],
        coerce=lambda value: value == "yes",
        widget=forms.Select(SELECT),
    )
    note = forms.CharField(
        label="核实情况", max_length=300, widget=forms.TextInput({"class": "form-control", "autocomplete": "off"})
    )
