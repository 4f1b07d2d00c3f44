"""A wave that was only seen up to its peak has no end, and is no error."""

import numpy as np

from ecgscribe.measure.waves import _flank_end


def test_a_flank_that_was_not_seen_has_no_end():
    row = np.exp(-(((np.arange(200) - 100) / 15.0) ** 2))
    whole = _flank_end(row, 100, 1, 180, 0.1, 60)
    assert 115 < whole < 160
    row[150:] = np.nan
    assert np.isnan(_flank_end(row, 100, 1, 180, 0.1, 60))
