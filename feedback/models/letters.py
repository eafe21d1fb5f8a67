"""措施实施告知书 as they were written and served."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from feedback.models.cases import Due
from feedback.rules.letters import Way


class Letter(models.Model):
    """A 措施实施告知书: what one department told whom about one measure, and when it was served. Never rewritten.

    It follows a report on a hit (`due`) or a response task (`response`). `subject_id`: whom; the PDF is sealed.
    """

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="letters", null=True, blank=True)
    response = models.ForeignKey(
        "screening.ResponseTask", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    measure_code = models.CharField(max_length=40)
    measure_text = models.TextField()
    document_no = models.CharField(max_length=120)
    articles = ArrayField(models.TextField())
    reason = models.TextField()
    remedies = models.TextField()
    lifting = models.TextField()
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()
    written_by = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    served_on = models.DateField(null=True, blank=True)
    served_way = models.CharField(max_length=4, blank=True, choices=[(w.value, w.value) for w in Way])
    served_by = models.CharField(max_length=100, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "措施实施告知书"
        indexes = [
            models.Index(fields=["department", "-written_on", "-id"], name="feedback_letter_of_dept"),
            models.Index(fields=["-written_on", "-id"], name="feedback_letter_newest"),
            models.Index(fields=["subject_id"], name="feedback_letter_to_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_letter_follows_one_thing",
                condition=Q(due=None, response__isnull=False) | Q(due__isnull=False, response=None),
            ),
            models.UniqueConstraint(fields=["department", "document_no"], name="feedback_letter_one_number"),
            models.CheckConstraint(
                name="feedback_letter_says_what_law_asks",
                condition=~Q(document_no="") & ~Q(reason="") & ~Q(remedies="") & ~Q(lifting="") & ~Q(articles=[]),
            ),
            models.CheckConstraint(
                name="feedback_letter_service_is_whole",
                condition=Q(served_on=None, served_way="", served_by="", served_at=None)
                | Q(served_on__isnull=False, served_way__in=[w.value for w in Way], served_at__isnull=False)
                & ~Q(served_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.document_no
