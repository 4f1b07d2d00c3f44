"""The errors of the package: each carries one sentence, the offending value and a remedy."""


class EcgscribeError(Exception):
    """A caller's mistake or an unusable input.

    `str(error)` is one clear sentence: what is wrong, with the value; then the remedy (`hint`).
    """

    def __init__(self, message: str, hint: str = ""):
        self.message = message
        self.hint = hint
        super().__init__(f"{message} {hint}".strip())


class UnreadablePicture(EcgscribeError):
    """The bytes are no picture, or one that may not be opened (too large, broken)."""


class BadRecord(EcgscribeError):
    """A record that cannot be used: missing file, NaN, wrong leads, bad checksum.

    `code` is a short stable word for counting: missing, nan, leads, checksum, header, length.
    """

    def __init__(self, code: str, message: str, hint: str = ""):
        self.code = code
        super().__init__(message, hint)


class BadOption(EcgscribeError):
    """An option, name or setting that does not exist or does not fit."""


class BadModel(EcgscribeError):
    """A model folder that is incomplete or does not fit this version."""


class Offline(EcgscribeError):
    """A network service that could not be reached."""


class Halted(EcgscribeError):
    """What the machine did not allow: a disk that is full, a process or cluster that was lost. What was finished
    before is kept."""
