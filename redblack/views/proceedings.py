"""列入办理: the queue of a department, and one proceeding with its next step, its papers and its timeline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.selectors import shown_names
from kernel.actor import Actor
from kernel.errors import NotPermitted, Refusal
from kernel.law import Reason
from redblack import policies
from redblack.forms import proceedings as forms
from redblack.models import Proceeding
from redblack.rules.content import open_fields
from redblack.rules.procedure import RECEIPT, may_decide, may_notify, may_submit, second_person, statement_term
from redblack.rules.states import ProceedingState, Track
from redblack.selectors import proceedings as reading
from redblack.services import deciding, hearing, proceedings
from redblack.views.entries import next_query
from subjects.selectors import subject_of, subjects_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of

PAGE = 50
SEALED = "（内容加密保存，只有认定部门可以查看。）"
NO_NUMBER = "no_notice_no"  # is asked for by the step itself
WAYS = {
    Track.LISTING: (
        (ProceedingState.DRAFTED, "提出"),
        (ProceedingState.NOTICED, "告知"),
        (ProceedingState.SERVED, "陈述、申辩"),
        (ProceedingState.SUBMITTED, "待决定"),
        (ProceedingState.DECIDED, "列入"),
    ),
    Track.REGISTERED: (
        (ProceedingState.DRAFTED, "登记"),
        (ProceedingState.SUBMITTED, "待决定"),
        (ProceedingState.DECIDED, "列入"),
    ),
}


class ProceedingsAreForStaff(NotPermitted):
    code = "redblack.proceedings_are_for_staff"
    message = "列入办理由认定部门的报送、审核人员和信用办查看。如履职需要，请联系安全管理员授予角色。"


for_staff = only_if(policies.may_see_proceedings, ProceedingsAreForStaff)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    at: datetime | date
    what: str
    who: str = ""
    note: str = ""

    @property
    def has_time(self) -> bool:
        return isinstance(self.at, datetime)


@require_GET
@for_staff
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the reader's departments have on the way, the latest first."""
    form, today = forms.ProceedingFilter(request.GET), clock.today()
    said = form.cleaned_data if form.is_valid() else {}
    filters = reading.Filters(
        state=said.get("state", ""),
        list_code=said.get("list", ""),
        due_before=today if said.get("over") else None,
    )
    rows = reading.proceeding_page(actor, filters=filters, after=said.get("after"), limit=PAGE + 1)
    shown, more = rows[:PAGE], len(rows) > PAGE
    subjects = subjects_of({row.subject_id for row in shown})
    context = {
        "form": form,
        "rows": [
            {
                "proceeding": row,
                "subject": subjects.get(row.subject_id),
                "state": ProceedingState(row.state).label,
                "over": row.state == ProceedingState.SERVED
                and row.statement_due_on is not None
                and row.statement_due_on < today,
            }
            for row in shown
        ],
        "count": reading.proceeding_count(actor, filters=filters),
        "may_prepare": policies.may_prepare(actor, department_id=actor.department_id),
        "every_department": policies.sees_every_proceeding(actor),
        "next": next_query(request, shown[-1].pk) if more else "",
    }
    return render(request, "redblack/proceedings/list.html", context)


@never_cache
@require_GET
@for_staff
def proceeding(request: HttpRequest, actor: Actor, proceeding_id: int) -> HttpResponse:
    """One proceeding: what it says, what comes next, its papers and what happened."""
    return shown(request, actor, proceeding_id)


@never_cache
@require_GET
@for_staff
def paper(request: HttpRequest, actor: Actor, paper_id: int) -> HttpResponse:
    """A document of the file, to keep; the look is recorded."""
    name, stream = proceedings.open_paper(paper_id=paper_id, actor=actor, now=clock.now())
    with stream:
        body = stream.read()  # no longer than PAPER_LIMIT
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
    return HttpResponse(body, content_type=kind, headers=headers)


def shown(
    request: HttpRequest,
    actor: Actor,
    proceeding_id: int,
    *,
    refusal: Refusal | None = None,
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was filled in wrongly (`bound`) or what was refused."""
    row, today = reading.get_proceeding(actor, proceeding_id), clock.today()
    state, track = ProceedingState(row.state), Track(row.track)
    prepares = policies.may_prepare(actor, department_id=row.department_id)
    decides = policies.may_enter(actor, authority_department_id=row.department_id)
    proposed = actor.key in (row.drafted_by, row.submitted_by)
    papers = reading.papers_of(row)
    context: dict[str, Any] = {
        "proceeding": row,
        "subject": subject_of(row.subject_id),
        "state": state,
        "here": track is Track.LISTING,
        "way": _way(track, state),
        "prepares": prepares,
        "decides": decides,
        "own": proposed or (decides and not second_person(reading.case_of(row), by=actor.key)),
        "is_open": state not in (ProceedingState.DECIDED, ProceedingState.DROPPED),
        "may_edit": prepares and bool(open_fields(track, state)),
        "against": _against(row, actor=actor, today=today),
        "letter": _letter(row, state, today),
        "persons": [p for p in reading.persons_to_name(row.subject_id) if p.person_id in row.responsible_persons],
        "papers": papers,
        "readable": {paper.pk for paper in papers if reading.may_read(actor, paper, row)},
        "lacks_receipt": row.notice_served_on is not None
        and not row.papers.filter(kind=RECEIPT).exists()
        and track is Track.LISTING,
        "statements": [
            {
                "row": one,
                "text": reading.said_in(one) if row.department_id in actor.departments else SEALED,
                "form": forms.AnswerForm(auto_id=f"id_answer{one.pk}_%s"),
            }
            for one in reading.statements_of(row)
        ],
        "changes": reading.changes_of(row),
        "stopped": any(stop.until is None for stop in reading.stops_of(row)),
        "term": statement_term(settings.STATEMENT_WORKING_DAYS),
        "timeline": _timeline(row),
        "token": reading.content_of(row).seen,
        "refusal": refusal,
        **_forms(today),
        **(bound or {}),
    }
    return render(
        request, "redblack/proceedings/proceeding.html", context, status=status_of(refusal) if refusal else status
    )


def _forms(today: date) -> dict[str, Any]:
    return {
        "notice": forms.NoticeForm(auto_id="id_notice_%s"),
        "service": forms.ServiceForm(auto_id="id_service_%s", initial={"served_on": today}),
        "statement": forms.StatementForm(auto_id="id_statement_%s", initial={"received_on": today}),
        "stop": forms.StopForm(auto_id="id_stop_%s", initial={"from_day": today}),
        "resume": forms.ResumeForm(auto_id="id_resume_%s", initial={"last_day": today}),
        "extend": forms.ExtendForm(auto_id="id_extend_%s"),
        "back": forms.OutcomeForm(auto_id="id_back_%s"),
        "drop": forms.OutcomeForm(auto_id="id_drop_%s"),
        "paper_form": forms.PaperForm(auto_id="id_paper_%s"),
    }


def _against(row: Proceeding, *, actor: Actor, today: date) -> tuple[Reason, ...]:
    """What still stands against the next step."""
    case, state = reading.case_of(row), ProceedingState(row.state)
    if state is ProceedingState.SUBMITTED:
        own = second_person(case, by=actor.key).against
        return own or may_decide(case, by=actor.key, on=today).against
    if state is ProceedingState.DRAFTED and case.here:
        return tuple(reason for reason in may_notify(case).against if reason.code != NO_NUMBER)
    if state in (ProceedingState.DRAFTED, ProceedingState.SERVED):
        return may_submit(case, on=today).against
    return ()


def _letter(row: Proceeding, state: ProceedingState, today: date) -> dict[str, Any] | None:
    """The letter that comes next, as it would be printed."""
    if row.track != Track.LISTING:
        return None
    if state is ProceedingState.DRAFTED:
        return hearing.notice_of(row, on=today, draft=True)
    if state in (ProceedingState.SERVED, ProceedingState.SUBMITTED):
        return deciding.decision_of(row, on=today, draft=True)
    return None


def _way(track: Track, state: ProceedingState) -> list[dict[str, Any]]:
    """The steps of a track, with what is done and where it stands."""
    stations = WAYS[track]
    places = {station: place for place, (station, _) in enumerate(stations)}
    here = places.get(state, -1)
    return [
        {"label": label, "now": place == here and state is not ProceedingState.DECIDED, "done": place < here}
        | ({"done": True} if state is ProceedingState.DECIDED else {})
        for place, (_, label) in enumerate(stations)
    ]


def _timeline(row: Proceeding) -> list[Moment]:
    """What happened, the latest first: acts on the platform with their moment, events outside with their day."""
    statements, changes, papers = reading.statements_of(row), reading.changes_of(row), reading.papers_of(row)
    keys = {row.drafted_by, row.submitted_by, row.decided_by, *(s.by for s in statements), *(c.by for c in changes)}
    names = shown_names(keys - {""})
    made = [Moment(row.drafted_at, "提出" if row.track == Track.LISTING else "登记", names.get(row.drafted_by, ""))]
    made += [Moment(one.added_at, f"附{one.kind}", "", one.file.name) for one in papers]
    if row.track == Track.LISTING and row.notice_served_on:
        made.append(Moment(row.notice_served_on, f"{row.served_way}送达", "", "陈述、申辩期限自次日起算"))
    made += [Moment(one.at, "收到陈述、申辩", names.get(one.by, ""), one.way) for one in statements]
    made += [Moment(one.answered_on, "答复陈述、申辩", "", one.answer) for one in statements if one.answered_on]
    for change in changes:
        what = "期限中止" if change.what == "stop" else f"期限延长 {change.days} 个工作日"
        made.append(Moment(change.at, what, names.get(change.by, ""), change.reason))
    if row.submitted_at:
        made.append(Moment(row.submitted_at, "提交决定", names.get(row.submitted_by, "")))
    if row.decided_at:
        done = "决定列入" if row.state == ProceedingState.DECIDED else "不予列入"
        made.append(Moment(row.decided_at, done, names.get(row.decided_by, ""), row.outcome_reason))
    return sorted(made, key=_when, reverse=True)


def _when(moment: Moment) -> datetime:
    """What has only its day comes after what was done on the platform that day."""
    return moment.at if isinstance(moment.at, datetime) else clock.start_of(moment.at + timedelta(days=1))
