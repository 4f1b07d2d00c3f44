"""Columns that show the same seconds are told from columns that follow one another."""

import numpy as np
import pytest

from ecgscribe.core.page import Panel
from ecgscribe.core.standards import LAYOUTS, labelled_lead
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize.columns import put_together
from ecgscribe.digitize.signals import PanelReading

RATE = 500


def readings(ecg, together, noise_mv=0.02, late_s=0.0, seed=0):
    """3x4 panels of a recording with a strip of II; each panel's columns `late_s` later than they should be."""
    random, made = np.random.default_rng(seed), {}
    for row, names in enumerate(LAYOUTS["3x4"].rows):
        for column, label in enumerate(names):
            lead, sign = labelled_lead(label)
            taken = 0 if together else int(column * 2.5 * RATE)
            taken += int(column * late_s * RATE)
            mv = sign * ecg.lead_mv(lead)[taken : taken + int(2.5 * RATE)]
            made[4 * row + column] = reading(lead, column * 2.5, mv + noise_mv * random.standard_normal(len(mv)))
    made[12] = reading("II", 0.0, ecg.lead_mv("II").astype(float), rhythm=True)
    return made


def reading(lead, start_s, mv, rhythm=False):
    panel = Panel(lead, (0, 0, 100, 50), start_s, len(mv) / RATE, 25.0, rhythm)
    return PanelReading(
        panel, int(start_s * RATE), np.asarray(mv, float), np.ones(len(mv)), np.full(len(mv), 0.02), np.zeros((0, 2))
    )


@pytest.fixture(scope="module", params=["normal", "atrial_fibrillation", "inferior_infarct"])
def ecg(request):
    return simulate(request.param, 5).ecg


@pytest.mark.parametrize("late_s", [0.0, 0.004])
def test_columns_of_the_same_seconds_are_put_together_and_told(ecg, late_s):
    moved, problems = put_together(readings(ecg, True, late_s=late_s), RATE)
    assert {one.first for one in moved.values()} == {0}
    assert {one.panel.start_s for one in moved.values()} == {0.0}
    assert [problem.code for problem in problems] == ["columns-together"] and not problems[0].fatal


def test_columns_that_follow_one_another_stay(ecg):
    given = readings(ecg, False)
    assert put_together(given, RATE) == (given, ())


def test_nothing_is_moved_where_the_limb_leads_cannot_be_compared(ecg):
    given = readings(ecg, True)
    without = {k: one for k, one in given.items() if one.panel.lead != "I"}
    assert put_together(without, RATE) == (without, ())
    hidden = dict(given)
    for k, one in given.items():
        if one.panel.lead in ("aVR", "aVL"):
            hidden[k] = reading(one.panel.lead, one.panel.start_s, np.full(len(one.mv), np.nan))
    assert put_together(hidden, RATE)[1] == ()


def test_a_lead_that_is_one_of_many_and_misread_does_not_hide_it(ecg):
    given = readings(ecg, True)
    k = next(k for k, one in given.items() if one.panel.lead == "aVL")
    given[k] = reading("aVL", 2.5, np.random.default_rng(1).standard_normal(1250))
    assert [problem.code for problem in put_together(given, RATE)[1]] == ["columns-together"]
