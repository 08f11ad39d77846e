"""Why a value is not what it claims to be: stable codes and their English sentences.

``{title}`` is the identifier's name and ``{shape}`` its expected form, both translated.
"""

from __future__ import annotations

from collections.abc import Mapping

from shuzhi.engine.texts import N_

REASONS: Mapping[str, str] = {
    "empty": N_("{title}: the value is empty."),
    "form": N_(
        "{title}: the number is right but written unusually (full-width characters, spaces, "
        "lower case). Write it as: {shape}."
    ),
    "length": N_("{title}: the length is wrong. Expected: {shape}."),
    "characters": N_("{title}: there is a character that does not belong. Expected: {shape}."),
    "pattern": N_("{title}: the form is wrong. Expected: {shape}."),
    "prefix": N_("{title}: no such number begins this way. Expected: {shape}."),
    "date": N_("{title}: the date inside does not exist or lies outside 1900-2099."),
    "future": N_("{title}: the date inside lies in the future."),
    "calendar": N_("{title}: there is no such day in the calendar."),
    "off_earth": N_("{title}: no such place on the earth. Longitude comes first, both in degrees."),
    "placeholder": N_("{title}: this stands for a missing value; leave the cell empty instead."),
    "fifteen_digits": N_(
        "{title}: a 15-digit number of the first generation, void since 2013. Fill in the 18 digits."
    ),
    "check_digit": N_("{title}: the check character does not fit the rest; a character was mistyped."),
    "known_region": N_(
        "{title}: the region code is in no edition of the list of divisions known here. Please check it."
    ),
    "abolished_region": N_("{title}: the region code has been abolished; it may still stand in old numbers."),
    "organisation_part": N_(
        "{title}: the organisation code inside (characters 9-17) fails its own check. "
        "Some old codes do; please compare with the licence."
    ),
    "surname": N_("{title}: the first character is no common surname. Please check that this is a name."),
}
