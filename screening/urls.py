from django.urls import path

from screening import api, api_plugin, api_replay
from screening.views import checks, matters, rehearsals, responses, window
from screening.views.replays import page as replay_page
from screening.views.verification import page as verify_page

app_name = "screening"
urlpatterns = [
    path("api/v1/checks", api.checks, name="api_checks"),
    path("api/v1/checks/<str:number>", api.check_by_number, name="api_check"),
    path("api/v1/checks/<str:number>/choice", api_plugin.choices, name="api_choice"),
    path("api/v1/plugin/tokens", api_plugin.tokens, name="api_plugin_tokens"),
    path("api/v1/plugin/checks", api_plugin.plugin_checks, name="api_plugin_checks"),
    path("api/v1/plugin/choices", api_plugin.plugin_choices, name="api_plugin_choices"),
    path("check/", window.window, name="window"),
    path("check/matters/", window.choices, name="choices"),
    path("check/matters/pick/", window.pick, name="pick"),
    path("check/receipts/", checks.today, name="today"),
    path("check/receipts/<str:number>/", checks.receipt, name="receipt"),
    path("check/receipts/<str:number>/replay/", replay_page, name="replay"),
    path("v/", verify_page, name="verify"),
    path("v/<str:number>", verify_page, name="verify_receipt"),
    path("api/v1/checks/<str:number>/replay", api_replay.replay_by_number, name="api_replay"),
    path("check/receipts/<str:number>/choice/", checks.choose, name="choose"),
    path("responses/", responses.responses, name="responses"),
    path("responses/answer/", responses.answer_responses, name="answer_responses"),
    path("responses/<int:response_id>/", responses.response, name="response"),
    path("rehearsals/of/<int:item_id>/", rehearsals.rehearse, name="rehearse"),
    path("rehearsals/<int:rehearsal_id>/rows/", rehearsals.rehearsal_rows, name="rehearsal_rows"),
    path("rehearsals/<int:rehearsal_id>/publish/", rehearsals.publish_rehearsed, name="publish_rehearsed"),
    path("matters/", matters.matters, name="matters"),
    path("matters/new/", matters.new_matter, name="new_matter"),
    path("matters/import/", matters.import_matters, name="import_matters"),
    path("matters/export/", matters.export_matters, name="export_matters"),
    path("matters/<str:matter_code>/", matters.matter, name="matter"),
    path("matters/<str:matter_code>/edit/", matters.edit_matter, name="edit_matter"),
]
