"""Shape of a cross-field rule, of what a record raises and of the parts that fields play: typed as sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from catalog.rules.content import Content
from catalog.rules.definition import Field, FieldType, Raise, Roles, Rule, RuleKind
from catalog.rules.field_list import split
from catalog.rules.sentences import ROLE_GROUPS

Options = list[tuple[str, str]]
NONE = ("", "（无）")
JOINED = ("document_no_2", "document_no_3")  # items without a document number are told apart by several fields


@dataclass(frozen=True, slots=True)
class Shape:
    """Which inputs a kind of rule has, and which fields fit each of them."""

    kind: RuleKind
    fits: dict[str, Callable[[Field], bool]]
    words: bool = False


def _dates(field: Field) -> bool:
    return field.type is FieldType.DATE


def _amounts(field: Field) -> bool:
    return field.type is FieldType.AMOUNT


def _texts(field: Field) -> bool:
    return field.type is FieldType.TEXT


def _all(field: Field) -> bool:
    return True


SHAPES = {
    shape.kind: shape
    for shape in (
        Shape(RuleKind.IN_ORDER, {"field": _dates, "other": _dates}),
        Shape(RuleKind.NOT_FUTURE, {"field": _dates}),
        Shape(RuleKind.REQUIRED_IF, {"other": _all, "field": _all}, words=True),
        Shape(RuleKind.EMPTY_UNLESS, {"other": _all, "field": _all}, words=True),
        Shape(RuleKind.ONE_OF, {"fields": _all}),
        Shape(RuleKind.UNIT_SLIP, {"field": _amounts, "other": _texts}),
    )
}


def options(fields: Sequence[Field], fits: Callable[[Field], bool] = _all) -> Options:
    return [(field.code, field.name or field.code) for field in fields if fits(field)]


class RuleForm(forms.Form):
    """One rule of one kind. A kind that has no fitting fields is not offered (`possible`)."""

    field = forms.ChoiceField(label="信息项")
    other = forms.ChoiceField(label="另一信息项")
    words = forms.CharField(label="填写的内容", max_length=500, help_text="几个内容用“；”分隔")
    fields_ = forms.MultipleChoiceField(label="信息项（可多选）")

    def __init__(self, data: QueryDict | None, *, kind: RuleKind, content: Content) -> None:
        super().__init__(data, auto_id=f"id_{kind.value}_%s")
        self.kind, shape = kind, SHAPES[kind]
        choices = {name: options(content.fields, fits) for name, fits in shape.fits.items()}
        self.possible = all(choices.values())
        for name, form_name in (("field", "field"), ("other", "other"), ("fields", "fields_")):
            if name in choices:
                field: Any = self.fields[form_name]
                field.choices = choices[name]
            else:
                del self.fields[form_name]
        if not shape.words:
            del self.fields["words"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("field") and said.get("field") == said.get("other"):
            raise forms.ValidationError("两处选了同一个信息项，请改选。")
        if "fields_" in said and len(said["fields_"]) < 2:
            self.add_error("fields_", "请至少选两个信息项。")
        return said

    def rule(self) -> Rule:
        """Only after is_valid()."""
        said = self.cleaned_data
        return Rule(
            kind=self.kind,
            field=said.get("field", ""),
            other=said.get("other", ""),
            words=split(said.get("words", "")),
            fields=tuple(said.get("fields_", ())),
        )


class RaiseForm(forms.Form):
    """What a record of the item sets off for checks."""

    source = forms.ChoiceField(label="触发来源")
    field = forms.ChoiceField(label="条件信息项", required=False)
    words = forms.CharField(label="填写的内容", max_length=500, required=False)
    begins = forms.ChoiceField(label="起始日期")
    ends = forms.ChoiceField(label="终止日期", required=False)
    years = forms.IntegerField(label="没有终止日期的，满几年止", min_value=1, max_value=100, required=False)
    ground = forms.ChoiceField(label="事由", required=False)
    own_term = forms.BooleanField(label="期限由法律或决定确定，不因名单移出而终止", required=False)
    responsible = forms.BooleanField(label="同时及于法定代表人等责任人员", required=False)

    def __init__(self, data: QueryDict | None, *, content: Content, sources: Sequence[str]) -> None:
        super().__init__(data, auto_id="id_raise_%s")
        dates, every = options(content.fields, _dates), options(content.fields)
        self.possible = bool(dates) and bool(sources)
        fields: dict[str, Any] = self.fields
        fields["source"].choices = [(code, code) for code in sources]
        fields["field"].choices = [("", "（每条记录）"), *every]
        fields["begins"].choices = dates
        fields["ends"].choices = [("", "（不设）"), *dates]
        fields["ground"].choices = [NONE, *every]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("field")) != bool(split(said.get("words") or "")):
            self.add_error("words", "选了条件信息项的，须写明填写什么内容时触发；每条记录都触发的，两处都不填。")
        return said

    def made(self) -> Raise:
        """Only after is_valid()."""
        said = dict(self.cleaned_data)
        return Raise(**said | {"words": split(said["words"]), "years": said["years"] or 0})


class RolesForm(forms.Form):
    """Which field plays which part. Generated from ROLE_GROUPS; several fields may tell an item's records apart."""

    def __init__(self, data: QueryDict | None, *, content: Content) -> None:
        roles = content.roles
        initial: dict[str, str] = {name: getattr(roles, name) for name in Roles.__dataclass_fields__}
        keys = [*initial["document_no"].split("+"), "", ""][:3]
        initial |= dict(zip(("document_no", *JOINED), keys, strict=True))
        super().__init__(data, auto_id="id_role_%s", initial=initial)
        known = options(content.fields)
        codes = {code for code, _ in known}
        for _, parts in ROLE_GROUPS:
            for name, label in parts:
                self._add(name, label, known, codes)
                if name == "document_no":
                    for more in JOINED:
                        self._add(more, "与之合并判重", known, codes)

    def _add(self, name: str, label: str, known: Options, codes: set[str]) -> None:
        now = self.initial.get(name, "")
        lost = [(now, f"{now}（已不存在）")] if now and now not in codes else []
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[NONE, *known, *lost])

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (
                title,
                [self[one] for name, _ in parts for one in ((name, *JOINED) if name == "document_no" else (name,))],
            )
            for title, parts in ROLE_GROUPS
        ]

    def roles(self) -> Roles:
        """Only after is_valid()."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in JOINED}
        keys = [self.cleaned_data[name] for name in ("document_no", *JOINED)]
        return Roles(**said | {"document_no": "+".join(dict.fromkeys(key for key in keys if key))})
