from django.urls import path

from redblack.views import ages

app_name = "redblack"
urlpatterns = [
    path("lists/", ages.list_ages, name="list_ages"),
]
