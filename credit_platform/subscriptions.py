"""Who reacts to what: the one table. A handler lives in a floor above the fact's app (a test reads this)."""

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "screening.check.called": ("feedback.handlers.on_check_called",),
    "collection.record.taken": ("redblack.handlers.on_record_taken",),
    "collection.rows.taken": ("redblack.handlers.on_rows_taken",),
    "office.job.ended": ("collection.handlers.on_job_ended",),
    "office.calendar.imported": (
        "catalog.handlers.on_calendar_imported",
        "collection.handlers.on_calendar_imported",
        "redblack.handlers.on_calendar_imported",
        "feedback.handlers.on_calendar_imported",
    ),
}
