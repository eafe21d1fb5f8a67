"""What the pages of subscriptions are asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from exchange.rules.scopes import KINDS, Wish
from exchange.rules.states import SubscriptionState

SELECT = {"class": "form-select"}
TEXT = {"class": "form-control", "autocomplete": "off"}
Choices = Sequence[tuple[str, str]]


class SubscriptionForm(forms.Form):
    name = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(TEXT))
    client = forms.TypedChoiceField(label="接入系统", coerce=int, widget=forms.Select(SELECT))
    lists = forms.MultipleChoiceField(label="名单", required=False, widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(
        label="主体类别", required=False, choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    area = forms.ChoiceField(label="主体登记地", required=False, widget=forms.Select(SELECT))
    purpose = forms.CharField(
        label="用途",
        max_length=300,
        help_text="履行哪项法定职责需要这些名单。只订阅履职所需的。",
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )

    def __init__(self, *args: Any, clients: Choices, lists: Choices, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("client", clients), ("lists", lists), ("area", [("", "全市"), *areas])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(frozenset(said["lists"]), frozenset(said["kinds"]), said["area"], said["purpose"])


class SubscriptionFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "办理中和推送中"), *((s.value, s.label) for s in SubscriptionState)],
        widget=forms.Select(SELECT),
    )
    after = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class LedgerPage(forms.Form):
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class RecallFilter(forms.Form):
    overdue = forms.BooleanField(label="只看逾期未确认", required=False)
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
