from django.urls import path

from redblack.views import ages, editions, types

app_name = "redblack"
urlpatterns = [
    path("lists/", ages.list_ages, name="list_ages"),
    path("lists/types/", types.list_types, name="list_types"),
    path("lists/types/new/", editions.new_type, name="new_type"),
    path("lists/types/<str:code>/", types.list_type, name="list_type"),
    path("lists/types/<str:code>/change/", editions.change_type, name="change_type"),
    path("lists/types/<str:code>/confirm/", types.confirm_fact, name="confirm_fact"),
    path("lists/types/<str:code>/compare/", types.compare_types, name="compare_types"),
    path("lists/editions/<int:edition_id>/", editions.edition, name="edition"),
    path("lists/editions/<int:edition_id>/submit/", editions.submit_edition, name="submit_edition"),
    path("lists/editions/<int:edition_id>/discard/", editions.discard_edition, name="discard_edition"),
    path("lists/editions/<int:edition_id>/review/", editions.review_edition, name="review_edition"),
    path("lists/editions/<int:edition_id>/publish/", editions.publish_edition, name="publish_edition"),
    path("lists/editions/<int:edition_id>/send-back/", editions.send_back_edition, name="send_back_edition"),
]
