"""Who reacts to what: the one table. A handler lives in a floor above the fact's app (a test reads this)."""

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "screening.check.called": ("feedback.handlers.on_check_called",),
    "screening.responses.answered": ("feedback.handlers.on_responses_answered",),
    "collection.record.taken": (
        "redblack.handlers.on_record_taken",
        "screening.handlers.on_record_changed",
    ),
    "collection.rows.taken": ("redblack.handlers.on_rows_taken",),
    "office.job.ended": (
        "collection.handlers.on_job_ended",
        "redblack.handlers.on_job_ended",
        "screening.handlers.on_job_ended",
    ),
    "office.calendar.imported": (
        "catalog.handlers.on_calendar_imported",
        "collection.handlers.on_calendar_imported",
        "redblack.handlers.on_calendar_imported",
        "screening.handlers.on_calendar_imported",
        "feedback.handlers.on_calendar_imported",
        "repair.handlers.on_calendar_imported",
        "objections.handlers.on_calendar_imported",
    ),
    "redblack.entry.entered": ("screening.handlers.on_entry_changed", "exchange.handlers.on_list_changed"),
    "redblack.entry.released": (
        "screening.handlers.on_entry_changed",
        "exchange.handlers.on_list_changed",
        "exchange.handlers.on_entry_released",
        "repair.handlers.on_entry_released",
    ),
    "redblack.entry.restored": (
        "screening.handlers.on_entry_changed",
        "exchange.handlers.on_list_changed",
        "exchange.handlers.on_entry_restored",
    ),
    "redblack.entry.corrected": (
        "screening.handlers.on_entry_changed",
        "exchange.handlers.on_list_changed",
        "exchange.handlers.on_entry_corrected",
    ),
    "redblack.entry.disputed": (
        "screening.handlers.on_entry_changed",
        "exchange.handlers.on_list_changed",
        "exchange.handlers.on_entry_disputed",
    ),
    "redblack.entry.dispute_ended": (
        "screening.handlers.on_entry_changed",
        "exchange.handlers.on_list_changed",
        "exchange.handlers.on_entry_restored",
    ),
    "redblack.list.received": ("screening.handlers.on_list_received", "exchange.handlers.on_list_changed"),
    "redblack.list.rows_applied": ("exchange.handlers.on_rows_applied",),
    "collection.record.disputed": ("screening.handlers.on_record_changed",),
    "collection.record.dispute_ended": ("screening.handlers.on_record_changed",),
    "collection.record.ended": ("screening.handlers.on_record_changed", "repair.handlers.on_record_over"),
    "collection.record.restored": ("screening.handlers.on_record_changed",),
    "collection.record.withdrawn": ("screening.handlers.on_record_changed", "repair.handlers.on_record_over"),
    "collection.batch.done": ("screening.handlers.on_batch_done",),
    "collection.source.loaded": ("screening.handlers.on_source_loaded",),
    "collection.source.retired": ("screening.handlers.on_source_retired", "exchange.handlers.on_list_changed"),
    "measures.item.published": ("screening.handlers.on_measure_changed",),
    "measures.item.withdrawn": ("screening.handlers.on_measure_changed",),
}
