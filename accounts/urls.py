from django.urls import path

from accounts import views

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
    path("clients/", views.clients, name="clients"),
    path("clients/new/", views.new_client, name="new_client"),
    path("clients/<int:client_id>/", views.client, name="client"),
    path("clients/<int:client_id>/rotate/", views.rotate_secret, name="rotate_secret"),
    path("clients/<int:client_id>/origins/", views.set_origins, name="set_origins"),
    path("clients/<int:client_id>/deactivate/", views.deactivate_client, name="deactivate_client"),
]
