from django.urls import path

from feedback import api
from feedback.views import dues, effects, files, letters, supervision, typical, upward

app_name = "feedback"
urlpatterns = [
    path("api/v1/feedback/cases", api.cases, name="api_cases"),
    path("api/v1/feedback/dues", api.dues, name="api_dues"),
    path("feedback/", dues.due_list, name="due_list"),
    path("feedback/of/<str:number>/", dues.dues_of_receipt, name="of_receipt"),
    path("feedback/attachments/<int:proof_id>/", dues.attachment, name="attachment"),
    path("feedback/effects/", effects.effects, name="effects"),
    path("feedback/effects/rows/", effects.effect_rows, name="effect_rows"),
    path("feedback/effects/export/", effects.export_effects, name="export_effects"),
    path("feedback/effects/rows/export/", effects.export_rows, name="export_effect_rows"),
    path("feedback/sheets/", files.sheets, name="sheets"),
    path("feedback/sheets/form/", files.sheet_form, name="sheet_form"),
    path("feedback/sheets/<int:sheet_id>/", files.sheet, name="sheet"),
    path("feedback/sheets/<int:sheet_id>/result/", files.sheet_result, name="sheet_result"),
    path("feedback/letters/", letters.letter_list, name="letters"),
    path("feedback/letters/<int:letter_id>/", letters.letter, name="letter"),
    path("feedback/letters/<int:letter_id>/file/", letters.letter_file, name="letter_file"),
    path("feedback/letters/<int:letter_id>/served/", letters.serve_letter, name="serve_letter"),
    path("feedback/responses/<int:response_id>/letter/", letters.response_letter, name="response_letter"),
    path("feedback/badly-closed/", supervision.badly_closed, name="badly_closed"),
    path("feedback/supervision/", supervision.supervisions, name="supervisions"),
    path("feedback/supervision/candidates/", supervision.candidates, name="supervision_candidates"),
    path("feedback/supervision/open/", supervision.open_one, name="open_supervision"),
    path("feedback/supervision/<int:supervision_id>/", supervision.supervision, name="supervision"),
    path("feedback/typical/", typical.typicals, name="typicals"),
    path("feedback/typical/<int:typical_id>/", typical.typical, name="typical"),
    path("feedback/typical/<int:typical_id>/<str:verb>/", typical.step_typical, name="step_typical"),
    path("feedback/upward/", upward.upward_page, name="upward"),
    path("feedback/upward/make/", upward.make_up_report, name="make_up_report"),
    path("feedback/upward/<int:up_report_id>/handed/", upward.mark_up_report, name="mark_up_report"),
    path("feedback/upward/<int:up_report_id>/<str:form>/", upward.up_report_file, name="up_report_file"),
    path("feedback/upward/send/<str:sent>/<int:ref_id>/", upward.send_up, name="send_up"),
    path("public/cases/", typical.public_cases, name="public_cases"),
    path("public/cases/<int:typical_id>/", typical.public_case, name="public_case"),
    path("feedback/<int:due_id>/typical/", typical.new_typical, name="new_typical"),
    path("feedback/<int:due_id>/", dues.report_due, name="report"),
    path("feedback/<int:due_id>/letter/", letters.due_letter, name="due_letter"),
]
