from django.urls import path

from subjects import views

app_name = "subjects"
urlpatterns = [
    path("subjects/conflicts/", views.conflicts, name="conflicts"),
    path("subjects/conflicts/<int:conflict_id>/", views.resolve_conflict, name="resolve_conflict"),
    path("subjects/<int:subject_id>/", views.dossier, name="dossier"),
    path("subjects/<int:subject_id>/person/", views.person, name="person"),
    path("subjects/<int:subject_id>/reveal/", views.reveal, name="reveal"),
]
