"""Measurements on signals: beats, rate, intervals, axis, amplitudes. numpy only."""
