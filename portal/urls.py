from django.urls import path

from portal import views
from portal.views import my, public

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("demo/penalties.xlsx", views.scene_six, name="scene_six"),
    path("demo/tax-list.xlsx", views.scene_five, name="scene_five"),
    path("display/", views.display, name="display"),
    path("robots.txt", public.robots, name="robots"),
    path("kiosk/", public.kiosk, name="kiosk"),
    path("portal/", public.front, name="front"),
    path("portal/look/", public.look, name="look"),
    path("portal/search/", public.search, name="search"),
    path("portal/firm/<str:ref>/", public.firm, name="firm"),
    path("portal/double/", public.double, name="double"),
    path("portal/double/<slug:which>/", public.double, name="double_of"),
    path("portal/lists/", public.lists, name="lists"),
    path("portal/lists/<str:code>/", public.list_entries, name="list"),
    path("portal/guides/", public.guides, name="guides"),
    path("portal/guides/<slug:slug>/", public.guide_page, name="guide"),
    path("portal/status/", public.status, name="status"),
    path("portal/my/", my.my, name="my"),
    path("portal/my/of/<str:ref>/", my.my_subject, name="my_subject"),
    path("portal/my/of/<str:ref>/lookups/", my.my_lookups, name="my_lookups"),
]
