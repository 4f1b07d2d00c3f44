"""Lead names against a layout: a second column of two without any, and names in other columns."""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.core.report import Problem
from ecgscribe.page.names import LABELS, READ, Word
from ecgscribe.page.vote import ABOVE_MM, AFTER_MM, BEFORE_MM, BELOW_MM, SIDE_MM, Fit

_ANY = 0.3  # likelihood from which a name may be there
_OFF = 0.4  # of a column: a name so far from its column's beginning belongs to none or another
_STRIPS = ("II", "V1", "V5")  # stand before strips too
_LEAST, _SHARE = 3, 0.75  # names of one column, and of its rows, that make another's silence tell


def contradicted(fit: Fit, words: list[Word]) -> bool:
    """Whether names stand in other columns than the layout has them: `_LEAST` of them, and more than half as many as
    stand in their own. Single strokes and names that strips repeat say nothing."""
    levels = fit.rows.levels_mm[fit.first_level : fit.first_level + fit.count]
    columns = {label: column for row in fit.layout.rows for column, label in enumerate(row)}
    own, other = set(), set()
    for word in words:
        label = LABELS[int(word.chances.argmax())]
        on_rows = levels[0] - ABOVE_MM <= word.box_mm[3] <= levels[-1] + BELOW_MM
        if word.chances.max() < READ or not on_rows or label not in columns or label == "I":
            continue
        off = word.box_mm[0] - fit.edge_mm
        if label in _STRIPS and off < AFTER_MM:
            continue
        off -= (columns[label] - fit.first_column) * fit.pitch_mm
        (other if abs(off) > _OFF * fit.pitch_mm else own).add(label)
    other -= own
    return len(other) >= _LEAST and 2 * len(other) > len(own)


def without_silent_columns(fit: Fit, words: list[Word]) -> tuple[Fit, tuple[Problem, ...]]:
    """(fit, what must be said): the leads of a silent second column of two are left out, so that none is given a wrong
    name.

    Six rows of twelve, or the left half of a page, pass for a page of two columns whose second has no names. Four
    columns are told by any of them.
    """
    if fit.layout.columns != 2 or fit.first_column:
        return fit, ()
    rows = range(fit.first_row, min(fit.first_row + fit.count, len(fit.layout.rows)))
    read = {column: [_chance(fit, row, column, words) for row in rows] for column in fit.columns}
    told = sum(chance >= READ for chance in read[0])
    silent = {column for column, chances in read.items() if column > 0 and max(chances, default=0.0) < _ANY}
    if told < max(_LEAST, _SHARE * len(rows)) or not silent:
        return fit, ()
    kept = {place: label for place, label in fit.labels.items() if place[0] not in rows or place[1] not in silent}
    shown = ", ".join(label for place, label in sorted(kept.items()) if place[0] in rows)
    return replace(fit, labels=kept), (
        Problem(
            "layout",
            "layout-partial",
            f"No lead name was read in the second column, those of the first were: only {shown} and strips are given.",
            "Use a picture of the whole page with all its lead names.",
        ),
    )


def _chance(fit: Fit, row: int, column: int, words: list[Word]) -> float:
    """How likely the name of a place is read where it belongs."""
    number = LABELS.index(fit.labels[row, column])
    level = fit.rows.levels_mm[fit.first_level + row - fit.first_row]
    left = fit.edge_mm + (column - fit.first_column) * fit.pitch_mm
    before = SIDE_MM if column == fit.first_column else BEFORE_MM + 2.0
    near = [
        float(word.chances[number])
        for word in words
        if -before <= word.box_mm[0] - left <= AFTER_MM and -ABOVE_MM <= word.box_mm[3] - level <= BELOW_MM
    ]
    return max(near, default=0.0)
