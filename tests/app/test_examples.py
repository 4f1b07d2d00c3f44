"""The example pictures: simulated, small, said to be simulated, and made again by one command."""

import numpy as np
import pytest
from PIL import Image

from ecgscribe.app.examples import EXAMPLES, draw
from ecgscribe.cli.main import main
from ecgscribe.core.picture import open_picture
from ecgscribe.data.simulate import CONDITIONS, simulate


def test_they_are_there_and_small():
    assert len(EXAMPLES) == 4
    for example in EXAMPLES:
        assert example.path().stat().st_size < 300_000
        assert example.condition in CONDITIONS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_they_are_what_the_code_draws(example):
    kept, drawn = open_picture(example.path()), draw(example)
    assert kept.shape == drawn.shape
    assert np.abs(kept.astype(int) - drawn).mean() < 3.0
    assert simulate(example.condition, example.seed).ecg.note  # printed on the page


def test_the_command_makes_them(tmp_path, capsys, monkeypatch):
    import ecgscribe.app.examples as module

    monkeypatch.setattr(module, "EXAMPLES", EXAMPLES[:2])
    assert main(["app", "--make-examples", str(tmp_path)]) == 0
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == sorted(example.file for example in EXAMPLES[:2])
    assert [Image.open(file).format for file in files] == ["JPEG", "PNG"]
    assert "kB" in capsys.readouterr().out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_page_room_reads_them(example):
    from ecgscribe.page import find_page

    found = find_page(open_picture(example.path()))
    assert found.page is not None and len(found.page.panels) == 13
    assert {problem.code for problem in found.problems} <= {"layout-assumed", "speed-assumed", "gain-assumed"}
