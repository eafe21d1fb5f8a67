from django.urls import path

from subjects.views import clearing, dossiers

app_name = "subjects"
urlpatterns = [
    path("subjects/conflicts/", dossiers.conflicts, name="conflicts"),
    path("subjects/conflicts/<int:conflict_id>/", dossiers.resolve_conflict, name="resolve_conflict"),
    path("subjects/find/", clearing.find, name="find"),
    path("subjects/cleared/<int:clearing_id>/withdraw/", clearing.withdraw, name="withdraw_clearing"),
    path("subjects/<int:subject_id>/cleared/", clearing.clear, name="clear"),
    path("subjects/<int:subject_id>/", dossiers.dossier, name="dossier"),
    path("subjects/<int:subject_id>/person/", dossiers.person, name="person"),
    path("subjects/<int:subject_id>/reveal/", dossiers.reveal, name="reveal"),
]
