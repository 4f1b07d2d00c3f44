"""Open a picture whatever it comes as: `open_picture` gives uint8 RGB or one clear `UnreadablePicture`."""

from __future__ import annotations

import io
import os
import re
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ecgscribe.core.errors import UnreadablePicture

MAX_PIXELS = 90_000_000
"""Largest picture that is opened (width times height); a decompression bomb is refused by its header."""

_PDF_PX_PER_POINT = 8 * 25.4 / 72  # 8 px a mm: a trace of a quarter of a mm is two pixels thick
_PDF_LEAST_PX, _PDF_LONGEST_PX = 2400, 5000  # longest side; less shows too little of an ECG printed on a small page
_PDF_COVERS = 0.5  # of the page: an image so large is the page
_GIVE = "Give a PNG, JPEG, TIFF, WebP or PDF file."


def open_picture(source, page_number: int = 0, max_pixels: int = MAX_PIXELS) -> np.ndarray:
    """The picture as uint8 (H, W, 3) RGB, upright.

    `source`: a path, bytes, a file object, a PIL image, or an array (H, W), (H, W, 1|3|4) of bool, integers
    (0-255 or 0-65535) or floats (0-1 or 0-255). EXIF orientation is applied, transparency laid over
    white, 16 bits reduced to 8. `page_number` (from 0) picks the page of a PDF or multi-page TIFF; of an animation
    the first picture is taken. A scanned PDF page keeps the scan's own pixels; lines and letters, which have none, are
    drawn at 8 px a mm, small pages finer, 5,000 px at most. Raises `UnreadablePicture`.
    """
    if isinstance(source, np.ndarray):
        _check_size(source.shape[1::-1] if source.ndim >= 2 else (0, 0), max_pixels, "The array")
        return _from_array(source)
    if isinstance(source, Image.Image):
        _check_size(source.size, max_pixels, "The picture")
        return _decoded(source, "The picture")
    if isinstance(source, (str, os.PathLike)):
        return _from_path(os.fspath(source), page_number, max_pixels)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_file(io.BytesIO(bytes(source)), "The data", page_number, max_pixels)
    if hasattr(source, "read"):
        data = source.read()
        if isinstance(data, bytes):
            return _from_file(io.BytesIO(data), "The file", page_number, max_pixels)
    raise UnreadablePicture(
        f"A picture cannot be made from a {type(source).__name__}.", "Give a path, bytes, a PIL image or a numpy array."
    )


def _from_path(path: str, page_number: int, max_pixels: int) -> np.ndarray:
    if path.startswith(("http://", "https://")):
        raise UnreadablePicture(f"{path!r} is a web address, not a file.", "Download the picture first.")
    try:
        is_folder, exists = os.path.isdir(path), os.path.exists(path)
    except ValueError:  # an embedded NUL byte
        is_folder = exists = False
    if is_folder:
        raise UnreadablePicture(f"{path!r} is a folder, not a picture.", "Give the files in it.")
    if not exists:
        raise UnreadablePicture(f"There is no file {path!r}.", "Check the path.")
    try:
        with open(path, "rb") as file:
            return _from_file(file, repr(path), page_number, max_pixels)
    except PermissionError:
        raise UnreadablePicture(f"{path!r} may not be read.", "Check the file's permissions.") from None


def _from_file(file, name: str, page_number: int, max_pixels: int) -> np.ndarray:
    head = file.read(1024)
    file.seek(0)
    if not head:
        raise UnreadablePicture(f"{name} is empty (0 bytes).", _GIVE)
    if b"%PDF-" in head:
        return _from_pdf(file.read(), name, page_number)
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        raise UnreadablePicture(f"{name} is a HEIC photograph, which is not supported.", "Save it as JPEG or PNG.")
    try:
        with warnings.catch_warnings():
            # our own limit speaks, with values, instead of Pillow's warning
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file)
    except UnidentifiedImageError:
        kind = "a text file" if _looks_like_text(head) else "in no known picture format"
        raise UnreadablePicture(f"{name} is not a picture: it is {kind}.", _GIVE) from None
    except Image.DecompressionBombError as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        pixels = f"{int(found[1]) / 1e6:.1f}" if found else "over 179"
        raise UnreadablePicture(
            f"{name} is too large to open: {pixels} million pixels, the limit is {max_pixels / 1e6:.1f} million.",
            "Reduce the picture first.",
        ) from None
    except Exception as error:  # decoders raise anything on broken headers
        raise UnreadablePicture(f"{name} has a broken header ({error}).", "Save or scan the picture again.") from None
    with image:
        _check_size(image.size, max_pixels, name)
        _seek(image, page_number, name)
        return _decoded(image, name)


def _seek(image: Image.Image, page_number: int, name: str) -> None:
    """Goes to the wanted page of a multi-page picture."""
    if page_number == 0:
        return
    _check_page(page_number, getattr(image, "n_frames", 1), name)
    image.seek(page_number)


def _check_page(page_number: int, count: int, name: str) -> None:
    if not 0 <= page_number < count:
        raise UnreadablePicture(
            f"{name} has {count} page{'s' * (count != 1)}; page {page_number} does not exist.",
            f"Page numbers run from 0 to {count - 1}.",
        )


def _check_size(size: tuple[int, int], max_pixels: int, name: str) -> None:
    """`size` (W, H)."""
    pixels = int(size[0]) * int(size[1])
    if pixels > max_pixels:
        raise UnreadablePicture(
            f"{name} is too large to open: {size[0]} x {size[1]} = {pixels / 1e6:.1f} million pixels, "
            f"the limit is {max_pixels / 1e6:.1f} million.",
            "Reduce the picture first.",
        )


def _decoded(image: Image.Image, name: str) -> np.ndarray:
    """Pixels of an opened image, upright, as RGB."""
    try:
        image.load()
    except Exception as error:  # decoders raise anything on broken data
        cut = "truncated" in str(error) or "Truncated" in str(error) or "unexpected end" in str(error)
        what = "is cut off: the end of the file is missing" if cut else f"is damaged ({error})"
        raise UnreadablePicture(f"{name} {what}.", "Copy, save or scan the picture again.") from None
    try:
        image = ImageOps.exif_transpose(image)
    except Exception:  # a broken EXIF block says nothing about the pixels
        pass
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return _from_array(np.asarray(image))
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _over_white(np.asarray(image.convert("RGBA")))
    return np.array(image.convert("RGB"))


def _over_white(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[:, :, 3:].astype(np.uint16)
    blended = rgba[:, :, :3] * alpha + 255 * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)


def _from_array(array: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3) from any supported array. Raises `UnreadablePicture`."""
    if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise UnreadablePicture(
            f"An array of shape {array.shape} is not a picture.", "Shapes (H, W), (H, W, 3) and (H, W, 4) are."
        )
    values = _to_bytes(array)
    if values.ndim == 2:
        values = values[:, :, None]
    if values.shape[2] == 4:
        return _over_white(values)
    return np.repeat(values, 3, axis=2) if values.shape[2] == 1 else np.array(values)


def _to_bytes(array: np.ndarray) -> np.ndarray:
    """Values as uint8; the scale is taken from the type, or from the range where the type leaves it open."""
    if array.dtype == np.uint8:
        return array
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if array.dtype.kind not in "iuf":
        raise UnreadablePicture(f"An array of {array.dtype} is not a picture.", "Give uint8 values from 0 to 255.")
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0 or high > 65535:
        raise UnreadablePicture(
            f"The {array.dtype} picture has values from {low:g} to {high:g}.", "Scale it to 0-255 or floats to 0-1."
        )
    if array.dtype.kind == "f" and high <= 1:
        factor = 255.0
    elif high > 255 or array.dtype.newbyteorder("=") == np.uint16:
        factor = 255 / 65535
    else:
        factor = 1.0
    return np.rint(array * np.float64(factor)).astype(np.uint8)


def _from_pdf(data: bytes, name: str, page_number: int) -> np.ndarray:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "assword" in str(error) else f"is a broken PDF ({error})"
        raise UnreadablePicture(f"{name} {reason}.", "Save the page as PNG.") from None
    try:
        _check_page(page_number, len(document), name)
        page = document[page_number]
        scale = _pdf_px_per_point(page)
        image = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255)).to_pil()
        return np.array(image.convert("RGB"))
    except pypdfium2.PdfiumError as error:
        raise UnreadablePicture(f"{name} has a page that cannot be drawn ({error}).", "Save it as PNG.") from None
    finally:
        document.close()


def _pdf_px_per_point(page) -> float:
    """Resolution at which a PDF page is drawn: coarser, a scan would lose what it has; finer, it would gain nothing."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH

    width, height = (max(side, 1e-3) for side in page.get_size())
    longest, own, drawn = max(width, height), 0.0, False
    for part in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH], max_depth=3):
        drawn |= part.type == FPDF_PAGEOBJ_PATH
        left, bottom, right, top = part.get_bounds()
        if part.type == FPDF_PAGEOBJ_IMAGE and (right - left) * (top - bottom) >= _PDF_COVERS * width * height:
            # the longest sides: an image may lie turned on the page
            own = max(own, max(part.get_px_size()) / max(right - left, top - bottom))
    if drawn or not own:
        own = max(own, _PDF_PX_PER_POINT, _PDF_LEAST_PX / longest)
    return min(own, _PDF_LONGEST_PX / longest)


def _looks_like_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\r\n\t\f" for letter in text)
