from django.urls import path

from reports.views import counter, verification

app_name = "reports"
urlpatterns = [
    path("reports/", counter.reports, name="reports"),
    path("reports/new/", counter.new_report, name="new_report"),
    path("reports/<int:report_id>/", counter.report, name="report"),
    path("reports/<int:report_id>/file/", counter.report_file, name="report_file"),
    path("r/", verification.page, name="verify"),
    path("r/<str:number>", verification.page, name="verify_report"),
]
