"""Shape of the information items of a draft: the grid of all of them, and the sheet of one."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from catalog.rules.content import Content
from catalog.rules.definition import KINDS, OPTIONAL, SHARING_SCOPES, TYPE_LABELS, Field, FieldType, Masking
from catalog.rules.field_list import CODE as FIELD_CODE
from catalog.rules.field_list import CODE_DEMAND, JOIN, LONGEST, LONGEST_NAME, split
from catalog.rules.sentences import NEED_LABELS

CODE = f"^{FIELD_CODE.pattern}$"
CODE_ERRORS = {"required": "请填写代码。", "invalid": CODE_DEMAND}
TYPES = [(kind.value, label) for kind, label in TYPE_LABELS.items()]
MASKINGS = [(one.value, one.label) for one in Masking]
SCOPES = [("", "同条目"), *((one, one) for one in SHARING_SCOPES)]
NEEDS = list(NEED_LABELS.items())
MOST_SPARE = 10


class Row(forms.Form):
    """One information item of the grid. What the grid does not show stays as it was: `was` is the code it had."""

    was = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    place = forms.DecimalField(label="序号", max_digits=6, decimal_places=2)
    code = forms.RegexField(CODE, label="代码", max_length=40, error_messages=CODE_ERRORS)
    name = forms.CharField(label="信息项名称", max_length=LONGEST_NAME, error_messages={"required": "请填写名称。"})
    type = forms.ChoiceField(label="类型", choices=TYPES)
    length = forms.IntegerField(
        label="长度", required=False, min_value=1, max_value=10_000, error_messages={"invalid": "请填写整数。"}
    )
    codes = forms.CharField(label="代码表", required=False, max_length=8000)
    masking = forms.ChoiceField(label="脱敏", choices=MASKINGS)
    sharing = forms.ChoiceField(label="共享", choices=SCOPES, required=False)
    gone = forms.BooleanField(label="删除", required=False)

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[f"need_{kind}"] = forms.ChoiceField(choices=NEEDS, required=False)
        self.empty_permitted = not self._was

    @property
    def needs(self) -> list[forms.BoundField]:
        return [self[f"need_{kind}"] for kind in self.kinds]

    @property
    def _was(self) -> str:
        said = self.data.get(self.add_prefix("was")) if self.is_bound else self.initial.get("was")
        return said or ""

    def has_changed(self) -> bool:
        """A spare row counts only when something was typed into it: its selects and its place say nothing."""
        typed = (self.data.get(self.add_prefix(name), "") for name in ("code", "name", "codes", "length"))
        return bool(self._was) or any(text.strip() for text in typed)

    def applied_to(self, before: Field | None) -> Field:
        """The field, on top of what it was. Only after is_valid()."""
        said = self.cleaned_data
        start = before or Field(code=said["code"], name=said["name"], required={})
        needs = {kind: said[f"need_{kind}"] or OPTIONAL for kind in self.kinds}
        return replace(
            start,
            code=said["code"],
            name=said["name"].strip(),
            type=FieldType(said["type"]),
            length=said["length"],
            required={**start.required, **needs},
            codes=split(said["codes"]),
            masking=Masking(said["masking"]),
            sharing=said["sharing"],
        )


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """All rows; codes and names once each."""

    def clean(self) -> None:
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["gone"]]
        if len(kept) > LONGEST:
            raise forms.ValidationError(f"信息项超过 {LONGEST} 个，请分成几个目录条目。")
        for what, label in (("code", "代码"), ("name", "名称")):
            said = [one[what].upper() for one in kept]  # as headings of a file are read
            twice = sorted({one for one in said if said.count(one) > 1})
            if twice:
                raise forms.ValidationError(f"{label}“{'”、“'.join(twice)}”出现了不止一次，请改为不重复的。")


def grid(data: QueryDict | None, content: Content, *, spare: int) -> Rows:
    """The rows of a draft, followed by `spare` empty ones."""
    kinds = content.subject_kinds or KINDS
    initial = [
        {
            "was": field.code,
            "place": place,
            "code": field.code,
            "name": field.name,
            "type": field.type.value,
            "length": field.length,
            "codes": JOIN.join(field.codes),
            "masking": field.masking.value,
            "sharing": field.sharing,
            **{f"need_{kind}": field.need(kind) for kind in kinds},
        }
        for place, field in enumerate(content.fields, start=1)
    ]
    places = range(len(initial) + 1, len(initial) + 1 + spare)
    blank: dict[str, Any] = {f"need_{kind}": OPTIONAL for kind in kinds}
    spares = [blank | {"place": place, "type": "text", "masking": "none"} for place in places]
    made: Any = forms.formset_factory(Row, formset=Rows, extra=0, max_num=LONGEST + MOST_SPARE)
    rows: Rows = made(data, initial=initial + spares, prefix="f", form_kwargs={"kinds": kinds})
    return rows


def fields_of(rows: Rows, content: Content) -> tuple[tuple[Field, ...], dict[str, str]]:
    """The fields in the order that the places say, and which code became which. Only after is_valid()."""
    said = [form for form in rows.forms if form.cleaned_data and not form.cleaned_data["gone"]]
    said.sort(key=lambda form: form.cleaned_data["place"])
    before = content.by_code
    made = tuple(form.applied_to(before.get(form.cleaned_data["was"])) for form in said)
    moved = {
        form.cleaned_data["was"]: form.cleaned_data["code"]
        for form in said
        if form.cleaned_data["was"] and form.cleaned_data["was"] != form.cleaned_data["code"]
    }
    return made, moved


class Sheet(forms.Form):
    """Everything that one information item says."""

    code = forms.RegexField(CODE, label="代码", max_length=40, error_messages=CODE_ERRORS)
    name = forms.CharField(label="信息项名称", max_length=LONGEST_NAME, error_messages={"required": "请填写名称。"})
    type = forms.ChoiceField(label="类型", choices=TYPES)
    length = forms.IntegerField(
        label="长度", required=False, min_value=1, max_value=10_000, help_text="文本的最多字数"
    )
    unit = forms.CharField(label="单位", required=False, max_length=10, help_text="金额的单位，如“万元”")
    decimals = forms.IntegerField(label="小数位", min_value=0, max_value=6)
    suspect_above = forms.DecimalField(
        label="金额复核上限",
        required=False,
        min_value=Decimal(0),
        max_digits=18,
        help_text="超过的退回，由报送人确认无误后接收",
    )
    codes = forms.CharField(
        label="代码表", required=False, max_length=8000, widget=forms.Textarea({"rows": 4}), help_text="每行一个"
    )
    codes_open = forms.BooleanField(label="还可以填以“其他”开头的内容", required=False)
    separator = forms.CharField(
        label="多值分隔符", required=False, max_length=2, help_text="一格可填几个代码时，用它分隔；只填一个的留空"
    )
    masking = forms.ChoiceField(label="脱敏", choices=MASKINGS)
    sharing = forms.ChoiceField(label="共享范围", choices=SCOPES, required=False)
    synonyms = forms.CharField(
        label="别名", required=False, max_length=1000, help_text="报送表中可能出现的其他列名，用“；”分隔"
    )
    note = forms.CharField(label="填报说明", required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[f"need_{kind}"] = forms.ChoiceField(choices=NEEDS, required=False)

    @property
    def needs(self) -> list[forms.BoundField]:
        return [self[f"need_{kind}"] for kind in self.kinds]

    @staticmethod
    def initial_of(field: Field) -> dict[str, Any]:
        said = {name: getattr(field, name) for name in Sheet.base_fields if hasattr(field, name)}
        needs = {f"need_{kind}": field.need(kind) for kind in KINDS}
        joined = {"codes": "\n".join(field.codes), "synonyms": JOIN.join(field.synonyms)}
        return said | needs | joined | {"type": field.type.value, "masking": field.masking.value}

    def applied_to(self, before: Field) -> Field:
        """The field with what the sheet says. Only after is_valid()."""
        said = dict(self.cleaned_data)
        needs = {kind: said.pop(f"need_{kind}") or OPTIONAL for kind in self.kinds}
        return replace(
            before,
            **said
            | {
                "type": FieldType(said["type"]),
                "masking": Masking(said["masking"]),
                "codes": split(said["codes"]),
                "synonyms": split(said["synonyms"]),
                "required": {**before.required, **needs},
            },
        )
