from django.urls import path

from screening import api
from screening.views import checks

app_name = "screening"
urlpatterns = [
    path("api/v1/checks", api.checks, name="api_checks"),
    path("api/v1/checks/<str:number>", api.check_by_number, name="api_check"),
    path("check/", checks.window, name="window"),
    path("check/receipts/", checks.today, name="today"),
    path("check/receipts/<str:number>/", checks.receipt, name="receipt"),
    path("check/receipts/<str:number>/choice/", checks.choose, name="choose"),
]
