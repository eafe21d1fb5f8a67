from django.urls import URLPattern, path

from collection.views import duties

app_name = "collection"
urlpatterns: list[URLPattern] = [
    # --- reporting (views/reporting.py) ---
    # --- records and their ledger (views/records.py) ---
    # --- tasks, quality, promises (views/duties.py) ---
    path("collection/tasks/", duties.tasks, name="tasks"),
    path("collection/tasks/<int:task_id>/close/", duties.close_task, name="close_task"),
    path("collection/quality/", duties.quality, name="quality"),
    path("collection/quality/returned/", duties.returned_rows, name="returned_rows"),
    path("collection/promises/", duties.promises, name="promises"),
    path("collection/promises/<int:promise_id>/close/", duties.close_promise, name="close_promise"),
    # --- extractions and handing up (views/extractions.py, views/upward.py) ---
    # --- interface (api.py) ---
]
