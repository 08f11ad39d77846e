"""Everything that may be done to the catalogue."""

from shuzhi.apps.catalogue.services.contracts import contract_read, contract_replace
from shuzhi.apps.catalogue.services.grades import GradeDecision, grades_decide
from shuzhi.apps.catalogue.services.questions import NEW, upload_answer, upload_ask
from shuzhi.apps.catalogue.services.rules import rule_withdraw
from shuzhi.apps.catalogue.services.snapshots import snapshot_commit
from shuzhi.apps.catalogue.services.uploads import UploadDraft, upload_begin, upload_receive, upload_refuse

__all__ = [
    "NEW",
    "GradeDecision",
    "UploadDraft",
    "contract_read",
    "contract_replace",
    "grades_decide",
    "rule_withdraw",
    "snapshot_commit",
    "upload_answer",
    "upload_ask",
    "upload_begin",
    "upload_receive",
    "upload_refuse",
]
