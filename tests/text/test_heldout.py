import pytest

from ecgscribe.text.heldout import FOLDS, fold_of, held_out, held_out_lines

COMMON = "sinusrhythmus lagetyp normal"
# "sportlerherz" is a row of the glossary; no ending, slip or compound of another row leads to it
RARE = "sinusrhythmus lagetyp normal sportlerherz"


def patients_of(fold: int, count: int) -> list[str]:
    names = (str(number) for number in range(10_000))
    return [name for name in names if fold_of(name, 0) == fold][:count]


def test_folds_are_of_patients_and_about_equal():
    folds = [fold_of(str(number), 7) for number in range(5000)]
    assert set(folds) == set(range(FOLDS))
    assert min(folds.count(fold) for fold in range(FOLDS)) > 800
    assert folds != [fold_of(str(number), 8) for number in range(5000)]


def test_a_word_that_only_one_fold_shows_is_unknown_there():
    reports = [(name, COMMON) for fold in range(FOLDS) for name in patients_of(fold, 3)]
    reports.append((patients_of(2, 4)[3], RARE))
    parts = held_out(reports)
    assert [part.unknown["de"] for part in parts] == [0, 0, 1, 0, 0]
    assert parts[2].wholly["de"] == 3 and parts[2].reports["de"] == 4


def test_a_word_that_two_folds_show_is_known_in_both():
    reports = [(name, COMMON) for fold in range(FOLDS) for name in patients_of(fold, 3)]
    reports += [(patients_of(fold, 4)[3], RARE) for fold in (2, 4)]
    assert sum(part.unknown["de"] for part in held_out(reports)) == 0


def test_a_slip_of_the_held_out_fold_is_mended_by_rule():
    reports = [(name, COMMON) for fold in range(FOLDS) for name in patients_of(fold, 3)]
    reports.append((patients_of(1, 4)[3], "sinusrhythmus lagetyp nromal"))
    assert sum(part.unknown["de"] for part in held_out(reports)) == 0


def test_said_in_sentences():
    reports = [(name, COMMON) for fold in range(FOLDS) for name in patients_of(fold, 2)]
    lines = held_out_lines([*reports, (patients_of(0, 3)[2], RARE)])
    assert lines[0].startswith("Held out, 5 folds of patients, seed 0")
    assert lines[1] == "German: 11 reports, 97.06 % of 34 words translated, 90.9 % of the reports wholly."
    assert lines[2] == "German, words by fold: 90.00 to 100.00 %."


@pytest.mark.parametrize("patient", ["", "1.0", "ä"])
def test_any_name_of_a_patient(patient):
    assert 0 <= fold_of(patient, 0) < FOLDS
