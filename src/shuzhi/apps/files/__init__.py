"""The store of whole files: originals, snapshots, attachments, exports, each under its content's hash."""
