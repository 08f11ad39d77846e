"""Who acts: the one argument that every service and selector takes first.

An actor is read anew for each request, so that a duty taken away is gone at the next click.
It knows the person's place and rights, never their password or session.
"""

from __future__ import annotations

from dataclasses import dataclass

SYSTEM_ID = "system"


@dataclass(frozen=True)
class Actor:
    """A person in one duty, one of the three administrators, or the program itself.

    ``organisation_path`` is the path of the organisation whose subtree the duty covers, e.g.
    ``/org_1/org_7/``; empty covers nothing. ``clearance`` is 0 (none) to 4: the highest level
    of grade shown unmasked. ``administers`` is "" or "system", "security", "audit"; whoever
    administers holds no duty and clearance 0.
    """

    id: str
    name: str
    organisation_id: str = ""
    organisation_path: str = ""
    duty: str = ""
    clearance: int = 0
    administers: str = ""
    request_id: str = ""

    @property
    def is_system(self) -> bool:
        """Whether the program acts by itself (a worker, an installation), for no person."""
        return self.id == SYSTEM_ID

    def covers(self, organisation_path: str) -> bool:
        """Whether the organisation at this path lies in the actor's own subtree; never for an empty scope."""
        return bool(self.organisation_path) and organisation_path.startswith(self.organisation_path)


SYSTEM = Actor(id=SYSTEM_ID, name=SYSTEM_ID)
