from django.urls import URLPattern

app_name = "collection"
urlpatterns: list[URLPattern] = [
    # --- reporting (views/reporting.py) ---
    # --- records and their ledger (views/records.py) ---
    # --- tasks, quality, promises (views/duties.py) ---
    # --- extractions and handing up (views/extractions.py, views/upward.py) ---
    # --- interface (api.py) ---
]
