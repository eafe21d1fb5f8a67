from django.urls import path

from complaints.views import queue, telling

app_name = "complaints"
urlpatterns = [
    path("portal/complaints/", telling.tell_page, name="tell"),
    path("portal/complaints/progress/", telling.progress_page, name="progress"),
    path("complaints/", queue.complaints, name="complaints"),
    path("complaints/handlers/", queue.handlers, name="handlers"),
    path("complaints/<int:complaint_id>/", queue.complaint, name="complaint"),
    path("complaints/<int:complaint_id>/step/<str:verb>/", queue.step, name="step"),
    path("complaints/<int:complaint_id>/identity/", queue.identity, name="identity"),
    path("complaints/<int:complaint_id>/papers/<int:paper_id>/", queue.paper, name="paper"),
]
