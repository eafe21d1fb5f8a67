"""The national basic list of punitive measures (全国失信惩戒措施基础清单) and local supplements, by edition."""

from django.db import models
from django.db.models import F, Q


class BasicList(models.Model):
    """One edition of the national list, or of a local supplementary list. Terms of two editions never overlap: an
    exclusion constraint, measures_basiclist_no_overlap, made in the migration.
    """

    code = models.CharField(max_length=40, unique=True, help_text="national-2021, local-2025")
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=20)
    local = models.BooleanField(default=False, help_text="地方补充清单")
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=2)

    class Meta:
        verbose_name = "失信惩戒措施基础清单"
        constraints = [
            models.CheckConstraint(
                name="measures_basiclist_term_in_order",
                condition=Q(effective_until=None)
                | Q(effective_from__isnull=False, effective_until__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BasicMeasure(models.Model):
    """One measure of an edition. `kind`: 1 reduces rights or adds duties, 2 management, 3 by others on their own."""

    basic_list = models.ForeignKey(BasicList, on_delete=models.CASCADE, related_name="measures")
    number = models.PositiveSmallIntegerField()
    kind = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    content = models.TextField(blank=True, default="")
    target = models.TextField(blank=True, default="")
    basis = models.TextField(blank=True, default="")
    implementer = models.CharField(max_length=200, blank=True, default="")
    confidence = models.CharField(max_length=2, help_text="L S C may be relied on; P G to be confirmed")
    confirmed_by = models.CharField(max_length=80, blank=True, default="", db_default="")
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "基础清单措施"
        constraints = [
            models.UniqueConstraint(fields=["basic_list", "number"], name="measures_basicmeasure_once_per_number"),
            models.CheckConstraint(name="measures_basicmeasure_kind_known", condition=Q(kind__in=[1, 2, 3])),
            models.CheckConstraint(
                name="measures_basicmeasure_confirmed_iff_by",
                condition=Q(confirmed_by="", confirmed_on=None) | ~Q(confirmed_by="") & Q(confirmed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label
