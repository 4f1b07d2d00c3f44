"""Words into statements: which certainty, denial, wall, lead and age belongs to which finding.

A caption is read once, from left to right. Full stops end everything that was open. A qualifier before a finding
("possible", "no", "consistent with") reaches to the next comma, over "and" and "or"; what follows "probably" or "as
in" goes on over commas while the same kind of finding is listed ("probably anterior ischaemia, inferior ischaemia").
A qualifier after a finding ("cannot be excluded") reaches back to the last comma. "A or B" makes either only possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .statement_table import Kind, codes_by_wall, kinds
from .statement_words import leads_of

PREDICATES = {
    ("t", "flat"): "LOWT", ("t", "inverted"): "INVT", ("t", "biphasic"): "BIPHT", ("t", "tall"): "TALLT",
    ("t", "changed"): "TAB_", ("nt", "flat"): "NT_", ("nt", "inverted"): "NT_", ("nt", "changed"): "NT_",
    ("st", "depressed"): "STD_", ("st", "elevated"): "STE_", ("st", "changed"): "STT", ("pr", "prolonged"): "LPR",
    ("qt", "prolonged"): "LNGQT",
}  # fmt: skip
_SUBJECTS = {"LOWT": "t", "INVT": "t", "BIPHT": "t", "TALLT": "t", "TAB_": "t", "NT_": "nt", "STD_": "st", "STE_": "st"}
_ENDS_SCOPE = ("rhythm", "axis", "conclusion")
_LIST_HEADS = ("probably", "as in")
_TRAILING = ("possible", "suspected", "probable", "likely", "questionable", "doubtful", "?")
_WEAKER = ("certain", "probable")


@dataclass
class Draft:
    """A statement on its way; `said` tells whether a qualifier has reached it."""

    kind: Kind
    polarity: str = "present"
    certainty: str = "certain"
    territory: list[str] = field(default_factory=list)
    age: str = ""
    said: bool = False
    words: tuple[int, int] = (0, 0)


class Grammar:
    """The state while one caption is read; `drafts` is the result."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.clause: list[Draft] = []
        self.certainty, self.governs, self.head, self.age = "", "", "", ""
        self.latest: list[str] = []  # the place of the finding before, for "in these leads"
        self.sentence()

    def sentence(self) -> None:
        """A full stop: nothing goes on but the findings said so far."""
        self._flush_age()
        self._flush_doubt()
        self.clause = []
        self.targets: list[Draft] = []
        self.walls: list[str] = []
        self.certainty, self.polarity, self.governs, self.head = "", "", "", ""
        self.subject, self.either, self.placed = "", False, False
        self.carried: tuple[str, str] = ("", "")

    def comma(self) -> None:
        """A comma: qualifiers end, but those that head a list wait for more of its kind."""
        self._flush_age()
        self._flush_doubt()
        if self.certainty and self.governs and self.head in _LIST_HEADS:
            self.carried = (self.certainty, self.governs)
        if self.governs or self.polarity:
            self.certainty, self.polarity, self.governs = "", "", ""
        self.clause = []
        self.either, self.placed = False, True

    def finding(self, code: str, polarity: str, certainty: str, words: tuple[int, int]) -> None:
        """A finding; several when several walls stood before it."""
        kind = kinds()[code]
        if self.governs and kind.group in _ENDS_SCOPE:
            self.certainty, self.polarity, self.governs = "", "", ""
        made = [Draft(kinds()[own], territory=list(place), words=words) for own, place in self._placed(kind)]
        said = self.certainty or certainty
        if code == "LVH" and self.certainty and self.clause and self.clause[-1].kind.code == "HVOLT":
            self.clause[-1].kind = kinds()["VCLVH"]  # "voltages are high suggesting ..." is the criterion itself
        if not self.certainty and self.carried[0] and self.carried[1] == (kind.family or _kin(code)):
            said = self.carried[0]
        elif not (kind.family or _kin(code)):
            self.carried = ("", "")
        for draft in made:
            draft.polarity = "absent" if "absent" in (self.polarity, polarity) else "present"
            draft.certainty, draft.said = said or "certain", bool(said or self.polarity)
            draft.age = self.age if kind.ages else ""
        if kind.ages:
            self.age = ""
        if self.either and self.clause and self.clause[-1].kind.code != code and kind.takes != "leads":
            for draft in (self.clause[-1], *made):
                draft.certainty = "possible" if draft.certainty in _WEAKER else draft.certainty
        self.either = False
        self.governs = (kind.family or _kin(code) or code) if (self.certainty or self.polarity) else ""
        if kind.takes == "leads":
            self.targets = made if self.placed else self.targets + made
            self.placed = False
        self.subject = _SUBJECTS.get(code, self.subject)
        self.clause += made
        self.drafts += made

    def _placed(self, kind: Kind) -> list[tuple[str, tuple[str, ...]]]:
        """The codes and territories of a finding after the walls that were said before it."""
        walls, self.walls = self.walls, []
        if kind.takes == "leads":
            return [(kind.code, tuple(walls))]
        if kind.takes != "wall" or not walls:
            return [(kind.code, ())]
        named = [(codes_by_wall().get((kind.family, wall), kind.family), (wall,)) for wall in walls]
        known = [(code, place) for code, place in named if place[0] not in ("limb", "chest", "throughout")]
        return known or [(kind.code, ())]

    def predicate(self, value: str, words: tuple[int, int]) -> None:
        """What is said of the T wave, the ST segment or an interval named before."""
        code = PREDICATES.get((self.subject, value))
        if code is not None:
            self.finding(code, "", "", words)

    def wall(self, names: str) -> None:
        self.walls += names.split("+")
        if names == "throughout":
            self.lead_word()

    def lead_word(self) -> None:
        """ "leads" or "wall": the walls just said are where the last findings are."""
        walls, self.walls = self.walls, []
        last = self.clause[-1] if self.clause else None
        if last is not None and last.kind.code == last.kind.family and walls and not last.territory:
            wall = walls[0]
            last.kind = kinds()[codes_by_wall().get((last.kind.family, wall), last.kind.family)]
            last.territory = [wall]
        elif walls:
            self._place(walls)

    def leads(self, names: tuple[str, ...]) -> None:
        self._place(list(names))

    def same_leads(self) -> None:
        """ "in these leads": where the finding before was."""
        self._place(list(self.latest))

    def _place(self, places: list[str]) -> None:
        for draft in self.targets:
            draft.territory += places
            self.latest = draft.territory
        self.placed = True

    def before(self, certainty: str, head: str) -> None:
        """A qualifier before findings."""
        self.certainty, self.polarity, self.governs, self.head = certainty, "", "", head

    def deny(self) -> None:
        self.polarity, self.certainty, self.governs, self.head = "absent", "", "", ""

    def after(self, certainty: str, polarity: str = "") -> None:
        """A qualifier after findings, or before them when there are none in this clause."""
        drafts = [draft for draft in self.clause if not draft.said] or self.clause[-1:]
        for draft in drafts:
            draft.certainty, draft.said = certainty, True
            draft.polarity = polarity or draft.polarity
        if not drafts and not polarity:
            self.before(certainty, "")

    def set_age(self, age: str) -> None:
        """The age of the infarct to come, or of the last one when none comes in this clause."""
        self.age = age

    def age_after(self, age: str) -> None:
        """The age of the infarct just said."""
        place = next((draft.words for draft in reversed(self.drafts) if draft.kind.ages), None)
        for draft in self.drafts:
            if draft.kind.ages and draft.words == place and not draft.age:
                draft.age = age

    def _flush_age(self) -> None:
        age, self.age = self.age, ""
        if age:
            self.age_after(age)

    def _flush_doubt(self) -> None:
        """A qualifier with nothing after it ("inferior infarct possible") belongs to what stands before it."""
        if self.certainty and not self.governs and self.head in _TRAILING and self.clause:
            self.after(self.certainty)
            self.certainty = ""

    def end_scope(self) -> None:
        self.certainty, self.polarity, self.governs, self.carried = "", "", "", ("", "")

    def either_or(self) -> None:
        self.either = True


def _kin(code: str) -> str:
    """The family in whose lists a code without a wall stands."""
    return "ISC_" if code == "STRAIN" else ""


def events(grammar: Grammar, matches: list[tuple[str, str, int, int]], words: list[str]) -> None:
    """Feeds the matched terms (kind, value, first word, end) to the grammar, in order."""
    for position, (kind, value, start, end) in enumerate(matches):
        if kind == "finding":
            for code in value.split(" ") if not value.endswith(("absent", "probable", "possible")) else [value]:
                own, _, told = code.partition(" ")
                polarity = "absent" if told == "absent" else ""
                grammar.finding(own, polarity, told if told not in ("", "absent") else "", (start, end))
        elif kind == "subject":
            grammar.subject = value
        elif kind == "predicate":
            grammar.predicate(value, (start, end))
        elif kind == "wall":
            grammar.wall(value)
        elif kind == "lead":
            grammar.lead_word()
        elif kind == "leads":
            grammar.leads(leads_of(value))
        elif kind == "same":
            grammar.same_leads()
        elif kind == "before":
            grammar.before(value, " ".join(words[start:end]))
        elif kind == "after":
            grammar.after(value)
        elif kind == "doubt":
            grammar.after(value, "absent")
        elif kind == "deny":
            grammar.deny()
        elif kind == "age":
            grammar.set_age(value)
        elif kind == "age_after":
            _age_after(grammar, value, matches[position + 1 : position + 2], " ".join(words[start:end]))
        elif kind == "or":
            grammar.either_or()
        elif kind == "end":
            grammar.end_scope()
        elif kind == "comma":
            if [match[0] for match in matches[max(position - 1, 0) : position + 2]] != ["leads", "comma", "leads"]:
                grammar.comma()  # a list of leads is one place
        elif kind == "stop":
            grammar.sentence()
    grammar.sentence()


def _age_after(grammar: Grammar, age: str, following: list[tuple[str, str, int, int]], words: str) -> None:
    """ "probably old" tells the age of the infarct before it, but doubts one that follows at once."""
    if following and (following[0][0] == "wall" or following[0][1] in kinds()) and age != "undetermined":
        grammar.before("possible" if words.startswith("possibly") else "probable", "")
        grammar.set_age(age)
    else:
        grammar.age_after(age)
