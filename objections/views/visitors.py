"""On the public portal: what is held of whom I am or represent, what I object to, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal
from objections import forms, selectors, services
from objections.models import Objection
from objections.rules.filing import may_review
from objections.rules.kinds import KINDS, Channel, Kind, Target
from objections.rules.rulesets import BY_CODE
from objections.rules.states import LIFE, MARKED, State
from objections.selectors import About, ObjectionNotFound
from objections.services import Filing
from objections.views.queue import file_response
from screening.rules.verification import read_number
from screening.services.verifying import count_try
from subjects.selectors import subject_of, subjects_of
from toolkit import clock
from toolkit.clock import day_of
from toolkit.gates import of_visitors
from toolkit.http import client_ip, status_of
from toolkit.references import number_of, reference

PLACES = {Target.ENTRY: "objection-entry", Target.RECORD: "objection-record"}


@require_GET
@of_visitors
def my_objections(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each entry and record of those for whom I speak, with the way to object to it; what I have objected to."""
    subjects = subjects_of(actor.subjects)
    today = clock.today()
    context = {
        "subjects": [
            (
                subject,
                [
                    (one, reference(PLACES[one.target], one.id))
                    for one in selectors.objectionable(subject.id, on=today)
                ],
            )
            for subject in subjects.values()
        ],
        "objections": selectors.of_subjects(actor),
    }
    return render(request, "objections/public/mine.html", context)


@require_http_methods(["GET", "POST"])
@of_visitors
def object_to(request: HttpRequest, actor: Actor, target: str, ref: str) -> HttpResponse:
    """Object to an entry or a record. Another's, and an address that somebody made up: not there."""
    about = _about_own(actor, target, ref)
    key = f"{target}_id"
    number = number_of(PLACES[Target(target)], ref)

    def filing_of(said: dict[str, Any]) -> Filing:
        return _filing(said, Kind(said["kind"]), **{key: number, "subject_id": about.subject_id})

    form = forms.OwnForm(request.POST or None, request.FILES or None)
    context = {"about": about, "subject": subject_of(about.subject_id), "kinds": KINDS}
    return _filed(request, actor, form, filing_of, "objections/public/object.html", context)


@require_http_methods(["GET", "POST"])
@of_visitors
def object_to_check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """ "That is not me": by number and check code, as printed on the receipt that I hold."""
    subjects = subjects_of(actor.subjects)
    choices = [(one.id, one.name) for one in subjects.values()]
    form = forms.OwnCheckForm(request.POST or None, request.FILES or None, subjects=choices)

    def filing_of(said: dict[str, Any]) -> Filing:
        count_try(address=client_ip(request), wall=clock.wall())
        number = read_number(said["number"])
        services.demand_receipt(number, said["code"])
        other = _other(number, said["subject"], said["other"].strip())
        return _filing(
            said,
            Kind.WRONG_SUBJECT,
            receipt_number=number,
            receipt_code=said["code"],
            subject_id=said["subject"],
            other_subject_id=other,
        )

    return _filed(request, actor, form, filing_of, "objections/public/object_check.html", {"choices": choices})


@require_GET
@of_visitors
def my_objection(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """How far it is, until when, its papers, and what I can do."""
    return _shown(request, _own(actor, number))


@require_POST
@of_visitors
def my_papers(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hand in more proof: all of it, or none."""
    row, form = _own(actor, number), forms.OwnPapers(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, row, status=422, paper_form=form)
    files = [(file.name or "", file) for file in form.cleaned_data["papers"]]
    try:
        services.add_papers(objection_id=row.pk, files=files, actor=actor, now=clock.now())
    except Refusal as refused:
        return _shown(request, _own(actor, number), status=status_of(refused), refused=refused)
    messages.success(request, f"已补充 {len(files)} 份材料。")
    return redirect("objections:my_objection", number)


@require_POST
@of_visitors
def my_withdrawal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Take it back; the mark ends."""

    def act(objection_id: int, reason: str) -> str:
        marked = services.withdraw(objection_id=objection_id, reason=reason, actor=actor, now=clock.now())
        return "已撤回异议，标注随之取消。" if marked else "已撤回异议。"

    return _said(request, actor, number, "withdrawal", act)


@require_POST
@of_visitors
def my_review(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask the next level to look at the answer again, once."""

    def act(objection_id: int, reason: str) -> str:
        services.ask_review(objection_id=objection_id, claim=reason, actor=actor, now=clock.now())
        return "已申请复核，由上一级部门办理；复核件列在“我的异议”中。"

    return _said(request, actor, number, "review", act)


@require_GET
@of_visitors
def my_claim(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What I wrote: sealed, so that each look is recorded, mine too."""
    row = _own(actor, number)
    text, contact = services.read_claim(objection_id=row.pk, actor=actor, now=clock.now())
    return render(request, "objections/public/claim.html", {"row": row, "text": text, "contact": contact})


@require_GET
@of_visitors
def my_paper(request: HttpRequest, actor: Actor, number: str, dispute_paper_id: int) -> HttpResponse:
    """My proof, or a paper that was written to me; the look is recorded."""
    name, stream = services.read_paper(
        objection_id=_own(actor, number).pk, attachment_id=dispute_paper_id, actor=actor, now=clock.now()
    )
    with stream:
        return file_response(name, stream.read())


def _about_own(actor: Actor, target: str, ref: str) -> About:
    if target not in (Target.ENTRY, Target.RECORD):
        raise ObjectionNotFound
    number = number_of(PLACES[Target(target)], ref)
    if number is None:
        raise ObjectionNotFound
    about = (
        selectors.about_entry(number, on=clock.today()) if target == Target.ENTRY else selectors.about_record(number)
    )
    if about.subject_id not in actor.subjects:
        raise ObjectionNotFound
    return about


def _other(number: str, subject_id: int, said: str) -> int:
    """Whom the receipt took the applicant for: the only other one, or the one that was named."""
    others = selectors.others_in(number, subject_id=subject_id)
    found = (
        [key for key, name, code in others if said.upper() in (name.upper(), code)]
        if said
        else [key for key, _, _ in others]
    )
    if len(set(found)) != 1:
        raise ObjectionNotFound("回执上有多个主体，或者没有您填写的主体。请填写回执上所印的名称或者代码。")
    return int(found[0])


def _filing(said: dict[str, Any], kind: Kind, **fields: Any) -> Filing:
    files = [(file.name or "", file) for file in said["papers"]]
    return Filing(
        kind=kind, channel=Channel.PORTAL, claim=said["claim"], contact=said["contact"], files=files, **fields
    )


def _filed(
    request: HttpRequest,
    actor: Actor,
    form: forms.OwnForm,
    filing_of: Callable[[dict[str, Any]], Filing],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The form, and what comes of it."""
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                filing = filing_of(form.cleaned_data)
                made = services.file_objection(filing=filing, actor=actor, now=clock.now())
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                row = selectors.get_visible(actor, made)
                mark = "" if row.target == Target.CHECK else "受理后各处标注“存在异议”。"
                messages.success(request, f"异议已提出，编号 {row.number}。{mark}")
                return redirect("objections:my_objection", row.number)
    return render(request, template, context | {"form": form, "refused": refusal}, status=status)


def _own(actor: Actor, number: str) -> Objection:
    row = selectors.visible_to(actor).filter(number=number).first()
    if row is None:
        raise ObjectionNotFound
    return row


def _said(
    request: HttpRequest, actor: Actor, number: str, which: str, act: Callable[[int, str], str]
) -> HttpResponse:
    """A step that asks for a reason."""
    row, form = _own(actor, number), forms.ReasonForm(request.POST, prefix=which)
    if not form.is_valid():
        return _shown(request, row, status=422, **{f"{which}_form": form})
    try:
        messages.success(request, act(row.pk, form.cleaned_data["reason"]))
    except Refusal as refused:
        return _shown(request, _own(actor, number), status=status_of(refused), refused=refused)
    return redirect("objections:my_objection", number)


def _shown(request: HttpRequest, row: Objection, *, status: int = 200, **more: Any) -> HttpResponse:
    today = clock.today()
    state = State(row.state)
    review = Objection.objects.filter(review_of=row).first()
    verdict = may_review(
        answered=state is State.ANSWERED,
        answered_on=day_of(row.answered_at) if row.answered_at else None,
        is_review=row.review_of_id is not None,
        reviewed=review is not None,
        on=today,
    )
    context = {
        "row": row,
        "about": selectors.about(row, on=today),
        "subject": subject_of(row.subject_id),
        "kind": Kind(row.kind).label,
        "state": state.label,
        "clocks": selectors.clocks_of(row.pk),
        "today": today,
        "rules": BY_CODE[row.rules],
        "papers": [one for one in selectors.attachments_of(row.pk) if one.kind not in selectors.INNER],
        "review": review,
        "paper_form": forms.OwnPapers() if state in MARKED | {State.FILED} else None,
        "withdrawal_form": forms.ReasonForm(prefix="withdrawal") if "withdraw" in LIFE.open_to(state) else None,
        "review_form": forms.ReasonForm(prefix="review") if verdict else None,
        **more,
    }
    return render(request, "objections/public/objection.html", context, status=status)
