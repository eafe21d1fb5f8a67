from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("feedback/", views.due_list, name="due_list"),
    path("feedback/<int:due_id>/", views.report_due, name="report"),
]
