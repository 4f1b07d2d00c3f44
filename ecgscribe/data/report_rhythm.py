"""The reports' words for conditions of rhythm: condition, or condition/variant, -> `Words`."""

from __future__ import annotations

from ecgscribe.data.report_words import Words

SINUS = Words("rhythm", ("sinus rhythm.",), ("sinusrhythmus",), ("sinusrytm",))

_VENTRICULAR = (
    "premature ventricular contraction(s)",
    "ventrikuläre extrasystole(n)",
    "ventrikulär(a) extrasystoli(er)",
)
_ATRIAL = (
    "premature atrial contraction(s)",
    "supraventrikuläre extrasystole(n)",
    "supraventrikulär(a) extrasystoli(er)",
)


def _ectopy(names: tuple[str, str, str], in_turn: tuple[str, str, str] = ("", "", "")) -> Words:
    english, german, swedish = (f"{name}{turn}" for name, turn in zip(names, in_turn, strict=True))
    return Words("ectopy", (f"{english}.",), (german,), (swedish,), end="otherwise")


_BIGEMINY, _TRIGEMINY = (", bigeminy", ", bigeminus", ", bigemini"), (", trigeminy", ", trigeminus", ", trigemini")


def _flutter(ratio: str) -> Words:
    return Words(
        "rhythm",
        (f"atrial flutter with {ratio} av block.", f"rhythm is atrial flutter with {ratio} av block."),
        (f"vorhofflattern mit {ratio} überleitung",),
        ("förmaksfladder",),
    )


RHYTHM_WORDS = {
    "normal": Words("rhythm", ("sinus rhythm.",), ("sinusrhythmus",), ("sinusrytm",), end="normal"),
    "sinus_bradycardia": Words(
        "rhythm", ("sinus bradycardia.",), ("sinusbradykardie",), ("sinusbradykardi",), end="otherwise"
    ),
    "sinus_tachycardia": Words(
        "rhythm", ("sinus tachycardia.",), ("sinustachykardie",), ("sinustachykardi",), end="otherwise"
    ),
    "sinus_arrhythmia": Words(
        "rhythm", ("sinus arrhythmia.",), ("sinus arrhythmie",), ("sinus arytmi",), end="otherwise"
    ),
    "atrial_fibrillation": Words(
        "rhythm", ("atrial fibrillation.",), ("vorhofflimmern/-flattern",), ("förmaksflimmer/-fladder",)
    ),
    "atrial_fibrillation/rapid": Words(
        "rhythm",
        ("atrial fibrillation with rapid ventricular response.",),
        ("tachykardes vorhofflimmern",),
        ("förmaksflimmer med hög kammarfrekvens",),
    ),
    "atrial_flutter": Words("rhythm", ("atrial flutter.",), ("vorhofflattern",), ("förmaksfladder",)),
    "atrial_flutter/2:1": _flutter("2:1"),
    "atrial_flutter/3:1": _flutter("3:1"),
    "atrial_flutter/4:1": _flutter("4:1"),
    "atrial_flutter/variable": Words(
        "rhythm",
        ("atrial flutter with variable av block.",),
        ("vorhofflattern mit wechselnder überleitung",),
        ("förmaksfladder",),
    ),
    "supraventricular_tachycardia": Words(
        "rhythm",
        ("supraventricular tachycardia.", "rapid regular supraventricular tachycardia."),
        ("supraventrikuläre tachykardie",),
        ("regelbunden rytm supraventrikulär takykardi",),
    ),
    "supraventricular_tachycardia/hidden": Words(
        "rhythm",
        (
            "supraventricular tachycardia. no p wave found.",
            "rapid regular supraventricular tachycardia without evident p waves.",
        ),
        ("supraventrikuläre tachykardie",),
        ("regelbunden rytm supraventrikulär takykardi",),
    ),
    "first_degree_av_block": Words(
        "av", ("prolonged pr interval.",), ("a-v block i",), ("a-v block i",), end="otherwise"
    ),
    "second_degree_av_block_wenckebach": Words(
        "av",
        ("second degree av block of wenckebach type.",),
        ("av-block ii. grades, wenckebach", "av-block 2. grades, wenckebach"),
        ("a-v block ii, wenckebach",),
    ),
    "second_degree_av_block_mobitz": Words(
        "av",
        ("second degree av block of mobitz type ii.",),
        ("av-block ii. grades, mobitz", "av-block 2. grades, mobitz"),
        ("a-v block ii",),
    ),
    "second_degree_av_block_mobitz/2:1": Words(
        "av", ("second degree av block, 2:1.", "2:1 av block."), ("av-block ii. grades, 2:1",), ("a-v block ii, 2:1",)
    ),
    "second_degree_av_block_mobitz/3:1": Words(
        "av", ("second degree av block, 3:1.", "3:1 av block."), ("av-block ii. grades, 3:1",), ("a-v block ii, 3:1",)
    ),
    "third_degree_av_block": Words(
        "av", ("complete heart block.",), ("av-block iii. grades", "av-block 3. grades"), ("a-v block iii",)
    ),
    "third_degree_av_block/wide": Words(
        "av",
        ("complete heart block with ventricular escape rhythm.",),
        ("av-block iii. grades", "av-block 3. grades"),
        ("a-v block iii",),
        axis=False,
    ),
    "premature_atrial": _ectopy(_ATRIAL),
    "premature_ventricular": _ectopy(_VENTRICULAR),
    "bigeminy": _ectopy(_VENTRICULAR, _BIGEMINY),
    "bigeminy/atrial": _ectopy(_ATRIAL, _BIGEMINY),
    "trigeminy": _ectopy(_VENTRICULAR, _TRIGEMINY),
    "trigeminy/atrial": _ectopy(_ATRIAL, _TRIGEMINY),
    "ventricular_tachycardia": Words(
        "rhythm",
        ("ventricular tachycardia.", "regular wide complex tachycardia consistent with ventricular tachycardia."),
        ("regelmässiger rhythmus, keine p-welle erkannt kammertachykardie",),
        ("regelbunden rytm, inga p-våg funna kammartakykardi",),
        axis=False,
    ),
    "paced": Words(
        "rhythm",
        (
            "pacemaker spikes noted. a regular paced rhythm is present.",
            "pacemaker spikes noted. a regular paced rhythm is present. apparently normal pacemaker function.",
        ),
        ("schrittmacher ekg",),
        ("pacemaker ekg",),
        axis=False,
    ),
}
