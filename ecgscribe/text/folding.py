"""Characters: mend code-page slips, lower the case with Unicode, fold for look-up, cut into tokens."""

import re
from dataclasses import dataclass

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ß": "ss", "é": "e", "è": "e", "à": "a"})
_ISO646_SWEDISH = str.maketrans({"}": "å", "{": "ä", "|": "ö"})
# v4, v4-6, v3-v6, v4,5,6, v1 + v2; a digit goes on with the list only when it stands alone.
_CHEST = r"v\s?[1-9](?![\w])(?:\s*(?:-|,|\+|/|&|\.(?=v?[1-9]))\s*v?[1-9](?![\w]|[.,]\d*\s?(?:mm|mv|s\b|sec)))*"
_NUMBER = r"\d+(?:[.,:/]\d+)*(?:(?!\w)|(?=(?:mm|mv|mg|ml|cm|kg|min|sec|s|v|w)\b))"
_TOKEN = re.compile(rf"(?P<leads>{_CHEST})|(?P<number>{_NUMBER})|(?P<word>[^\W_]+)")


def mend(text: str) -> str:
    """Lower-case `text` with its known code-page slips mended (`#` for ü, `á` for ß, ISO 646 Swedish)."""
    text = text.lower().replace("á", "ß")
    text = re.sub(r"#(?=[a-zäöü])|(?<=[a-zäöü])#", "ü", text)
    text = re.sub(r"ó[¿¬½©]?", "", text)  # line noise in one Swedish report
    if re.search(r"[}{|](?=[a-z])|(?<=[a-z])[}{|]", text):
        text = text.translate(_ISO646_SWEDISH)
    text = re.sub(r"\bin(?=v\s?[1-9])", "in ", text)
    return re.sub(r"(?<=\d)(?=(?:and|und|och)\b)", " ", text)


def fold(word: str) -> str:
    """The look-up form of a lower-case word: no umlauts, rings or sharp s (ä -> ae, å -> aa, ß -> ss)."""
    return word.translate(_FOLD)


@dataclass(frozen=True)
class Token:
    """One piece of a report: `gap` is the raw text before it, `kind` is word, number or leads."""

    text: str
    key: str
    kind: str
    gap: str


def tokens_of(text: str) -> tuple[list[Token], str]:
    """The tokens of mended `text` in order and the raw text after the last one."""
    tokens, end = [], 0
    for match in _TOKEN.finditer(text):
        word = match.group()
        tokens.append(Token(word, fold(word), match.lastgroup or "word", text[end : match.start()]))
        end = match.end()
    return tokens, text[end:]
