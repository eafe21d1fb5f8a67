"""List types as law sets them up, and the editions in which a second person publishes them."""

from django.db import models
from django.db.models import F, Q

from kernel.law import Rank
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import EditionState


class ListType(models.Model):
    """A list as law sets it up. `confidence` keeps for each fact how sure we are of it, to be confirmed."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="number in the list of 43 objects")
    kind = models.CharField(max_length=10, help_text="serious / abnormal / reward")
    origin = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Origin])
    legal_status = models.CharField(max_length=10, choices=[(s.value, s.value) for s in LegalStatus])
    initiator = models.CharField(max_length=200, help_text="发起（认定）部门 as the source names it")
    initiator_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    memorandum = models.CharField(max_length=300, blank=True)
    legal_basis = models.TextField(blank=True)
    basis_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    term_rule = models.TextField(blank=True)
    exit_rule = models.TextField(blank=True)
    publicity = models.CharField(max_length=60, blank=True)
    publicity_scopes = models.JSONField(default=dict, blank=True, help_text="subject kind -> sharing scope")
    level = models.CharField(max_length=10, blank=True, help_text="国家 / 省 / 市 / 县")
    conduct = models.TextField(blank=True, help_text="列入情形: the conduct that the list covers")
    term_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="null: by the decision")
    fuse_percent = models.PositiveSmallIntegerField(default=20, help_text="share of rows gone, new or without code")
    fuse_rows = models.PositiveIntegerField(default=10, help_text="fewer rows than this never hold a version")
    edition = models.PositiveSmallIntegerField(default=0, help_text="0: as it shipped")
    confidence = models.JSONField(default=dict)
    confirmations = models.JSONField(default=dict, blank=True, help_text='fact -> {"by", "on", "was"}')
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True, help_text="已并入: which list"
    )
    source = models.OneToOneField("collection.Source", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = "名单类型"
        constraints = [
            models.CheckConstraint(
                name="redblack_listtype_kind_known", condition=Q(kind__in=["serious", "abnormal", "reward"])
            ),
            models.CheckConstraint(
                name="redblack_listtype_origin_known", condition=Q(origin__in=[o.value for o in Origin])
            ),
            models.CheckConstraint(
                name="redblack_listtype_status_known", condition=Q(legal_status__in=[s.value for s in LegalStatus])
            ),
            models.CheckConstraint(
                name="redblack_listtype_rank_known",
                condition=Q(basis_rank=None) | Q(basis_rank__in=[r.value for r in Rank]),
            ),
            models.CheckConstraint(
                name="redblack_listtype_current_has_basis_and_source",
                condition=~Q(legal_status="现行") | (~Q(legal_basis="") & Q(source__isnull=False)),
            ),
            models.CheckConstraint(
                name="redblack_listtype_merged_is_over_and_elsewhere",
                condition=Q(merged_into=None) | Q(legal_status="已并入") & ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListTypeEdition(models.Model):
    """One wording of a list type: drafted by one person, published by another. Content: rules/editions.py."""

    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    list_type = models.ForeignKey(
        ListType, on_delete=models.PROTECT, related_name="editions", null=True, blank=True, help_text="null: new"
    )
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in EditionState])
    content = models.JSONField()
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True, default="")
    review_note = models.TextField(blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "名单类型版本"
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="redblack_edition_once_per_number"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=[EditionState.DRAFT.value, EditionState.IN_REVIEW.value]),
                name="redblack_edition_one_open",
            ),
            models.CheckConstraint(
                name="redblack_edition_state_known", condition=Q(state__in=[s.value for s in EditionState])
            ),
            models.CheckConstraint(
                name="redblack_edition_published_iff_dated",
                condition=Q(state=EditionState.PUBLISHED.value, published_at__isnull=False)
                | ~Q(state=EditionState.PUBLISHED.value) & Q(published_at=None),
            ),
            models.CheckConstraint(
                name="redblack_edition_published_by_another",
                condition=~Q(state=EditionState.PUBLISHED.value)
                | ~Q(reviewed_by="") & (~Q(reviewed_by=F("drafted_by")) | Q(drafted_by__startswith="system:")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"
