"""The public face: one search box, what is published about an organisation, lists, guides, the age of the data."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import condition

from citizens.services import sign_out
from citizens.services.cookies import KIOSK_COOKIE, browser_of, drop_session
from collection.rules.freshness import STATE_LABELS
from collection.selectors import source_ages
from collection.selectors.public import public_item_codes, public_records, public_records_of
from portal.rules.guides import GUIDES, guide
from portal.services import searching
from portal.views.gates import NothingHere, public
from redblack.rules.editions import KIND_LABELS
from redblack.selectors.public_entries import (
    public_entries,
    public_entries_of,
    public_list_type,
    public_list_types,
)
from redblack.selectors.public_statements import public_statements_of
from subjects.rules.kinds import Kind, Status
from subjects.selectors import SubjectValue, names_of_representatives, subject_of, subjects_of
from toolkit import clock
from toolkit.http import actor_of
from toolkit.keyset import after_moment, cursor_of
from toolkit.pages import DISPLAY_COOKIE, DISPLAY_SECONDS, look_of
from toolkit.references import number_of, place, read_place, reference

FIRM, FIRM_BY_CODE = "firm", "trader"
ROWS, DEEPEST = 20, 25  # rows of a page, pages of a list that anybody turns
MOST_OF_A_FIRM = 100
MINUTES, HOUR = 300, 3600
DOUBLE = {"permits": ("行政许可", ("permit",)), "penalties": ("行政处罚", ("penalty",))}


@public(keep=MINUTES, indexed=True, counted="")
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/public/front.html")


@public(counted="search")
def search(request: HttpRequest) -> HttpResponse:
    """Organisations by name or code. Exactly one by its code: straight to its page."""
    text = request.GET.get("q", "")
    said = request.GET.get("page", "1")
    page = int(said) if said in {str(n) for n in range(1, searching.PAGES + 1)} else 1
    found = searching.find(text=text, page=page)
    if found.exact and found.rows:
        return HttpResponseRedirect(address_of(found.rows[0]))
    query = searching.plain(text)
    context = {
        "query": query,
        "rows": [(row, address_of(row)) for row in found.rows],
        "note": found.note,
        "pager": {
            "previous": urlencode({"q": query, "page": page - 1}) if page > 1 else "",
            "next": urlencode({"q": query, "page": page + 1}) if found.more else "",
        },
        "last": page == searching.PAGES,
    }
    return render(request, "portal/public/search.html", context)


def address_of(subject: SubjectValue) -> str:
    """A page's address, by a reference that nobody counts up; a sole trader's is of another kind."""
    what = FIRM_BY_CODE if subject.kind == Kind.SOLE_TRADER else FIRM
    return reverse("portal:firm", args=[reference(what, subject.id)])


@public(counted="firm")
def firm(request: HttpRequest, ref: str) -> HttpResponse:
    """What is public of one organisation today."""
    subject_id = number_of(FIRM, ref) or number_of(FIRM_BY_CODE, ref)
    subject = subject_of(subject_id) if subject_id else None
    if subject is None or not searching.is_public(subject) or subject.status == Status.ERASED:
        raise NothingHere
    today = clock.today()
    records = public_records_of(subject_id=subject.id, on=today, limit=MOST_OF_A_FIRM + 1)
    entries = public_entries_of(subject_id=subject.id, on=today, limit=MOST_OF_A_FIRM)
    basis = searching.legal_representative_basis() if subject.kind in searching.LISTED else ""
    groups: dict[str, list[object]] = {}
    for record in records[:MOST_OF_A_FIRM]:
        groups.setdefault(record.item_name, []).append(record)
    context = {
        "subject": subject,
        "kind": Kind(subject.kind).label,
        "status": Status(subject.status).label,
        "entries": entries,
        "honours": [one for one in entries if one.kind == "reward"],
        "statements": public_statements_of(subject_id=subject.id, on=today),
        "lists": [one for one in entries if one.kind != "reward"],
        "groups": list(groups.items()),
        "cut": len(records) > MOST_OF_A_FIRM,
        "today": today,
        "basis": basis,
        "representatives": names_of_representatives(subject.id, on=today) if basis else [],
        "looked_at": clock.now(),
    }
    return render(request, "portal/public/firm.html", context)


@public(keep=MINUTES)
def double(request: HttpRequest, which: str = "penalties") -> HttpResponse:
    """双公示: permits and penalties in publicity, the latest first."""
    if which not in DOUBLE:
        raise NothingHere
    title, begins = DOUBLE[which]
    codes = [code for code, _ in public_item_codes() if code.startswith(begins)]
    here = read_place(f"double:{which}", request.GET.get("after", ""))
    after = _moment(here.after) if here else None
    found = public_records(item_codes=codes, on=clock.today(), after=after, limit=ROWS + 1)
    page = here.page if here else 1
    rows = found[:ROWS]
    known = subjects_of({row.subject_id for row in rows})
    more = len(found) > ROWS
    next_page = place(f"double:{which}", cursor_of(rows[-1].recorded_at, rows[-1].id), page + 1) if more else ""
    context = {
        "title": title,
        "which": which,
        "every": [(slug, name) for slug, (name, _) in DOUBLE.items()],
        "rows": [(row, known[row.subject_id], address_of(known[row.subject_id])) for row in rows],
        "pager": {"next": urlencode({"after": next_page}) if more and page < DEEPEST else ""},
        "deep": more and page >= DEEPEST,
    }
    return render(request, "portal/public/double.html", context)


def _moment(text: str) -> tuple[datetime, int] | None:
    return after_moment(text)


@public(keep=MINUTES, indexed=True)
def lists(request: HttpRequest) -> HttpResponse:
    """Which lists there are, by their nature, with their age."""
    ages = {age.id: age for age in source_ages(as_of=clock.today())}
    kinds: dict[str, list[object]] = {}
    for one in public_list_types():
        age = ages.get(one.source_id or 0)
        kinds.setdefault(KIND_LABELS[one.kind], []).append((one, STATE_LABELS[age.state] if age else ""))
    return render(request, "portal/public/lists.html", {"kinds": list(kinds.items())})


@public(keep=MINUTES)
def list_entries(request: HttpRequest, code: str) -> HttpResponse:
    """Who stands on one list today."""
    list_type = public_list_type(code)
    if list_type is None:
        raise NothingHere
    today = clock.today()
    here = read_place(f"list:{code}", request.GET.get("after", ""))
    after = int(here.after) if here and here.after.isdigit() else None
    page = here.page if here else 1
    found = public_entries(list_code=code, on=today, after=after, limit=ROWS + 1)
    rows, more = found[:ROWS], len(found) > ROWS
    known = subjects_of({row.subject_id for row in rows})
    age = next((one for one in source_ages(as_of=today) if one.id == list_type.source_id), None)
    next_page = place(f"list:{code}", str(rows[-1].id), page + 1) if more else ""
    context = {
        "list": list_type,
        "age": age,
        "state": STATE_LABELS[age.state] if age else "",
        "usable": age is not None and age.state == "current",
        "rows": [(row, known[row.subject_id], address_of(known[row.subject_id])) for row in rows],
        "pager": {"next": urlencode({"after": next_page}) if more and page < DEEPEST else ""},
        "deep": more and page >= DEEPEST,
        "today": today,
    }
    return render(request, "portal/public/list.html", context)


@public(keep=60, indexed=True)
def status(request: HttpRequest) -> HttpResponse:
    """名单和数据时效: how old every list is on which anything here rests."""
    shown = {one.source_id for one in public_list_types()}
    rows = [(age, STATE_LABELS[age.state]) for age in source_ages(as_of=clock.today()) if age.id in shown]
    return render(request, "portal/public/status.html", {"rows": rows, "at": clock.now()})


@public(keep=HOUR, indexed=True, counted="")
def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/public/guides.html", {"guides": GUIDES})


@public(keep=HOUR, indexed=True, counted="")
def guide_page(request: HttpRequest, slug: str) -> HttpResponse:
    found = guide(slug)
    if found is None:
        raise NothingHere
    return render(request, f"portal/public/guides/{found.slug}.html", {"guide": found, "doors": doors()})


def doors() -> dict[str, str]:
    """Where one applies and objects, as far as those pages exist on this installation."""
    found = {}
    for name, view in {"repair": "repair:my_repairs", "objection": "objections:my_objections"}.items():
        try:
            found[name] = reverse(view)
        except NoReverseMatch:
            continue
    return found


@public(counted="")
def look(request: HttpRequest) -> HttpResponse:
    """Keep the wish for size and contrast, by a link: the pages hold no form and can be kept by a cache."""
    wanted = look_of(request).changed(size=request.GET.get("size", ""), contrast=request.GET.get("contrast", ""))
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/") or "\\" in back:
        back = reverse("portal:front")
    response = HttpResponseRedirect(back)
    response.set_cookie(
        DISPLAY_COOKIE,
        wanted.cookie,
        max_age=DISPLAY_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.BEHIND_TLS,
    )
    return response


@public(counted="")
def kiosk(request: HttpRequest) -> HttpResponse:
    """The first page of a terminal in a hall. Whoever stood there before is signed out by it."""
    browser = browser_of(request)
    if browser.token:
        sign_out(token=browser.token, actor=actor_of(request), now=clock.now(), wall=clock.wall())
    if request.GET.get("mode") == "off":
        response: HttpResponse = HttpResponseRedirect(reverse("portal:front"))
        response.delete_cookie(KIOSK_COOKIE, samesite="Lax")
    else:
        response = render(request, "portal/public/kiosk.html", {"kiosk": True, "visitor_name": ""})
        response.set_cookie(KIOSK_COOKIE, "1", httponly=True, samesite="Lax", secure=settings.BEHIND_TLS)
    drop_session(response)
    return response


ROBOTS = """User-agent: *
Allow: /portal/$
Allow: /portal/guides/
Allow: /portal/lists/$
Allow: /portal/status/
Allow: /catalog/public/
Allow: /measures/public/
Disallow: /
"""


def _of_robots(request: HttpRequest) -> str:
    return '"robots-1"'


@public(keep=24 * HOUR, indexed=True, counted="")
@condition(etag_func=_of_robots)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
