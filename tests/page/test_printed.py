"""Printed scales and values, in the spellings of machines."""

import numpy as np
import pytest

from ecgscribe.page.names import LABELS, Word
from ecgscribe.page.printed import lines_of, read_printed, values_of


def word(text: str, x: float, y: float = 10.0) -> Word:
    return Word((x, y, x + 2.0 * len(text), y + 2.5), text, 1.0, np.zeros(len(LABELS)))


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Vent. rate 61 BPM", {"rate_bpm": 61}),
        ("Vent. rate(bpm): 61", {"rate_bpm": 61}),
        ("HR 72 bpm PR 160 QRS 98 QT/QTcB 400/420 P/QRS/T 30/45/60",
         {"rate_bpm": 72, "pr_ms": 160, "qrs_ms": 98, "qt_ms": 400, "qtc_ms": 420, "axis_deg": 45}),
        ("PR interval 146 ms", {"pr_ms": 146}),
        ("QRS duration 128 ms", {"qrs_ms": 128}),
        ("QT/QTc 490/493 ms", {"qt_ms": 490, "qtc_ms": 493}),
        ("QT/QTc: 0.390s/0.395s", {"qt_ms": 390, "qtc_ms": 395}),
        ("PR 0.138s QRS 0.112s", {"pr_ms": 138, "qrs_ms": 112}),
        ("P-R-T axes 67 44 68", {"axis_deg": 44}),
        ("P-QRS-T Axes: 27 -88 49", {"axis_deg": -88}),
        ("Herzfrequenz: 65/min", {"rate_bpm": 65}),
        ("QTc 443", {"qtc_ms": 443}),
        ("QRSD 100", {"qrs_ms": 100}),
        ("PR * ms", {}),
        ("PR 9 ms", {}),
        ("Sinus rhythm", {}),
        ("2031-05-07 12:33:10", {}),
    ],
)  # fmt: skip
def test_values_of_a_line(line, values):
    assert values_of(line) == values


@pytest.mark.parametrize(
    ("line", "speed", "gain", "chest"),
    [
        ("25 mm/s 10 mm/mV 0.05-150 Hz", 25, 10, None),
        ("25mm/s", 25, None, None),
        ("12,5 mm/sec 5.0 mm/mV", 12.5, 5, None),
        ("50 mm/s", 50, None, None),
        ("Limb 10 mm/mV Chest 5 mm/mV 25 mm/s", 25, 10, 5),
        ("Limb: 10 Chest: 5 mm/mV", None, 10, 5),
        ("Umb10mm/mChes_ 5mm/mV", None, 10, 5),
        ("LUmb 10mm/mChe<5mm/mV", None, 10, 5),
        ("Lmb 20mm/mVheat 10mm/mV 25mm/s", 25, 20, 10),
        ("Limb 1 /mV heet 5mm/mV", None, None, 5),  # the gain of the limb leads was not read: it is not the chest's
        ("Limb _0mm/mV Chest 5mm/mV", None, None, 5),
        ("Number 10 mm/mV when 25mm/s", 25, 10, None),
        ("25 mm/s 50 mm/s", None, None, None),
        ("27 mm/s 13 mm/mV", None, None, None),
        ("50 mms 10 mm/mV", 50, 10, None),
        ("PR 100 mms", None, None, None),
        ("_0 mms 1_ mm/mV", 50, 10, None),  # no other usual value fits
        ("2_ mm/s", 25, None, None),
    ],
)
def test_scale_of_a_line(line, speed, gain, chest):
    printed = read_printed([word(line, 10.0)])
    assert (printed.mm_per_s, printed.mm_per_mv, printed.chest_mm_per_mv) == (speed, gain, chest)


def test_labels_and_values_of_one_line_belong_together():
    lines = lines_of([word("ms", 70), word("PR interval", 10), word("146", 58), word("Name", 10, 20.0)])
    assert sorted(lines) == ["Name", "PR interval 146 ms"]
    assert "PR interval" in lines_of([word("PR interval", 10), word("146", 150)])


def test_the_rate_behind_a_heart_is_read_on_the_recorder_s_line_only():
    footer = "0.67-25Hz AC50 25mm/s 10mm/mV 4*2.5s+1r"
    tail = [word("\u2665", 92), word("88", 95), word("SE-3 V1.0", 104)]
    assert read_printed([word(footer, 10), *tail]).values == {"rate_bpm": 88}
    assert read_printed([word("Name", 80), *tail]).values == {}
    assert read_printed([word(footer, 10), word("88", 95), word("SE-3 V1.0", 104)]).values == {}
    for number in ("902", "8", "8.8", "_8", "1888"):
        assert read_printed([word(footer, 10), tail[0], word(number, 95)]).values == {}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("QTQTc (ms)432 369", {"qt_ms": 432, "qtc_ms": 369}),  # the slash got lost
        ("QT/QTc (ms):432 / 369", {"qt_ms": 432, "qtc_ms": 369}),
        ("QT/QrcB 387/422", {"qt_ms": 387, "qtc_ms": 422}),
        ("QTQTc (ms):379438", {}),
        ("QT/QTc 432 / 869", {}),  # impossible beside one another
        ("QT/QTc 41_/464 ms", {}),
        ("PR 14_ ms", {}),
        ("PR 1466", {}),
        ("QRS _08 ms", {}),
        ("HR _2 bpm", {}),
    ],
)
def test_pairs_and_doubtful_digits(line, values):
    assert values_of(line) == values


@pytest.mark.parametrize("line", ["__ mm/s", "_ mm/s", "125 mm/s", "_0 mm/mV", "1_0 mm/mV", "_25 mm/s"])
def test_a_scale_with_doubtful_digits_is_none(line):
    printed = read_printed([word(line, 10.0)])
    assert (printed.mm_per_s, printed.mm_per_mv) == (None, None)
