"""Pages of uploads. A clerk sees their own, a data steward those of their scope."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.catalogue import selectors
from shuzhi.apps.catalogue.likeness import Ground
from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.services import UploadDraft, upload_answer, upload_receive
from shuzhi.apps.files.receptions import UnderWay, reception_drop, reception_get, receptions_under_way
from shuzhi.apps.files.room import room_for
from shuzhi.apps.jobs.models import Job
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain, explain_code
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest
from shuzhi.portal.uploads.forms import UploadForm

STATES = {
    Upload.State.WAITING: ("grey", N_("Waiting")),
    Upload.State.READING: ("blue", N_("Being checked")),
    Upload.State.ASKED: ("yellow", N_("Waits for your answer")),
    Upload.State.DONE: ("green", N_("Taken in")),
    Upload.State.REFUSED: ("red", N_("Sent back")),
}


GROUNDS = {
    Ground.SAME_FILE: N_("the same file as its current version"),
    Ground.SAME_TITLE: N_("the same name"),
    Ground.SAME_COLUMNS: N_("the same columns"),
}


def state_of(upload: Upload) -> Lamp:
    """The upload's state as colour and word."""
    colour, word = STATES[Upload.State(upload.state)]
    return Lamp(colour, _(word))


def problem_of(upload: Upload) -> str:
    """Why it was sent back, as a sentence; empty where it was not."""
    return explain_code(upload.problem["code"], upload.problem["values"]) if upload.problem else ""


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(state.value, _(word)) for state, (_colour, word) in STATES.items()]


LISTING = Listing(
    key="uploads",
    columns=(
        Column("title", N_("Name"), template="uploads/title_cell.html", value=lambda upload: upload.title),
        Column("state", N_("State"), kind="lamp", value=state_of, sort="state"),
        Column("organisation", N_("Organisation"), value=lambda upload: upload.organisation.name),
        Column("file", N_("File"), value=lambda upload: upload.original.name if upload.original else ""),
        Column("uploaded_by_name", N_("Handed in by")),
        Column("created_at", N_("Handed in"), kind="moment", sort="created_at"),
    ),
    filters=(Filter("state", N_("State"), _states),),
    search=N_("Name"),
    empty=Empty(
        N_("No file has been handed in yet. Hand in a table as it is: you see what to mend."),
        N_("Hand in a file"),
        "uploads:new",
    ),
)


def upload_list(request: PortalRequest) -> HttpResponseBase:
    """The list, newest first."""

    def find(asked: Asked) -> object:
        uploads = selectors.uploads_visible(actor=request.actor)
        if asked.text:
            uploads = uploads.filter(title__icontains=asked.text)
        return uploads.filter(state=asked.filters["state"]) if "state" in asked.filters else uploads

    return list_page(request, LISTING, find, _("Hand in data"), template="uploads/list.html")


def upload_new(request: PortalRequest) -> HttpResponse:
    """The form; afterwards the page on which the file's way is followed."""
    actor = request.actor
    organisations = selectors.may_upload_for(actor)
    if not organisations.exists():
        raise ForbiddenError(N_("handing in data"), N_("only clerks and data stewards hand in data"))
    datasets = Dataset.objects.filter(owner__in=organisations).select_related("owner").order_by("title")
    initial = {name: request.GET.get(name, "") for name in ("dataset", "reception")}
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        actor=actor,
        datasets=datasets,
        organisations=organisations,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            upload = upload_receive(actor=actor, draft=_draft(form))
        except BadInputError as error:
            form.add_error("file", explain(error))
        else:
            return _sent_on(request, reverse("uploads:detail", args=[upload.public_id]))
    trail = ((_("Hand in data"), reverse("uploads:list")),)
    under_way = receptions_under_way(actor=actor)
    context = {
        "form": form,
        "room": room_for(actor),
        "under_way": under_way,
        "come": next((one for one in under_way if _is_chosen(form, one)), None),
        "hours": settings.CONFIGURATION.under_way_hours,
    }
    return page(request, "uploads/new.html", _("Hand in a file"), trail=trail, **context)


@require_POST
def reception_discarded(request: PortalRequest, public_id: str) -> HttpResponse:
    """Throws away what has come of a file."""
    reception_drop(actor=request.actor, reception=reception_get(actor=request.actor, public_id=public_id))
    return redirect("uploads:new")


def _is_chosen(form: UploadForm, one: UnderWay) -> bool:
    return one.is_whole and form["reception"].value() == one.reception.public_id


def upload_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """Where the file is on its way; goes on to the dataset by itself when it has been taken in."""
    upload = selectors.upload_get(actor=request.actor, public_id=public_id)
    job = Job.objects.filter(public_id=upload.job).first() if _is_open(upload) else None
    trail = ((_("Hand in data"), reverse("uploads:list")),)
    context = {"upload": upload, "job": job, "state": state_of(upload), "problem": problem_of(upload)}
    candidates = _candidates(request, upload) if upload.state == Upload.State.ASKED else []
    return page(request, "uploads/detail.html", upload.title, trail=trail, candidates=candidates, **context)


def _candidates(request: PortalRequest, upload: Upload) -> list[tuple[Dataset, list[str]]]:
    """The datasets that the file may be a new version of, with the grounds in words."""
    return [
        (dataset, [_(GROUNDS[Ground(ground)]) for ground in grounds])
        for dataset, grounds in selectors.candidates_of(actor=request.actor, upload=upload)
    ]


@require_POST
def upload_answered(request: PortalRequest, public_id: str) -> HttpResponse:
    """Says whether the file is a new version of a dataset (its public id) or a new one (empty)."""
    upload = selectors.upload_get(actor=request.actor, public_id=public_id)
    try:
        upload_answer(actor=request.actor, upload=upload, dataset=request.POST["dataset"])
    except (ConflictError, MultiValueDictKeyError) as error:
        said = explain(error) if isinstance(error, ConflictError) else _("Choose one of the answers.")
        messages.error(request, said)
    return redirect("uploads:detail", upload.public_id)


def upload_result(request: PortalRequest, public_id: str) -> HttpResponse:
    """The dataset that the file became, or the page that says why it was sent back."""
    upload = selectors.upload_get(actor=request.actor, public_id=public_id)
    if upload.dataset and upload.snapshot:
        return redirect("datasets:detail", upload.dataset.public_id)
    return redirect("uploads:detail", upload.public_id)


def _sent_on(request: PortalRequest, url: str) -> HttpResponse:
    """On to a page; a script that shows the sending follows no redirect and is told where to go."""
    if request.headers.get("X-Sending"):
        return HttpResponse(headers={"X-Next": url})
    return redirect(url)


def _is_open(upload: Upload) -> bool:
    return upload.state in {Upload.State.WAITING, Upload.State.READING}


def _draft(form: UploadForm) -> UploadDraft:
    cleaned = form.cleaned_data
    file, reception = cleaned["file"], cleaned["reception"]
    return UploadDraft(
        organisation=cleaned["organisation"],
        content=file.file if file else reception,
        name=file.name if file else reception.name,
        no_secrets=cleaned["no_secrets"],
        dataset=cleaned["dataset"],
        title=cleaned["title"],
        sheet=cleaned["sheet"],
        synthetic=cleaned["synthetic"],
    )
