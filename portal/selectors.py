"""What waits for a reader, across the apps: one queue, most urgent first, above four numbers that open their rows."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

import catalog.selectors
import collection.selectors
import exchange.selectors
import exchange.selectors.channels
import exchange.selectors.liftings
import feedback.selectors
import measures.selectors
import objections.selectors
import screening.selectors
from collection.rules.periods import Period
from collection.rules.states import UNDER_WAY
from collection.selectors import duties
from collection.selectors.batches import to_mend_count
from collection.selectors.records import RecordFilters, record_count
from exchange.policies import may_lift
from kernel.actor import Actor, Role
from objections.rules.states import NEXT
from portal.rules.waiting import Task
from redblack.selectors import editions as list_editions
from redblack.selectors import exits, honours, proceedings, versions_to_confirm
from repair.selectors import applications as repairs
from screening.selectors.responses import waiting
from screening.selectors.rosters import waiting_findings
from subjects.selectors import subjects_of
from toolkit.keyset import Capped

QUEUE = 20
REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count and the page that shows exactly its rows."""

    label: str
    count: Capped
    href: str


def queue(actor: Actor, *, today: date) -> list[Task]:
    """Hits without a choice, files on their way in or back, then what is owed about hits, the most urgent first."""
    undecided = [
        Task(
            what="登记窗口选择",
            about=f"{_names(receipt.content)} · {receipt.matter.name}",
            href=reverse("screening:receipt", args=[receipt.number]),
        )
        for receipt in screening.selectors.undecided(actor, day=today, limit=QUEUE)
    ]
    owed = [
        Task(
            what="反馈措施实施情况",
            about=f"{due.measure_text} · {due.file_number or due.number}",
            href=reverse("feedback:report", args=[due.pk]),
            due_on=due.due_on,
            overdue=due.due_on is not None and due.due_on < today,
        )
        for due in feedback.selectors.open_dues(actor, limit=QUEUE)
    ]
    return (
        undecided
        + _reported(actor)
        + _to_report(actor, today)
        + _catalogue(actor, today)
        + _measures(actor)
        + _listings(actor, today)
        + _lists(actor, today)
        + _repairs(actor, today)
        + _objections(actor, today)
        + _responses(actor, today)
        + _rosters(actor, today)
        + _told(actor, today)
        + owed
    )


def _reported(actor: Actor) -> list[Task]:
    """What the reader's department handed in and has to look after."""
    tasks = []
    for batch in collection.selectors.waiting_batches(actor, limit=QUEUE):
        about = f"{batch.item_version.name} · {batch.file_name or batch.get_channel_display()}"
        if batch.open_problems:
            what, about = "修正退回的行", f"{about} · 待修正 {batch.open_problems} 行"
        elif batch.state in UNDER_WAY:
            what = f"查看报送进度（{batch.get_state_display()}）"
        else:
            what = "继续处理失败的批次"
        tasks.append(Task(what=what, about=about, href=reverse("collection:batch", args=[batch.pk])))
    return tasks


def _to_report(actor: Actor, today: date) -> list[Task]:
    """What the reader's own department owes the city by a day."""
    if not actor.has(Role.UPLOADER):
        return []
    filters = duties.TaskFilters(department_id=actor.department_id)
    return [
        Task(
            what="报送归集任务",
            about=f"{task.item.name} · {Period(task.period_from, task.period_until).label()}",
            href=reverse("collection:tasks"),
            due_on=task.due_on,
            overdue=task.due_on < today,
        )
        for task in duties.task_page(actor, filters=filters, limit=QUEUE)
    ]


def _catalogue(actor: Actor, today: date) -> list[Task]:
    """What waits for somebody of the credit office: another's drafts of items and list types, changes to follow."""
    reviews = [
        Task(
            what="审核目录条目",
            about=f"{version.name} · 第 {version.number} 版",
            href=reverse("catalog:review", args=[version.pk]),
        )
        for version in catalog.selectors.waiting_review(actor, limit=QUEUE)
    ]
    changes = [
        Task(
            what="跟进目录变更",
            about=f"{change.get_what_display()} · {change.title}",
            href=reverse("catalog:upkeep"),
            due_on=change.due_on,
            overdue=change.due_on < today,
        )
        for change in catalog.selectors.upkeep_page(actor, limit=QUEUE)
    ]
    types = [
        Task(
            what="审核名单类型",
            about=f"{edition.content['title']} · 第 {edition.number} 版",
            href=reverse("redblack:review_edition", args=[edition.pk]),
        )
        for edition in list_editions.waiting_review(actor, limit=QUEUE)
    ]
    return reviews + types + changes


def _measures(actor: Actor) -> list[Task]:
    """Measure items that wait for the second person, and those that came back to their drafter."""
    reviews = [
        Task(
            what="审核措施清单事项",
            about=f"{item.content[:40]} · {item.code} 第 {item.edition} 版",
            href=reverse("measures:review", args=[item.pk]),
        )
        for item in measures.selectors.to_review(actor, limit=QUEUE)
    ]
    returned = [
        Task(
            what="修改退回的措施",
            about=f"{item.content[:40]} · {item.review_note[:40]}",
            href=reverse("measures:draft", args=[item.pk]),
        )
        for item in measures.selectors.sent_back(actor, limit=QUEUE)
    ]
    return reviews + returned


def _listings(actor: Actor, today: date) -> list[Task]:
    """Ways onto a list: what waits for the second person, notices to serve, statement periods that are over."""
    waiting = proceedings.to_decide(actor, limit=QUEUE)
    going = proceedings.to_go_on(actor, today=today, limit=QUEUE)
    subjects = subjects_of({one.subject_id for one in waiting + going})
    tasks = []
    for one in waiting + going:
        what = {"submitted": "决定列入", "noticed": "送达列入事先告知书"}.get(one.state, "陈述、申辩期满，提交决定")
        subject = subjects.get(one.subject_id)
        tasks.append(
            Task(
                what=what,
                about=f"{subject.name if subject else ''} · {one.list_type.title}",
                href=reverse("redblack:proceeding", args=[one.pk]),
                due_on=one.statement_due_on if one.state == "served" else None,
            )
        )
    return tasks


def _repairs(actor: Actor, today: date) -> list[Task]:
    """Applications for repair that wait for the reader, the most urgent first."""
    rows = repairs.waiting(actor, limit=QUEUE)
    subjects = subjects_of({one.subject_id for one in rows})
    return [
        Task(
            what="决定信用修复" if one.accepted_on else "受理信用修复申请",
            about=f"{subjects[one.subject_id].name if one.subject_id in subjects else ''} · {one.document_no}",
            href=reverse("repair:application", args=[one.pk]),
            due_on=one.due_on,
            overdue=one.due_on is not None and one.due_on < today,
        )
        for one in rows
    ]


def _objections(actor: Actor, today: date) -> list[Task]:
    """Objections that wait for the reader's own hand, the most urgent first; of many how many there are."""
    rows = objections.selectors.waiting(actor, limit=QUEUE)
    names = objections.selectors.names_of(rows)
    tasks = [
        Task(
            what=NEXT[one.state],
            about=f"{names.get(one.subject_id, '')} · {one.get_kind_display()} · {one.number}",
            href=reverse("objections:objection", args=[one.pk]),
            due_on=one.due_on,
            overdue=one.due_on is not None and one.due_on < today,
        )
        for one in rows
    ]
    if len(rows) == QUEUE:
        late, every = (objections.selectors.count(actor, overdue_on=day) for day in (today, None))
        about = f"{every} 件，其中逾期 {late} 件"
        tasks += [Task(what="查看全部异议", about=about, href=reverse("objections:queue"))]
    return tasks


def _lists(actor: Actor, today: date) -> list[Task]:
    """What waits in the lists: held versions, exits and honours to decide, honours to look at again."""
    removals = [
        Task(
            what=f"决定{removal.kind}",
            about=f"{removal.entry.list_type.title} · {removal.document_no}",
            href=reverse("redblack:removal", args=[removal.pk]),
        )
        for removal in exits.waiting_removals(actor, limit=QUEUE)
    ]
    honoured = [
        Task(
            what="认定守信激励对象",
            about=f"{honour.list_type.title} · {honour.decision_no}",
            href=reverse("redblack:honour", args=[honour.pk]),
        )
        for honour in honours.waiting_honours(actor, limit=QUEUE)
    ]
    asked = [
        Task(
            what="复核守信激励对象",
            about=f"{task.entry.list_type.title} · {task.cause_text}",
            href=reverse("redblack:review", args=[task.pk]),
            due_on=task.due_on,
            overdue=task.due_on < today,
        )
        for task in exits.waiting_tasks(actor, limit=QUEUE)
    ]
    held = [
        Task(
            what="确认名单版本",
            about=f"{version.list_type.title} · {version.version} · {version.reasons[0]['message']}",
            href=reverse("redblack:version", args=[version.pk]),
        )
        for version in versions_to_confirm(actor, limit=QUEUE)
    ]
    return held + removals + honoured + asked


def _responses(actor: Actor, today: date) -> list[Task]:
    """Measures that nobody applies for, each with how many subjects wait; what has to be stopped stands first."""
    tasks = []
    for what, state, stop in (("停止已采取的措施", "stop", True), ("响应联合奖惩措施", "open", False)):
        tasks += [
            Task(
                what=what,
                about=f"{one.content} · {one.tasks} 项",
                href=f"{reverse('screening:responses')}?{urlencode({'state': state, 'item': one.item_code})}",
                due_on=one.due_on,
                overdue=one.due_on < today,
            )
            for one in waiting(actor, stop=stop, limit=QUEUE)
        ]
    return tasks


def _rosters(actor: Actor, today: date) -> list[Task]:
    """What has changed in the rosters of the reader's departments."""
    return [
        Task(
            what="处置筛查发现",
            about=f"{one.name} · {one.count} 项",
            href=f"{reverse('screening:findings')}?roster={one.roster_id}",
        )
        for one in waiting_findings(actor, today=today, limit=QUEUE)
    ]


def _told(actor: Actor, today: date) -> list[Task]:
    """Subscriptions to open, ways to approve; what does not arrive; receivers that hold another number of entries, or
    have recalls to confirm.
    """
    ways = exchange.selectors.channels.channels_to_approve(actor, limit=QUEUE)
    stuck = exchange.selectors.channels.stuck(actor, limit=QUEUE)
    waiting = exchange.selectors.waiting_subscriptions(actor, limit=QUEUE)
    return (
        [
            Task(what="开通推送订阅", about=one.name, href=reverse("exchange:subscription", args=[one.pk]))
            for one in waiting
        ]
        + [
            Task(
                what="核准推送方式",
                about=one.subscription.name,
                href=reverse("exchange:channel", args=[one.subscription_id]),
            )
            for one in ways
        ]
        + [
            Task(
                what="推送失败待重发",
                about=f"{one.subscription.name} · {one.last_error}",
                href=reverse("exchange:deliveries", args=[one.subscription_id]),
            )
            for one in stuck
        ]
        + [
            Task(
                what="核对推送数量" if one.differs else "确认联动解除",
                about=f"{one.subscription.name} · {one.words}",
                href=reverse("exchange:subscription", args=[one.subscription.pk]),
                due_on=one.due_on,
                overdue=one.due_on is not None and one.due_on < today,
            )
            for one in exchange.selectors.to_look_after(actor, limit=QUEUE)
        ]
        + _to_lift(actor, today)
    )


def _to_lift(actor: Actor, today: date) -> list[Task]:
    """What departments that acted on an entry must undo, in one line: it may be thousands after a large exit."""
    queue = exchange.selectors.liftings.lifting_queue(actor, today=today)
    if queue is None:
        return []
    late = f"，其中逾期 {queue.late} 项" if queue.late.value and queue.late != queue.count else ""
    return [
        Task(
            what="确认解除措施" if may_lift(actor) else "督办解除确认逾期",
            about=f"{queue.count} 项{late}",
            href=reverse("exchange:liftings"),
            due_on=queue.first_due,
            overdue=queue.first_due < today,
        )
    ]


def numbers(actor: Actor, *, today: date) -> list[Number]:
    """The day in four numbers for who works at a window, and in four for who reports."""
    return (_at_the_window(actor, today) if actor.has(Role.CLERK) else []) + _reporting(actor, today)


def _reporting(actor: Actor, today: date) -> list[Number]:
    if not actor.roles & REPORTING:
        return []
    month = f"{today:%Y-%m}"
    tasks, records = reverse("collection:tasks"), reverse("collection:records")
    late = RecordFilters(since=today.replace(day=1), late=True, state="")
    return [
        Number(label="待报送任务", count=duties.task_count(actor, filters=duties.TaskFilters()), href=tasks),
        Number(
            label="逾期未报送",
            count=duties.task_count(actor, filters=duties.TaskFilters(overdue_on=today)),
            href=f"{tasks}?overdue=1",
        ),
        Number(label="待修正的批次", count=to_mend_count(actor), href=f"{reverse('collection:batches')}?to_mend=1"),
        Number(
            label="本月迟报记录",
            count=record_count(actor, filters=late),
            href=f"{records}?late=1&since={month}&state=all",
        ),
    ]


def _at_the_window(actor: Actor, today: date) -> list[Number]:
    owed = feedback.selectors.counts(actor, today=today)
    receipts, dues = reverse("screening:today"), reverse("feedback:due_list")
    return [
        Number(label="今日核查", count=screening.selectors.day_count(actor, day=today), href=receipts),
        Number(
            label="今日命中",
            count=screening.selectors.day_count(actor, day=today, answer="hit"),
            href=f"{receipts}?answer=hit",
        ),
        Number(label="待反馈", count=owed.open, href=dues),
        Number(label="逾期未反馈", count=owed.overdue, href=f"{dues}?overdue=1"),
    ]


def _names(content: dict[str, list[dict[str, str]]]) -> str:
    return "、".join(subject["name"] or subject["code"] for subject in content["subjects"])
