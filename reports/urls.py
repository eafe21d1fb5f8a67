from django.urls import path

from reports.views import counter, kiosk, own, verification

app_name = "reports"
urlpatterns = [
    path("reports/", counter.reports, name="reports"),
    path("reports/new/", counter.new_report, name="new_report"),
    path("reports/<int:report_id>/", counter.report, name="report"),
    path("reports/<int:report_id>/file/", counter.report_file, name="report_file"),
    path("portal/my/report/", own.my_reports, name="my_reports"),
    path("portal/my/report/<int:report_id>/file/", own.my_report_file, name="my_report_file"),
    path("kiosk/report/", kiosk.kiosk, name="kiosk"),
    path("r/", verification.page, name="verify"),
    path("r/<str:number>", verification.page, name="verify_report"),
]
