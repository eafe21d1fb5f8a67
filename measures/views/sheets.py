"""A department's measure list as a spreadsheet, out and in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

import accounts.selectors
from kernel.actor import Actor
from kernel.errors import Refusal
from measures import selectors, services
from measures.forms.items import SheetChoice, SheetUpload
from measures.rules.sheet import workbook
from measures.views import shown
from measures.views.gates import for_drafters, for_readers
from toolkit import clock
from toolkit.http import status_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NATURES = {"reward": True, "punish": False}


@require_GET
@for_readers
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The eight columns of one department; drafts only for whoever may see them."""
    form = SheetChoice(request.GET, departments=shown.every_department())
    if not form.is_valid():
        return redirect("measures:items")
    department_id = int(form.cleaned_data["department"])
    rows = selectors.sheet_items(actor, department_id=department_id, state=form.cleaned_data["state"] or "published")
    department = accounts.selectors.departments_by_id([department_id])[department_id]
    answer = HttpResponse(workbook([services.sheet_row(row) for row in rows]), content_type=XLSX)
    name = f"{department.name}联合奖惩措施清单.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_http_methods(["GET", "POST"])
@for_drafters
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each row of the spreadsheet becomes a draft; of one with a problem nothing is taken."""
    choices = shown.department_choices(actor)
    form = SheetUpload(request.POST or None, request.FILES or None, departments=choices)
    refusal, problems, status = None, [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                taken = services.import_sheet(
                    department_id=int(said["department"]),
                    data=said["file"].read(),
                    reward=NATURES.get(said["nature"]),
                    matters=shown.matter_names(),
                    actor=actor,
                    now=clock.now(),
                )
            except services.SheetRefused as refused:
                problems, status = list(refused.problems), status_of(refused)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, _told(taken))
                return redirect(f"{reverse('measures:items')}?department={said['department']}&state=draft")
    context = {"form": form, "refusal": refusal, "problems": problems}
    return render(request, "measures/items/import.html", context, status=status)


def _told(taken: services.Taken) -> str:
    said = [f"已导入 {taken.drafted} 条，成为草稿；补充类别、触发来源等内容后可以提交审核。"]
    if taken.known:
        said.append(f"{taken.known} 条与已有的内容相同，没有重复导入。")
    if taken.filled_down:
        said.append(f"{taken.filled_down} 处合并单元格的内容已逐行填入。")
    if taken.left_out:
        said.append(f"没有八列表头的工作表未读：{'、'.join(taken.left_out)}。")
    return "".join(said)
