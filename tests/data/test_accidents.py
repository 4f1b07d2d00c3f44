"""Accidents: nothing at strength 0, the same bytes from the same seed, more with more strength, no point moves."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.page import Panel
from ecgscribe.core.truth import PageTruth
from ecgscribe.data import accidents
from ecgscribe.data.accidents import ACCIDENTS
from ecgscribe.data.accidents.fields import clouds, laid, transmission, window
from ecgscribe.data.accidents.focus import blurred, disc_kernel, line_kernel
from ecgscribe.data.accidents.letters import Hand, glyph, written
from ecgscribe.data.accidents.screen import mask_table, phases
from ecgscribe.data.accidents.sensor import jpeg, noise
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_PX_PER_MM = 3.0
_SIZE = (420, 594)
_HIDING = {"sticker", "punch_holes", "staple", "torn_corner", "redaction"}
_MAY_HIDE = _HIDING | {"handwriting", "pen_circles", "pen_arrows", "underlines", "caliper_marks", "glare", "photocopy"}
_PASSES_LIGHT = set(ACCIDENTS) - _MAY_HIDE


def scene_of(picture: np.ndarray, px_per_mm: float = _PX_PER_MM) -> Scene:
    """A scene whose sheet is the whole picture, with two traces and a line of text."""
    height, width = picture.shape[:2]
    edge = min(20.0, width / 10)
    x = np.arange(edge, width - edge, 1.0)
    traces = tuple(
        np.stack([x, row * height + 6 * px_per_mm * np.exp(-(((x % 60) - 30) ** 2) / 20)], 1) for row in (0.4, 0.7)
    )
    panels = tuple(
        Panel("II", (edge, y - 20, width - edge, y + 20), 0.0, 10.0, y, rhythm=True)
        for y in (0.4 * height, 0.7 * height)
    )
    ecg = Ecg(np.zeros((1, 1000), np.float32), 100.0, ("II",))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    text = np.array([[30, 20], [150, 20], [150, 32], [30, 32]], float)
    truth = PageTruth(
        corners, panels, traces, (px_per_mm,) * 2, ecg, 0, size_px=(height, width), texts=(("Sinus rhythm", text),)
    )
    return Scene(picture, truth, px_per_mm)


@pytest.fixture(scope="module")
def page() -> Scene:
    """Pale paper with a pink grid and two black traces."""
    picture = np.full((*_SIZE, 3), (254, 250, 248), np.uint8)
    for step in range(0, 800, 15):
        cv2.line(picture, (step, 0), (step, _SIZE[0]), (238, 160, 158), 1)
        cv2.line(picture, (0, step), (_SIZE[1], step), (238, 160, 158), 1)
    scene = scene_of(picture)
    for trace in scene.truth.traces_px:
        cv2.polylines(picture, [np.rint(trace).astype(np.int32)], False, (18, 18, 24), 1, cv2.LINE_AA)
    return replace(scene, picture=picture)


def difference(one: Scene, other: Scene) -> float:
    return float(np.mean(cv2.absdiff(one.picture, other.picture)))


def test_the_registry_names_every_accident_once_by_its_function():
    folder = Path(accidents.__file__).parent
    public = set()
    for file in folder.glob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and [a.arg for a in node.args.args] == ["scene", "chance", "strength"]:
                public.add(node.name)
    assert public == set(ACCIDENTS)
    assert all(name == function.__name__ and function.__doc__ for name, function in ACCIDENTS.items())


@pytest.mark.parametrize("name", ACCIDENTS)
def test_strength_zero_is_the_scene_itself(page, name):
    assert ACCIDENTS[name](page, Chance(3, name), 0.0) is page


@pytest.mark.parametrize("name", ACCIDENTS)
def test_same_seed_same_bytes_and_the_given_picture_stays(page, name):
    before = page.picture.copy()
    one, two = (ACCIDENTS[name](page, Chance(11, name), 0.8) for _ in range(2))
    assert one.picture.tobytes() == two.picture.tobytes()
    assert (one.covered is None) == (two.covered is None)
    assert one.covered is None or np.array_equal(one.covered, two.covered)
    assert np.array_equal(page.picture, before)
    assert one.truth is page.truth and one.px_per_mm == page.px_per_mm


@pytest.mark.parametrize("name", ACCIDENTS)
def test_shape_and_dtype_stay_and_covered_only_grows(page, name):
    covered = np.zeros(_SIZE, np.uint8)
    covered[100:140, 200:260] = 255
    marked = replace(page, covered=covered)
    for seed in range(3):
        done = ACCIDENTS[name](marked, Chance(seed, name), 1.0)
        assert done.picture.shape == page.picture.shape and done.picture.dtype == np.uint8
        assert done.covered.dtype == np.uint8 and done.covered.shape == _SIZE
        assert np.all(done.covered >= covered)


@pytest.mark.parametrize("name", ACCIDENTS)
def test_more_strength_changes_more(page, name):
    sums = np.zeros(3)
    for seed in range(6):
        sums += [difference(page, ACCIDENTS[name](page, Chance(seed, name), s)) for s in (0.25, 0.55, 1.0)]
    # a fax is black and white at any strength: only its coarseness grows
    assert sums[0] > 0 and (sums[0] < sums[1] < sums[2] or (name == "fax" and sums[0] < 1.3 * sums[2])), sums


@pytest.mark.parametrize("name", sorted(set(ACCIDENTS) - {"fax", "jpeg_blocks", "sensor_noise"}))
def test_a_little_strength_changes_little(page, name):
    """No jump at 0: at strength 0.01 the mean change is below 3 levels (greyscale machines take colour quickly)."""
    assert difference(page, ACCIDENTS[name](page, Chance(2, name), 0.01)) < 3.0


@pytest.mark.parametrize("name", sorted(_PASSES_LIGHT))
def test_what_light_passes_covers_nothing(page, name):
    assert all(ACCIDENTS[name](page, Chance(seed, name), 1.0).covered is None for seed in range(4))


@pytest.mark.parametrize("name", sorted(_HIDING))
def test_opaque_things_mark_where_the_print_is_gone(page, name):
    """Black and white sheets look the same where covered, and differ (or are pale) everywhere else."""
    black, white = (replace(page, picture=np.full_like(page.picture, level)) for level in (0, 255))
    for seed in range(3):
        one, two = (ACCIDENTS[name](scene, Chance(seed, name), 1.0) for scene in (black, white))
        assert np.array_equal(one.covered, two.covered) and one.covered.any()
        gap = cv2.absdiff(one.picture, two.picture).max(axis=2)
        # an edge pixel counts as covered when more than half of it is: its rest may show up to half of the contrast
        assert gap[one.covered > 0].max() <= 129 and np.mean(gap[one.covered > 0]) < 24
        assert gap[one.covered == 0].min() > 40


def test_black_pens_cover_their_line_and_blue_ones_do_not(page):
    black, white = (replace(page, picture=np.full_like(page.picture, level)) for level in (20, 250))
    kinds = set()
    for seed in range(12):
        one, two = (ACCIDENTS["pen_circles"](scene, Chance(seed, "pen"), 1.0) for scene in (black, white))
        kinds.add(two.covered is None)
        if two.covered is None:
            gap = cv2.absdiff(one.picture, two.picture).max(axis=2)  # the clearest channel still tells the trace
            assert np.mean(gap < 60) < 0.001 and gap.min() > 20  # but for two rings that cross
        else:
            assert two.picture.max(axis=2)[two.covered > 0].max() < 150
    assert kinds == {True, False}


def _dots(size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A grey page with soft dark dots of known sub-pixel centres, and the centres (N, 2)."""
    y, x = np.mgrid[0 : size_px[0], 0 : size_px[1]] + 0.5
    level = np.zeros(size_px)
    centres = []
    for row in range(1, 7):
        for column in range(1, 9):
            centre = (column * size_px[1] / 9 + 0.37 * row % 1, row * size_px[0] / 7 + 0.61 * column % 1)
            centres.append(centre)
            level = np.maximum(level, np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * 1.8**2)))
    grey = np.rint(235 - 200 * level).astype(np.uint8)
    return cv2.merge([grey] * 3), np.array(centres)


def _centroid(picture: np.ndarray, centre: np.ndarray, reach: int = 9) -> np.ndarray:
    """Centre of the darkness round `centre`, the ground taken away as a plane through the patch's rim."""
    x0, y0 = (int(v) - reach for v in centre)
    patch = picture[y0 : y0 + 2 * reach + 1, x0 : x0 + 2 * reach + 1].mean(axis=2)
    y, x = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]].astype(float)
    rim = np.hypot(x - reach, y - reach) > reach - 2.5
    plane = np.linalg.lstsq(np.stack([x[rim], y[rim], np.ones(rim.sum())], 1), patch[rim], rcond=None)[0]
    ground = plane[0] * x + plane[1] * y + plane[2]
    dark = np.clip(ground - patch - 0.25 * (ground - patch).max(), 0, None)
    return np.array([(x * dark).sum(), (y * dark).sum()]) / dark.sum() + [x0 + 0.5, y0 + 0.5]


_POSITION_KEPT = sorted(
    set(ACCIDENTS)
    - _HIDING
    - {"handwriting", "pen_circles", "pen_arrows", "underlines", "caliper_marks", "fax", "dithering", "dead_dots"}
)


@pytest.mark.parametrize("name", _POSITION_KEPT)
@pytest.mark.parametrize("strength", [0.4, 1.0])
def test_dots_stay_where_they_are(name, strength):
    picture, centres = _dots((430, 610))
    scene = scene_of(picture, 6.0)
    done = ACCIDENTS[name](scene, Chance(5, name), strength).picture
    moved = np.array([_centroid(done, c) - _centroid(picture, c) for c in centres])
    # the mean over all dots knows nothing of noise, texture or the slope of a shadow at one of them
    assert np.abs(np.median(moved, axis=0)).max() < 0.1, moved.mean(axis=0)


@pytest.mark.parametrize(
    "name", ["fax", "dithering", "few_pixels", "motion_blur", "defocus", "over_sharpened", "moire"]
)
def test_the_whole_picture_is_not_shifted(page, name):
    """Best fit of a shift between before and after (phase correlation) is below a tenth of a pixel."""
    done = ACCIDENTS[name](page, Chance(7, name), 0.8)
    before, after = (cv2.cvtColor(s.picture, cv2.COLOR_RGB2GRAY).astype(np.float64) for s in (page, done))
    window = cv2.createHanningWindow(before.shape[::-1], cv2.CV_64F)
    shift = cv2.phaseCorrelate(before, after, window)[0]
    assert np.hypot(*shift) < 0.1, shift


@pytest.mark.parametrize("name", ["fax", "photocopy", "greyscale"])
def test_copies_are_monochrome(page, name):
    picture = ACCIDENTS[name](page, Chance(1, name), 1.0).picture
    assert np.array_equal(picture[:, :, 0], picture[:, :, 1]) and np.array_equal(picture[:, :, 1], picture[:, :, 2])


def test_a_fax_is_black_and_white_with_lines_of_the_standard(page):
    picture = ACCIDENTS["fax"](replace(page, px_per_mm=12.0), Chance(1, "fax"), 1.0).picture[:, :, 0]
    assert set(np.unique(picture)) == {0, 255}
    repeats = np.mean(np.all(picture[1:] == picture[:-1], axis=1))
    # 3.85 lines per mm at 12 px per mm: one row in 3.1 is new, at most
    assert repeats > 0.65


def test_moire_has_the_period_of_the_beat():
    """One direction of the mask alone: sampled every second pixel, a pitch of 2.1 px beats with 1 / |2 / 2.1 - 1|."""
    pitch = 2.1
    plane = cv2.LUT(phases((64, 1024), 2 / pitch, 0.0, 0.3), mask_table(0.35, pitch, 0.3, 0.0))
    spectrum = np.abs(np.fft.rfft(plane[10].astype(float) - plane[10].mean()))
    assert np.argmax(spectrum) / 1024 == pytest.approx(abs(2 / pitch - 1), abs=1.5 / 1024)
    assert np.ptp(plane.astype(int)) > 30


def test_the_mask_of_a_screen_is_flat_to_a_camera_pixel_of_its_own_size():
    """A camera pixel exactly as wide as a screen pixel sees every phase alike: the sinc of its harmonics is zero."""
    assert np.ptp(mask_table(0.0, 1.0, 0.3, 0.0).astype(int)) <= 1
    table = mask_table(0.4, 4.0, 0.3, 0.25)
    assert table.mean() == pytest.approx(140, abs=1) and np.ptp(table.astype(int)) > 120


def test_moire_is_coloured_and_only_closes_the_aperture(page):
    grey = replace(page, picture=np.full_like(page.picture, 150))
    done = ACCIDENTS["moire"](grey, Chance(4, "moire"), 1.0).picture.astype(int)
    assert np.abs(done[:, :, 0] - done[:, :, 2]).mean() > 3
    by_channel = done.reshape(-1, 3).mean(axis=0)
    assert 100 < by_channel.mean() < 150 and np.ptp(by_channel) < 3  # no tint on the whole


@pytest.mark.parametrize("radius", [0.3, 0.7, 1.3, 2.4])
def test_a_disc_keeps_light_and_second_moment(radius):
    kernel = disc_kernel(radius)
    axis = np.arange(len(kernel)) - len(kernel) // 2
    assert kernel.sum() == pytest.approx(1, abs=1e-6)
    assert np.allclose(kernel, kernel[::-1]) and np.allclose(kernel, kernel.T)
    if radius > 1:  # a disc of radius r has a variance of r^2 / 4 along any axis; cells add 1 / 12
        assert (kernel.sum(axis=0) * axis**2).sum() == pytest.approx(radius**2 / 4 + 1 / 12, rel=0.12)


@pytest.mark.parametrize("angle", [0.0, 0.4, np.pi / 2, 2.5])
def test_a_movement_is_symmetric_about_the_true_place(angle):
    kernel = line_kernel(6.3, angle)
    assert kernel.sum() == pytest.approx(1, abs=1e-6)
    assert np.allclose(kernel, kernel[::-1, ::-1], atol=1e-7)
    y, x = np.mgrid[: len(kernel), : len(kernel)] - len(kernel) // 2
    along = (kernel * (x * np.cos(angle) + y * np.sin(angle)) ** 2).sum()
    across = (kernel * (-x * np.sin(angle) + y * np.cos(angle)) ** 2).sum()
    assert along == pytest.approx(6.3**2 / 12, rel=0.25) and across < 0.3


@pytest.mark.parametrize("sigma", [2.0, 8.0])
def test_noise_has_its_deviation_falls_towards_white_and_shifts_nothing(sigma):
    spreads = []
    for level in (40, 128, 220):
        picture = np.full((400, 500, 3), level, np.uint8)
        change = noise(picture, Chance(3, "n"), sigma).astype(float) - level
        expected = sigma * (1 - 0.55 * level / 255)
        assert abs(change.mean()) < 0.1 * sigma + 0.15
        assert change.std() == pytest.approx(expected, rel=0.15, abs=0.3)
        spreads.append(change.std())
    assert spreads[0] > spreads[1] > spreads[2]


def test_noise_does_not_repeat_at_the_tile():
    picture = np.full((384, 384, 3), 128, np.uint8)
    change = noise(picture, Chance(9, "n"), 10.0).astype(float)[:, :, 1] - 128
    same = [np.corrcoef(change[:, k : k + 96].ravel(), change[:, k + 96 : k + 192].ravel())[0, 1] for k in (0, 96, 192)]
    assert np.mean(np.abs(same)) < 0.6  # some neighbours are equal by chance, by far not all


def test_plain_functions_do_nothing_when_asked_for_nothing():
    picture = _dots((120, 160))[0]
    assert noise(picture, Chance(1), 0.0) is picture and blurred(picture, 0.1) is picture
    assert np.abs(jpeg(picture, 95).astype(int) - picture).mean() < 2
    assert jpeg(picture, 20).dtype == np.uint8 and jpeg(picture, 20).shape == picture.shape


def test_fading_keeps_the_printed_grid_and_takes_the_ink(page):
    changes = []
    for seed in range(10):
        done = ACCIDENTS["thermal_fading"](page, Chance(seed, "f"), 1.0).picture.astype(int)
        ink = page.picture.max(axis=2) < 60
        grid = (page.picture[:, :, 0] > 230) & (page.picture[:, :, 1] < 200)
        changes.append((np.mean(done[ink] - page.picture[ink]), np.mean(done[grid] - page.picture[grid])))
    by_ink, by_grid = np.array(changes).T
    assert by_ink.min() > 30 and by_ink.max() < 200
    assert np.sum(by_grid < 2) >= 4 and np.all(by_grid < 60)


def test_every_sign_of_the_notes_has_strokes_and_letters_run_from_left_to_right():
    from ecgscribe.data.accidents.handwriting import _NOTES

    assert all(glyph(letter) for note in _NOTES for letter in note if letter != " ")
    hand = Hand.drawn(Chance(2, "hand"))
    strokes = written("rate 72", replace(hand, joined=0.0, slant=0.0), Chance(1, "w"))
    starts = [float(stroke[:, 0].mean()) for stroke in strokes]
    assert len(strokes) >= 6 and starts[-1] > starts[0] + 2 * hand.size_mm / 2
    height = max(s[:, 1].max() for s in strokes) - min(s[:, 1].min() for s in strokes)
    assert 0.6 * hand.size_mm < height < 2.5 * hand.size_mm


def test_more_handwriting_adds_ink_and_moves_none(page):
    white = replace(page, picture=np.full_like(page.picture, 255))
    less, more = (ACCIDENTS["handwriting"](white, Chance(8, "h"), s).picture for s in (0.5, 1.0))
    inked = less.min(axis=2) < 120
    assert inked.sum() > 50 and np.mean(more.min(axis=2)[inked] < 160) > 0.97


@pytest.mark.parametrize("px_per_mm", [1.2, 3.0, 9.0])
def test_sizes_are_in_mm(px_per_mm):
    """A hole of 6 mm covers its area at every resolution."""
    size = (round(150 * px_per_mm), round(210 * px_per_mm))
    scene = scene_of(np.full((*size, 3), 250, np.uint8), px_per_mm)
    done = ACCIDENTS["punch_holes"](scene, Chance(1, "p"), 1.0)
    count = cv2.connectedComponents(done.covered)[0] - 1
    area_mm2 = np.count_nonzero(done.covered) / px_per_mm**2 / count
    assert count in (2, 3, 4) and area_mm2 == pytest.approx(np.pi * 9, rel=0.12)


def test_tiny_and_odd_pictures_pass():
    for size in ((16, 20), (37, 211), (333, 41)):
        scene = scene_of(np.full((*size, 3), 240, np.uint8), 0.7)
        for name, accident in ACCIDENTS.items():
            assert accident(scene, Chance(6, name), 1.0).picture.shape == (*size, 3), name


def test_a_sheet_outside_the_picture_is_no_error(page):
    away = replace(page, truth=replace(page.truth, corners_px=page.truth.corners_px + 5000, traces_px=(), panels=(),
                                       hidden=(), name_boxes_px=()))  # fmt: skip
    for name, accident in ACCIDENTS.items():
        assert accident(away, Chance(6, name), 0.7).picture.shape == page.picture.shape, name


def test_windows_meet_at_the_edges():
    assert window((10, 12), (4, 4), (-2, 8))[0] == (slice(8, 10), slice(0, 2))
    assert window((10, 12), (4, 4), (-2, 8))[1] == (slice(0, 2), slice(2, 4))
    assert window((10, 12), (4, 4), (12, 0)) == (None, None)
    picture, coverage = laid(np.zeros((4, 4, 3), np.uint8), (200, 100, 50), np.full((2, 2), 255, np.uint8), (3, 3))
    assert tuple(picture[3, 3]) == (200, 100, 50) and coverage.sum() == 255 and not picture[:3].any()


def test_a_dye_of_density_one_has_its_colour_and_none_at_zero():
    through = transmission(np.array([[0.0, 1.0, 0.5]], np.float32), (0.64, 0.36, 0.25))
    assert tuple(through[0, 0]) == (255, 255, 255)
    assert np.allclose(through[0, 1], [163, 92, 64], atol=2) and np.allclose(through[0, 2], [204, 153, 128], atol=2)


def test_clouds_have_the_asked_size_of_features():
    field = clouds(Chance(3, "c"), (300, 400), 60.0, octaves=1)
    assert field.min() >= 0 and field.max() <= 1 and field.mean() == pytest.approx(0.5, abs=0.12)
    steps = (
        np.abs(np.diff(field, axis=1)).mean(),
        np.abs(np.diff(clouds(Chance(3, "c"), (300, 400), 15.0, 1), axis=1)).mean(),
    )
    assert steps[1] > 2.5 * steps[0]
