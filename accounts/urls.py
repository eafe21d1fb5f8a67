from django.urls import path

from accounts import views
from accounts.views import clients

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("password/", views.password, name="password"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<int:user_id>/", views.user, name="user"),
    path("users/<int:user_id>/roles/", views.set_roles, name="set_roles"),
    path("users/<int:user_id>/disable/", views.disable_user, name="disable_user"),
    path("users/<int:user_id>/enable/", views.enable_user, name="enable_user"),
    path("users/<int:user_id>/reset-password/", views.reset_password, name="reset_password"),
    path("users/<int:user_id>/reset-second-factor/", views.reset_second_factor, name="reset_second_factor"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.new_client, name="new_client"),
    path("clients/signature/", clients.try_signature, name="try_signature"),
    path("clients/proposals/<int:proposal_id>/", clients.proposal, name="proposal"),
    path("clients/proposals/<int:proposal_id>/approve/", clients.approve_client, name="approve_client"),
    path("clients/proposals/<int:proposal_id>/decline/", clients.decline_client, name="decline_client"),
    path("clients/<int:client_id>/", clients.client, name="client"),
    path("clients/<int:client_id>/change/", clients.change_client, name="change_client"),
    path("clients/<int:client_id>/rotate/", clients.rotate_secret, name="rotate_secret"),
    path("clients/<int:client_id>/origins/", clients.set_origins, name="set_origins"),
    path("clients/<int:client_id>/suspend/", clients.suspend_client, name="suspend_client"),
    path("clients/<int:client_id>/resume/", clients.resume_client, name="resume_client"),
    path("clients/<int:client_id>/deactivate/", clients.deactivate_client, name="deactivate_client"),
]
