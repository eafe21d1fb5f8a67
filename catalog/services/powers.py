"""Lists of powers and duties (事项清单): taking them in, and deriving draft items from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import DepartmentValue, all_departments
from audit.services import record
from catalog import policies, selectors
from catalog.events import ItemDerived, PowersImported
from catalog.models import ItemVersion, Power
from catalog.rules.powers import DERIVED_FROM, PowerRow, RowRefused, derived, item_code, understand
from catalog.services.drafts import CannotEdit, ItemExists, draft_item
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from office.selectors import registered_documents
from toolkit.db import refusing

LONGEST_FILE_NAME = 100


class NoPowers(Malformed):
    code = "catalog.no_powers"
    message = "文件中没有识别出任何事项。首行须有事项编码、事项名称、事项类型、实施部门代码，以下每行一个事项。"


class ImportedMeanwhile(RuleBroken):
    code = "catalog.imported_meanwhile"
    message = "同一批事项刚刚已由他人导入，本次没有写入。请刷新后核对，如有差异再重新导入。"


class PowerNotFound(NotFound):
    code = "catalog.power_not_found"
    message = "没有这个权责事项，请返回事项清单重新选择。"


class AlreadyDerived(RuleBroken):
    code = "catalog.already_derived"
    message = "该事项已经编入目录。请在对应的目录条目上“变更”。"


class KindNotDerivable(RuleBroken):
    code = "catalog.kind_not_derivable"
    message = "只有行政许可和行政处罚事项可以按“双公示”标准生成目录条目；其他类型的事项请新建条目。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `problems`: the rows that were not taken, with the row's number in the file."""

    created: int
    changed: int
    known: int
    problems: tuple[RowRefused, ...]


@transaction.atomic
def import_powers(
    *, rows: Sequence[tuple[int, Mapping[str, str]]], file_name: str, actor: Actor, now: datetime
) -> Imported:
    """Take in a list of powers: rows of a file as catalog.rules.tables.by_heading gives them. Good rows are taken, a
    row that is known already is brought up to date, the others are returned with their number.

    Raises CannotEdit, NoPowers, ImportedMeanwhile.
    """
    if not policies.may_edit(actor):
        raise CannotEdit
    good, problems = understand(rows)
    if not good and not problems:
        raise NoPowers
    departments = {key: d for d in all_departments() for key in (d.short_name, d.name, d.code)}
    placed: list[tuple[PowerRow, DepartmentValue]] = []
    for row in good:
        if row.department in departments:
            placed.append((row, departments[row.department]))
        else:
            message = f"没有部门“{row.department}”。请改为已登记部门的统一社会信用代码或全称。"
            problems.append(RowRefused(row.row, message))
    known = {
        power.code: power
        for power in Power.objects.select_for_update().filter(code__in=[row.code for row, _ in placed])
    }
    fresh, changed = [], []
    for row, department in placed:
        said = {"name": row.name, "kind": row.kind, "department_id": department.id, "basis": row.basis}
        power = known.get(row.code)
        if power is None:
            fresh.append(Power(code=row.code, imported_at=now, **said))
        elif any(getattr(power, key) != value for key, value in said.items()):
            for key, value in said.items():
                setattr(power, key, value)
            power.imported_at = now
            changed.append(power)
    with refusing("catalog_power_code_key", ImportedMeanwhile):
        Power.objects.bulk_create(fresh, batch_size=1000)
    Power.objects.bulk_update(changed, ["name", "kind", "department", "basis", "imported_at"], batch_size=1000)
    problems.sort(key=lambda problem: problem.row)
    outcome = Imported(len(fresh), len(changed), len(placed) - len(fresh) - len(changed), tuple(problems))
    fact = PowersImported(
        file_name[:LONGEST_FILE_NAME], outcome.created, outcome.changed, outcome.known, len(problems)
    )
    record(fact, about="catalog.powers:", actor=actor, now=now)
    return outcome


@transaction.atomic
def derive_item(*, power_id: int, actor: Actor, now: datetime) -> int:
    """Begin a draft item from a permit or penalty power: standard fields, basis and provider are there already.

    Returns the draft version's id. Raises CannotEdit, PowerNotFound, AlreadyDerived, KindNotDerivable, ItemExists.
    """
    if not policies.may_edit(actor):
        raise CannotEdit
    power = Power.objects.select_for_update(of=("self",)).select_related("department").filter(pk=power_id).first()
    if power is None:
        raise PowerNotFound
    if power.item_id is not None:
        raise AlreadyDerived
    standard = power.kind in DERIVED_FROM and selectors.current_version(DERIVED_FROM[power.kind])
    if not standard:
        raise KindNotDerivable
    content = derived(
        selectors.content_of(ItemVersion.objects.get(pk=standard.version_id)),
        name=power.name,
        basis=power.basis,
        department_code=power.department.code,
        documents=registered_documents(),
    )
    code = item_code(power.kind, power.code)
    try:
        version_id = draft_item(code=code, content=content, actor=actor, now=now)
    except ItemExists as exists:
        raise ItemExists(f"目录中已有编码为“{code}”的条目。请在该条目上“变更”，不要重复编目。") from exists
    item_id = ItemVersion.objects.values_list("item_id", flat=True).get(pk=version_id)
    Power.objects.filter(pk=power.pk).update(item_id=item_id)
    fact = ItemDerived(power.pk, item_id, version_id, code)
    record(fact, about=f"catalog.power:{power.pk}", actor=actor, now=now)
    return version_id
