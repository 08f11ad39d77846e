"""Everything that may be done with the journal: add, seal, verify, prove, read, let payloads expire."""

from shuzhi.apps.journal.entries import entry_prove, entry_read, standing_read
from shuzhi.apps.journal.proving import consistency, prove
from shuzhi.apps.journal.reading import EntryQuery, entries_read
from shuzhi.apps.journal.recording import Note, canonical, record, record_all
from shuzhi.apps.journal.retention import payloads_expire
from shuzhi.apps.journal.sealing import head_note, read_head, seal_batch
from shuzhi.apps.journal.verifying import Verification, verify

__all__ = [
    "EntryQuery",
    "Note",
    "Verification",
    "canonical",
    "consistency",
    "entries_read",
    "entry_prove",
    "entry_read",
    "head_note",
    "payloads_expire",
    "prove",
    "read_head",
    "record",
    "record_all",
    "seal_batch",
    "standing_read",
    "verify",
]
