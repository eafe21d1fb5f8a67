"""What may be collected, by which law: items and their versions. A published version is never changed in place."""

from django.db import models
from django.db.models import Q


class Item(models.Model):
    """An entry of the catalogue (目录条目): one kind of information with one legal basis."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    information_class = models.CharField(max_length=60, help_text="one of the national classes; rulebook 1.2")
    class_edition = models.CharField(max_length=20)

    class Meta:
        verbose_name = "目录条目"

    def __str__(self) -> str:
        return self.name


class ItemVersion(models.Model):
    """One version of an item. Records point to the version that they came under."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    legal_basis = models.TextField(blank=True)
    sharing_scope = models.CharField(max_length=20, default="政务共享")
    fields = models.JSONField(default=list, help_text="information items: [{code, name, type, required}]")
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "目录条目版本"
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="catalog_itemversion_once_per_number"),
            models.CheckConstraint(
                name="catalog_itemversion_published_has_basis",
                condition=Q(published_on=None) | ~Q(legal_basis=""),
            ),
            models.CheckConstraint(
                name="catalog_itemversion_sharing_known",
                condition=Q(sharing_scope__in=["社会公开", "政务共享", "授权查询", "不予共享"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"
