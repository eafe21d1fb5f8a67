"""Organisations and persons for tests, through the real services."""

from datetime import UTC, date, datetime
from itertools import count

from kernel.actor import Actor, Kind, Role, system
from kernel.identifiers import citizen_id_check_char, uscc_check_char
from subjects import services
from subjects.models import ClearedPair

ACTOR = system("test")
LONG_AGO = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = count(1)
LETTERS = "ABCDEFGHJK"


def uscc(first8: str = "91339901") -> str:
    """A valid code that no subject has; its inner organisation code is valid too."""
    body = "".join(LETTERS[int(digit)] for digit in f"{next(_numbers):08d}")
    total = sum(int(char, 36) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    first17 = first8 + body + "0123456789X0"[11 - total % 11]
    return first17 + uscc_check_char(first17)


def citizen_id(born: str = "19900307", county: str = "339901") -> str:
    """A valid number of the fictional city, that belongs to nobody."""
    first17 = f"{county}{born}{next(_numbers) % 1000:03d}"
    return first17 + citizen_id_check_char(first17)


def organisation(
    name: str = "",
    *,
    code: str | None = None,
    kind: str = "legal_person",
    registered_on: date | None = date(2019, 7, 1),
    reg_no: str = "",
    org_code: str = "",
    actor: Actor = ACTOR,
) -> int:
    """Its id. Without a name it gets one of its own; `code=""`: none."""
    return services.register_organisation(
        kind=kind,
        name=name or f"江澜第{next(_numbers)}号试验有限公司",
        uscc=uscc() if code is None else code,
        registered_on=registered_on,
        division_code="339901",
        actor=actor,
        now=LONG_AGO,
        reg_no=reg_no,
        org_code=org_code,
    )


def person(name: str = "沈建国", *, number: str | None = None, id_kind: str = "citizen_id") -> int:
    return services.register_person(
        name=name, id_kind=id_kind, id_number=number or citizen_id(), actor=ACTOR, now=LONG_AGO
    )


def responsible(
    organisation_id: int,
    person_id: int,
    *,
    post: str = "法定代表人",
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> int:
    return services.add_responsible(
        organisation_id=organisation_id,
        person_id=person_id,
        post=post,
        valid_from=since,
        valid_until=until,
        actor=ACTOR,
        now=LONG_AGO,
    )


def clerk() -> Actor:
    """A window clerk who is no row."""
    return Actor(kind=Kind.USER, name="zc01", id=1, department_id=1, roles=frozenset({Role.CLERK}))


def clearing(subject_id: int) -> int:
    """Somebody found that this subject is not another, new one. The finding's id."""
    services.clear_subject(
        subject_id=subject_id,
        other_id=organisation(),
        ground="代码不同，已核对执照",
        until=date(2027, 3, 1),
        actor=clerk(),
        now=datetime(2026, 11, 20, 2, tzinfo=UTC),
    )
    return ClearedPair.objects.get(subject_id=subject_id).pk
