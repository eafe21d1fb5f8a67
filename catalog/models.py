"""What may be collected, by which law: items and their versions. A published version is never changed in place."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from catalog.rules.definition import SHARING_SCOPES, UPDATE_CYCLES
from catalog.rules.states import State
from subjects.rules.kinds import Kind


class Item(models.Model):
    """An entry of the catalogue (目录条目): one kind of information. What it says stands in its versions."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200, help_text="of the newest version")
    information_class = models.CharField(max_length=60, help_text="of the newest version; rulebook 1.2")
    class_edition = models.CharField(max_length=20)

    class Meta:
        verbose_name = "目录条目"

    def __str__(self) -> str:
        return self.name


class ItemVersion(models.Model):
    """One version of an item. Records point to the version that they came under.

    A trigger keeps a published version as it is: only its withdrawal and its filing above may still be written.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State], default=State.DRAFT.value)
    name = models.CharField(max_length=200)
    information_class = models.CharField(max_length=60)
    class_edition = models.CharField(max_length=20)
    legal_basis = models.TextField(blank=True, help_text="as it is cited on screen")
    bases = models.JSONField(default=list, help_text="[{document: code of office.LegalDocument, article}]")
    subject_kinds = ArrayField(models.CharField(max_length=20), default=list)
    provider_units = ArrayField(
        models.CharField(max_length=18), default=list, blank=True, help_text="codes of departments; empty: any"
    )
    sharing_scope = models.CharField(max_length=20, default="政务共享")
    update_cycle = models.CharField(max_length=10, default="按产生")
    report_within = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="working days from the decision to the report; null: no clock"
    )
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="null: no end")
    publicity_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="null: by the record")
    fields = models.JSONField(default=list, help_text="information items (信息项): catalog/rules/definition.py")
    rules = models.JSONField(default=list, help_text="cross-field rules: catalog/rules/definition.py")
    roles = models.JSONField(default=dict, help_text="which field is the name, the code, the document number …")
    raises = models.JSONField(default=list, help_text="which source a record of it raises, from when until when")
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True, default="")
    review_note = models.TextField(blank=True, default="")
    published_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, default="")
    filed_on = models.DateField(null=True, blank=True, help_text="reported to the office above (备案)")
    filing_no = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "目录条目版本"
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="catalog_itemversion_once_per_number"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=[State.DRAFT.value, State.IN_REVIEW.value]),
                name="catalog_itemversion_one_draft",
            ),
            models.CheckConstraint(
                name="catalog_itemversion_state_known", condition=Q(state__in=[s.value for s in State])
            ),
            models.CheckConstraint(
                name="catalog_itemversion_published_has_basis",
                condition=Q(published_on=None) | ~Q(legal_basis=""),
            ),
            models.CheckConstraint(
                name="catalog_itemversion_published_iff_dated",
                condition=Q(state__in=[State.DRAFT.value, State.IN_REVIEW.value], published_on=None)
                | Q(state__in=[State.PUBLISHED.value, State.WITHDRAWN.value], published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_itemversion_withdrawn_iff_dated",
                condition=Q(state=State.WITHDRAWN.value, withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")
                | ~Q(state=State.WITHDRAWN.value) & Q(withdrawn_on=None),
            ),
            models.CheckConstraint(
                name="catalog_itemversion_reviewed_by_another",
                condition=Q(published_on=None)
                | ~Q(reviewed_by="") & (~Q(reviewed_by=F("drafted_by")) | Q(drafted_by__startswith="system:")),
            ),
            models.CheckConstraint(
                name="catalog_itemversion_sharing_known", condition=Q(sharing_scope__in=SHARING_SCOPES)
            ),
            models.CheckConstraint(
                name="catalog_itemversion_cycle_known", condition=Q(update_cycle__in=UPDATE_CYCLES)
            ),
            models.CheckConstraint(
                name="catalog_itemversion_subject_kinds_known",
                condition=Q(subject_kinds__contained_by=[k.value for k in Kind]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class Power(models.Model):
    """A row of a department's list of powers and duties (事项清单), from which a catalogue item may be derived."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, help_text="行政许可, 行政处罚 …")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    basis = models.TextField(blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="powers", null=True, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = "权责事项"

    def __str__(self) -> str:
        return self.name


class Upkeep(models.Model):
    """A change of law or of functions that must reach the catalogue within fifteen working days (篇七(一)1)."""

    class What(models.TextChoices):
        LAW = "law", "法律法规变化"
        FUNCTION = "function", "机构职能变化"

    what = models.CharField(max_length=10, choices=What.choices)
    title = models.CharField(max_length=300)
    happened_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="due_on rests on a provisional calendar year")
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="upkeep", null=True, blank=True)
    noted_by = models.CharField(max_length=80)
    noted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    outcome = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "目录维护事项"
        indexes = [models.Index(name="catalog_upkeep_open", fields=["due_on", "id"], condition=Q(closed_at=None))]
        constraints = [
            models.CheckConstraint(name="catalog_upkeep_what_known", condition=Q(what__in=["law", "function"])),
            models.CheckConstraint(
                name="catalog_upkeep_closed_iff_outcome",
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title
