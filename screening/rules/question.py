"""The question of a check, what an answer is made from: who is asked about, by which plan, what was found of him."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from collection.rules.freshness import SourceKind, SourceState
from measures.rules.conditions import Condition


class Why(StrEnum):
    """Why a subject could not be checked; GAP is a consulted source that is missing, stale or held."""

    NONE = ""
    GAP = "gap"
    NOTHING_CONSULTED = "nothing_consulted"  # the application list names no source that is in use
    IDENTIFY = "identify"  # a name alone: candidates, never a measure
    INVALID_CODE = "invalid_code"
    MISSING_CODE = "missing_code"
    LEGACY_NUMBER_UNKNOWN = "legacy_number_unknown"
    PERSON_NEEDS_FILE_NUMBER = "person_needs_file_number"
    PERSONS_NOT_CHECKED_HERE = "persons_not_checked_here"


class Wording(StrEnum):
    """What the clerk reads, from the verb of the article and the class in the national list."""

    MUST = "依法应当"
    MAY = "依法可以"
    OFFER = "可以提供"
    REFERENCE = "供参考，自主决定"


WORDING_ORDER = list(Wording)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Whom the matter checks: applicant, legal representative, bidder. `persons`: natural persons may be given."""

    code: str
    label: str
    persons: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """A list or kind of record of the application list, as it stood when the question was asked."""

    id: int
    code: str
    name: str
    kind: SourceKind
    authority: str
    state: SourceState
    version: str = ""
    loaded_on: date | None = None
    age_days: int | None = None
    limit_days: int | None = None
    rows: int = 0
    revision: int = 0
    only_for_reward: bool = False

    @property
    def complete(self) -> bool:
        return self.state is SourceState.CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A published measure item as this matter applies it. `articles`: 《食品安全法》第一百三十五条 ...

    `condition`: applies only to triggers for which it holds. `own_until`: the last day on which it goes on, on a
    document of the department's own, for a trigger with a term of its own; None for a measure that goes on nowhere.
    """

    id: int
    code: str
    content: str
    department: str
    articles: tuple[str, ...]
    wording: Wording
    kind: int | None
    means: str  # 强制应用 / 推荐应用: the source's own column, kept as its value
    term: str
    triggers: frozenset[int]
    unless_bad: frozenset[int] = frozenset()
    reward: bool = False
    extends_to_responsible: bool = False
    condition: Condition | None = None
    own_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The application list of one matter at one stage, with the measures that it can call for on that day."""

    matter_id: int
    matter_code: str
    matter_name: str
    department_id: int
    department: str
    stage: str
    as_of: date
    roles: tuple[Role, ...]
    consulted: frozenset[int]
    measures: tuple[Measure, ...]

    @property
    def asked(self) -> frozenset[int]:
        """Every source to look into: the application list, and what a reward's "no bad record" condition names."""
        return self.consulted.union(*(m.unless_bad for m in self.measures if m.reward))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """An entry or a qualifying record that is in force on the day asked about. `ref`: "entry:12" or "record:7"."""

    source_id: int
    ref: str
    document_no: str
    authority: str
    ground: str
    since: date
    until: date | None
    disputed_on: date | None = None
    suspended: bool = False
    responsible: bool = False  # reaches this person as legal representative or responsible person of the subject
    own_term: bool = False  # a statutory term of its own, untouched by any list exit
    grade: str = ""  # 轻微 / 一般 / 严重, where the decision says so
    amount: Decimal | None = None  # 元


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    name: str
    uscc: str
    area: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who was asked about, as far as identified. `name` and `code` of a person are masked before they come here."""

    role: str
    role_label: str
    id: int | None = None
    kind: str = ""
    name: str = ""
    code: str = ""
    given: str = ""  # what was typed, for the page alone; never stored
    why: Why = Why.NONE
    problem: str = ""  # what is wrong with the input and how to mend it
    warnings: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    blind: str = ""  # blind index of a person who is not in our register
