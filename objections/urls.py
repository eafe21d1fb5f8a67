from django.urls import path

from objections import api
from objections.views import filing, queue, steps

app_name = "objections"
urlpatterns = [
    path("api/v1/objections", api.objections, name="api_objections"),
    path("api/v1/objections/<str:upstream_number>", api.objection, name="api_objection"),
    path("objections/", queue.queue, name="queue"),
    path("objections/rules/", queue.rules, name="rules"),
    path("objections/new/entry/<int:entry_id>/", filing.against_entry, name="against_entry"),
    path("objections/new/record/<int:record_id>/", filing.against_record, name="against_record"),
    path("objections/new/check/<str:number>/", filing.against_check, name="against_check"),
    path("objections/verify/<str:code>/", queue.verify, name="verify"),
    path("objections/<int:objection_id>/", queue.objection, name="objection"),
    path("objections/<int:objection_id>/claim/", queue.claim, name="claim"),
    path("objections/<int:objection_id>/papers/<int:attachment_id>/", queue.paper, name="paper"),
    path("objections/<int:objection_id>/<str:name>/", steps.step, name="step"),
]
