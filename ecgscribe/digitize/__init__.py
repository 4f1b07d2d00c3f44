"""From the traces of a page to signals in mV."""

from ecgscribe.digitize.digitizer import Digitized, Digitizer

__all__ = ["Digitized", "Digitizer"]
