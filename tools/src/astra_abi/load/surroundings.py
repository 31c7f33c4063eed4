"""What of a library's surroundings matters to a comparison with an older build. Reads them only then.

A symbol that the library lost may be in one that it needs, and one that it newly wants must be in one of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..loader import bind, moved, table_of
from ..model import Image
from .lacks import with_lacks
from .neighbours import find_neighbours
from .source import Source


def surround(old: Source, new: Source) -> Source:
    """The new side, with the libraries that it needs, where what the old one served may have gone into one of them."""
    before = old.build.abi.image if old.build else None
    if before is None or new.build is None or new.build.abi.image is None or before.closed:
        return new
    image = surrounded(new.build.abi.image, new.path, before)
    image = with_lacks(image, new.path, before, old.path if old.kind == "library" else None)
    return replace(new, build=replace(new.build, abi=replace(new.build.abi, image=image)))


def surrounded(image: Image, path: Path, old: Image) -> Image:
    """The image with what it needs around it, if it does not serve by itself everything that the old one served."""
    if image.table is None or not image.needed or image.around:
        return image
    if not any(bind(reference, (image.table,)).fatal for reference, _ in moved(table_of(old), image.table)):
        return image
    return replace(image, around=tuple(found for _, _, found in find_neighbours(path).images))
