"""ecgscribe reads a picture of a 12-lead ECG and writes the report.

Importing the package loads no heavy library; `Reader` is fetched at first use.
"""

__version__ = "0.1.0"

__all__ = ["Reader", "__version__"]


def __getattr__(name: str):
    """Give `ecgscribe.Reader` lazily, so that importing the package stays cheap."""
    if name == "Reader":
        from ecgscribe.reader.reader import Reader

        return Reader
    raise AttributeError(f"module 'ecgscribe' has no attribute {name!r}")
