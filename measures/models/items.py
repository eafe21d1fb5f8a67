"""The departments' measure items in the eight columns of 篇十五, from draft to withdrawal.

An item is published from one revision of the measure list to another; a check applies only what
`measures_pub_item` shows: published, with a basis in force, of sufficient rank for its kind (invariant I3).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from measures.models.basics import BasicMeasure
from measures.models.memoranda import OriginalMeasure
from measures.rules.states import ItemState

WORDINGS = ["依法应当", "依法可以", "可以提供", "供参考，自主决定"]


class MeasureItem(models.Model):
    """A department's measure item: the eight columns of 篇十五, its trigger's logic, its kind and its wording."""

    code = models.CharField(max_length=40)
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    department_text = models.CharField(max_length=200, blank=True, help_text="where it is no department of the city")
    matter_code = models.CharField(max_length=40, blank=True, help_text="empty: needs no application (事项名称“无”)")
    matter_name = models.CharField(max_length=200, help_text="column 1, 事项名称")
    responsible_office = models.CharField(max_length=200, blank=True, help_text="column 2, 责任处室(单位)")
    basis_text = models.TextField(help_text="column 3, 奖惩依据")
    target_text = models.TextField(help_text="column 4, 奖惩对象")
    content = models.TextField(help_text="column 5, 奖惩措施")
    stages = ArrayField(models.CharField(max_length=10), help_text="column 6, 管理阶段: before, during, after")
    organisation = models.TextField(blank=True, help_text="column 7, 组织实施")
    means = models.CharField(max_length=20, blank=True, help_text="column 8, 应用手段, kept as the source's value")
    reward = models.BooleanField()
    kind = models.PositiveSmallIntegerField(null=True, blank=True, help_text="class in the national list: 1, 2, 3")
    wording = models.CharField(max_length=10, choices=[(w, w) for w in WORDINGS])
    verb = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="of the article: must, may; rules/wording.py"
    )
    term_text = models.CharField(max_length=200)
    extends_to_responsible = models.BooleanField(default=False)
    original = models.ForeignKey(OriginalMeasure, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    basic = models.ForeignKey(
        BasicMeasure,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="in the national list",
    )
    condition = models.JSONField(null=True, blank=True, help_text="measures/rules/conditions.py; null: always")
    continues = models.BooleanField(default=False, help_text="goes on after the release of what called for it")
    own_document_no = models.CharField(max_length=120, blank=True, default="", help_text="of the department itself")
    own_article = models.CharField(max_length=60, blank=True, default="")
    own_until = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.label) for s in ItemState], default=ItemState.PUBLISHED.value
    )
    edition = models.PositiveSmallIntegerField(default=1, help_text="counts the wordings of one code")
    drafted_by = models.CharField(max_length=80, blank=True, default="")
    drafted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True, default="")
    review_note = models.TextField(blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    rehearsed = models.JSONField(null=True, blank=True, help_text="the figures that the publication quoted")
    rev_from = models.BigIntegerField(null=True, blank=True, help_text="published from this revision")
    rev_to = models.BigIntegerField(null=True, blank=True, help_text="withdrawn or replaced from this revision")

    class Meta:
        verbose_name = "措施清单事项"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(rev_from__isnull=False, rev_to=None), name="measures_item_one_published"
            ),
            # what was never published may be half written: of those rev_from is empty
            models.CheckConstraint(
                name="measures_item_wording_known",
                condition=Q(wording__in=WORDINGS) | Q(rev_from=None, wording=""),
            ),
            models.CheckConstraint(
                name="measures_item_punishment_has_kind",
                condition=Q(rev_from=None, kind=None)
                | Q(reward=True, kind=None)
                | Q(reward=False, kind__isnull=False, kind__in=[1, 2, 3]),
            ),
            models.CheckConstraint(
                name="measures_item_reward_only_offers",
                condition=Q(reward=False) & ~Q(wording="可以提供") | Q(reward=True, wording="可以提供"),
            ),
            models.CheckConstraint(
                name="measures_item_class_3_by_themselves",
                condition=Q(rev_from=None)
                | Q(kind=3, wording="供参考，自主决定")
                | (Q(kind=None) | ~Q(kind=3)) & ~Q(wording="供参考，自主决定"),
            ),
            models.CheckConstraint(name="measures_item_verb_known", condition=Q(verb__in=["", "must", "may"])),
            models.CheckConstraint(
                name="measures_item_stages_known",
                condition=Q(stages__contained_by=["before", "during", "after"]),
            ),
            models.CheckConstraint(
                name="measures_item_state_follows_revisions",
                condition=Q(state__in=["draft", "in_review", "discarded"], rev_from=None)
                | Q(state="published", rev_from__isnull=False, rev_to=None)
                | Q(state__in=["replaced", "withdrawn"], rev_from__isnull=False, rev_to__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state__in=["draft", "in_review"]), name="measures_item_one_draft"
            ),
            models.CheckConstraint(
                name="measures_item_published_by_another",
                condition=Q(rev_from=None)
                | Q(drafted_by="")
                | Q(drafted_by__startswith="system:")
                | ~Q(reviewed_by="") & ~Q(reviewed_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="measures_item_continues_on_own_document",
                condition=Q(rev_from=None)
                | Q(continues=False)
                | ~Q(own_document_no="") & ~Q(own_article="") & Q(own_until__isnull=False),
            ),
            models.CheckConstraint(
                name="measures_item_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_from__isnull=False, rev_to__gt=F("rev_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.content[:30]}"


class Basis(models.Model):
    """An article that a measure item rests on."""

    item = models.ForeignKey(MeasureItem, on_delete=models.CASCADE, related_name="bases")
    document = models.ForeignKey("office.LegalDocument", on_delete=models.PROTECT, related_name="+")
    article = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "措施依据"
        constraints = [models.UniqueConstraint(fields=["item", "document", "article"], name="measures_basis_once")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.article}"


class Calls(models.Model):
    """A source whose entry or record calls for the item; with `unless_bad`, one that must be free of the subject."""

    item = models.ForeignKey(MeasureItem, on_delete=models.CASCADE, related_name="calls")
    source = models.ForeignKey("collection.Source", on_delete=models.PROTECT, related_name="+")
    unless_bad = models.BooleanField(default=False)

    class Meta:
        verbose_name = "触发条件"
        constraints = [models.UniqueConstraint(fields=["item", "source", "unless_bad"], name="measures_calls_once")]

    def __str__(self) -> str:
        return f"{self.item_id} <- {self.source_id}"


class MeasureList(models.Model):
    """One row: the revision of the published measure list, raised in the transaction of every change."""

    id = models.BooleanField(primary_key=True, default=True)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="measures_list_one_row", condition=Q(id=True))]

    def __str__(self) -> str:
        return str(self.revision)
