"""An assumed paper speed at which every interval is unusual is doubted."""

import math

import pytest

from ecgscribe.core.report import Measurement, Problem
from ecgscribe.reader.paper_speed import doubtful_speed

ASSUMED = (Problem("layout", "speed-assumed", "No paper speed was read: 25 mm/s assumed."),)
USUAL = {"rate": 72.0, "pr": 160.0, "qrs": 92.0, "qt": 390.0}


def measured(values):
    units = {"rate": "bpm"}
    return [
        Measurement(name, value, units.get(name, "ms"), "test", reason="" if math.isfinite(value) else "not seen")
        for name, value in values.items()
    ]


def at(factor):
    """What a page shows whose speed is taken `factor` times too slow."""
    return {name: value / factor if name == "rate" else value * factor for name, value in USUAL.items()}


@pytest.mark.parametrize(("factor", "true"), [(2.0, "50"), (0.5, "12.5")])
def test_a_speed_taken_wrongly_is_doubted(factor, true):
    (problem,) = doubtful_speed(25.0, ASSUMED, measured(at(factor)))
    assert problem.code == "speed-doubtful" and not problem.fatal
    assert f"at {true} mm/s" in problem.message and f"{at(factor)['qt']:.0f} ms" in problem.message


@pytest.mark.parametrize("missing", sorted(USUAL))
def test_three_values_are_enough_and_two_are_not(missing):
    values = at(2.0) | {missing: math.nan}
    assert len(doubtful_speed(25.0, ASSUMED, measured(values))) == 1
    other = next(name for name in USUAL if name != missing)
    assert doubtful_speed(25.0, ASSUMED, measured(values | {other: math.nan})) == ()


@pytest.mark.parametrize(
    "values", [USUAL, USUAL | {"rate": 38.0}, {"rate": 36.0, "pr": 170.0, "qrs": 150.0, "qt": 560.0}]
)
def test_hearts_that_are_slow_or_ill_do_not_doubt_the_paper(values):
    assert doubtful_speed(25.0, ASSUMED, measured(values)) == ()


def test_a_printed_speed_is_believed():
    assert doubtful_speed(25.0, (), measured(at(2.0))) == ()
    assert doubtful_speed(None, ASSUMED, measured(at(2.0))) == ()
