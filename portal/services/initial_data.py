"""Loading what ships with the product, through the services of the apps that own it. Twice changes nothing; each
step is a transaction of its own, so a load that was killed half-way is finished by the next.

Two parts: what is true everywhere (calendar, legal documents, code lists, catalogue, kinds of records, the 43 titles,
memoranda), and the demo city's own departments, lists, application lists and measures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from accounts.selectors import DepartmentNotFound, department_by_code
from accounts.services import create_department
from catalog.rules.content import Content, read_content
from catalog.services import publish_item as publish_catalogue_item
from collection.selectors import source_ids
from collection.services import register_source
from kernel.actor import Actor
from kernel.law import Rank
from measures.services import (
    Article,
    Basic,
    ItemContent,
    Original,
    publish_item,
    register_basic_list,
    register_memorandum,
)
from office.services import CalendarRow, load_calendar, load_divisions, load_industries, register_document
from portal.services.files import BASE, demo, read_csv, read_yaml
from redblack.rules.lists import LegalStatus, Origin
from redblack.services import register_list_type
from screening.rules.question import Role
from screening.services.asking import set_general_windows
from screening.services.lists import register_matter
from subjects.rules.kinds import ORGANISATIONS, Kind

CATALOGUE = "catalog/initial/items"
NOT_PUBLIC = "政务共享"
CONFIRMED = {"P"}  # a number that was seen on a page; what is only remembered is not confirmed


def load_reference_data(
    *, actor: Actor, now: datetime, providers: Mapping[str, Sequence[str]] | None = None
) -> dict[str, int]:
    """Load what is true everywhere. Returns how many of each kind there are. `providers`: item -> codes of the
    departments that report it, where a city says so from the start.
    """
    load_calendar(rows=_calendar(), actor=actor, now=now)
    load_divisions(rows=_rows("office/initial/divisions.csv"), actor=actor, now=now)
    load_industries(rows=_rows("office/initial/industries.csv"), actor=actor, now=now)
    documents = read_yaml("office/initial/legal_documents.yaml")
    for one in documents:
        register_document(
            code=one["code"],
            title=one["title"],
            short=one["short"],
            number=one["number"],
            rank=Rank[one["rank"]],
            effective_from=one["effective_from"],
            confidence="G" if one.get("fictional") else one["confidence"],
            fictional=bool(one.get("fictional")),
            actor=actor,
            now=now,
        )
    kinds = read_yaml("collection/initial/sources.yaml")
    for one in kinds:
        register_source(
            code=one["code"],
            name=one["name"],
            kind=one["kind"],
            authority=one["authority"],
            freshness_days=one["freshness_days"],
            actor=actor,
            now=now,
        )
    items = catalogue_items()  # after the kinds of records: a version names only those that are registered
    for code, content in items:
        whose = replace(content, provider_units=tuple((providers or {}).get(code, content.provider_units)))
        publish_catalogue_item(code=code, content=whose, actor=actor, now=now)
    titles = [t for t in _list_types() if t["legal_status"] != LegalStatus.CURRENT]
    _register_list_types(titles, actor=actor, now=now)
    memoranda = read_yaml("measures/initial/memoranda.yaml")
    for one in memoranda:
        _register_memorandum(one, actor=actor, now=now)
    for edition in read_yaml("measures/initial/basic_lists.yaml"):
        measures = [Basic(**one) for one in edition["measures"]]
        register_basic_list(**edition | {"measures": measures}, actor=actor, now=now)
    return {
        "documents": len(documents),
        "items": len({code for code, _ in items}),
        "record_kinds": len(kinds),
        "titles": len(titles),
        "memoranda": len(memoranda),
    }


def load_city(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Load the demo city's departments, the nine lists that take entries, its application lists and measures."""
    load_divisions(rows=_rows("portal/initial/demo/divisions.csv"), actor=actor, now=now)
    departments = demo("departments")
    for one in departments:
        _create_department(one, actor=actor, now=now)
    lists = [t for t in _list_types() if t["legal_status"] == LegalStatus.CURRENT]
    _register_list_types(lists, actor=actor, now=now)
    merged = [t for t in _list_types() if t.get("merged_into")]
    _register_list_types(merged, actor=actor, now=now)  # only now is there what they went into
    sources = source_ids()
    matters = read_yaml("screening/initial/matters.yaml")
    for one in matters:
        register_matter(
            code=one["code"],
            name=one["name"],
            implementing_department_id=department_by_code(one["department"]).id,
            handled_by_id=department_by_code(one["handled_by"]).id if one["handled_by"] else None,
            stages=one["stages"],
            roles=[Role(**role) for role in one["roles"]],
            consults=[sources[code] for code in one["consults"]],
            by_application=one["way"] != "roster",
            actor=actor,
            now=now,
        )
    windows = [department_by_code(code).id for code in read_yaml("screening/initial/general_windows.yaml")]
    set_general_windows(department_ids=windows, actor=actor, now=now)
    measures = read_yaml("measures/initial/measure_items.yaml")
    for one in measures:
        _publish_measure(one, sources, actor=actor, now=now)
    return {
        "departments": len(departments),
        "lists": len(lists),
        "matters": len(matters),
        "measures": len(measures),
    }


def catalogue_items() -> list[tuple[str, Content]]:
    """Every version of an item that ships, with the item's code; of one code the older edition stands first."""
    return [
        (one["code"], read_content({key: value for key, value in one.items() if key != "code"}))
        for path in sorted((BASE / CATALOGUE).glob("*.yaml"))
        for one in read_yaml(f"{CATALOGUE}/{path.name}")
    ]


def _rows(path: str) -> list[list[str]]:
    return [list(row.values()) for row in read_csv(path)]


def _calendar() -> list[CalendarRow]:
    return [
        CalendarRow(date.fromisoformat(row["day"]), row["working"] == "1", row["name"], row["source"])
        for row in read_csv("office/initial/calendar.csv")
    ]


def _list_types() -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = read_yaml("redblack/initial/list_types.yaml")
    return result


def _register_list_types(types: Iterable[dict[str, Any]], *, actor: Actor, now: datetime) -> None:
    documents = {d["code"]: d for d in read_yaml("office/initial/legal_documents.yaml")}
    for one in types:
        cited = [(documents[b["document"]], b["article"]) for b in one["legal_basis"]]
        code = one.get("department", "")
        marks = {f"legal_basis:{b['document']}": b["confidence"] for b in one["legal_basis"]}
        register_list_type(
            code=one["code"],
            title=one["title"],
            number=one["number"],
            kind=one["kind"],
            origin=Origin(one["origin"]),
            legal_status=LegalStatus(one["legal_status"]),
            initiator=one["authority"],
            initiator_department_id=department_by_code(code).id if code else None,
            memorandum=one.get("memorandum", {}).get("title", ""),
            legal_basis="；".join(f"《{document['short']}》{article}" for document, article in cited),
            basis_rank=min((Rank[document["rank"]] for document, _ in cited), default=None),
            term_rule=one["term"]["text"],
            exit_rule=one["exit"]["text"],
            publicity=one["publicity"],
            publicity_scopes=_scopes(one["publicity"]),
            level=one.get("level", ""),
            conduct=one.get("conduct", {}).get("text", ""),
            term_months=one["term"].get("years", 0) * 12 or None,
            merged_into=one.get("merged_into", ""),
            freshness_days=one["freshness_days"],
            confidence=one["confidence"]
            | marks
            | {
                "term": one["term"]["confidence"],
                "exit": one["exit"]["confidence"],
                "conduct": one.get("conduct", {}).get("confidence", ""),
            },
            actor=actor,
            now=now,
        )


def _scopes(publicity: str) -> dict[str, str]:
    """What shipped says one word for all; natural persons are never made public."""
    return {kind.value: publicity if kind in ORGANISATIONS else NOT_PUBLIC for kind in Kind}


def _register_memorandum(one: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    issued_on = date.fromisoformat(one["issued_on"]) if len(one["issued_on"]) == 10 else None
    register_memorandum(
        code=one["code"],
        title=one["title"],
        document_number=one["number"],
        document_number_confirmed=one["number_confidence"] in CONFIRMED,
        issued_on=issued_on,
        lead=one["lead_department"],
        signatories=one["signatories"],
        subject_text=one["subject"],
        list_numbers=[int(code.removeprefix("LT-")) for code in one["list_types"]],
        complete=one["complete"],
        conducts=one["behaviours"],
        measures=[
            Original(
                number=m["seq"],
                label=m["label"],
                reward=m["nature"] == "激励",
                strength=m["strength"],
                departments=m["departments"],
                legal_basis=m["legal_basis"],
            )
            for m in one["measures"]
        ],
        actor=actor,
        now=now,
    )


def _create_department(one: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    try:
        department_by_code(one["code"])
    except DepartmentNotFound:
        parent = one.get("parent")
        create_department(
            code=one["code"],
            name=one["name"],
            short_name=one["short_name"],
            kind=one["kind"],
            division_code=one["division_code"],
            parent_id=department_by_code(parent).id if parent else None,
            actor=actor,
            now=now,
        )


def _publish_measure(one: dict[str, Any], sources: dict[str, int], *, actor: Actor, now: datetime) -> None:
    department = one["department"]
    publish_item(
        content=ItemContent(
            code=one["code"],
            department_id=department_by_code(department).id if department else None,
            department_text=one.get("department_text", ""),
            matter_code=one["matter_code"] or "",
            matter_name=one["matter_name"],
            responsible_office=one["responsible_office"],
            basis_text=one["basis_text"],
            target_text=one["target_text"],
            content=one["content"],
            stages=one["stages"],
            organisation=one["organisation"],
            means=one["means"],
            reward=one["reward"],
            kind=one["kind"],
            wording=one["wording"],
            term_text=one["term_text"],
            extends_to_responsible=one["extends_to_responsible"],
        ),
        articles=[Article(document_code=b["document"], article=b["article"]) for b in one["bases"]],
        triggers=[sources[code] for code in one["triggers"]],
        unless_bad=[sources[code] for code in one.get("unless_bad", [])],
        actor=actor,
        now=now,
    )
