"""What `ingest_vs_import_export` compares with: django-import-export in bulk mode, in three ways, on the same file.

`usual`: what a project gets by its documented means. Typed columns, required fields, lengths, closed code lists;
every instance cleaned; check digits by a validator, the order of dates and whether anybody is named in `clean()`; the
subject by `ForeignKeyWidget` in the whole register; the decision known by number and authority (`import_id_fields`)
and left alone when nothing of it is new (`skip_unchanged`); a line of history for each row, such as its admin writes;
the rows with errors listed with their cells. `tuned`: the same results without a question for each row: subjects and
known decisions are read for many rows at once, as its manual advises, and no difference is worked out. `plain`: its
fastest way that judges rows at all; no subject, no known decision, no rule between cells, no history, no list.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, models
from import_export import fields, resources, widgets  # type: ignore[import-untyped]

from catalog.rules.definition import Definition, Field, FieldType
from kernel.identifiers import uscc_problem
from subjects.models import Subject
from toolkit import clock

WAYS = ("usual", "tuned", "plain")
BATCH = 1_000
READ_AT_ONCE = 5_000
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
LABEL = "audit"  # models need an app; nothing of it is touched


def imported(rows: Iterator[Sequence[Any]], definition: Definition, way: str) -> dict[str, Any]:
    """Import the rows, headings first, into tables of its own; says how many were stored and how many were not."""
    model, log, problem = _model(definition, way), _log_model(), _problem_model()
    _made_anew(model, log, problem)
    resource = _resource(model, log, problem, definition, way)()
    began = time.monotonic()
    codes = {field.name: field.code for field in definition.fields}
    data = tablib.Dataset(headers=[codes[str(heading).strip("＊* ")] for heading in next(rows)])
    data.extend([str(cell) for cell in row] for row in rows)
    # with one transaction around all a single bad row takes every good one back
    result = resource.import_data(data, dry_run=False, raise_errors=False, use_transactions=False)
    seconds = time.monotonic() - began
    assert not result.base_errors, result.base_errors[0].error
    bad = {"invalid": len(result.invalid_rows), "errors": len(result.error_rows)}
    stored = model._default_manager.count()
    assert stored and stored == len(data) - sum(bad.values()), f"{stored} of {len(data)} rows are stored, bad: {bad}"
    if way != "plain":
        assert (log.objects.count(), problem.objects.count()) == (stored, sum(bad.values())), "something is not told"
    return {"rows": len(data), "seconds": round(seconds, 2), "stored": stored} | bad


# --- tables ---------------------------------------------------------------------------------------------------------
def _model(definition: Definition, way: str) -> Any:
    columns: dict[str, Any] = {field.code: _column(field, definition, way) for field in definition.fields}
    meta: dict[str, Any] = {"app_label": LABEL, "db_table": "bench_peer"}
    if way != "plain":
        roles = definition.roles
        columns["subject"] = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="+")
        columns["clean"] = _rules_between(definition)
        index = models.Index(fields=[roles.document_no, roles.authority], name="bench_peer_decision")
        meta["indexes"] = [index]
    names = {"__module__": __name__, "Meta": type("Meta", (), meta)}
    return type("BenchPeer", (models.Model,), names | columns)


def _column(field: Field, definition: Definition, way: str) -> "models.Field[Any, Any]":
    needed = all(field.need(kind) == "R" for kind in definition.subject_kinds)
    if field.type is FieldType.DATE:
        return models.DateField(null=not needed, blank=not needed)
    if field.type is FieldType.AMOUNT:
        return models.DecimalField(max_digits=20, decimal_places=field.decimals, null=not needed, blank=not needed)
    if field.type is FieldType.CODE and not field.codes_open and not field.separator:
        choices = [(code, code) for code in field.codes]
        return models.CharField(max_length=field.length or 200, blank=not needed, choices=choices)
    validators = [_check_digit] if way != "plain" and field.code == definition.roles.uscc else []
    return models.CharField(max_length=field.length or 4000, blank=not needed, validators=validators)


def _check_digit(code: str) -> None:
    if wrong := uscc_problem(code):
        raise ValidationError(wrong)


def _rules_between(definition: Definition) -> Any:
    """Two of the rules that ours ask of several cells; the others have no usual counterpart."""
    roles, today = definition.roles, clock.today()

    def clean(instance: Any) -> None:
        decided, until = getattr(instance, roles.decided_on), getattr(instance, roles.valid_until)
        if isinstance(decided, date) and decided > today:
            raise ValidationError({roles.decided_on: "日期晚于今天"})
        if isinstance(decided, date) and isinstance(until, date) and until < decided:
            raise ValidationError({roles.valid_until: "日期先后不符"})
        if not getattr(instance, roles.uscc) and not getattr(instance, roles.person_id):
            raise ValidationError("没有主体代码")

    return clean


def _log_model() -> Any:
    """As django.contrib.admin's LogEntry, which the admin of django-import-export writes for each row."""
    columns = {
        "action_time": models.DateTimeField(),
        "user": models.CharField(max_length=80),
        "object_id": models.TextField(),
        "object_repr": models.CharField(max_length=200),
        "action_flag": models.PositiveSmallIntegerField(),
        "change_message": models.TextField(),
    }
    meta = type("Meta", (), {"app_label": LABEL, "db_table": "bench_peer_log"})
    return type("BenchPeerLog", (models.Model,), {"__module__": __name__, "Meta": meta} | columns)


def _problem_model() -> Any:
    columns = {"row": models.PositiveIntegerField(), "cells": models.JSONField(), "messages": models.JSONField()}
    meta = type("Meta", (), {"app_label": LABEL, "db_table": "bench_peer_problem"})
    return type("BenchPeerProblem", (models.Model,), {"__module__": __name__, "Meta": meta} | columns)


def _made_anew(*made: Any) -> None:
    with connection.cursor() as cursor:
        for model in made:
            cursor.execute(f"DROP TABLE IF EXISTS {model._meta.db_table}")
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)


# --- the resource ---------------------------------------------------------------------------------------------------
def _resource(model: Any, log: Any, problem: Any, definition: Definition, way: str) -> Any:
    said: dict[str, Any] = {
        "model": model, "use_bulk": True, "batch_size": BATCH, "skip_html_diff": True, "clean_model_instances": True,
        "exclude": ("id",), "report_skipped": False, "skip_diff": way != "usual", "skip_unchanged": way == "usual",
    }  # fmt: skip
    parts: dict[str, Any] = {
        field.code: fields.Field(field.code, field.code, widget=_days())
        for field in definition.fields
        if field.type is FieldType.DATE
    }
    if way == "plain":
        said |= {"import_id_fields": (), "force_init_instance": True}
        return type("BenchResource", (resources.ModelResource,), parts | {"Meta": type("Meta", (), said)})
    roles = definition.roles
    said["import_id_fields"] = (roles.document_no, roles.authority)
    widget = widgets.ForeignKeyWidget(Subject, "uscc") if way == "usual" else _SubjectsReadBefore(Subject, "uscc")
    parts["subject"] = fields.Field("subject", roles.uscc, widget=widget)
    base = _Telling if way == "usual" else _ReadingBefore
    parts |= {"log": log, "problem": problem, "Meta": type("Meta", (), said)}
    return type("BenchResource", (base,), parts)


def _days() -> Any:
    widget = widgets.DateWidget()
    widget.formats = DAYS
    return widget


class _Telling(resources.ModelResource):  # type: ignore[misc]
    """Writes a line of history for each row that is stored, and lists the rows that are not."""

    log: Any
    problem: Any

    def bulk_create(self, *arguments: Any, **named: Any) -> None:
        made = list(self.create_instances)
        super().bulk_create(*arguments, **named)
        now = clock.now()
        self.log.objects.bulk_create([self._told(one, now) for one in made if one.pk], batch_size=BATCH)

    def _told(self, one: Any, now: datetime) -> Any:
        return self.log(
            action_time=now, user="bench", object_id=str(one.pk), object_repr=str(one)[:200], action_flag=1,
            change_message="new through import_export",
        )  # fmt: skip

    def after_import(self, dataset: Any, result: Any, **_named: Any) -> None:
        wrong = [(row.number, row.error_dict) for row in result.invalid_rows]
        wrong += [
            (row.number, {NON_FIELD_ERRORS: [str(one.error) for one in row.errors]}) for row in result.error_rows
        ]
        listed = [
            self.problem(row=row, cells=dict(zip(dataset.headers, dataset[row - 1], strict=True)), messages=said)
            for row, said in wrong
        ]
        self.problem.objects.bulk_create(listed, batch_size=BATCH)


class _ReadingBefore(_Telling):
    """Knows the file's subjects and decisions before its rows are asked for."""

    def before_import(self, dataset: Any, **_named: Any) -> None:
        self.fields["subject"].widget.read(dataset[self.fields["subject"].column_name])
        number, authority = self.get_import_id_fields()
        self._known = {
            (getattr(one, number), getattr(one, authority)): one
            for part in _parts(dataset[number])
            for one in self._meta.model.objects.filter(**{f"{number}__in": part})
        }
        self._id_fields = number, authority

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        number, authority = self._id_fields
        return self._known.get((row[number], row[authority]))

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """A subject that was just read is there: the foreign key need not be asked again."""
        errors = dict(import_validation_errors or {})
        try:
            instance.full_clean(exclude={*errors, "subject"})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


class _SubjectsReadBefore(widgets.ForeignKeyWidget):  # type: ignore[misc]
    """The caching subclass that the manual advises for many rows."""

    def read(self, codes: Sequence[str]) -> None:
        self._held = {
            one.uscc: one for part in _parts(codes) for one in Subject.objects.only("uscc").filter(uscc__in=part)
        }

    def get_instance_by_lookup_fields(self, value: str, row: Any, **_named: Any) -> Subject:
        if value not in self._held:
            raise Subject.DoesNotExist
        return self._held[value]


def _parts(values: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(value for value in values if value))
    while part := list(islice(rest, READ_AT_ONCE)):
        yield part
