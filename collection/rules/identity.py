"""Who the row is about: the kind of subject, its codes, the person. Pure.

A code or a document number identifies; a name never does (invariant I6). 法人及非法人组织 is one word in the data
standard, so which of the two kinds it is, the code tells.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.rules.definition import ABSENT, Definition, Roles
from collection.rules.judged import Judged
from collection.rules.problems import NO_CODE, Problem, shown
from collection.rules.ready import Person
from kernel.identifiers import citizen_id_problem
from kernel.names import display_name
from subjects.rules.kinds import IdKind, Kind, kind_of_code
from subjects.rules.persons import person_problem

ORGANISATION = "organisation"  # 法人及非法人组织: legal person or other organisation
WORDS: dict[str, str] = {
    "法人及非法人组织": ORGANISATION,
    "法人和非法人组织": ORGANISATION,
    "法人或其他组织": ORGANISATION,
    "法人及其他组织": ORGANISATION,
    "法人": Kind.LEGAL_PERSON.value,
    "企业法人": Kind.LEGAL_PERSON.value,
    "非法人组织": Kind.OTHER_ORGANISATION.value,
    "其他组织": Kind.OTHER_ORGANISATION.value,
    "自然人": Kind.NATURAL_PERSON.value,
    "个体工商户": Kind.SOLE_TRADER.value,
    **{kind.value: kind.value for kind in Kind},
}
SOLE_TRADER_FILLER = "00000000000000000X"
_PERMITS = ("通行证", "回乡证", "台胞证")
_CITIZENS = ("身份证", "居住证", "永久居留")


@dataclass(slots=True)
class Found:
    """Who it is, as far as the row says. `kind` "": it does not say."""

    kind: str
    uscc: str = ""
    reg_no: str = ""
    org_code: str = ""
    person: Person | None = None
    responsible: Person | None = None


class Identity:
    """The part of a plan that knows subjects; compiled once per definition and day."""

    def __init__(self, definition: Definition, today: date) -> None:
        self.roles: Roles = definition.roles
        self.kinds = frozenset(definition.subject_kinds) or frozenset(Kind)
        self.today = today
        self._codes_of_organisations = frozenset({self.roles.uscc, self.roles.reg_no, self.roles.org_code} - {""})
        self.absent_for_persons = {
            field.code for field in definition.fields if field.need(Kind.NATURAL_PERSON) == ABSENT
        }

    def kind_of(self, seen: Mapping[str, Judged], problems: list[Problem]) -> str:
        """The kind of subject: by its word, refined by its code; else by the code, else by what is filled."""
        roles = self.roles
        said = seen.get(roles.subject_kind)
        code = seen.get(roles.uscc)
        by_code = kind_of_code(code.text).value if code is not None and code.text else ""
        word = WORDS.get(said.text, "") if said is not None else ""
        if said is not None and said.text and not word:
            message = f"“{shown(said.text)}”不是可识别的主体类别。请改为“法人及非法人组织”“自然人”或“个体工商户”。"
            problems.append(Problem(roles.subject_kind, "kind_unknown", message))
            return ""
        kind = self._with_code(word, by_code, problems) if word else by_code or self._by_filled(seen)
        if said is not None and not said.text:
            return by_code or kind  # the word is wrong, and said to be so; the code still tells
        if kind and not self._collected(kind):
            problems.append(
                Problem(roles.subject_kind or roles.name, "kind_not_collected", self._not_collected(kind))
            )
        return kind

    def _with_code(self, word: str, by_code: str, problems: list[Problem]) -> str:
        sole = by_code == Kind.SOLE_TRADER
        if by_code and word in (ORGANISATION, Kind.LEGAL_PERSON, Kind.OTHER_ORGANISATION) and sole:
            message = "统一社会信用代码以 92 开头，是个体工商户的代码。请将类别改为“个体工商户”，或核对代码。"
            problems.append(Problem(self.roles.subject_kind, "kind_mismatch", message))
        elif by_code and word == Kind.SOLE_TRADER and not sole:
            message = "统一社会信用代码不是个体工商户的代码（应以 92 开头）。请核对类别和代码，改正其中有误的一项。"
            problems.append(Problem(self.roles.subject_kind, "kind_mismatch", message))
        if word == ORGANISATION:
            return by_code if by_code and not sole else self._default_organisation()
        return word

    def _default_organisation(self) -> str:
        legal = Kind.LEGAL_PERSON.value
        return legal if legal in self.kinds or Kind.OTHER_ORGANISATION not in self.kinds else "other_organisation"

    def _by_filled(self, seen: Mapping[str, Judged]) -> str:
        if self.roles.person_id in seen:
            return Kind.NATURAL_PERSON.value
        if self.roles.uscc in seen or self.roles.reg_no in seen or self.roles.org_code in seen:
            return self._default_organisation()
        return next(iter(self.kinds)) if len(self.kinds) == 1 else ""

    def _collected(self, kind: str) -> bool:
        """Whether the item takes the kind. The two kinds of organisation count as one: the code does not tell surely
        whether an organisation has legal personality."""
        if kind in self.kinds:
            return True
        organisations = {Kind.LEGAL_PERSON.value, Kind.OTHER_ORGANISATION.value}
        return kind in organisations and bool(organisations & self.kinds)

    def _not_collected(self, kind: str) -> str:
        taken = "、".join(one.label for one in Kind if one in self.kinds)
        return f"本目录条目不归集{Kind(kind).label}的信息（只归集：{taken}）。请核对主体类别；无误的，请删去该行。"

    def identify(
        self,
        kind: str,
        seen: Mapping[str, Judged],
        missing: set[str],
        cells: Collection[str],
        problems: list[Problem],
    ) -> Found:
        """Codes or person of the row. Adds to `problems`; changes `missing`, the codes of required fields that are
        empty, where another problem says it better. `cells`: field codes in which anything at all is written."""
        roles = self.roles
        found = Found(kind, _text(seen, roles.uscc), _text(seen, roles.reg_no), _text(seen, roles.org_code))
        if kind == Kind.NATURAL_PERSON:
            self._only_a_person(found, seen, missing, problems)
            found.person = self._person(seen, roles.name, roles.person_id_kind, roles.person_id, problems)
            return found
        self._codes(found, seen, missing, cells, problems)
        found.responsible = self._responsible(seen, problems)
        return found

    def _only_a_person(
        self, found: Found, seen: Mapping[str, Judged], missing: set[str], problems: list[Problem]
    ) -> None:
        """A natural person is known by name and document number, and has none of an organisation's codes."""
        roles = self.roles
        missing.update({roles.name, roles.person_id} - {""} - seen.keys())
        if not roles.person_id:
            message = "本目录条目没有证件号码项，不能归集自然人的信息。请核对主体类别；无误的，请删去该行。"
            problems.append(Problem(roles.subject_kind or roles.name, "kind_not_collected", message))
        for field in (roles.uscc, roles.reg_no, roles.org_code):
            if field and field in seen and field not in self.absent_for_persons:
                message = "自然人没有组织的代码。请清空该单元格，或核对主体类别。"
                problems.append(Problem(field, "must_be_empty", message))
        found.uscc = found.reg_no = found.org_code = ""

    def _codes(
        self,
        found: Found,
        seen: Mapping[str, Judged],
        missing: set[str],
        cells: Collection[str],
        problems: list[Problem],
    ) -> None:
        roles = self.roles
        if found.uscc and found.org_code and found.uscc[8:17] != found.org_code:
            message = (
                f"与统一社会信用代码第9至17位（{found.uscc[8:17]}）不一致，可能是两个单位的代码。"
                f"请核对，改为 {found.uscc[8:17]} 或留空。"
            )
            problems.append(Problem(roles.org_code, "codes_differ", message))
        if found.kind == Kind.SOLE_TRADER and roles.uscc in missing and roles.uscc in cells:
            missing.discard(roles.uscc)  # 17 zeros and X: the standard's way to say that there is none
        if not self._codes_of_organisations.isdisjoint(seen):
            return
        if not found.kind and roles.person_id and roles.person_id in seen:
            return
        missing.discard(roles.uscc)
        place = roles.uscc or roles.reg_no or roles.org_code or roles.name
        problems.append(Problem(place, NO_CODE, self._no_code(found.kind)))

    def _no_code(self, kind: str) -> str:
        if kind == Kind.SOLE_TRADER and self.roles.reg_no:
            how = f"请填写统一社会信用代码；确无代码的，填 {SOLE_TRADER_FILLER}，并填写注册号。"
            return f"没有代码，仅凭名称不能确定主体。{how}"
        return "没有代码，仅凭名称不能确定主体。请对照营业执照填写18位统一社会信用代码。"

    def _responsible(self, seen: Mapping[str, Judged], problems: list[Problem]) -> Person | None:
        roles = self.roles
        if not roles.responsible_id or roles.responsible_id not in seen:
            return None
        if roles.responsible_name and roles.responsible_name not in seen:
            message = "填写了证件号码而没有姓名。请填写姓名，或删去证件号码。"
            problems.append(Problem(roles.responsible_name, "required_if", message))
        return self._person(seen, roles.responsible_name, roles.responsible_id_kind, roles.responsible_id, problems)

    def _person(
        self, seen: Mapping[str, Judged], name: str, kind_field: str, number_field: str, problems: list[Problem]
    ) -> Person | None:
        number = _text(seen, number_field)
        if not number:
            return None
        word = seen.get(kind_field)
        if word is not None and not word.text:
            return None
        kind = id_kind_of(word.text if word is not None else "", number)
        problem = person_problem(kind, number, self.today)
        if problem is not None:
            problems.append(Problem(number_field, "id_number_wrong", _mendable(problem)))
            return None
        said = display_name(_text(seen, name))
        return Person(kind, number, said) if said else None

    def loose_number_problem(self, field: str, number: str) -> Problem | None:
        """What is wrong with a document number that plays no part: its kind is not stated."""
        problem = person_problem(id_kind_of("", number), number, self.today)
        return Problem(field, "id_number_wrong", _mendable(problem)) if problem else None


def id_kind_of(word: str, number: str) -> str:
    """The kind of a document by its word in the data standard; without a word by the look of its number."""
    if any(permit in word for permit in _PERMITS):
        return IdKind.TRAVEL_PERMIT.value
    if "护照" in word:
        return IdKind.PASSPORT.value
    if "永久居留" in word and len(number) != 18:
        return IdKind.OTHER.value  # the card before 2023: three letters and twelve digits
    if any(card in word for card in _CITIZENS):
        return IdKind.CITIZEN_ID.value
    if not word and ((len(number) in (15, 18) and number[:-1].isdigit()) or citizen_id_problem(number) is None):
        return IdKind.CITIZEN_ID.value
    return IdKind.OTHER.value


def _text(seen: Mapping[str, Judged], field: str) -> str:
    judged = seen.get(field)
    return judged.text if judged is not None else ""


def _mendable(message: str) -> str:
    return message if "请" in message else f"{message.rstrip('。')}。请对照证件改正。"
