"""What a receipt keeps of an answer: enough to show, print, replay and recall it, and nothing of a person.

Ids, codes and names of organisations, masked names of persons, blind indexes; never what was typed (invariant I7).
"""

from typing import Any

from screening.rules import sentences
from screening.rules.answer import Applied, CheckResult, Reward, SubjectAnswer, Undecided
from screening.rules.question import Consulted, Measure, Trigger


def content_of(result: CheckResult) -> dict[str, Any]:
    """The receipt's content; plain JSON values only."""
    lists, records = sentences.counts(result)
    names = {s.id: s.name for s in result.consulted}
    return {
        "operator": result.operator,
        "operator_department": result.operator_department,
        "matter": {"code": result.plan.matter_code, "name": result.plan.matter_name},
        "department": result.plan.department,
        "consulted": [_source(s) for s in result.consulted],
        "subjects": [
            _subject(s, names, sentences.verdict(s, names=names, at=result.checked_at, lists=lists, records=records))
            for s in result.subjects
        ],
    }


def _source(s: Consulted) -> dict[str, Any]:
    return {
        "code": s.code,
        "name": s.name,
        "kind": s.kind.value,
        "state": s.state.value,
        "version": s.version,
        "loaded_on": s.loaded_on.isoformat() if s.loaded_on else None,
        "age_days": s.age_days,
        "only_for_reward": s.only_for_reward,
    }


def _subject(answer: SubjectAnswer, names: dict[int, str], verdict: str) -> dict[str, Any]:
    subject = answer.subject
    return {
        "role": subject.role,
        "role_label": subject.role_label,
        "id": subject.id,
        "kind": subject.kind,
        "name": subject.name,
        "code": subject.code,
        "blind": subject.blind,
        "answer": answer.answer.value,
        "why": answer.why.value,
        "headline": sentences.headline(answer),
        "verdict": verdict,
        "warnings": list(subject.warnings),
        "complete": answer.complete,
        "no_measure": answer.no_measure,
        "disputed": answer.disputed,
        "triggers": [_trigger(t, names) for t in answer.triggers],
        "honours": [_trigger(t, names) for t in answer.honours],
        "measures": [_applied(a) for a in answer.measures],
        "undecided": [_undecided(u) for u in answer.undecided],
        "rewards": [_reward(r) for r in answer.rewards],
        "related": [
            {"post": r.post, "name": r.masked_name, "count": r.count, "doubtful": r.doubtful} for r in answer.related
        ],
        "gaps": [{"code": g.code, "sentence": sentences.gap(g)} for g in answer.gaps],
        "candidates": [
            {"name": c.name, "code": c.uscc, "area": c.area, "why": list(c.why)} for c in subject.candidates
        ],
    }


def _trigger(t: Trigger, names: dict[int, str]) -> dict[str, Any]:
    return {
        "ref": t.ref,
        "source": names[t.source_id],
        "document_no": t.document_no,
        "authority": t.authority,
        "ground": t.ground,
        "since": t.since.isoformat(),
        "until": t.until.isoformat() if t.until else None,
        "disputed": sentences.disputed(t),
        "own_term": t.own_term,
    }


def _measure(m: Measure) -> dict[str, Any]:
    return {
        "code": m.code,
        "content": m.content,
        "department": m.department,
        "articles": list(m.articles),
        "wording": m.wording.value,
        "means": m.means,
        "kind": m.kind,
        "term": m.term,
    }


def _applied(a: Applied) -> dict[str, Any]:
    return _measure(a.measure) | {
        "because": [t.ref for t in a.triggers],
        "until": a.until.isoformat() if a.until else None,
        "suspended": a.suspended,
        "own_term": sentences.own_term(a),
    }


def _undecided(u: Undecided) -> dict[str, Any]:
    return _measure(u.measure) | {"because": [t.ref for t in u.triggers], "sentence": sentences.undecided(u)}


def _reward(r: Reward) -> dict[str, Any]:
    return _measure(r.measure) | {
        "because": [t.ref for t in r.triggers],
        "state": r.state.value,
        "label": sentences.reward(r),
        "until": r.until.isoformat() if r.until else None,
    }
