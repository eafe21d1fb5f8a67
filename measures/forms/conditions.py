"""Shape of a condition: an outline of lines, each a join or a comparison. Works without JavaScript."""

from typing import Any

from django import forms
from django.http import QueryDict

from measures.rules.conditions import DEEPEST, FACTS, MOST_PARTS
from measures.rules.outline import JOINS, OPERATORS, Line

LEVELS = [(str(n), "最外层" if n == 0 else f"{'　' * n}第 {n + 1} 层") for n in range(DEEPEST)]
WHAT = [
    ("", "（不用这一行）"),
    ("组合", list(JOINS.items())),
    ("比较", [(fact.code, fact.label) for fact in FACTS.values()]),
]
LEAST, SPARE, MOST = 4, 2, MOST_PARTS + 20


class LineForm(forms.Form):
    level = forms.TypedChoiceField(label="层级", choices=LEVELS, coerce=int, required=False)
    what = forms.ChoiceField(label="内容", choices=WHAT, required=False)
    operator = forms.ChoiceField(label="比较", choices=list(OPERATORS.items()), required=False)
    value = forms.CharField(label="值", max_length=2000, required=False)

    def has_changed(self) -> bool:
        """A line counts when something was chosen: level and operator of an empty line say nothing."""
        return bool(self.data.get(self.add_prefix("what"))) if self.is_bound else super().has_changed()


def line_rows(data: QueryDict | None, lines: list[Line], *, spare: int = SPARE) -> "forms.BaseFormSet[LineForm]":
    """The lines of a condition, followed by empty ones."""
    extra = max(spare, LEAST - len(lines))
    made = forms.formset_factory(LineForm, extra=extra, max_num=MOST)
    initial = [
        {"level": one.level, "what": one.what, "operator": one.operator or "is", "value": one.value} for one in lines
    ]
    return made(data, initial=initial, prefix="c")


def lines_said(rows: "forms.BaseFormSet[LineForm]") -> list[Line]:
    """What the lines say, without the empty ones. Only after is_valid()."""
    said: list[dict[str, Any]] = [form.cleaned_data for form in rows if form.cleaned_data.get("what")]
    return [
        Line(
            int(one["level"] or 0),
            one["what"],
            "" if one["what"] in JOINS else one["operator"] or "is",
            "" if one["what"] in JOINS else one["value"].strip(),
        )
        for one in said
    ]
