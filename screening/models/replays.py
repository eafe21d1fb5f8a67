"""Which revisions stood when, for questions about the past by time; how often somebody tried to verify a receipt."""

from django.db import models


class RevisionMark(models.Model):
    """A counter of a receipt's vector as one snapshot read it. `at` is later than the snapshot, so what it names was
    committed before `at`; `since` is the look before, at which it did not stand yet (empty: nobody had looked).

    Written only where a counter has moved. The rows of one look have one `at`.
    """

    name = models.CharField(max_length=40, help_text="as in a receipt's vector: measures, source:7")
    revision = models.BigIntegerField()
    since = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "版本登记"
        indexes = [
            models.Index(fields=["name", "at", "id"], name="screening_mark_by_name"),
            models.Index(fields=["at"], name="screening_mark_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name", "revision"], name="screening_revisionmark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.revision}"


class MarksLooked(models.Model):
    """One row: when somebody last looked whether a counter has moved."""

    id = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="screening_markslooked_one_row", condition=models.Q(id=True))]

    def __str__(self) -> str:
        return self.at.isoformat()


class VerifyTries(models.Model):
    """How often one address has tried to verify a receipt since a moment. The address itself is not kept."""

    address = models.BinaryField(max_length=32)
    began_at = models.DateTimeField()
    tries = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "began_at"], name="screening_verifytries_once"),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%H:%M} {self.tries}"
