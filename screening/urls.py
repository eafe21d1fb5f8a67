from django.urls import path

from screening import api, views

app_name = "screening"
urlpatterns = [
    path("api/v1/checks", api.checks, name="api_checks"),
    path("api/v1/checks/<str:number>", api.check_by_number, name="api_check"),
    path("check/", views.window, name="window"),
    path("check/receipts/", views.today, name="today"),
    path("check/receipts/<str:number>/", views.receipt, name="receipt"),
    path("check/receipts/<str:number>/choice/", views.choose, name="choose"),
]
