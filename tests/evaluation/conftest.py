"""One METEOR for all tests of this folder: each start takes seconds and a gigabyte."""

import pytest

from ecgscribe.evaluation.ecg_captions import java, scorer


class _Kept(java.MeteorProcess):
    """Closed at the end of the session only."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def _meteor():
    held = []

    def give():
        if not held:
            held.append(_Kept())
        return held[0]

    yield give
    for process in held:
        java.MeteorProcess.close(process)


@pytest.fixture(autouse=True)
def _one_meteor(monkeypatch, _meteor):
    monkeypatch.setattr(scorer, "MeteorProcess", _meteor)
