"""The data that ships: codes valid, references exist, ranks known and sufficient, nothing told twice."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.actor import Role
from kernel.identifiers import citizen_id_problem, org_code_valid, uscc_problem
from kernel.law import Rank
from measures.rules.publication import Draft, may_publish
from redblack.rules.lists import Ground, LegalStatus, Origin, ReleaseKind


def load(path: str) -> Any:
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


LISTS = load("redblack/initial/list_types.yaml")
DOCUMENTS = {d["code"]: d for d in load("office/initial/legal_documents.yaml")}
MEASURES = load("measures/initial/measure_items.yaml")
MEMORANDA = load("measures/initial/memoranda.yaml")
MATTERS = {m["code"]: m for m in load("screening/initial/matters.yaml")}
RECORDS = {s["code"] for s in load("collection/initial/sources.yaml")}
DEPARTMENTS = {d["code"] for d in load("portal/initial/demo/departments.yaml")}
USERS = load("portal/initial/demo/users.yaml")
CAST = load("portal/initial/demo/cast.yaml")
EXPECTED = load("portal/initial/demo/expected.yaml")
CURRENT = [t for t in LISTS if t["legal_status"] == "现行"]
SOURCES = RECORDS | {t["code"] for t in CURRENT}
MARKS = {"S", "L", "P", "G", "C", "虚构", ""}


def test_the_43_titles_are_there_and_none_of_them_takes_entries() -> None:
    titles = [t for t in LISTS if t["code"].startswith("LT-")]
    assert [t["number"] for t in titles] == list(range(1, 44))
    assert {t["legal_status"] for t in titles} == {"待法制审核", "停用", "已并入"}
    assert all(t.get("merged_into") in {c["code"] for c in CURRENT} for t in titles if t["legal_status"] == "已并入")
    assert [t["code"] for t in CURRENT] == [f"L{n}" for n in range(1, 10)]


def test_lists_replaced_by_a_current_one_say_so() -> None:
    merged = {(t["number"], t["merged_into"]) for t in LISTS if t["legal_status"] == "已并入"}
    assert merged == {(number, t["code"]) for t in CURRENT for number in t["replaces"]}


@pytest.mark.parametrize("one", LISTS, ids=lambda t: t["code"])
def test_a_list_type_is_well_formed(one: dict[str, Any]) -> None:
    assert one["kind"] in ("serious", "abnormal", "reward")
    assert Origin(one["origin"]) and LegalStatus(one["legal_status"])
    assert all(b["document"] in DOCUMENTS for b in one["legal_basis"])
    assert set(one["confidence"].values()) | {one["term"]["confidence"], one["exit"]["confidence"]} <= MARKS
    assert all(b["confidence"] in MARKS for b in one["legal_basis"])
    assert one.get("department", "") in DEPARTMENTS | {""}
    assert len(one["publicity"]) <= 60


@pytest.mark.parametrize("one", CURRENT, ids=lambda t: t["code"])
def test_a_current_list_has_basis_and_a_way_out(one: dict[str, Any]) -> None:
    assert one["legal_basis"] and (one["exit"]["text"] or one["term"]["text"])
    assert (one["freshness_days"] is None) == Origin(one["origin"]).decided_here


def test_the_freshness_limits_of_the_story() -> None:
    assert {t["code"]: t["freshness_days"] for t in CURRENT} == {
        "L1": None, "L2": 7, "L3": None, "L4": 2, "L5": 7, "L6": 7, "L7": 400, "L8": None, "L9": 30,
    }  # fmt: skip


@pytest.mark.parametrize("one", DOCUMENTS.values(), ids=lambda d: d["code"])
def test_a_document_has_a_rank(one: dict[str, Any]) -> None:
    assert Rank[one["rank"]] and one["title"] and one["confidence"] in MARKS
    assert bool(one.get("fictional")) == (one["confidence"] == "虚构")


@pytest.mark.parametrize("one", MEASURES, ids=lambda m: m["code"])
def test_a_measure_may_be_published_and_points_to_what_exists(one: dict[str, Any]) -> None:
    ranks = [Rank[DOCUMENTS[b["document"]]["rank"]] for b in one["bases"]]
    verdict = may_publish(
        Draft(
            content=one["content"],
            reward=one["reward"],
            kind=one["kind"],
            wording=one["wording"],
            ranks=ranks,
            triggers=len(one["triggers"]),
            has_department=one["department"] is not None,
        )
    )
    assert not verdict.against
    assert set(one["triggers"]) | set(one.get("unless_bad", [])) <= SOURCES
    assert one["department"] in DEPARTMENTS | {None}
    if one["matter_code"]:
        matter = MATTERS[one["matter_code"]]
        assert (matter["department"], matter["name"]) == (one["department"], one["matter_name"])
        assert set(one["stages"]) <= set(matter["stages"])
        assert set(one["triggers"]) <= set(matter["consults"])
    else:
        assert one["matter_name"] == "无"


def test_a_measure_of_kind_one_on_a_normative_document_alone_would_be_refused() -> None:
    draft = Draft(
        content="x", reward=False, kind=1, wording="依法应当", ranks=[Rank.NORMATIVE_DOCUMENT], triggers=1,
        has_department=True,
    )  # fmt: skip
    assert [r.code for r in may_publish(draft).against] == ["rank_too_low"]


def test_the_measures_of_the_story() -> None:
    assert [m["code"] for m in MEASURES] == [*(f"Y{n}" for n in range(1, 11)), "Z1", "Z2", "X1"]
    assert [m["code"] for m in MEASURES if not m["needs_application"]] == ["Y2", "Y8", "Y10"]
    assert [m["code"] for m in MEASURES if m["extends_to_responsible"]] == ["Y1"]
    assert {m["code"]: m["kind"] for m in MEASURES} == {
        "Y1": 1, "Y2": 2, "Y3": 2, "Y4": 1, "Y5": 1, "Y6": 1, "Y7": 1, "Y8": 2, "Y9": 2, "Y10": 2,
        "Z1": None, "Z2": None, "X1": 3,
    }  # fmt: skip


def test_the_application_lists_of_the_story() -> None:
    assert {m["code"]: m["consults"] for m in MATTERS.values()} == {
        "M1": ["P-FOOD", "L2", "L7", "L8"], "M2": ["L2", "L6"], "M3": ["L1", "L2", "L3", "L7", "L8"],
        "M4": ["L1", "P-BID"], "M5": ["L4", "L5"], "M6": ["L3"], "M7": ["L3"], "M8": ["L1", "L2", "L3", "L4"],
    }  # fmt: skip
    for matter in MATTERS.values():
        assert {matter["department"], matter["handled_by"]} <= DEPARTMENTS | {None}
        assert any(role["required"] for role in matter["roles"])


def test_memoranda_point_to_titles_and_stubs_hold_no_measures() -> None:
    titles = {t["code"] for t in LISTS}
    assert len({m["code"] for m in MEMORANDA}) == len(MEMORANDA)
    for one in MEMORANDA:
        assert set(one["list_types"]) <= titles
        assert one["decomposed"] == bool(one["measures"])
        assert len({m["seq"] for m in one["measures"]}) == len(one["measures"])
    named = {n for t in LISTS if t["code"].startswith("LT-") and t["memorandum"]["title"] for n in [t["code"]]}
    assert named <= {code for m in MEMORANDA for code in m["list_types"]}


def test_codes_of_departments_and_cast_pass_both_check_digits() -> None:
    codes = [*DEPARTMENTS, *(s["uscc"] for s in CAST["subjects"])]
    assert [c for c in codes if uscc_problem(c) or not org_code_valid(c[8:17])] == []
    assert len(DEPARTMENTS) == 14 and len(CAST["subjects"]) == 9
    assert all(re.fullmatch("3399..", s["division_code"]) for s in CAST["subjects"])
    assert all(
        p["id_number"].startswith("339901") and not citizen_id_problem(p["id_number"]) for p in CAST["persons"]
    )


def test_users_have_a_department_and_known_roles_and_administrators_nothing_else() -> None:
    names = [u["username"] for u in USERS["users"]]
    assert len(names) == len(set(names)) == 21
    for user in USERS["users"]:
        roles = [Role(r) for r in user["roles"]]
        assert user["department"] in DEPARTMENTS and roles
        assert len(roles) == 1 or not any(r.value.endswith("_admin") for r in roles)


def test_the_cast_points_to_what_exists() -> None:
    firms = {s["key"] for s in CAST["subjects"]}
    persons = {p["key"] for p in CAST["persons"]}
    users = {u["username"] for u in USERS["users"]}
    for entry in CAST["entries"]:
        assert entry["subject"] in firms and entry["authority"] in DEPARTMENTS
        assert entry["list"] in SOURCES - {"L9"} and entry.get("by", "rsj02") in users
        assert ReleaseKind(entry.get("release", {}).get("kind", "提前移出"))
        assert Ground(entry.get("dispute", {}).get("ground", "主体错误"))
    for penalty in CAST["penalties"]:
        assert penalty["subject"] in firms and penalty["authority"] in DEPARTMENTS
        assert {r["source"] for r in penalty["raises"]} <= RECORDS
        assert {p for r in penalty["raises"] for p in r.get("responsible", [])} <= persons
    assert {r["list"] for r in CAST["received"]} == {t["code"] for t in CURRENT if t["freshness_days"]} - {"L9"}


def test_expected_has_a_cell_for_every_firm_and_matter() -> None:
    assert [row["subject"] for row in EXPECTED["expected"]] == [s["key"] for s in CAST["subjects"]]
    codes = {m["code"] for m in MEASURES}
    for row in EXPECTED["expected"]:
        assert set(row) == {"subject", *EXPECTED["matters"]}
        for matter in EXPECTED["matters"]:
            cell = row[matter]
            assert cell["answer"] in ("hit", "clear", "could_not_check")
            assert set(cell.get("measures", [])) <= codes
            assert set(cell.get("gaps", [])) <= set(MATTERS[matter]["consults"])


@pytest.mark.parametrize(
    ("path", "rows"), [("office/initial/divisions.csv", 3214), ("office/initial/industries.csv", 1971)]
)
def test_code_lists_are_whole(path: str, rows: int) -> None:
    with Path(path).open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert len(codes) == len(set(codes)) == rows


def test_the_demo_divisions_are_in_no_division_table() -> None:
    with Path("office/initial/divisions.csv").open(encoding="utf-8", newline="") as file:
        assert not [row["code"] for row in csv.DictReader(file) if row["code"].startswith("3399")]
