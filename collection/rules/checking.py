"""The checks of a row, compiled once per definition and day. Pure; made for a million rows.

Each field has a judge (`texts`, `dates`, `amounts`, `codelists`, `numbers`; `penalties` adds what its part in the row
asks) whose answers are kept by text, for in a file most cells repeat. What needs several cells is asked afterwards:
`identity`, requirements by kind, `crossing`, `publicity`, `raising`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date

from catalog.rules.definition import ABSENT, REQUIRED, Definition, Field, FieldType, Masking, Roles
from collection.rules import amounts, codelists, crossing, dates, numbers, penalties, texts
from collection.rules.crossing import Cells
from collection.rules.identity import Identity
from collection.rules.judged import Judge, Judged, refused
from collection.rules.problems import Problem, Severity, shown
from collection.rules.publicity import Publicity
from collection.rules.raising import Raising
from collection.rules.ready import Person, RaisedPlan, Ready, Returned
from kernel.names import masked_person
from subjects.rules.kinds import Kind

__all__ = ["Person", "Plan", "RaisedPlan", "Ready", "Returned"]

KEPT = 8192  # answers kept per field
LONGEST_KEPT = 80  # characters; a longer text seldom comes twice
PROCEDURE_LONGEST = 10
PERHAPS_A_PERSON = frozenset({"", Kind.NATURAL_PERSON})
WORDS = re.compile(r"[^\W\d_]{2,}")


class Asked(dict[str, Judged]):
    """A field's answers by text. Asks its judge each time: of a person's number nothing is kept."""

    __slots__ = ("_judge",)

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def __missing__(self, raw: str) -> Judged:
        return self._judge(raw)


class Kept(Asked):
    """Keeps the answers, as long as the texts are short and not too many."""

    __slots__ = ()

    def __missing__(self, raw: str) -> Judged:
        judged = self._judge(raw)
        if len(raw) <= LONGEST_KEPT:
            if len(self) >= KEPT:
                self.clear()
            self[raw] = judged
        return judged


class Plan:
    """Everything that a definition demands of a row, ready to be asked of many rows. Not safe for several threads."""

    def __init__(self, definition: Definition, *, today: date, reporter: str, reporter_code: str) -> None:
        """`reporter`, `reporter_code`: name and code of the reporting department, the authority where the item has
        no field for it or the row does not fill it."""
        self.definition = definition = replace(definition, roles=_known_roles(definition))
        self.today = today
        self.reporter, self.reporter_code = reporter, reporter_code
        self._roles = definition.roles
        self._number_fields = tuple(filter(None, definition.roles.document_no.split("+")))
        self._order = {field.code: index for index, field in enumerate(definition.fields)}
        self._sealed = frozenset(
            field.code
            for field in definition.fields
            if field.type is FieldType.ID_NUMBER or field.masking is Masking.SEALED
        )
        not_kept = self._sealed.union(self._number_fields)  # a document number comes once
        self._answers: dict[str, Mapping[str, Judged]] = {
            field.code: (Asked if field.code in not_kept else Kept)(self._judge_of(field))
            for field in definition.fields
        }
        self._loose = tuple(
            field.code
            for field in definition.fields
            if field.type is FieldType.ID_NUMBER
            and field.code not in (definition.roles.person_id, definition.roles.responsible_id)
        )
        kinds = definition.subject_kinds or tuple(kind.value for kind in Kind)
        self._required = {kind.value: self._with_need((kind.value,), REQUIRED) for kind in Kind}
        self._absent = {kind.value: self._with_need((kind.value,), ABSENT) for kind in Kind}
        self._required[""] = self._with_need(kinds, REQUIRED)  # the kind is not known: what every kind must have
        self._absent[""] = self._with_need(kinds, ABSENT)
        self._identity = Identity(definition, today)
        self._crossings = crossing.compiled(definition, today)
        self._publicity = Publicity(definition, today)
        self._raising = Raising(definition)

    def check(
        self, row: int, cells: Mapping[str, str], *, confirmed: bool = False, flaws: Mapping[str, str] = {}
    ) -> Ready | Returned:
        """What a row is. `cells` by FIELD CODE; `flaws`: field code -> what the reader says of that cell;
        "" is the whole row, another key no field of ours.

        `confirmed`: a person stated that the row is right as it is, so a SUSPECT does not return it.
        """
        seen, problems = self._judged(cells, flaws)
        kind = self._identity.kind_of(seen, problems)
        missing = set(self._required[kind] - seen.keys())
        absent = self._absent[kind]
        found = self._identity.identify(kind, seen, missing, cells, problems)
        days = self._days(seen, missing, problems)
        if missing:
            problems += [self._is_missing(code, cells.get(code, "")) for code in missing]
        if absent and not absent.isdisjoint(seen):
            problems += [self._must_be_empty(code, kind) for code in absent if code in seen]
        together = Cells(seen, cells, absent)
        for rule in self._crossings:
            problem = rule(together)
            if problem is not None and not (problem.code == "required_if" and problem.field in missing):
                problems.append(problem)
        for code in self._loose:
            if code in seen and seen[code].text:
                loose = self._identity.loose_number_problem(code, seen[code].text)
                if loose is not None:
                    problems.append(loose)
        later: list[Problem] = []
        public = self._publicity.of(kind, seen, days[0], later)
        raised = self._raising.of(seen, public.term, later) if self.definition.raises else ()
        if later:
            problems += self._that_follow(later, problems)
        if problems:
            problems = self._discreet(self._in_order(problems), kind, cells)
            if self._stops(problems, confirmed=confirmed):
                return Returned(row, tuple(problems))
        content = {code: judged[0] for code, judged in seen.items()}
        sealed = {code: content.pop(code) for code in self._sealed if code in content}
        roles = self._roles
        name = seen[roles.name].text if roles.name in seen else ""
        if kind == Kind.NATURAL_PERSON:
            name = masked_person(name)
            content[roles.name] = name
            sealed.pop(roles.name, None)  # it is the person's, who is sealed apart
            if roles.publicity_state in content:
                content[roles.publicity_state] = public.state
        decided_on, valid_until, promised_on = days
        assert decided_on is not None
        return Ready(
            row=row,
            kind=kind,
            name=name,
            uscc=found.uscc,
            reg_no=found.reg_no,
            org_code=found.org_code,
            person=found.person,
            responsible=found.responsible,
            document_no=self._document_no(content),
            authority=content.get(roles.authority) or self.reporter,
            authority_code=content.get(roles.authority_code) or self._own_code(content),
            decided_on=decided_on,
            valid_until=valid_until,
            procedure=content.get(roles.procedure, ""),
            grade=public.grade,
            publicity_state=public.state,
            publicity_until=public.until,
            promised_on=promised_on,
            content=content,
            sealed=sealed,
            raised=raised,
            warnings=tuple(problems),
        )

    def _discreet(self, problems: list[Problem], kind: str, cells: Mapping[str, str]) -> list[Problem]:
        """A person's name is not repeated in what is kept of a row: problems and warnings stay long after it."""
        names = {self._roles.responsible_name} | ({self._roles.name} if kind in PERHAPS_A_PERSON else set())
        return [
            replace(problem, message=_without_names(problem.message, cells.get(problem.field, "")))
            if problem.field and problem.field in names
            else problem
            for problem in problems
        ]

    def _judged(self, cells: Mapping[str, str], flaws: Mapping[str, str]) -> tuple[dict[str, Judged], list[Problem]]:
        """Every filled field with what its cell says, and the problems of single cells."""
        seen: dict[str, Judged] = {}
        problems: list[Problem] = []
        answers = self._answers
        for code, raw in cells.items():
            if raw and code in answers:
                judged = answers[code][raw]
                if judged[3]:
                    seen[code] = judged
                    if judged[2]:
                        problems += judged[2]
        for code in flaws:
            if code in answers:
                problems = [problem for problem in problems if problem.field != code]
                seen[code] = refused(code, "cell_flawed", _mendable(flaws[code]))
                problems += seen[code].problems
            elif not code:  # the whole row, as one with more cells than headings
                problems.append(Problem("", "cell_flawed", _mendable(flaws[code])))
        return seen, problems

    def _days(
        self, seen: Mapping[str, Judged], missing: set[str], problems: list[Problem]
    ) -> tuple[date | None, date | None, date | None]:
        """(decided, valid until, promised). A record is kept under the day of its decision, so the day is needed
        even where the definition leaves it open; an item without such a field counts from the day of reporting."""
        roles = self._roles
        if not roles.decided_on:
            decided: date | None = self.today
        else:
            decided = _day(seen, roles.decided_on)
            if roles.decided_on not in seen:
                missing.add(roles.decided_on)
        if self._number_fields and seen.keys().isdisjoint(self._number_fields):
            missing.update(self._number_fields[:1])
        procedure = seen.get(roles.procedure)
        if procedure is not None and len(procedure.text) > PROCEDURE_LONGEST:
            message = f"“{shown(procedure.text)}”过长。请改为“简易程序”或“普通程序”。"
            problems.append(Problem(roles.procedure, "too_long", message))
        return decided, _day(seen, roles.valid_until), _day(seen, roles.promised_on)

    def _document_no(self, content: Mapping[str, str]) -> str:
        return " ".join([content[code] for code in self._number_fields if code in content])

    def _own_code(self, content: Mapping[str, str]) -> str:
        """The reporter's code, unless another authority is named."""
        return "" if content.get(self._roles.authority, self.reporter) != self.reporter else self.reporter_code

    def _that_follow(self, later: Sequence[Problem], problems: Sequence[Problem]) -> list[Problem]:
        """What follows from a field that is wrong itself is not told: it goes with the error."""
        wrong = {problem.field for problem in problems if problem.severity is Severity.ERROR}
        days = {self._roles.decided_on, self._roles.publicity_until}
        if wrong & days:
            wrong |= days | {self._roles.publicity_state}
        return [problem for problem in later if problem.field not in wrong]

    def _in_order(self, problems: Sequence[Problem]) -> list[Problem]:
        """In the order of the fields, those of the whole row last; once each; a slip of the unit that is proved
        replaces the suspicion of it."""
        last = len(self._order)
        proved = {problem.field for problem in problems if problem.code == "unit_slip"}
        kept = [p for p in dict.fromkeys(problems) if not (p.code == "amount_suspect" and p.field in proved)]
        return sorted(kept, key=lambda problem: self._order.get(problem.field, last))

    @staticmethod
    def _stops(problems: Sequence[Problem], *, confirmed: bool) -> bool:
        return any(
            problem.severity is Severity.ERROR or (problem.severity is Severity.SUSPECT and not confirmed)
            for problem in problems
        )

    # --- compiling ---
    def _judge_of(self, field: Field) -> Judge:
        judge = _judge_by_type(field, self.today)
        roles = self._roles
        if field.type is FieldType.TEXT:
            if field.code == roles.name:
                return penalties.with_extra(judge, penalties.organisation_name, field.code)
            if field.code == roles.authority:
                return penalties.with_extra(judge, penalties.authority_name, field.code)
            if field.code in self._number_fields and field.name.endswith("号"):  # not a title, a year, a period
                return penalties.with_extra(judge, penalties.document_number(self.today), field.code)
            if field.code == "CF_NR" or field.name == "处罚内容":
                return penalties.with_extra(judge, penalties.penalty_content, field.code)
        return judge

    def _with_need(self, kinds: Sequence[str], need: str) -> frozenset[str]:
        return frozenset(f.code for f in self.definition.fields if all(f.need(kind) == need for kind in kinds))

    # --- wording ---
    def _is_missing(self, code: str, raw: str) -> Problem:
        field = self.definition.by_code[code]
        mark = shown(texts.tidy(raw))
        said = f"“{mark}”表示没有填写，而本项必填。" if mark else "为空，本项必填。"
        how = f"，写法如 {dates.EXAMPLE}" if field.type is FieldType.DATE else ""
        if field.codes:
            how = f"，从代码表中选择，如“{field.codes[0]}”"
        elif field.unit:
            how = f"，单位为{field.unit}"
        return Problem(code, "required", f"{said}请填写“{field.name}”{how}。")

    def _must_be_empty(self, code: str, kind: str) -> Problem:
        who = Kind(kind).label if kind else "本类主体"
        return Problem(code, "must_be_empty", f"主体为{who}时不填本项。请清空该单元格，或核对主体类别。")


def _known_roles(definition: Definition) -> Roles:
    """The parts whose fields are there; a part that names another field is played by none."""
    known = definition.by_code
    said = {part.name: getattr(definition.roles, part.name) for part in dataclass_fields(Roles)}
    return Roles(
        **{name: "+".join(code for code in codes.split("+") if code in known) for name, codes in said.items()}
    )


def _judge_by_type(field: Field, today: date) -> Judge:
    match field.type:
        case FieldType.TEXT:
            return texts.judge_text(field, today)
        case FieldType.DATE:
            return dates.judge_date(field)
        case FieldType.AMOUNT:
            return amounts.judge_amount(field)
        case FieldType.INTEGER:
            return amounts.judge_integer(field)
        case FieldType.CODE:
            return codelists.judge_code(field)
        case FieldType.USCC:
            return numbers.judge_uscc(field)
        case FieldType.ORG_CODE:
            return numbers.judge_org_code(field)
        case FieldType.REG_NO:
            return numbers.judge_reg_no(field)
        case FieldType.ID_NUMBER:
            return numbers.judge_id_number(field)


def _day(seen: Mapping[str, Judged], code: str) -> date | None:
    judged = seen.get(code)
    return judged.value if judged is not None and isinstance(judged.value, date) else None


def _mendable(message: str) -> str:
    return message if message.endswith("。") else f"{message}。"


def _without_names(message: str, text: str) -> str:
    for word in sorted(set(WORDS.findall(text)), key=len, reverse=True):
        message = message.replace(word, masked_person(word))
    return message
