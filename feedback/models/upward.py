"""What goes to the platform above: the monthly report of cases, and the way of every file that is sent."""

from django.db import models
from django.db.models import Q

from feedback.rules.upward import SendState


class UpReport(models.Model):
    """The cases of one month as files. Made again: the next number; a file of the same content is not made twice."""

    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    cases = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the cases in it, whatever the cover says")
    xlsx = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    xml = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    handed_by = models.CharField(max_length=100, blank=True, default="")
    handed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "案例月报"
        constraints = [
            models.UniqueConstraint(fields=["month", "number"], name="feedback_upreport_number_once"),
            models.CheckConstraint(name="feedback_upreport_of_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="feedback_upreport_handed_is_whole",
                condition=Q(handed_at=None, handed_by="", note="")
                | Q(handed_at__isnull=False) & ~Q(handed_by="") & ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.number}"


class Dispatch(models.Model):
    """One file on its way to the platform above by interface, until its receipt is there and its count agrees.

    `key`: what makes sending it again harmless on the other side.
    """

    class Kind(models.TextChoices):
        CASES = "cases", "奖惩案例月报"
        RECORDS = "records", "信用信息日报"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    ref_id = models.BigIntegerField(help_text="of the UpReport, or of collection's handover")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in SendState])
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True, default="")
    receipt = models.CharField(max_length=100, blank=True, default="")
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    above = models.PositiveIntegerField(null=True, blank=True, help_text="rows that the other side says it has")
    compared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "上报发送"
        indexes = [
            models.Index(fields=["retry_at"], name="feedback_dispatch_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref_id"], name="feedback_dispatch_once"),
            models.CheckConstraint(
                name="feedback_dispatch_accepted_has_receipt",
                condition=~Q(state="accepted") | ~Q(receipt="") & Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key
