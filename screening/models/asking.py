"""Who may ask about a matter beside its own departments, and the matters that a clerk keeps at hand."""

from django.db import models


class GeneralWindow(models.Model):
    """A department whose windows take in applications for every matter of the city (综合窗口)."""

    department = models.OneToOneField("accounts.Department", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "综合窗口"

    def __str__(self) -> str:
        return str(self.department_id)


class FavouriteMatter(models.Model):
    """A matter that one user wants to find first."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    matter = models.ForeignKey("screening.Matter", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "收藏的事项"
        constraints = [
            models.UniqueConstraint(fields=["user", "matter"], name="screening_favourite_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.matter_id}"
