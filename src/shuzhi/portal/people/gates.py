"""Which pages are whose. The services decide again; here a page is not even shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from shuzhi.apps.people.kinds import Administers
from shuzhi.portal.requests import PortalRequest

Rest = ParamSpec("Rest")
View = Callable[Concatenate[PortalRequest, Rest], HttpResponseBase]

EVERY = (Administers.SYSTEM, Administers.SECURITY, Administers.AUDIT)
DECIDING = (Administers.SYSTEM, Administers.SECURITY)
SYSTEM = (Administers.SYSTEM,)


def only_for(*offices: Administers) -> Callable[[View[Rest]], View[Rest]]:
    """The page for these administrators; 403 for anybody else."""

    def gate(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def gated(request: PortalRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            if request.actor.administers not in offices:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return gated

    return gate
