from django.urls import URLPattern, path

from collection import api
from collection.views import batches, correction, duties, entry, extractions, grid, records, reporting, upward

app_name = "collection"
urlpatterns: list[URLPattern] = [
    # --- reporting (views/reporting.py, entry.py, batches.py, grid.py) ---
    path("collection/reporting/", reporting.reporting, name="reporting"),
    path("collection/reporting/<str:item_code>/template.xlsx", reporting.template_file, name="template"),
    path("collection/reporting/<str:item_code>/file/", reporting.upload, name="upload"),
    path("collection/reporting/<str:item_code>/form/", entry.entry, name="entry"),
    path("collection/reporting/<str:item_code>/suggest/", entry.suggest, name="suggest"),
    path("collection/batches/", reporting.batches, name="batches"),
    path("collection/batches/<int:batch_id>/", batches.batch, name="batch"),
    path("collection/batches/<int:batch_id>/progress/", batches.batch_progress, name="batch_progress"),
    path("collection/batches/<int:batch_id>/cancel/", batches.cancel, name="cancel_batch"),
    path("collection/batches/<int:batch_id>/resume/", batches.resume, name="resume_batch"),
    path("collection/batches/<int:batch_id>/returned.xlsx", batches.returned_workbook, name="returned_workbook"),
    path("collection/batches/<int:batch_id>/mend/", grid.mend, name="mend"),
    path("collection/batches/<int:batch_id>/drop/", grid.drop, name="drop_rows"),
    # --- records and their ledger (views/records.py) ---
    path("collection/records/", records.records, name="records"),
    path("collection/records/<int:record_id>/", records.record, name="record"),
    path("collection/records/<int:record_id>/correct/", correction.correct, name="correct"),
    path("collection/records/<int:record_id>/withdraw/", records.withdraw, name="withdraw"),
    path("collection/records/<int:record_id>/archive/", records.archive, name="archive"),
    # --- tasks, quality, promises (views/duties.py) ---
    path("collection/tasks/", duties.tasks, name="tasks"),
    path("collection/tasks/<int:task_id>/close/", duties.close_task, name="close_task"),
    path("collection/quality/", duties.quality, name="quality"),
    path("collection/quality/returned/", duties.returned_rows, name="returned_rows"),
    path("collection/promises/", duties.promises, name="promises"),
    path("collection/promises/<int:promise_id>/close/", duties.close_promise, name="close_promise"),
    # --- extractions and handing up (views/extractions.py, views/upward.py) ---
    path("collection/extractions/", extractions.extractions, name="extractions"),
    path("collection/extractions/new/", extractions.new_extraction, name="new_extraction"),
    path("collection/extractions/<int:extraction_id>/", extractions.extraction, name="extraction"),
    path("collection/extractions/<int:extraction_id>/try/", extractions.try_extraction, name="try_extraction"),
    path("collection/extractions/<int:extraction_id>/run/", extractions.run_extraction, name="run_extraction"),
    path("collection/handovers/", upward.handovers, name="handovers"),
    path("collection/handovers/make/", upward.make, name="make_handover"),
    path("collection/handovers/runs/", upward.runs, name="handover_runs"),
    path("collection/handovers/runs/<int:run_id>/stop/", upward.stop, name="stop_handover"),
    path("collection/handovers/<int:handover_id>/mark/", upward.mark, name="mark_handover"),
    path("collection/handovers/<int:handover_id>/<str:kind>/", upward.handover, name="handover"),
    # --- interface (api.py) ---
    path("api/v1/collection/batches/<int:batch_id>", api.batch_by_id, name="api_batch"),
    path("api/v1/collection/<str:item>/records", api.records, name="api_records"),
]
