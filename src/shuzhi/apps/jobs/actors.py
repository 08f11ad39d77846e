"""Whose rights a job has: those the person has when it runs, not those of when they asked."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from shuzhi.apps.jobs.errors import RightsGoneError
from shuzhi.apps.jobs.models import Job
from shuzhi.apps.people.models import Account
from shuzhi.apps.people.selectors import actor_for, holdings_in_force
from shuzhi.apps.records.actors import SYSTEM, Actor


def actor_of(job: Job) -> Actor:
    """Who asked for the job, in the duty in which they asked; RightsGoneError where they lost it."""
    asked = Actor(**job.actor)
    if asked.is_system:
        return replace(SYSTEM, request_id=asked.request_id)
    account = Account.objects.filter(public_id=asked.id, is_active=True).first()
    if account is None:
        raise RightsGoneError(name=asked.name)
    if not asked.duty:
        return actor_for(account, None, asked.request_id)
    held = holdings_in_force(account, timezone.localdate())
    holding = held.filter(duty=asked.duty, organisation__public_id=asked.organisation_id).first()
    if holding is None:
        raise RightsGoneError(name=asked.name)
    return actor_for(account, holding, asked.request_id)
