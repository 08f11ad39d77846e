"""The named world stands, and its people have what their part says."""

from __future__ import annotations

from shuzhi.apps.people.models import Organisation
from shuzhi.demo.world import World


def test_everybody_has_the_rights_of_their_part(world: World) -> None:
    owner, outsider, steward = world.owner.actor, world.outsider.actor, world.steward.actor
    assert owner.covers(world.department.path)
    assert not owner.covers(world.other_department.path)
    assert not outsider.covers(world.department.path)
    assert steward.covers(world.department.path)
    assert (steward.duty, steward.clearance) == ("steward", 3)


def test_the_three_administrators_have_no_scope_and_no_clearance(world: World) -> None:
    for person in (world.system_admin, world.security_admin, world.audit_admin):
        actor = person.actor
        assert (actor.duty, actor.clearance, actor.organisation_path) == ("", 0, "")
    assert world.audit_admin.actor.administers == "audit"


def test_the_district_has_twenty_seven_units_below_it_of_three_kinds(world: World) -> None:
    kinds = Organisation.objects.exclude(code="").values_list("kind", flat=True)
    counted = {kind: list(kinds).count(kind) for kind in kinds}
    assert counted == {"district": 1, "street": 10, "town": 12, "functional_area": 5}
