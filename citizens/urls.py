from django.urls import path

from citizens import views

app_name = "citizens"
urlpatterns = [
    path("portal/in/", views.sign_in, name="sign_in"),
    path("portal/in/code/", views.code, name="code"),
    path("portal/in/province/", views.province, name="province"),
    path("portal/out/", views.sign_out, name="sign_out"),
    path("portal/out/elsewhere/", views.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("portal/my/relations/", views.relations, name="relations"),
    path("portal/my/relations/new/", views.claim, name="claim"),
    path("portal/my/relations/<int:representation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("portal/my/relations/<int:representation_id>/end/", views.end, name="end"),
    path("visitors/claims/", views.claims, name="claims"),
    path("visitors/claims/<int:representation_id>/", views.claim_page, name="claim_review"),
    path("visitors/claims/<int:representation_id>/paper/", views.paper, name="paper"),
    path("visitors/claims/<int:representation_id>/decide/", views.decide, name="decide"),
]
