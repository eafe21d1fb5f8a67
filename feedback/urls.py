from django.urls import path

from feedback import api
from feedback.views import dues, letters

app_name = "feedback"
urlpatterns = [
    path("api/v1/feedback/cases", api.cases, name="api_cases"),
    path("api/v1/feedback/dues", api.dues, name="api_dues"),
    path("feedback/", dues.due_list, name="due_list"),
    path("feedback/letters/", letters.letter_list, name="letters"),
    path("feedback/letters/<int:letter_id>/", letters.letter, name="letter"),
    path("feedback/letters/<int:letter_id>/file/", letters.letter_file, name="letter_file"),
    path("feedback/letters/<int:letter_id>/served/", letters.serve_letter, name="serve_letter"),
    path("feedback/responses/<int:response_id>/letter/", letters.response_letter, name="response_letter"),
    path("feedback/<int:due_id>/", dues.report_due, name="report"),
    path("feedback/<int:due_id>/letter/", letters.due_letter, name="due_letter"),
]
