from django.urls import path, re_path

from measures.views import basics, drafting, items, memoranda, memoranda_editor, public, sheets

app_name = "measures"
urlpatterns = [
    path("", items.items, name="items"),
    path("export.xlsx", sheets.export, name="export"),
    path("import/", sheets.take, name="import"),
    path("public/", public.public_list, name="public_list"),
    path("public/<str:measure_code>/", public.public_page, name="public_item"),
    path("new/", drafting.new_item, name="new_item"),
    path("originals/<int:original_id>/draft/", drafting.from_original, name="from_original"),
    path("items/<str:measure_code>/", items.item, name="item"),
    path("items/<str:measure_code>/withdraw/", items.withdraw, name="withdraw"),
    path("editions/<int:item_id>/change/", drafting.change, name="change"),
    path("drafts/<int:item_id>/", drafting.draft, name="draft"),
    path("drafts/<int:item_id>/condition/", drafting.condition, name="condition"),
    path("drafts/<int:item_id>/condition/sentence/", drafting.condition_sentence, name="condition_sentence"),
    path("drafts/<int:item_id>/submit/", drafting.submit, name="submit"),
    path("drafts/<int:item_id>/discard/", drafting.discard, name="discard"),
    path("review/<int:item_id>/", items.review, name="review"),
    path("review/<int:item_id>/send-back/", items.send_back, name="send_back"),
    path("memoranda/", memoranda.memoranda, name="memoranda"),
    path("memoranda/new/", memoranda_editor.new_memorandum, name="new_memorandum"),
    path("memoranda/import/", memoranda.import_memoranda, name="import_memoranda"),
    re_path(r"^memoranda/export\.(?P<form>xlsx|yaml)$", memoranda.export_memoranda, name="export_memoranda"),
    path("memoranda/<str:memo>/", memoranda.memorandum, name="memorandum"),
    path("memoranda/<str:memo>/edit/", memoranda_editor.edit_memorandum, name="edit_memorandum"),
    path("memoranda/<str:memo>/file/", memoranda.memorandum_file, name="memorandum_file"),
    path("memoranda/<str:memo>/file/upload/", memoranda.attach_file, name="attach_file"),
    path("basics/", basics.basic_lists, name="basic_lists"),
    path("basics/<int:basic_id>/confirm/", basics.confirm_basic, name="confirm_basic"),
]
