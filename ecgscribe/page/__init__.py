"""From a picture to a straight, scaled page whose leads are located."""

from ecgscribe.page.reading import PageResult, find_page

__all__ = ["PageResult", "find_page"]
