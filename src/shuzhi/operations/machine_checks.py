"""What the doctor asks of the machine: program, settings, home, clock. Needs no record."""

from __future__ import annotations

import importlib.metadata
import os
import stat
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from packaging.requirements import Requirement

import shuzhi
from shuzhi.configuration import WeakSecretError
from shuzhi.engine.texts import N_
from shuzhi.operations.findings import Finding, failed, fine, notice
from shuzhi.operations.folders import flush_folder

_LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


def program() -> Finding:
    """Python, and every library that the program names, in a version that it takes."""
    wrong = []
    for text in importlib.metadata.requires("shuzhi") or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            found = "-"
        if found == "-" or found not in wanted.specifier:
            wrong.append(f"{wanted.name} {found}")
    python = ".".join(map(str, sys.version_info[:3]))
    if wrong:
        return failed(
            "program",
            N_("libraries missing or of another version: {wrong}"),
            N_("Install the program again from its bundle or its lock."),
            wrong=", ".join(wrong),
        )
    return fine("program", "Shuzhi {version}, Python {python}", version=shuzhi.__version__, python=python)


def configuration() -> Finding:
    """The secret, the names under which the portal answers, TLS."""
    known = settings.CONFIGURATION
    try:
        known.refuse_weak_secret()
    except WeakSecretError as error:
        return Finding("configuration", "failed", error.text, error.values)
    hosts = {host.strip() for host in known.allowed_hosts.split(",") if host.strip()}
    if settings.DEBUG or "*" in hosts:
        return failed(
            "configuration",
            N_("the portal answers under any name"),
            N_("Set SHUZHI_ALLOWED_HOSTS to the names it has."),
        )
    if not known.https and hosts - _LOOPBACK:
        return notice(
            "configuration",
            N_("the portal answers under {hosts}, and cookies may go unencrypted"),
            N_("Put it behind TLS and set SHUZHI_HTTPS=true (docs/operations.md)."),
            hosts=", ".join(sorted(hosts - _LOOPBACK)),
        )
    return fine(
        "configuration", N_("secret of its own; answers under {hosts}"), hosts=", ".join(sorted(hosts))
    )


def home() -> Finding:
    """Whether the home takes a file for good, by a rename and two flushes, and is its owner's alone."""
    root = Path(settings.CONFIGURATION.root)
    handle, name = tempfile.mkstemp(dir=root)
    try:
        os.write(handle, b"x")
        os.fsync(handle)
    finally:
        os.close(handle)
    renamed = Path(name).with_suffix(".renamed")
    Path(name).rename(renamed)
    flush_folder(root)
    renamed.unlink()
    if stat.S_IMODE(root.stat().st_mode) & 0o077:
        return failed(
            "home",
            N_("other users of this machine can look into {home}"),
            N_("Run `chmod 700 {home}`."),
            home=root,
        )
    return fine("home", N_("{home} takes files, and is its owner's only"), home=root)


def front_end() -> Finding:
    """The files that come from npm and the compiled translations: a copy of the source lacks them."""
    package = Path(shuzhi.__file__).parent
    missing = [
        name
        for name in ("portal/static/vendor/vendor.json", "portal/locale/zh_Hans/LC_MESSAGES/django.mo")
        if not (package / name).is_file()
    ]
    if missing:
        return failed(
            "pages",
            N_("not built: {missing}"),
            N_("Run `make setup`, or install from a bundle."),
            missing=", ".join(missing),
        )
    return fine("pages", N_("style and translations are there"))
