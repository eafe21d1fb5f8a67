"""List types as a spreadsheet, out and in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from kernel.actor import Actor
from kernel.errors import Refusal
from redblack import services
from redblack.forms.editions import TypesUpload
from redblack.views.types import for_office
from toolkit import clock
from toolkit.http import status_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPROCESSABLE = 422


@require_GET
@for_office
def export_types(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every list type as it is published, one row each."""
    name, data = services.export_types(actor=actor, now=clock.now())
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


@require_http_methods(["GET", "POST"])
@for_office
def import_types(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each row of the spreadsheet becomes a draft; of one with a problem nothing is taken."""
    form = TypesUpload(request.POST or None, request.FILES or None)
    refusal, problems, status = None, [], 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                taken = services.import_types(data=form.cleaned_data["file"].read(), actor=actor, now=clock.now())
            except services.TypesRefused as refused:
                problems, status = list(refused.problems), status_of(refused)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, _told(taken))
                return redirect("redblack:list_types")
    context = {"form": form, "refusal": refusal, "problems": problems}
    return render(request, "redblack/types/import.html", context, status=status)


def _told(taken: services.TypesTaken) -> str:
    made = taken.created + taken.changed
    said = [
        f"已起草新增 {taken.created} 个、变更 {taken.changed} 个，请逐个核对后提交，由另一名工作人员审核发布。"
        if made
        else "没有需要变更的名单类型，什么也没有改动。"
    ]
    if taken.same:
        said.append(f"{taken.same} 行与现行内容相同。")
    if taken.drafted:
        said.append(f"{taken.drafted} 行已有相同内容的草稿，没有重复起草。")
    if taken.to_review:
        said.append(f"{taken.to_review} 个新增的名单写有其他法律状态，一律先为待法制审核。")
    if taken.unread:
        said.append(f"没有读取的列：{'、'.join(taken.unread)}。")
    if taken.left_out:
        said.append(f"没有读取的工作表：{'、'.join(taken.left_out)}。")
    return "".join(said)
