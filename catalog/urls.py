from django.urls import path

from catalog.views import editor, items, life, office, public, rules

app_name = "catalog"
urlpatterns = [
    path("", items.items, name="items"),
    path("export.xlsx", items.export, name="export"),
    path("classes/", items.classes, name="classes"),
    path("public/", public.public_list, name="public_list"),
    path("public/<str:item_code>/", public.public_page, name="public_item"),
    path("powers/", office.powers, name="powers"),
    path("powers/import/", office.import_powers, name="import_powers"),
    path("powers/<int:power_id>/derive/", office.derive, name="derive"),
    path("upkeep/", office.upkeep, name="upkeep"),
    path("upkeep/<int:upkeep_id>/close/", office.close_upkeep, name="close_upkeep"),
    path("new/", editor.new_item, name="new_item"),
    path("items/<str:item_code>/", items.item, name="item"),
    path("items/<str:item_code>/compare/", items.compare, name="compare"),
    path("items/<str:item_code>/change/", editor.change, name="change"),
    path("items/<str:item_code>/withdraw/", life.withdraw, name="withdraw"),
    path("items/<str:item_code>/<int:version>/", items.version, name="version"),
    path("drafts/<int:version_id>/", editor.draft, name="draft"),
    path("drafts/<int:version_id>/fields/", editor.fields, name="fields"),
    path("drafts/<int:version_id>/fields/list.xlsx", editor.field_list, name="field_list"),
    path("drafts/<int:version_id>/fields/upload/", editor.take_field_list, name="take_field_list"),
    path("drafts/<int:version_id>/fields/<str:field_code>/", editor.field, name="field"),
    path("drafts/<int:version_id>/rules/", rules.rules, name="rules"),
    path("drafts/<int:version_id>/submit/", editor.submit, name="submit"),
    path("drafts/<int:version_id>/discard/", editor.discard, name="discard"),
    path("review/<int:version_id>/", life.review, name="review"),
    path("review/<int:version_id>/publish/", life.publish, name="publish"),
    path("review/<int:version_id>/send-back/", life.send_back, name="send_back"),
    path("versions/<int:version_id>/filing/", life.filing, name="filing"),
]
