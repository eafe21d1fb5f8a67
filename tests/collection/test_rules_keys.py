"""When two rows are one decision, and what stands in the place of a number or an authority that is not named."""

from datetime import date

import pytest

from catalog.rules.definition import read
from collection.rules.checking import Plan
from collection.rules.keys import document_key, key_of
from collection.rules.ready import Ready
from tests.collection.definitions import FIELDS, GOOD, PENALTY, ROLES, SAID

TODAY = date(2026, 11, 22)
plan = Plan(PENALTY, today=TODAY, reporter="江澜市生态环境局", reporter_code="11230500001755309F")


def without(row: dict[str, str], *codes: str) -> dict[str, str]:
    return {code: text for code, text in row.items() if code not in codes}


@pytest.mark.parametrize(
    "written",
    [
        "江环罚〔2026〕66号",
        "江环罚【2026】66号",
        "江环罚(2026)66号",
        "江环罚［２０２６］６６号",
        " 江环罚 [2026] 66 号 ",
        "江环罚（2026）66号",
    ],
)
def test_a_document_number_is_one_however_it_is_written(written):
    assert document_key(written) == "江环罚〔2026〕66号"
    ready = plan.check(2, GOOD | {"CF_WSH": written, "CF_CFJG": "江澜市生态环境局 "})
    assert isinstance(ready, Ready)
    assert key_of(ready) == ("江澜市生态环境局", "江环罚〔2026〕66号")
    assert ready.document_no == " ".join(written.split())


def test_a_number_of_several_fields():
    roles = ROLES | {"document_no": "CF_SJLY+CF_JDRQ"}
    one = Plan(read(SAID | {"roles": roles}), today=TODAY, reporter="", reporter_code="")
    assert one.check(2, GOOD).document_no == "江澜市生态环境局 2026-10-09"


def test_the_reporter_is_the_authority_where_none_is_named():
    fields = [one | {"required": {}} if one["code"].startswith("CF_CFJG") else one for one in FIELDS]
    one = Plan(read(SAID | {"fields": fields}), today=TODAY, reporter="市城管局", reporter_code="11230500001755309F")
    ready = one.check(2, without(GOOD, "CF_CFJG", "CF_CFJGDM"))
    assert (ready.authority, ready.authority_code) == ("市城管局", "11230500001755309F")
    assert one.check(2, without(GOOD, "CF_CFJGDM")).authority_code == ""


def test_a_title_in_the_number_is_not_judged_as_a_number():
    roles = ROLES | {"document_no": "CF_WSH+CF_WFXW"}
    one = Plan(read(SAID | {"roles": roles}), today=TODAY, reporter="", reporter_code="")
    assert isinstance(one.check(2, GOOD | {"CF_WFXW": "超标排放（第二次"}), Ready)
