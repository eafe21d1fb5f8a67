from django.urls import path

from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("demo/penalties.xlsx", views.scene_six, name="scene_six"),
    path("demo/tax-list.xlsx", views.scene_five, name="scene_five"),
    path("display/", views.display, name="display"),
]
