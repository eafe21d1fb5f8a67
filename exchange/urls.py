from django.urls import path

from exchange import views
from exchange.api import pulling, soap
from exchange.views import channels, liftings

app_name = "exchange"
urlpatterns = [
    path("api/v1/exchange/subscriptions/<int:subscription_id>/changes", pulling.changes, name="api_changes"),
    path("api/v1/exchange/subscriptions/<int:subscription_id>/snapshot", pulling.snapshot, name="api_snapshot"),
    path(
        "api/v1/exchange/subscriptions/<int:subscription_id>/confirmations",
        pulling.confirmations,
        name="api_confirmations",
    ),
    path("api/v1/exchange/soap", soap.service, name="api_soap"),
    path("exchange/", views.subscriptions, name="subscriptions"),
    path("exchange/new/", views.new_subscription, name="new_subscription"),
    path("exchange/liftings/", liftings.liftings, name="liftings"),
    path("exchange/liftings/<int:lifting_id>/", liftings.lift, name="lift"),
    path("exchange/recalls/", views.recalls, name="recalls"),
    path("exchange/entries/<int:entry_id>/holders/", views.holders, name="holders"),
    path("exchange/<int:subscription_id>/", views.subscription, name="subscription"),
    path("exchange/<int:subscription_id>/step/", views.step, name="step"),
    path("exchange/<int:subscription_id>/channel/", channels.channel, name="channel"),
    path("exchange/<int:subscription_id>/channel/try/", channels.try_channel, name="try_channel"),
    path("exchange/<int:subscription_id>/channel/step/", channels.step_channel, name="step_channel"),
    path("exchange/<int:subscription_id>/deliveries/", channels.deliveries, name="deliveries"),
    path("exchange/<int:subscription_id>/deliveries/ask/", channels.ask, name="ask"),
    path("exchange/<int:subscription_id>/next/", channels.next_document, name="next_document"),
    path("exchange/failed/", channels.dead_letters, name="dead_letters"),
    path("exchange/files.xsd", channels.files_schema, name="files_schema"),
]
