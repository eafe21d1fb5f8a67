from django.urls import path

from objections import api
from objections.views import filing, queue, steps, visitors

app_name = "objections"
urlpatterns = [
    path("api/v1/objections", api.objections, name="api_objections"),
    path("api/v1/objections/<str:upstream_number>", api.objection, name="api_objection"),
    path("objections/", queue.queue, name="queue"),
    path("objections/rules/", queue.rules, name="rules"),
    path("objections/new/entry/<int:entry_id>/", filing.against_entry, name="against_entry"),
    path("objections/new/record/<int:record_id>/", filing.against_record, name="against_record"),
    path("objections/new/check/<str:number>/", filing.against_check, name="against_check"),
    path("objections/verify/<str:answer_code>/", queue.verify, name="verify"),
    path("portal/my/objections/", visitors.my_objections, name="my_objections"),
    path("portal/my/objections/new/check/", visitors.object_to_check, name="object_to_check"),
    path("portal/my/objections/new/<str:target>/<str:ref>/", visitors.object_to, name="object_to"),
    path("portal/my/objections/of/<str:number>/", visitors.my_objection, name="my_objection"),
    path("portal/my/objections/of/<str:number>/claim/", visitors.my_claim, name="my_claim"),
    path("portal/my/objections/of/<str:number>/papers/", visitors.my_papers, name="my_papers"),
    path("portal/my/objections/of/<str:number>/papers/<int:dispute_paper_id>/", visitors.my_paper, name="my_paper"),
    path("portal/my/objections/of/<str:number>/withdraw/", visitors.my_withdrawal, name="my_withdrawal"),
    path("portal/my/objections/of/<str:number>/review/", visitors.my_review, name="my_review"),
    path("objections/<int:dispute_id>/", queue.objection, name="objection"),
    path("objections/<int:dispute_id>/claim/", queue.claim, name="claim"),
    path("objections/<int:dispute_id>/papers/<int:dispute_paper_id>/", queue.paper, name="paper"),
    path("objections/<int:dispute_id>/<str:dispute_step>/", steps.step, name="step"),
]
