"""The scores that need Java: PTBTokenizer, METEOR 1.5 and SPICE, from the jars that pycocoevalcap ships.

None of these is ever downloaded. What cannot run is said in one sentence (`*_missing`), never counted as 0.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import numpy as np

PTB_JAR = "stanford-corenlp-3.4.1.jar"
SPICE_JARS = ("stanford-corenlp-3.6.0.jar", "stanford-corenlp-3.6.0-models.jar")
METEOR_FIELDS = 23
NO_JAVA = "needs Java, which is not installed here (Debian: apt-get install default-jre-headless)"


def jar_folder(part: str) -> Path:
    """The folder of pycocoevalcap's `part` (tokenizer, meteor, spice)."""
    return Path(str(metadata.distribution("pycocoevalcap").locate_file("pycocoevalcap"))) / part


@lru_cache(maxsize=1)
def java_version() -> str | None:
    """The first line of `java -version`, such as 'openjdk version "17.0.15"'; None without a Java that runs."""
    if shutil.which("java") is None:
        return None
    try:
        answer = subprocess.run(["java", "-version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return (answer.stderr or answer.stdout).splitlines()[0].strip()


def ptb_tokens(texts: Sequence[str]) -> list[str]:
    """Each text as pycocoevalcap's PTBTokenizer gives it. Raises `RuntimeError` when Java fails.

    The jar is called here, with the same options, because the library's wrapper writes a temporary file
    into site-packages, which need not be writable, and leaves the character set to the machine.
    """
    from pycocoevalcap.tokenizer.ptbtokenizer import PUNCTUATIONS

    lines = [" ".join(text.split()) for text in texts]
    wanted = sorted({line for line in lines if line})
    if not wanted:
        return ["" for _ in lines]
    command = ["java", "-Dfile.encoding=UTF-8", "-cp", str(jar_folder("tokenizer") / PTB_JAR)]
    command += ["edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase", "-encoding", "UTF-8"]
    answer = subprocess.run(command, input="\n".join(wanted).encode(), capture_output=True)
    found = answer.stdout.decode("utf-8", "replace").rstrip("\n").split("\n")
    if answer.returncode or len(found) != len(wanted):
        raise RuntimeError(f"PTBTokenizer gave {len(found)} lines for {len(wanted)} (exit {answer.returncode})")
    dropped = set(PUNCTUATIONS)
    tokens = {
        line: " ".join(word for word in words.split() if word not in dropped)
        for line, words in zip(wanted, found, strict=True)
    }
    return [tokens.get(line, "") for line in lines]


def meteor_missing() -> str | None:
    """Why METEOR cannot run here; None when it can."""
    return NO_JAVA if java_version() is None else None


def spice_missing() -> str | None:
    """Why SPICE cannot run here; None when it can."""
    if java_version() is None:
        return NO_JAVA
    absent = [name for name in SPICE_JARS if not (jar_folder("spice") / "lib" / name).is_file()]
    if absent:
        return f"needs {' and '.join(absent)} of Stanford CoreNLP 3.6.0 in pycocoevalcap/spice/lib, not there"
    return None


class MeteorProcess:
    """METEOR 1.5 kept running: `statistics` of pairs of token strings, remembered by pair."""

    def __init__(self):
        from pycocoevalcap.meteor.meteor import Meteor

        self._meteor = Meteor()
        self._known: dict[tuple[str, str], np.ndarray] = {}

    def statistics(self, predictions: Sequence[str], references: Sequence[str]) -> np.ndarray:
        """(n, 23) counts per pair, which add up over a corpus. Raises `RuntimeError` when Java fails."""
        pairs = list(zip(predictions, references, strict=True))
        for prediction, reference in pairs:
            if (prediction, reference) not in self._known:
                line = self._meteor._stat(prediction, [reference.replace("|||", "")])
                values = np.array(line.split(), dtype=np.float64)
                if len(values) != METEOR_FIELDS:
                    raise RuntimeError(f"METEOR answered {line!r}")
                self._known[prediction, reference] = values
        return np.array([self._known[pair] for pair in pairs]).reshape(len(pairs), METEOR_FIELDS)

    def close(self) -> None:
        """Ends the Java process."""
        process = self._meteor.meteor_p
        process.kill()
        process.communicate()


def spice_scores(predictions: Sequence[str], references: Sequence[str]) -> np.ndarray:
    """SPICE F per item. Only to be called when `spice_missing()` is None. Raises whatever Java's failure raises."""
    from pycocoevalcap.spice.spice import Spice

    hypotheses = {k: [text] for k, text in enumerate(predictions)}
    with contextlib.redirect_stdout(io.StringIO()):
        _, items = Spice().compute_score({k: [text] for k, text in enumerate(references)}, hypotheses)
    return np.array([item["All"]["f"] for item in items], dtype=np.float64)
