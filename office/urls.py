from django.urls import path

from office import views

app_name = "office"
urlpatterns = [
    path("office/calendar/", views.calendar, name="calendar"),
    path("demo/mail/", views.mailbox, name="mailbox"),
]
