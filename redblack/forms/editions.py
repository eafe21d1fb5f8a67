"""Shape of what the pages of list types send."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms

from redblack.rules.editions import KIND_LABELS, LEVELS, SCOPES, TypeContent
from redblack.rules.lists import LegalStatus, Origin
from subjects.rules.kinds import Kind

SCOPE = "scope_"
AREA = forms.Textarea({"rows": 2})


class TypeFilter(forms.Form):
    q = forms.CharField(label="名称或代码", max_length=60, required=False)
    status = forms.ChoiceField(
        label="法律状态", required=False, choices=[("", "全部"), *((s.value, s.value) for s in LegalStatus)]
    )
    kind = forms.ChoiceField(label="名单性质", required=False, choices=[("", "全部"), *KIND_LABELS.items()])
    waiting = forms.BooleanField(label="只看有待确认内容的", required=False)


class NewType(forms.Form):
    """What a draft needs before anything else can be said about it."""

    code = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9_-]{1,38}$",
        label="名单代码",
        max_length=39,
        help_text="以字母开头，用字母、数字和 - _，发布后不能更改，如 procurement-serious",
        error_messages={"invalid": "名单代码以字母开头，只用字母、数字和 - _，2 至 39 位。"},
    )
    title = forms.CharField(label="名单名称", max_length=200)
    kind = forms.ChoiceField(label="名单性质", choices=list(KIND_LABELS.items()))
    initiator = forms.CharField(label="发起（认定）部门", max_length=200)


class EditionForm(forms.Form):
    """Everything that a wording says. `units`, `lists`: choices that are data."""

    title = forms.CharField(label="名单名称", max_length=200)
    number = forms.IntegerField(label="篇十三序号", required=False, min_value=1, max_value=999)
    kind = forms.ChoiceField(label="名单性质", choices=list(KIND_LABELS.items()))
    legal_status = forms.ChoiceField(
        label="法律状态",
        choices=[(s.value, s.value) for s in LegalStatus],
        help_text="只有“现行”的名单可以列入条目、产生措施",
    )
    merged_into = forms.ChoiceField(label="并入的名单", required=False)
    level = forms.ChoiceField(
        label="设定层级", required=False, choices=[("", "（未填）"), *((one, one) for one in LEVELS)]
    )
    origin = forms.ChoiceField(
        label="来源",
        choices=[(o.value, o.value) for o in Origin],
        help_text="决定条目须具备哪些文书：本级认定、县级登记须有告知送达和决定日期",
    )
    initiator = forms.CharField(label="发起（认定）部门", max_length=200)
    department = forms.ChoiceField(label="本平台上的部门", required=False)
    memorandum = forms.CharField(label="对应备忘录", max_length=300, required=False)
    legal_basis = forms.CharField(
        label="法律依据",
        max_length=2000,
        required=False,
        widget=AREA,
        help_text="写法如：《保障农民工工资支付条例》第四十八条；《人社部令第45号》。文件须已登记",
    )
    conduct = forms.CharField(label="列入情形", max_length=4000, required=False, widget=AREA)
    term_rule = forms.CharField(label="期限", max_length=500, required=False)
    term_months = forms.IntegerField(
        label="期限（月）", required=False, min_value=1, max_value=1200, help_text="由决定书确定的留空"
    )
    exit_rule = forms.CharField(label="移出条件和程序", max_length=2000, required=False, widget=AREA)
    publicity = forms.CharField(label="公开范围说明", max_length=60, required=False)
    freshness_days = forms.IntegerField(
        label="时效上限（天）", required=False, min_value=1, max_value=3660, help_text="在本平台登记的名单留空"
    )
    fuse_percent = forms.IntegerField(
        label="熔断比例（%）",
        min_value=1,
        max_value=100,
        help_text="接收的新版本增减或丢失代码超过此比例时待人工确认",
    )
    fuse_rows = forms.IntegerField(
        label="熔断行数", min_value=0, max_value=10_000_000, help_text="变化不超过此行数的不熔断"
    )

    def __init__(
        self, *args: Any, units: Sequence[tuple[str, str]], lists: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["department"].choices = [("", "（不在本平台）"), *units]
        fields["merged_into"].choices = [("", "（未并入）"), *lists]
        for kind in Kind:
            self.fields[SCOPE + kind.value] = forms.ChoiceField(
                label=kind.label,
                required=False,
                choices=[("", "（不适用）"), *((one, one) for one in SCOPES if _possible(kind, one))],
            )

    @property
    def scopes(self) -> list[forms.BoundField]:
        return [self[SCOPE + kind.value] for kind in Kind]

    @staticmethod
    def initial_of(content: TypeContent) -> dict[str, Any]:
        said = {name: getattr(content, name) for name in EditionForm.base_fields}
        return said | {SCOPE + kind: scope for kind, scope in (content.publicity_scopes or {}).items()}

    def applied_to(self, content: TypeContent) -> TypeContent:
        """The content with what the form says. Only after is_valid()."""
        said = dict(self.cleaned_data)
        scopes = {kind.value: said.pop(SCOPE + kind.value) for kind in Kind}
        return replace(content, publicity_scopes={k: v for k, v in scopes.items() if v}, **said)


def _possible(kind: Kind, scope: str) -> bool:
    """Natural persons are never made public; so the form does not offer it."""
    return kind is not Kind.NATURAL_PERSON or scope != SCOPES[0]


class TypesUpload(forms.Form):
    file = forms.FileField(
        label="文件",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )


class EditionNote(forms.Form):
    note = forms.CharField(label="退回意见", max_length=1000, widget=forms.Textarea({"rows": 3}))
