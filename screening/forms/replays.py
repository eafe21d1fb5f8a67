"""Shape of a question about a past check."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from screening.rules.replay import Purpose
from toolkit.clock import SHANGHAI, start_of

DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
THEN, NOW, AT = "then", "now", "at"


class ReplayForm(forms.Form):
    """Why, of which day, and by what was known when."""

    purpose = forms.ChoiceField(
        label="查看用途",
        choices=[("", "请选择"), *((p.value, p.label) for p in Purpose if p is not Purpose.INTERFACE)],
    )
    as_of = forms.DateField(label="名单日期", required=False, validators=DAYS)
    known = forms.ChoiceField(
        label="已知截至",
        required=False,
        choices=[(THEN, "原核查时点"), (NOW, "现在"), (AT, "指定时间")],
    )
    known_on = forms.DateField(label="指定日期", required=False, validators=DAYS)
    known_time = forms.TimeField(label="时刻", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("purpose", "known"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name, kind in (("as_of", "date"), ("known_on", "date"), ("known_time", "time")):
            widget = self.fields[name].widget
            assert isinstance(widget, forms.DateInput | forms.TimeInput)
            widget.input_type = kind
            widget.format = "%H:%M" if kind == "time" else "%Y-%m-%d"
            widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("known_on") and not said.get("known"):
            said["known"] = AT
        if said.get("known") == AT and not said.get("known_on") and "known_on" not in self.errors:
            self.add_error("known_on", "请填写指定的日期。")
        return said

    def known_at(self, now: datetime) -> datetime | None:
        """The moment that was asked for; a day means its end, or now while it lasts. None: as the check knew."""
        said = self.cleaned_data
        if said["known"] == NOW:
            return now
        if said["known"] != AT:
            return None
        day: date = said["known_on"]
        if said["known_time"] is not None:
            asked: time = said["known_time"]
            return datetime.combine(day, asked, tzinfo=SHANGHAI)
        end = start_of(day) + timedelta(days=1, microseconds=-1)
        return now if start_of(day) <= now <= end else end
