"""What acts and subjects of the journal are called on screen. An act that has no word shows its code."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuzhi.engine.texts import N_
from shuzhi.portal.kinds import step_words

GROUPS = {
    "account": N_("Accounts and sign-in"),
    "duty": N_("Duties"),
    "organisation": N_("Organisations"),
    "case": N_("Work orders"),
    "dataset": N_("Datasets"),
    "upload": N_("Files handed in"),
    "snapshot": N_("Data versions"),
    "rows": N_("Reading of rows"),
    "set_aside": N_("Reading of what was not loaded"),
    "original": N_("Files taken back"),
    "grades": N_("Levels of columns"),
    "contract": N_("Data contracts"),
    "calendar": N_("Calendar of working days"),
    "rule": N_("Quality rules"),
    "file": N_("Stored files"),
    "list": N_("Exports of lists"),
    "scenario": N_("Scenario packs"),
    "journal": N_("Reading of the journal"),
    "installation": N_("Operation of the platform"),
}

ACTS = {
    "account.created": N_("Account made"),
    "account.disabled": N_("Account disabled"),
    "account.enabled": N_("Account enabled"),
    "account.locked": N_("Account locked after failures"),
    "account.unlocked": N_("Account unlocked"),
    "account.password_changed": N_("Own password changed"),
    "account.password_reset": N_("Password reset"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out": N_("Signed out"),
    "account.sign_in_failed": N_("Sign-in failed"),
    "duty.proposed": N_("Duty proposed"),
    "duty.approved": N_("Duty approved"),
    "duty.refused": N_("Duty refused"),
    "duty.ended": N_("Duty ended"),
    "organisation.created": N_("Organisation made"),
    "organisation.imported": N_("Organisations imported"),
    "organisation.change_proposed": N_("Change of the organisation tree proposed"),
    "organisation.change_approved": N_("Change of the organisation tree approved"),
    "organisation.change_refused": N_("Change of the organisation tree refused"),
    "organisation.change_withdrawn": N_("Change of the organisation tree withdrawn"),
    "organisation.change_applied": N_("Change of the organisation tree made on its day"),
    "organisation.change_failed": N_("Change of the organisation tree could not be made"),
    "organisation.extended": N_("End of a temporary unit changed"),
    "organisation.changed": N_("Organisation tree changed"),
    "organisation.moved": N_("Organisation put under another"),
    "organisation.alias_added": N_("Name of an organisation added"),
    "organisation.alias_ended": N_("Name of an organisation ended"),
    "account.handed_over": N_("Account handed to the organisation that follows"),
    "duty.handed_over": N_("Duty handed to the organisation that follows"),
    "dataset.handed_over": N_("Dataset handed to the organisation that follows"),
    "upload.handed_over": N_("File handed to the organisation that follows"),
    "upload.receive": N_("File handed in"),
    "upload.ask": N_("Asked whether a file is a new version"),
    "upload.answer": N_("Said whether a file is a new version"),
    "upload.refuse": N_("File sent back"),
    "snapshot.commit": N_("Data version taken in"),
    "rows.read": N_("Rows read"),
    "set_aside.read": N_("Values not loaded read"),
    "original.take": N_("Original file taken"),
    "original.marked": N_("Workbook with errors marked taken"),
    "grades.decide": N_("Levels decided"),
    "contract.replace": N_("Data contract replaced"),
    "calendar.proposed": N_("Calendar of a year proposed"),
    "calendar.approved": N_("Calendar of a year approved"),
    "calendar.refused": N_("Calendar of a year refused"),
    "calendar.withdrawn": N_("Calendar of a year withdrawn"),
    "rule.withdraw": N_("Rule withdrawn"),
    "file.store": N_("File stored"),
    "file.remove": N_("File removed"),
    "list.export": N_("List exported"),
    "scenario.installed": N_("Scenario pack installed"),
    "journal.read": N_("Journal read"),
    "journal.verified": N_("Journal verified"),
    "journal.prove": N_("Proof taken from the journal"),
    "journal.payloads_expired": N_("Contents of old entries removed"),
    "installation.backed_up": N_("Backup made"),
    "installation.restored": N_("Backup restored"),
    "installation.upgraded": N_("Upgraded to another version"),
}

SUBJECTS = {
    "account": N_("account"),
    "duty": N_("duty"),
    "duty_grant": N_("duty proposed"),
    "organisation": N_("organisation"),
    "organisation_change": N_("change of the organisation tree"),
    "case": N_("work order"),
    "dataset": N_("dataset"),
    "upload": N_("file handed in"),
    "snapshot": N_("data version"),
    "contract": N_("data contract"),
    "arrangement": N_("calendar of a year"),
    "file": N_("file"),
    "job": N_("background work"),
    "list": N_("list"),
    "pack": N_("scenario pack"),
    "journal": N_("journal"),
    "entry": N_("journal entry"),
    "installation": N_("installation"),
}

_CASES = {
    "opened": N_("opened"),
    "facts_updated": N_("new counts from a check"),
    "rescheduled": N_("deadline moved with the calendar"),
    "followed": N_("taken over by the organisation that follows"),
}


def act_word(act: str) -> str:
    """What an act is called; steps on cases by the word of their pack."""
    group, _dot, name = act.partition(".")
    if group == "case":
        step = _(_CASES[name]) if name in _CASES else step_words().get(name, name)
        return _("Work order: {step}").format(step=step)
    return _(ACTS[act]) if act in ACTS else act


def subject_word(kind: str) -> str:
    """What a kind of subject is called."""
    return _(SUBJECTS[kind]) if kind in SUBJECTS else kind
