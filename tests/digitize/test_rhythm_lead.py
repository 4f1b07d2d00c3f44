"""Rhythm strips under a wrong name are told by their trace; strips under their own stay."""

from dataclasses import replace

import numpy as np
import pytest

from ecgscribe.core.page import Panel
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize.rhythm_lead import renamed
from ecgscribe.digitize.signals import PanelReading

RATE = 500


def reading(ecg, lead, called=None, start_s=0.0, length_s=2.5, rhythm=False, later_s=0.0):
    first = int(start_s * RATE)
    taken = first + int(later_s * RATE)
    mv = ecg.lead_mv(lead)[taken : taken + int(length_s * RATE)].astype(float)
    panel = Panel(called or lead, (0, 0, 100, 50), start_s, length_s, 25.0, rhythm)
    return PanelReading(panel, first, mv, np.ones(len(mv)), np.full(len(mv), 0.02), np.zeros((0, 2)))


def page(ecg, strip):
    column = [reading(ecg, lead) for lead in ("I", "II", "III")]
    return dict(enumerate([*column, reading(ecg, "V1", start_s=5.0), strip]))


@pytest.fixture(scope="module")
def ecg():
    return simulate("inferior_infarct", 4).ecg


@pytest.mark.parametrize(("lead", "called"), [("III", "II"), ("V1", "II"), ("II", "I")])
def test_a_misread_name_is_put_right_and_told(ecg, lead, called):
    readings, problems = renamed(page(ecg, reading(ecg, lead, called, length_s=10.0, rhythm=True)))
    assert readings[4].panel.lead == lead and readings[4].panel.rhythm
    assert [problem.code for problem in problems] == ["strip-renamed"]
    assert called in problems[0].message and lead in problems[0].message


def test_names_read_rightly_stay(ecg):
    given = page(ecg, reading(ecg, "II", length_s=10.0, rhythm=True))
    readings, problems = renamed(given)
    assert readings == given and problems == ()


def test_a_strip_of_another_time_keeps_its_name(ecg):
    given = page(ecg, reading(ecg, "III", "II", length_s=8.0, rhythm=True, later_s=0.37))
    assert renamed(given)[0][4].panel.lead == "II"


def test_a_strip_that_is_hardly_seen_keeps_its_name(ecg):
    strip = reading(ecg, "III", "II", length_s=10.0, rhythm=True)
    hidden = replace(strip, mv=np.where(np.arange(len(strip.mv)) > 600, strip.mv, np.nan))
    assert renamed(page(ecg, hidden))[0][4].panel.lead == "II"
