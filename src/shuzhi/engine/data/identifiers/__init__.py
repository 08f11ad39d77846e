"""Identifiers of Chinese administrations: each as a check of one value and of a whole column.

``IDENTIFIERS`` is the registry; ``identifier(kind)`` looks one up and says what there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shuzhi.engine.data.identifiers.addresses import ADDRESS
from shuzhi.engine.data.identifiers.cards import BANK_CARD, SOCIAL_SECURITY_CARD
from shuzhi.engine.data.identifiers.contacts import (
    EMAIL,
    IOT_MOBILE,
    IP,
    LANDLINE,
    MOBILE,
    POSTCODE,
    TOLL_FREE,
)
from shuzhi.engine.data.identifiers.coordinates import COORDINATES
from shuzhi.engine.data.identifiers.dates import DATE
from shuzhi.engine.data.identifiers.model import Identifier, Strength
from shuzhi.engine.data.identifiers.names import PERSON_NAME
from shuzhi.engine.data.identifiers.organisations import MEDICAL_ORG, ORG_CODE, USCC
from shuzhi.engine.data.identifiers.persons import (
    FOREIGN_PERMANENT_ID,
    HK_MO_PERMIT,
    PASSPORT,
    RESIDENCE_PERMIT_HMT,
    RESIDENT_ID,
    SOCIAL_SECURITY,
    TW_PERMIT,
)
from shuzhi.engine.data.identifiers.places import GRID_ID, REGION, STREET, VILLAGE
from shuzhi.engine.data.identifiers.reasons import REASONS
from shuzhi.engine.data.identifiers.vehicles import PLATE, PLATE_NEV, PLATE_SPECIAL
from shuzhi.engine.errors import BadInputError

__all__ = ["IDENTIFIERS", "REASONS", "Identifier", "Strength", "UnknownIdentifierError", "identifier"]

IDENTIFIERS: Mapping[str, Identifier] = MappingProxyType(
    {
        known.kind: known
        for known in (
            RESIDENT_ID,
            RESIDENCE_PERMIT_HMT,
            FOREIGN_PERMANENT_ID,
            PASSPORT,
            HK_MO_PERMIT,
            TW_PERMIT,
            PERSON_NAME,
            SOCIAL_SECURITY,
            SOCIAL_SECURITY_CARD,
            BANK_CARD,
            USCC,
            ORG_CODE,
            MEDICAL_ORG,
            MOBILE,
            IOT_MOBILE,
            LANDLINE,
            TOLL_FREE,
            EMAIL,
            IP,
            POSTCODE,
            PLATE,
            PLATE_NEV,
            PLATE_SPECIAL,
            REGION,
            STREET,
            VILLAGE,
            GRID_ID,
            COORDINATES,
            ADDRESS,
            DATE,
        )
    }
)
"""Every kind by its name, the more telling kinds of one family first."""


class UnknownIdentifierError(BadInputError):
    """A contract, rule or call names a kind of identifier that does not exist."""

    code = "input.identifier"
    text = "There is no identifier called {kind!r}. Use one of: {kinds}."


def identifier(kind: str) -> Identifier:
    """The identifier of that kind; raises UnknownIdentifierError, which lists all kinds."""
    try:
        return IDENTIFIERS[kind]
    except KeyError:
        raise UnknownIdentifierError(kind=kind, kinds=", ".join(IDENTIFIERS)) from None
