from django.urls import path

from feedback import api
from feedback.views import dues, effects, files, letters

app_name = "feedback"
urlpatterns = [
    path("api/v1/feedback/cases", api.cases, name="api_cases"),
    path("api/v1/feedback/dues", api.dues, name="api_dues"),
    path("feedback/", dues.due_list, name="due_list"),
    path("feedback/of/<str:number>/", dues.dues_of_receipt, name="of_receipt"),
    path("feedback/attachments/<int:attachment_id>/", dues.attachment, name="attachment"),
    path("feedback/effects/", effects.effects, name="effects"),
    path("feedback/effects/rows/", effects.effect_rows, name="effect_rows"),
    path("feedback/effects/export/", effects.export_effects, name="export_effects"),
    path("feedback/effects/rows/export/", effects.export_rows, name="export_effect_rows"),
    path("feedback/sheets/", files.sheets, name="sheets"),
    path("feedback/sheets/form/", files.sheet_form, name="sheet_form"),
    path("feedback/sheets/<int:file_id>/", files.sheet, name="sheet"),
    path("feedback/sheets/<int:file_id>/result/", files.sheet_result, name="sheet_result"),
    path("feedback/letters/", letters.letter_list, name="letters"),
    path("feedback/letters/<int:letter_id>/", letters.letter, name="letter"),
    path("feedback/letters/<int:letter_id>/file/", letters.letter_file, name="letter_file"),
    path("feedback/letters/<int:letter_id>/served/", letters.serve_letter, name="serve_letter"),
    path("feedback/responses/<int:response_id>/letter/", letters.response_letter, name="response_letter"),
    path("feedback/<int:due_id>/", dues.report_due, name="report"),
    path("feedback/<int:due_id>/letter/", letters.due_letter, name="due_letter"),
]
