"""The controls: what they may see and what they may not."""

import numpy as np
import pytest
from fakes import picture
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.core.page import Page
from ecgscribe.evaluation import controls


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.integers(0, 1000))
def test_shuffled_pages_are_never_of_the_same_patient_and_all_used_once(patients, seed):
    order = controls.shuffled_order(patients, seed)
    counts = [patients.count(patient) for patient in set(patients)]
    if order is None:
        assert len(patients) < 2 or 2 * max(counts) > len(patients)
    else:
        assert sorted(order) == list(range(len(patients)))
        assert all(patients[k] != patients[other] for k, other in enumerate(order))


def test_shuffling_follows_the_seed():
    patients = [str(k) for k in range(50)]
    first = controls.shuffled_order(patients, 1)
    assert (first == controls.shuffled_order(patients, 1)).all()
    assert (first != controls.shuffled_order(patients, 2)).any()


def test_the_modal_caption_is_the_most_frequent():
    assert controls.modal_caption(["b", "a", "c", "b"]) == "b"
    assert controls.modal_caption(["b", "a", "a", "b"]) == "a", "a tie goes by the alphabet"


def test_random_captions_come_as_often_as_in_training():
    drawn = controls.random_captions(["common"] * 9 + ["rare"], 4000, seed=1)
    assert drawn.count("rare") / 4000 == pytest.approx(0.1, abs=0.02)
    assert drawn == controls.random_captions(["common"] * 9 + ["rare"], 4000, seed=1)
    assert drawn != controls.random_captions(["common"] * 9 + ["rare"], 4000, seed=2)


def test_nearest_is_the_brute_force_answer_and_finds_copies():
    generator = np.random.default_rng(3)
    train, test = generator.normal(size=(40, 6)), generator.normal(size=(300, 6))
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-6
    for row, answer in zip(test, controls.nearest(train, test), strict=True):
        a = (row - mean) / spread
        likeness = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in (train - mean) / spread]
        assert answer == int(np.argmax(likeness))
    assert (controls.nearest(train, train) == np.arange(40)).all()


def test_unread_pages_have_no_neighbour_and_are_none():
    train, test = np.eye(3), np.eye(3)
    train[0], test[2] = np.nan, np.nan
    chosen = controls.nearest(train, test)
    assert chosen[2] == -1
    assert (chosen[:2] > 0).all()
    assert (controls.nearest(np.full((2, 3), np.nan), np.eye(3)) == -1).all()


def test_grey_vectors_tell_pictures_apart():
    vectors = np.stack([controls.grey_vector(picture(k)) for k in range(8)])
    assert vectors.shape == (8, 64 * 48)
    assert controls.nearest(vectors[:4], vectors[4:]).tolist() == [0, 1, 2, 3]


def test_a_blank_page_keeps_its_leads_and_scale_but_no_ink():
    page = Page(np.zeros((20, 30, 3), np.uint8), px_per_mm=(4.0, 4.0), layout="3x4+1")
    white = controls.blank(page)
    assert (white.picture == 255).all()
    assert white.to_dict() == page.to_dict()
    assert (page.picture == 0).all()
