"""What a version says, arranged for the eye: the same on the page of an item, in review and on the public page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import accounts.selectors
import office.selectors
from catalog import selectors
from catalog.models import ItemVersion
from catalog.rules.classes import editions
from catalog.rules.comparison import ATTRIBUTES, Difference, differences
from catalog.rules.content import Content
from catalog.rules.definition import KINDS, Field
from catalog.rules.marks import Piece, marked
from catalog.rules.sentences import ROLE_LABELS, names_of, need_of, raise_sentence, role_text, rule_sentence
from subjects.rules.kinds import KIND_LABELS, Kind

UNFOLDED = 40  # characters of a code list that are shown at once
SHORT_KINDS = {
    Kind.LEGAL_PERSON: "法人",
    Kind.NATURAL_PERSON: "自然人",
    Kind.SOLE_TRADER: "个体",
    Kind.OTHER_ORGANISATION: "其他",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    number: int
    field: Field
    needs: tuple[str, ...]
    sharing: str

    @property
    def long(self) -> bool:
        """Whether its codes are folded away."""
        return sum(map(len, self.field.codes)) > UNFOLDED


@dataclass(frozen=True, slots=True)
class BasisLine:
    """An article, with the rank of its document; `warning`: why it does not carry the item today."""

    title: str
    article: str
    rank: str
    warning: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One version, ready for a template."""

    version: ItemVersion
    content: Content
    kinds: tuple[str, ...]
    fields: tuple[FieldRow, ...]
    rules: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    raises: tuple[str, ...]
    bases: tuple[BasisLine, ...]
    units: tuple[str, ...]


def shown(version: ItemVersion, *, today: date) -> Shown:
    content = selectors.content_of(version)
    names = names_of(content.fields)
    kinds = content.subject_kinds or KINDS
    return Shown(
        version=version,
        content=content,
        kinds=kind_names(kinds),
        fields=tuple(
            FieldRow(number, field, tuple(need_of(field, kind) for kind in kinds), field.sharing or "同条目")
            for number, field in enumerate(content.fields, start=1)
        ),
        rules=tuple(rule_sentence(rule, names) for rule in content.rules),
        roles=tuple(
            (label, role_text(code, names))
            for part, label in ROLE_LABELS.items()
            if (code := getattr(content.roles, part))
        ),
        raises=tuple(raise_sentence(one, names) for one in content.raises),
        bases=tuple(basis_lines(content, today)),
        units=unit_names(content.provider_units),
    )


def basis_lines(content: Content, today: date) -> Iterable[BasisLine]:
    documents = selectors.cited_documents([content])
    for basis in content.bases:
        document = documents.get(basis.document)
        if document is None:
            yield BasisLine(basis.document, basis.article, "", "依据文件未登记")
        else:
            warning = "" if document.in_force(today) else "已失效或尚未施行"
            yield BasisLine(document.short, basis.article, document.rank.label, warning)


def kind_names(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(KIND_LABELS[Kind(kind)] for kind in kinds)


def short_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """For lists, in the standard order."""
    return tuple(short for kind, short in SHORT_KINDS.items() if kind in kinds)


def unit_names(codes: Iterable[str]) -> tuple[str, ...]:
    known = {one.code: one.name for one in accounts.selectors.all_departments()}
    return tuple(known.get(code, code) for code in codes)


def unit_choices() -> list[tuple[str, str]]:
    """Departments by code, in the order of their names."""
    return [(one.code, one.name) for one in sorted(accounts.selectors.all_departments(), key=lambda d: d.code)]


def department_choices() -> list[tuple[str, str]]:
    """Departments by id, in the same order."""
    return [(str(one.id), one.name) for one in sorted(accounts.selectors.all_departments(), key=lambda d: d.code)]


def class_choices() -> list[tuple[str, str]]:
    """Every class of every edition, as what a select sends (edition|class) and shows; the newest edition first."""
    ordered = sorted(editions().values(), key=lambda one: (one.local, one.code), reverse=True)
    national = [one for one in ordered if not one.local] + [one for one in ordered if one.local]
    return [(f"{one.code}|{name}", f"{name} · {one.code}") for one in national for name in one.classes]


def class_names() -> list[str]:
    """Each class once, whatever the edition."""
    return list(dict.fromkeys(name for one in editions().values() for name in one.classes))


def document_choices() -> list[tuple[str, str]]:
    """Registered legal documents, the highest rank first."""
    return [
        (one.code, f"{one.short}（{one.rank.label}）")
        for one in sorted(office.selectors.registered_documents(), key=lambda one: (one.rank, one.short))
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """A difference with the changed words of both sides marked."""

    difference: Difference
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def compared(before: Content, after: Content) -> list[Compared]:
    """Every difference, in names instead of codes of departments and documents."""
    names = {one.code: one.name for one in accounts.selectors.all_departments()}
    names |= {one.code: one.short for one in selectors.cited_documents([before, after]).values()}
    found = []
    for one in differences(before, after):
        if one.place in (ATTRIBUTES["provider_units"], ATTRIBUTES["bases"]):
            one = replace(one, before=_named(one.before, names), after=_named(one.after, names))
        found.append(Compared(one, *marked(one.before, one.after)))
    return found


def _named(text: str, names: Mapping[str, str]) -> str:
    return "、".join(" ".join(names.get(word, word) for word in part.split(" ")) for part in text.split("、"))


def people(versions: Sequence[ItemVersion]) -> dict[str, str]:
    """Actor key -> name, for who drafted and reviewed."""
    return accounts.selectors.shown_names(key for one in versions for key in (one.drafted_by, one.reviewed_by) if key)
