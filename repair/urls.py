from django.urls import path

from repair import api
from repair.views import counter, outreach, papers, queue, received, steps, visitors

app_name = "repair"
urlpatterns = [
    path("api/v1/repair/results", api.results, name="api_results"),
    path("api/v1/repair/applications", api.applications, name="api_applications"),
    path("api/v1/repair/applications/<str:upstream_no>/supplement", api.supplement, name="api_supplement"),
    path("api/v1/repair/applications/<str:upstream_no>/withdrawal", api.withdrawal, name="api_withdrawal"),
    path("repair/", queue.queue, name="queue"),
    path("repair/counter/", counter.counter, name="counter"),
    path("repair/counter/<str:target>/<int:target_id>/", counter.file_for, name="file_for"),
    path("repair/outreach/", outreach.outreach, name="outreach"),
    path("repair/rules/", outreach.rules, name="rules"),
    path("repair/statistics/", outreach.statistics, name="statistics"),
    path("repair/results/", received.results, name="results"),
    path("repair/liftings/", received.liftings, name="liftings"),
    path("repair/liftings/<int:lifting_id>/close/", received.close_lifting, name="close_lifting"),
    path("repair/records/<int:record_id>/notice/", papers.record_notice, name="record_notice"),
    path("repair/proceedings/<int:proceeding_id>/notice/", papers.proceeding_notice, name="proceeding_notice"),
    path("portal/my/repair/", visitors.my_repairs, name="my_repairs"),
    path("portal/my/repair/apply/<str:target>/<int:target_id>/", visitors.apply, name="apply"),
    path("portal/my/repair/of/<str:number>/", visitors.my_application, name="my_application"),
    path("portal/my/repair/of/<str:number>/supplement/", visitors.my_supplement, name="my_supplement"),
    path("portal/my/repair/of/<str:number>/withdraw/", visitors.my_withdrawal, name="my_withdrawal"),
    path("portal/my/repair/of/<str:number>/papers/<int:repair_paper_id>/", visitors.my_paper, name="my_paper"),
    path("portal/repair/progress/", visitors.progress, name="progress"),
    path("repair/verify/<str:token>/", papers.verify, name="verify"),
    path("repair/<int:application_id>/", queue.application, name="application"),
    path("repair/<int:application_id>/files/<int:attachment_id>/", papers.attachment, name="attachment"),
    path("repair/<int:application_id>/papers/<int:repair_paper_id>/", papers.paper, name="paper"),
    path("repair/<int:application_id>/<str:step>/", steps.step, name="step"),
]
