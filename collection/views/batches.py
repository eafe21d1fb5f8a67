"""One batch: how far it is, what was taken, what came back and why."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from catalog.rules.definition import Definition
from catalog.selectors import definition_of
from collection import policies
from collection.forms.mending import Row
from collection.models import Batch, RowProblem
from collection.rules.problems import Problem, Severity, sentence
from collection.rules.states import UNDER_WAY, BatchState, Channel, ProblemState
from collection.selectors.batches import get_batch, problem_page
from collection.selectors.reporting import mends_of, outcome_of, record_of
from collection.services import cancel_batch, resume_batch, returned_file
from collection.views.grid import blamed, grid_row
from collection.views.reporting import attachment, demand_reporter
from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page

PAGE = 50
STEPS = (("received", "接收文件"), ("checking", "逐行校验"), ("taking", "入库"))
QUARTER = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `percent` None: not known yet. `milestone`: what a screen reader is told, once."""

    steps: tuple[tuple[str, str], ...]  # (word, "done" | "now" | "")
    stage: str
    done: int
    total: int | None
    percent: int | None
    stopping: bool
    queued: bool

    @property
    def milestone(self) -> str:
        if self.percent is None:
            return self.stage
        return f"{self.stage}，已完成{self.percent // QUARTER * QUARTER}%"


def progress_of(batch: Batch) -> Progress:
    at = [state for state, _ in STEPS].index(batch.state) if batch.state in UNDER_WAY else len(STEPS)
    job = batch.job
    done, total = (job.done, job.total) if job else (batch.checked_to, None)
    return Progress(
        steps=tuple((word, "done" if i < at else "now" if i == at else "") for i, (_, word) in enumerate(STEPS)),
        stage=(job.stage if job else "") or BatchState(batch.state).label,
        done=done,
        total=total,
        percent=min(100, done * 100 // total) if total else None,
        stopping=bool(job and job.cancel_asked),
        queued=bool(job and job.state == "queued"),
    )


@dataclass(frozen=True, slots=True)
class Returned:
    """A returned row as a line of the table: whom it is about, and one sentence for each problem."""

    number: int
    title: str
    state: str
    label: str
    note: str
    mended_by: int | None
    sentences: tuple[tuple[str, bool], ...]  # (term 29, whether it may be confirmed)


def returned_line(problem: RowProblem, row: Row, definition: Definition) -> Returned:
    state = ProblemState(problem.state)
    return Returned(
        number=problem.row_number,
        title=row.title,
        state=problem.state,
        label=state.label,
        note=problem.note,
        mended_by=problem.mended_by_id,
        sentences=tuple(_sentence(problem.row_number, one, definition) for one in blamed(problem)),
    )


def _sentence(number: int, said: dict[str, Any], definition: Definition) -> tuple[str, bool]:
    field = definition.by_code.get(said["field"])
    severity = Severity(said["severity"])
    problem = Problem(said["field"], said["code"], said["message"], severity)
    return sentence(number, field.name if field else "", problem), severity is Severity.SUSPECT


def _context(request: HttpRequest, actor: Actor, batch: Batch) -> dict[str, Any]:
    """What the page of a batch shows, running or over."""
    context: dict[str, Any] = {
        "batch": batch,
        "state": BatchState(batch.state),
        "channel": Channel(batch.channel),
        "may_report": policies.may_report(actor, department_id=batch.department_id),
        "running": batch.state in UNDER_WAY,
    }
    if context["running"]:
        return context | {"progress": progress_of(batch)}
    after = request.GET.get("after", "")
    everything = "all" in request.GET
    found = problem_page(
        actor,
        batch.pk,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0,
        limit=PAGE + 1,
        state="" if everything else ProblemState.OPEN.value,
    )
    definition = definition_of(batch.item_version_id)
    return context | {
        "done": batch.state == BatchState.DONE,
        "resumable": batch.state in (BatchState.CANCELLED, BatchState.FAILED),
        "returned": [returned_line(one, grid_row(one, definition), definition) for one in found[:PAGE]],
        "everything": everything,
        "next": found[PAGE - 1].row_number if len(found) > PAGE else None,
        "outcome": outcome_of(batch),
        "mends": mends_of(actor, batch.pk),
        "kinds": sorted(batch.problem_counts.values(), key=lambda one: -one["count"]),
        "record": record_of(actor, batch) if batch.channel == Channel.PAGE and batch.mends_id is None else None,
        "definition": definition,
    }


@never_cache
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """A batch, running or over. Without JavaScript the reader loads it again."""
    actor = actor_of(request)
    try:
        found = get_batch(actor, batch_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return render(request, "collection/reporting/batch.html", _context(request, actor, found))


@never_cache
@require_GET
def batch_progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """For htmx: the bar while it runs; when it is over, the whole of the page takes its place."""
    actor = actor_of(request)
    try:
        found = get_batch(actor, batch_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    context = _context(request, actor, found)
    if context["running"]:
        return render(request, "collection/reporting/_progress.html", context)
    response = render(request, "collection/reporting/_batch.html", context)
    response.headers["HX-Retarget"] = "#batch"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@require_POST
def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Ask the worker to stop at the next piece."""
    actor = actor_of(request)
    try:
        demand_reporter(actor, department_id=get_batch(actor, batch_id).department_id)
        cancel_batch(batch_id=batch_id, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("collection:batch", batch_id)


@require_POST
def resume(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Go on where it stopped."""
    actor = actor_of(request)
    try:
        demand_reporter(actor, department_id=get_batch(actor, batch_id).department_id)
        resume_batch(batch_id=batch_id, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("collection:batch", batch_id)


@never_cache
@require_GET
def returned_workbook(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The returned rows in the sender's own workbook. It shows what was sent, so the fetching is recorded."""
    actor = actor_of(request)
    try:
        demand_reporter(actor, department_id=get_batch(actor, batch_id).department_id)
        name, content = returned_file(batch_id=batch_id, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return attachment(name, content)
