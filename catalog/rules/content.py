"""Everything that a version of an item says, as one value: what a person drafts, compares, reviews and publishes.

`definition.Definition` is the part of it that rows are checked by. Pure; read from and written to plain mappings,
whose keys are the columns of `catalog.models.ItemVersion`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from catalog.rules.definition import (
    SHARING_SCOPES,
    UPDATE_CYCLES,
    Definition,
    Field,
    NotADefinition,
    Raise,
    Roles,
    Rule,
    plain,
    read_field,
    read_raise,
    read_rule,
    written_field,
)
from subjects.rules.kinds import Kind

T = TypeVar("T")
NO_ROLES = Roles()
LARGEST = 32_767  # what the columns of counts hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """An article of a registered legal document, by the document's code."""

    document: str
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a version says. Months and working days are whole numbers or None; codes of departments in
    `provider_units`, none of them: any department that the item fits."""

    name: str
    information_class: str
    class_edition: str
    legal_basis: str = ""
    bases: tuple[Basis, ...] = ()
    subject_kinds: tuple[str, ...] = ()
    provider_units: tuple[str, ...] = ()
    sharing_scope: str = "政务共享"
    update_cycle: str = "按产生"
    report_within: int | None = None
    retention_months: int | None = None
    publicity_months: int | None = None
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    roles: Roles = NO_ROLES
    raises: tuple[Raise, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Field]:
        return {field.code: field for field in self.fields}

    @cached_property
    def seen(self) -> str:
        """A short text that changes whenever the content does: what an editor or a reviewer had before him."""
        said = json.dumps(written_content(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:20]

    def as_definition(self, *, item_code: str, version: int) -> Definition:
        """The definition that rows of this version are checked by."""
        return Definition(
            item_code=item_code,
            item_name=self.name,
            version=version,
            information_class=self.information_class,
            class_edition=self.class_edition,
            legal_basis=self.legal_basis,
            subject_kinds=self.subject_kinds,
            sharing_scope=self.sharing_scope,
            report_within=self.report_within,
            retention_months=self.retention_months,
            publicity_months=self.publicity_months,
            fields=self.fields,
            rules=self.rules,
            roles=self.roles,
            raises=self.raises,
        )


KEYS = tuple(Content.__dataclass_fields__)


def read_content(said: Mapping[str, Any]) -> Content:
    """The content that a mapping says. A draft may be half written; what is there must be well formed.

    Raises NotADefinition, in Chinese, with the place: which information item, which rule, which basis.
    """
    if strange := set(said) - set(KEYS):
        raise NotADefinition(f"目录条目中没有这样的内容：{'、'.join(sorted(map(str, strange)))}。")
    for key, label in (("name", "条目名称"), ("information_class", "信息类别"), ("class_edition", "目录版本")):
        if not isinstance(said.get(key), str):
            raise NotADefinition(f"没有填写{label}。")
    scope, cycle = said.get("sharing_scope", "政务共享"), said.get("update_cycle", "按产生")
    if scope not in SHARING_SCOPES:
        raise NotADefinition(f"共享范围“{scope}”不对。请改为：{'、'.join(SHARING_SCOPES)}。")
    if cycle not in UPDATE_CYCLES:
        raise NotADefinition(f"更新周期“{cycle}”不对。请改为：{'、'.join(UPDATE_CYCLES)}。")
    kinds = tuple(said.get("subject_kinds") or ())
    if wrong := set(kinds) - {k.value for k in Kind}:
        raise NotADefinition(
            f"主体类型“{'、'.join(map(str, wrong))}”不对。请改为：{'、'.join(k.label for k in Kind)}。"
        )
    return Content(
        name=said["name"].strip(),
        information_class=said["information_class"].strip(),
        class_edition=said["class_edition"].strip(),
        legal_basis=str(said.get("legal_basis") or "").strip(),
        bases=_each(said.get("bases"), "依据", _basis),
        subject_kinds=tuple(dict.fromkeys(kinds)),
        provider_units=tuple(str(code) for code in said.get("provider_units") or ()),
        sharing_scope=scope,
        update_cycle=cycle,
        report_within=_count(said.get("report_within"), "报送时限（工作日）"),
        retention_months=_count(said.get("retention_months"), "保存期限（月）"),
        publicity_months=_count(said.get("publicity_months"), "公示期限（月）"),
        fields=_each(said.get("fields"), "信息项", read_field),
        rules=_each(said.get("rules"), "跨项规则", read_rule),
        roles=_roles(said.get("roles") or {}),
        raises=_each(said.get("raises"), "触发设置", read_raise),
    )


def written_content(content: Content) -> dict[str, Any]:
    """Plain values by the columns of the model; `read_content` reads an equal content from them."""
    return {
        "name": content.name,
        "information_class": content.information_class,
        "class_edition": content.class_edition,
        "legal_basis": content.legal_basis,
        "bases": [plain(one) for one in content.bases],
        "subject_kinds": list(content.subject_kinds),
        "provider_units": list(content.provider_units),
        "sharing_scope": content.sharing_scope,
        "update_cycle": content.update_cycle,
        "report_within": content.report_within,
        "retention_months": content.retention_months,
        "publicity_months": content.publicity_months,
        "fields": [written_field(field) for field in content.fields],
        "rules": [plain(rule) for rule in content.rules],
        "roles": plain(content.roles),
        "raises": [plain(one) for one in content.raises],
    }


def _each(said: Any, what: str, read: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    if said is None:
        return ()
    if isinstance(said, (str, Mapping)) or not isinstance(said, Iterable):
        raise NotADefinition(f"{what}应为一组内容。")
    found = []
    for number, one in enumerate(said, start=1):
        if not isinstance(one, Mapping):
            raise NotADefinition(f"第 {number} 项{what}的格式不对。")
        try:
            found.append(read(one))
        except NotADefinition as problem:
            raise NotADefinition(f"第 {number} 项{what}：{problem}") from problem
    return tuple(found)


def _basis(said: Mapping[str, Any]) -> Basis:
    if set(said) - {"document", "article"} or not said.get("document"):
        raise NotADefinition("请选择已登记的依据文件，并填写条款。")
    return Basis(document=str(said["document"]), article=str(said.get("article") or "").strip())


def _roles(said: Any) -> Roles:
    if not isinstance(said, Mapping) or set(said) - set(Roles.__dataclass_fields__):
        raise NotADefinition("信息项角色的设置不对，请重新选择每个角色对应的信息项。")
    return Roles(**{key: str(value or "") for key, value in said.items()})


def _count(said: Any, label: str) -> int | None:
    if said is None or said == "":
        return None
    try:
        number = int(said)
    except (TypeError, ValueError):
        number = -1
    if not 0 < number <= LARGEST:
        raise NotADefinition(f"{label}“{said}”不对，请填写大于 0 的整数，没有期限的留空。")
    return number
