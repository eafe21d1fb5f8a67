import hashlib
import json
from datetime import date, datetime

import pytest

from audit.models import Event
from screening.models import Receipt, ReceiptKey
from subjects.models import Subject
from subjects.services.posts import add_responsible
from tests.factories import collection, measures, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.screening.conftest import City

pytestmark = pytest.mark.django_db


def entered(city: City, **fields) -> int:
    return redblack.entry(city.black.code, city.firm, **fields)


# --- persons ------------------------------------------------------------------------------------------------------


def test_a_responsible_person(city: City, now: datetime) -> None:
    ban, number = collection.source(code="P-BAN"), make.citizen_id()
    him, other = make.person(number), make.firm()
    firm_code = make.uscc()
    new_firm = make.firm(firm_code)
    collection.record(
        subject_id=other,
        raised=[
            collection.raised("P-BAN", other, own_term=True),
            collection.raised("P-BAN", him, responsible=True, own_term=True),
        ],
    )
    add_responsible(
        organisation_id=new_firm,
        person_id=him,
        post="法定代表人",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        actor=PLATFORM,
        now=now,
    )
    matter = make.matter(consults=[ban])
    measures.item(code="Y-9", matter_code=matter, triggers=[ban], extends_to_responsible=True)
    firm = city.only(make.ask(matter, firm_code, now=now))
    hint = {"post": "法定代表人", "name": "沈某某", "count": 1, "doubtful": False}
    assert (firm["answer"], firm["related"]) == ("clear", [hint])
    assert city.only(make.ask(matter, number, now=now))["why"] == "person_needs_file_number"
    told = make.ask(matter, number, now=now, file_number="B-1")
    assert [m["code"] for m in city.only(told)["measures"]] == ["Y-9"]
    closed = make.matter(consults=[ban], roles=(make.APPLICANT,))
    assert city.only(make.ask(closed, number, now=now, file_number="B-1"))["why"] == "persons_not_checked_here"


def test_nothing_of_a_person_is_written_down(city: City, now: datetime) -> None:
    known, unknown = make.citizen_id(), make.citizen_id()
    make.person(known)
    for text in (
        known,
        unknown,
        f"姓名 沈建国 公民身份号码 {known}",
        f"姓名：沈建国；统一社会信用代码：{city.uscc}",
        "姓名：沈建国",
        "沈建国",
        known[:-1] + ("1" if known[-1] != "1" else "2"),
        known[:17],
    ):
        for file_number in ("B-1", ""):
            make.ask(city.matter, text, now=now, file_number=file_number)
    kept = json.dumps(
        [
            *Receipt.objects.order_by("id").values_list("content", flat=True),
            *Event.objects.order_by("id").values_list("payload", flat=True),
        ],
        ensure_ascii=False,
    )
    assert Receipt.objects.count() == 16
    for secret in (known, unknown, known[:14], "沈建国"):
        assert secret not in kept


def test_a_persons_number_cannot_be_guessed_from_the_key(city: City, now: datetime) -> None:
    """A plain digest of a citizen's number is as good as the number: there are too few of them."""
    number = make.citizen_id()
    make.ask(city.matter, number, now=now, file_number="B-1", role="legal_representative")
    asked = [city.matter, "before", "B-1", ["legal_representative", number]]
    plain = hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).digest()
    assert bytes(ReceiptKey.objects.get().body_hash) != plain


# --- twins --------------------------------------------------------------------------------------------------------


def test_a_row_known_only_by_its_organisation_code_is_the_same_subject(city: City, now: datetime) -> None:
    org = make.org_code()
    old = make.firm(org_code=org)
    redblack.entry(city.black.code, old)
    alone = make.ask(city.matter, make.uscc(org), now=now)
    assert (alone.answer, city.only(alone)["id"]) == ("hit", old)
    newer = Subject.objects.create(  # as a bulk load leaves it, before anybody merged the two
        kind="legal_person", name="新", uscc=make.uscc(org), org_code=org, created_at=now, updated_at=now
    )
    redblack.entry(city.black.code, newer.pk)
    both = city.only(make.ask(city.matter, newer.uscc, now=now))
    assert (both["id"], len(both["triggers"])) == (newer.pk, 2)
    assert make.ask(city.matter, org, now=now).answer != "clear"


def test_an_old_number_finds_the_twin_too(city: City, now: datetime) -> None:
    org, reg_no = make.org_code(), "123456789012345"
    old = Subject.objects.create(
        kind="legal_person", name="旧", reg_no=reg_no, org_code=org, created_at=now, updated_at=now
    )
    newer = Subject.objects.create(
        kind="legal_person", name="新", uscc=make.uscc(org), org_code=org, created_at=now, updated_at=now
    )
    redblack.entry(city.black.code, newer.pk)
    assert old.pk != newer.pk
    assert make.ask(city.matter, reg_no, now=now).answer != "clear"


def test_an_old_number_finds_what_is_entered_under_the_organisation_code(city: City, now: datetime) -> None:
    org, reg_no = make.org_code(), "339901000000007"
    firm = make.firm(reg_no=reg_no)
    assert make.firm(make.uscc(org), reg_no=reg_no) == firm
    assert make.firm(org_code=org) == firm  # the code in its unified code is its own
    twin = Subject.objects.create(kind="legal_person", name="旧", org_code=org, created_at=now, updated_at=now)
    redblack.entry(city.black.code, twin.pk)
    assert make.ask(city.matter, reg_no, now=now).answer == "hit"
