"""The list of background work: every kind has a name for people, the page is called what it is."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext

from shuzhi.apps.jobs.registry import kinds
from shuzhi.apps.jobs.services import enqueue
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.demo.world import World
from shuzhi.portal.areas import faces
from tests.visits import SignIn

KINDS = [kind.name for kind in kinds() if not kind.name.startswith("test.")]


def test_every_kind_of_work_has_a_face_and_no_face_is_left_over() -> None:
    assert KINDS
    assert set(KINDS) == faces().keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_work_is_named_in_both_languages(kind: str) -> None:
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = gettext(faces()[kind].title)
    assert said["en"].isascii()
    assert not said["zh-hans"].isascii()


@pytest.mark.django_db
def test_the_administrator_reads_what_runs_and_no_codes(world: World, signed_in: SignIn) -> None:
    made = [enqueue(actor=SYSTEM, kind=kind, args={}) for kind in KINDS]
    page = signed_in(world.system_admin).get("/jobs/").content.decode()
    assert all(job.public_id in page for job in made)
    assert not [kind for kind in KINDS if kind in page]


@pytest.mark.django_db
@pytest.mark.parametrize(("part", "title"), [("system_admin", "后台任务"), ("owner", "我的任务")])
def test_the_list_is_called_what_it_is(world: World, signed_in: SignIn, part: str, title: str) -> None:
    client, job = signed_in(world.people[part]), None
    assert f"<h1>{title}" in client.get("/jobs/").content.decode().replace("\n", "")
    job = enqueue(actor=world.people[part].actor, kind="files.sweep", args={})
    page = client.get(f"/jobs/{job.public_id}/").content.decode()
    assert f'<a href="/jobs/">{title}</a>' in page
