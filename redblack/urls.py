from django.urls import path

from redblack import views

app_name = "redblack"
urlpatterns = [path("lists/", views.list_ages, name="list_ages")]
