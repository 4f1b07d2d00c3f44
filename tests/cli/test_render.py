"""`render`: pages with their truth from any WFDB records; bad ones are told; COCO data fit the pictures."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ecgscribe.cli.main import main
from ecgscribe.core.picture import open_picture
from ecgscribe.core.standards import LAYOUTS
from ecgscribe.data.coco import CATEGORIES, cut, run_lengths
from ecgscribe.data.distort import PRESETS
from ecgscribe.data.engine import made_again
from ecgscribe.data.records import read_record
from ecgscribe.data.style import STYLES
from ecgscribe.data.truth_files import read_page

SMALL = ["--px-per-mm", "2.5"]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    main(["simulate", "--condition", "lbbb", "--condition", "normal", "--seed", "3", "-o", str(folder)])
    return folder


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_page_can_be_made_again_from_its_truth_file(records, tmp_path):
    asked = ["render", str(records), "--distort", "any", "--variants", "2", "--seed", "7", *SMALL]
    assert main([*asked, "-o", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.png"))) == 4
    for path in tmp_path.glob("*.json"):
        told = json.loads(path.read_text())
        again = made_again(ecg := read_record(records / told["record"]), told["choices"])
        assert np.array_equal(again.picture, open_picture(tmp_path / told["picture"]))
        truth, choices = read_page(path, ecg)
        assert choices == again.choices and truth.size_px == again.truth.size_px
        for kept, made in zip(truth.traces_px, again.truth.traces_px, strict=True):
            gone = np.isnan(made).any(axis=1)
            assert np.allclose(kept[~gone], made[~gone], atol=0.006) and np.isnan(kept[gone]).all()


def test_processes_order_and_company_do_not_matter(records, tmp_path):
    asked = ["--distort", "phone", "--seed", "5", *SMALL]
    main(["render", str(records), *asked, "-o", str(tmp_path / "one")])
    main(["render", str(records), *asked, "--num-proc", "2", "-o", str(tmp_path / "two")])
    main(["render", str(records / "normal-3.hea"), *asked, "-o", str(tmp_path / "three")])
    one, two, three = (files(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two and three.items() <= one.items() and len(three) == 2


def test_what_is_there_is_kept(records, tmp_path, capsys):
    asked = ["render", str(records), *SMALL, "-o", str(tmp_path)]
    main(asked)
    before = files(tmp_path)
    (tmp_path / "lbbb-3.json").unlink()
    capsys.readouterr()
    assert main(asked) == 0 and "1 pages" in (said := capsys.readouterr().out) and "1 were there" in said
    assert files(tmp_path) == before


def test_names_sizes_and_formats(records, tmp_path):
    asked = ["render", str(records / "lbbb-3"), "--style", "standard", "--layout", "6x2", "--dpi", "50.8"]
    assert main([*asked, "--mm-per-s", "50", "--jpeg", "-o", str(tmp_path)]) == 0
    truth, choices = read_page(tmp_path / "lbbb-3.json")
    assert (truth.layout, truth.px_per_mm, truth.scale.mm_per_s) == ("6x2", (2.0, 2.0), 50)
    assert Image.open(tmp_path / "lbbb-3.jpg").size == truth.size_px[::-1] == (594, 420)
    assert choices["preset"] == "clean"


def test_the_header_comes_from_the_simulated_truth(records, tmp_path):
    main(["render", str(records / "normal-3"), *SMALL, "--variants", "8", "-o", str(tmp_path)])
    headers = [read_page(path)[1]["header"] for path in tmp_path.glob("*.json")]
    told = json.loads((records / "normal-3.json").read_text())["truth"]
    printed = [header for header in headers if header is not None]
    assert 0 < len(printed) and all(header["qrs_ms"] == told["qrs_ms"] for header in printed)


def test_a_bad_record_is_told_and_the_others_are_drawn(records, tmp_path, capsys):
    given = [str(records / "lbbb-3"), str(records / "nothing"), str(records / "normal-3")]
    assert main(["render", *given, *SMALL, "-o", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert "nothing" in said.err and "2 pages" in said.out and "1 could not be drawn" in said.out
    assert len(list(tmp_path.glob("*.png"))) == 2


def test_a_missing_lead_is_told(tmp_path, capsys):
    main(["simulate", "--condition", "normal", "--wish", "missing_lead=V3", "-o", str(tmp_path / "in")])
    assert main(["render", str(tmp_path / "in"), *SMALL, "-o", str(tmp_path / "out")]) == 0
    assert "lead V3 is absent" in capsys.readouterr().err
    assert "V3" in read_page(tmp_path / "out" / "normal-0.json")[0].absent


def test_coco_data_fit_the_pictures(records, tmp_path):
    asked = ["render", str(records), "--style", "standard", "--layout", "3x4+1", "--distort", "phone", *SMALL]
    assert main([*asked, "--coco", "--masks", "-o", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "coco.json").read_text())
    names = {category["id"]: category["name"] for category in CATEGORIES}
    assert told["categories"] == CATEGORIES and len(names) == 37
    assert [image["id"] for image in told["images"]] == [1, 2]
    assert [entry["id"] for entry in told["annotations"]] == list(range(1, len(told["annotations"]) + 1))
    for image in told["images"]:
        assert Image.open(tmp_path / image["file_name"]).size == (image["width"], image["height"])
        own = [entry for entry in told["annotations"] if entry["image_id"] == image["id"]]
        kinds = [names[entry["category_id"]] for entry in own]
        assert kinds.count("page") == 1 and kinds.count("panel II") == 2 and kinds.count("panel V1") == 1
        assert sum(kind.startswith("name ") for kind in kinds) >= 12
        for entry in own:
            x, y, wide, high = entry["bbox"]
            assert 0 <= x and 0 <= y and x + wide <= image["width"] + 0.01 and y + high <= image["height"] + 0.01
            assert 0 < entry["area"] <= wide * high + 0.01
        masks = [entry for entry in own if names[entry["category_id"]].startswith("trace")]
        picture = open_picture(tmp_path / image["file_name"]).astype(int).sum(axis=2)
        for entry in masks:
            ink = decoded(entry["segmentation"])
            assert ink.sum() == entry["area"] > 50
            assert picture[ink].mean() < picture.mean() - 60, "the mask lies on dark ink"


def decoded(segmentation):
    values = np.arange(len(segmentation["counts"])) % 2
    height, width = segmentation["size"]
    return np.repeat(values, segmentation["counts"]).reshape(width, height).T.astype(bool)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=6, max_size=6), st.sampled_from([(2, 3), (3, 2), (6, 1), (1, 6)]))
def test_run_lengths_come_back(bits, size):
    mask = np.array(bits).reshape(size)
    counts = run_lengths(mask)
    assert np.array_equal(decoded({"size": size, "counts": counts}), mask) and all(counts[1:])


def test_polygons_are_cut_at_the_edge():
    square = np.array([[-5.0, -5], [5, -5], [5, 5], [-5, 5]])
    inside = cut(square, (20, 20))
    assert sorted(map(tuple, inside.tolist())) == [(0, 0), (0, 5), (5, 0), (5, 5)]
    assert len(cut(square + 100, (20, 20))) == 0
    assert np.array_equal(cut(square + 10, (20, 20)), square + 10)


def test_the_names_are_listed(capsys):
    for option, known in (("--style", STYLES), ("--layout", LAYOUTS), ("--distort", PRESETS)):
        assert main(["render", option, "list"]) == 0
        assert capsys.readouterr().out.split() == list(known)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--style", "crayon"], "standard"),
        (["--layout", "4x4"], "3x4+1"),
        (["--distort", "oil"], "phone"),
        (["--severity", "2"], "outside 0 to 1"),
        (["--dpi", "5"], "cannot be drawn"),
        (["--variants", "0"], "must be positive"),
    ],
)
def test_mistakes_are_told_before_anything_is_drawn(records, tmp_path, capsys, given, said):
    assert main(["render", str(records), *given, "-o", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and not (tmp_path / "out").exists()


def test_nothing_to_draw_and_two_of_one_name_are_refused(records, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["render", str(tmp_path / "empty"), "-o", str(tmp_path / "out")]) == 2
    assert "no record" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    for ending in (".hea", ".dat"):
        name = f"lbbb-3{ending}"
        (tmp_path / "other" / name).write_bytes((records / name).read_bytes())
    assert main(["render", str(records / "lbbb-3"), str(tmp_path / "other"), "-o", str(tmp_path / "out")]) == 2
    assert "both become lbbb-3" in capsys.readouterr().err
