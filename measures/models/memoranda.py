"""Memoranda as signed: conducts and original measures. They bind nobody by themselves (国办发〔2020〕49号)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Memorandum(models.Model):
    """A memorandum on joint reward or punishment. `decomposed`: its measures are structured below."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    document_number = models.CharField(max_length=60, blank=True)
    document_number_confirmed = models.BooleanField(default=False)
    issued_on = models.DateField(null=True, blank=True)
    lead = models.CharField(max_length=200, blank=True)
    signatories = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    subject_text = models.TextField(blank=True)
    list_numbers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    decomposed = models.BooleanField(default=False)
    text = models.TextField(
        blank=True, default="", help_text="the memorandum's own words, for the editor's left side"
    )
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    complete = models.BooleanField(default=False, help_text="every measure of the memorandum is structured")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True, help_text="an older one"
    )
    edited_by = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="empty: as it shipped"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "合作备忘录"
        constraints = [
            models.CheckConstraint(
                name="measures_memorandum_replaces_another", condition=Q(replaces=None) | ~Q(replaces=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Conduct(models.Model):
    """行为清单: one kind of conduct that the memorandum is about."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.CASCADE, related_name="conducts")
    number = models.PositiveSmallIntegerField()
    label = models.TextField()
    criteria = models.TextField(blank=True, default="", help_text="认定标准")

    class Meta:
        verbose_name = "行为清单"
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "number"], name="measures_conduct_once_per_number")
        ]

    def __str__(self) -> str:
        return self.label[:40]


class OriginalMeasure(models.Model):
    """One measure as the memorandum states it, before any department turned it into an item of its own."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.CASCADE, related_name="measures")
    number = models.PositiveSmallIntegerField()
    label = models.TextField()
    reward = models.BooleanField()
    strength = models.CharField(max_length=20, blank=True)
    departments = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    legal_basis = ArrayField(models.TextField(), default=list, blank=True)
    means = models.CharField(max_length=20, blank=True, default="", help_text="强制性 / 推荐性, as signed")
    conducts = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="numbers of Conduct"
    )

    class Meta:
        verbose_name = "原始措施"
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "number"], name="measures_originalmeasure_once_per_number")
        ]

    def __str__(self) -> str:
        return self.label[:40]
