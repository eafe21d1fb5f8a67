"""What the pages of subscriptions are asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from exchange.rules.channels import BOXES, DELETIONS, ENGINES, MAY_HAVE, NEEDS, SECRETS, Kind
from exchange.rules.scopes import KINDS, Wish
from exchange.rules.states import SubscriptionState
from exchange.rules.timetable import PACES, Pace
from exchange.services.channels.setting import Setup

SELECT = {"class": "form-select"}
TEXT = {"class": "form-control", "autocomplete": "off"}
CODE = TEXT | {"spellcheck": "false"}
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


class ChannelForm(forms.Form):
    """The boxes of one kind of channel. The secret is written, never shown: empty keeps the one there is."""

    engine = forms.ChoiceField(label="数据库", choices=list(ENGINES.items()), widget=forms.Select(SELECT))
    host = forms.CharField(label="主机", max_length=200, widget=forms.TextInput(CODE))
    port = forms.IntegerField(label="端口", min_value=1, max_value=65535, widget=forms.NumberInput(TEXT))
    database = forms.CharField(label="库名", max_length=63, widget=forms.TextInput(CODE))
    username = forms.CharField(label="用户名", max_length=63, widget=forms.TextInput(CODE))
    relation = forms.CharField(
        label="表名",
        max_length=103,
        widget=forms.TextInput(CODE),
        help_text="表或模式.表；没有的，首次推送时自动建立。",
    )
    deletions = forms.ChoiceField(label="移出的条目", choices=list(DELETIONS.items()), widget=forms.Select(SELECT))
    path = forms.CharField(label="文件夹", max_length=200, widget=forms.TextInput(CODE))
    host_key = forms.CharField(
        label="服务器公钥",
        max_length=4100,
        widget=forms.Textarea(CODE | {"rows": 2}),
        help_text="一行，如 ssh-ed25519 AAAA…。向对方管理员索取并核对，不一致时不登录。",
    )
    url = forms.CharField(label="地址", max_length=500, widget=forms.TextInput(CODE))
    secret = forms.CharField(
        max_length=10_000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(TEXT | {"autocomplete": "new-password"}, render_value=False),
    )
    pace = forms.ChoiceField(label="推送时间", choices=list(PACES.items()), widget=forms.Select(SELECT))
    daily_at = forms.TimeField(
        label="每天几点", required=False, widget=forms.TimeInput(TEXT | {"placeholder": "18:00"}, format="%H:%M")
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in BOXES:
            if name not in NEEDS[kind]:
                if name in MAY_HAVE.get(kind, ()):
                    self.fields[name].required = False
                else:
                    del self.fields[name]
        if kind is Kind.FOLDER:
            del self.fields["secret"]
        else:
            self.fields["secret"].label = SECRETS[kind]
        if kind is Kind.SFTP:  # a private key has lines
            self.fields["secret"].widget = forms.Textarea(CODE | {"rows": 2})

    @property
    def boxes(self) -> list[forms.BoundField]:
        """Where it goes; the rest is when."""
        return [self[name] for name in self.fields if name not in {"pace", "daily_at"}]

    def setup(self) -> Setup:
        said = self.cleaned_data
        return Setup(
            kind=self.kind,
            said={name: str(said[name]) for name in BOXES if said.get(name) not in (None, "")},
            secret=said.get("secret", ""),
            pace=Pace(said["pace"]),
            daily_at=said["daily_at"],
        )


class DeliveryPage(forms.Form):
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class DeadLetterPage(forms.Form):
    after = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
