"""Pictures that are no ECG page, seeded: `not_ecg_picture(number)` gives the kind and uint8 (H, W, 3)."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ecgscribe.data.backgrounds import BACKGROUNDS
from ecgscribe.data.chance import Chance

_WORDS = (
    "the patient was seen for follow up of known hypertension and stable angina no chest pain today plan to continue "
    "present treatment review in six months with blood tests before please bring the list of tablets"
).split()
_PAPERS = ((255, 255, 255), (250, 246, 238), (236, 244, 250), (255, 250, 205), (238, 238, 238))
_GRIDS = ((240, 150, 150), (225, 120, 110), (130, 190, 150), (150, 170, 215), (120, 120, 120), (236, 170, 110))


def _blank(chance: Chance, height: int = 1000, width: int = 1400, paper=None) -> Image.Image:
    return Image.new("RGB", (width, height), chance.chosen(_PAPERS) if paper is None else paper)


def _lines(draw: ImageDraw.ImageDraw, chance: Chance, box, size: int, colour=(25, 25, 30)) -> None:
    font = ImageFont.load_default(size)
    x0, y0, x1, y1 = box
    for y in range(int(y0), int(y1 - size), int(size * 1.5)):
        line = ""
        while draw.textlength(line, font) < (x1 - x0) * 0.9:
            line += chance.chosen(_WORDS) + " "
        draw.text((x0, y), line, fill=colour, font=font)


def text_page(chance: Chance) -> Image.Image:
    """A letter or an article in one to three columns."""
    image = _blank(chance, 1400, 1000)
    draw, columns = ImageDraw.Draw(image), chance.whole(1, 3)
    for k in range(columns):
        left = 70 + k * 870 / columns
        _lines(draw, chance, (left, 90, left + 850 / columns, 1320), chance.whole(11, 24))
    return image


def table(chance: Chance) -> Image.Image:
    """A ruled table of numbers, as laboratories and spreadsheets print them."""
    image = _blank(chance)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(chance.whole(11, 16))
    row, column, ink = chance.whole(18, 40), chance.whole(70, 190), chance.whole(90, 210)
    for y in range(50, 950, row):
        draw.line([(50, y), (1350, y)], fill=(ink,) * 3)
        for x in range(50, 1350 - column, column):
            draw.text((x + 6, y + 3), f"{chance.between(0, 200):.2f}", fill=(0, 0, 0), font=font)
    for x in range(50, 1351, column):
        draw.line([(x, 50), (x, 950)], fill=(ink,) * 3)
    return image


def chart(chance: Chance) -> Image.Image:
    """Curves, bars or points over grid lines."""
    image = _blank(chance, paper=(255, 255, 255))
    draw, step, kind = ImageDraw.Draw(image), chance.whole(50, 140), chance.whole(0, 2)
    for y in range(80, 900, step):
        draw.line([(100, y), (1340, y)], fill=(215, 215, 215))
    if chance.happens(0.6):
        for x in range(100, 1340, step):
            draw.line([(x, 80), (x, 900)], fill=(215, 215, 215))
    for _ in range(chance.whole(1, 3)):
        colour = tuple(chance.whole(20, 200) for _ in range(3))
        steps = np.cumsum(chance.uniforms(300) - 0.5) * 30
        y = np.clip(500 + steps - steps.mean(), 90, 890)
        if kind == 0:
            draw.line([(100 + 4.1 * k, float(v)) for k, v in enumerate(y)], colour, chance.whole(1, 4))
        elif kind == 1:
            for x in range(120, 1300, 90):
                draw.rectangle([x, float(y[x % 300]), x + 40, 900], fill=colour)
        else:
            for k in range(0, 300, 2):
                draw.ellipse([100 + 4 * k, float(y[k]), 107 + 4 * k, float(y[k]) + 7], fill=colour)
    draw.line([(100, 60), (100, 900), (1350, 900)], fill=(0, 0, 0), width=2)
    _lines(draw, chance, (150, 920, 1300, 950), 14)
    return image


def ruled(chance: Chance, width: int = 1400, height: int = 1000) -> Image.Image:
    """Paper with lines of 1 and 5 mm and nothing on it."""
    per_mm, colour = chance.between(3.5, 7.5), np.array(chance.chosen(_GRIDS), float)
    picture = np.full((height, width, 3), 252.0)
    for axis, side in ((0, height), (1, width)):
        for k in range(int(side / per_mm)):
            place, tint = int(k * per_mm), colour if k % 5 == 0 else (colour + 2 * 252) / 3
            part = picture[place : place + 1] if axis == 0 else picture[:, place : place + 1]
            np.minimum(part, tint, out=part)
    return Image.fromarray(picture.astype(np.uint8))


def ruled_photograph(chance: Chance) -> Image.Image:
    """The same, leaning, in uneven light, with noise."""
    picture = np.asarray(ruled(chance))
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + ((chance.uniforms(8).reshape(4, 2) - 0.5) * 160).astype(np.float32)
    picture = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, moved), (width, height))
    light = cv2.resize((0.6 + 0.4 * chance.uniforms(12)).reshape(3, 4).astype(np.float32), (width, height))
    noise = (chance.uniforms(width * height).reshape(height, width, 1) - 0.5) * 14
    return Image.fromarray(np.clip(picture * light[:, :, None] + noise, 0, 255).astype(np.uint8))


def written_on(chance: Chance) -> Image.Image:
    """Words on ruled paper."""
    image = ruled(chance)
    _lines(ImageDraw.Draw(image), chance, (120, 100, 1250, 900), chance.whole(22, 40))
    return image


def eeg(chance: Chance) -> Image.Image:
    """Sixteen to twenty-two channels of rhythms between 2 and 25 Hz on a pink or green grid, or with seconds marked."""
    image = ruled(chance) if chance.happens(0.75) else _blank(chance, paper=(255, 255, 255))
    draw, font, channels = ImageDraw.Draw(image), ImageFont.load_default(12), chance.whole(16, 22)
    x = np.arange(90, 1370)
    for k in range(channels):
        level = 40 + (k + 0.5) * 920 / channels
        wave = np.zeros(len(x))
        for _ in range(6):
            cycles = chance.between(0.012, 0.1)
            swell = 0.5 + 0.5 * np.sin(x * chance.between(0.002, 0.02) + chance.between(0, 6))
            wave += swell * chance.between(1, 5) * np.sin(2 * np.pi * cycles * x + chance.between(0, 6))
        wave += 2 * (chance.uniforms(len(x)) - 0.5)
        draw.line([(float(a), float(level + b)) for a, b in zip(x, wave, strict=True)], (20, 20, 40), 1)
        draw.text(
            (20, level - 7), f"{chance.chosen(('Fp', 'F', 'C', 'P', 'O', 'T'))}{k % 9}-A{1 + k % 2}", (0, 0, 0), font
        )
    return image


def objects(chance: Chance) -> Image.Image:
    """Things of one colour on a table."""
    name = chance.chosen(tuple(BACKGROUNDS))
    picture = np.ascontiguousarray(BACKGROUNDS[name]((900, 1200), 5.0, chance))
    for _ in range(chance.whole(3, 14)):
        centre = (chance.whole(0, 1200), chance.whole(0, 900))
        colour = tuple(chance.whole(0, 255) for _ in range(3))
        if chance.happens(0.5):
            cv2.circle(picture, centre, chance.whole(20, 160), colour, -1, cv2.LINE_AA)
        else:
            side = (chance.whole(30, 300), chance.whole(30, 300))
            box = cv2.boxPoints((centre, side, chance.between(0, 90)))
            cv2.fillPoly(picture, [box.astype(np.int32)], colour, cv2.LINE_AA)
    return Image.fromarray(cv2.GaussianBlur(picture, (0, 0), chance.between(0.6, 3)))


def bare_table(chance: Chance) -> Image.Image:
    """The camera went off too early."""
    return Image.fromarray(BACKGROUNDS[chance.chosen(tuple(BACKGROUNDS))]((900, 1200), chance.between(3, 9), chance))


def tiles(chance: Chance) -> Image.Image:
    """A tiled wall, a chessboard, bricks: lattices that no paper has."""
    y, x = np.mgrid[0:900, 0:1200]
    wide, high, joint = chance.whole(12, 90), chance.whole(12, 90), chance.whole(1, 5)
    colours = [np.array([chance.whole(60, 255) for _ in range(3)]) for _ in range(3)]
    board = ((x // wide + y // high) % 2)[:, :, None]
    lines = ((x % wide < joint) | (y % high < joint))[:, :, None]
    if chance.happens(0.5):
        board = np.zeros_like(board)
    picture = np.where(lines, colours[2], np.where(board, colours[0], colours[1]))
    noise = (chance.uniforms(900 * 1200).reshape(900, 1200, 1) - 0.5) * 20
    return Image.fromarray(np.clip(picture + noise, 0, 255).astype(np.uint8))


def music(chance: Chance) -> Image.Image:
    """Staves with notes."""
    image = _blank(chance, 1300, 1000)
    draw, gap = ImageDraw.Draw(image), chance.whole(7, 12)
    for top in range(100, 1150, gap * 13):
        for k in range(5):
            draw.line([(60, top + k * gap), (940, top + k * gap)], (30, 30, 30))
        for x in range(110, 920, chance.whole(28, 60)):
            y = top + chance.whole(-1, 8) * gap / 2
            draw.ellipse([x, y, x + gap * 1.3, y + gap], fill=(0, 0, 0))
            draw.line([(x + gap * 1.2, y + gap / 2), (x + gap * 1.2, y - 3 * gap)], (0, 0, 0), 2)
    return image


def street_map(chance: Chance) -> Image.Image:
    """Roads and blocks."""
    picture = np.full((1000, 1300, 3), (235, 238, 228), np.uint8)
    for _ in range(chance.whole(30, 80)):
        ends = [(chance.whole(0, 1300), chance.whole(0, 1000)) for _ in range(2)]
        cv2.line(picture, *ends, chance.chosen(((250, 220, 120), (255, 255, 255), (200, 205, 215))), chance.whole(2, 9))
    return Image.fromarray(picture)


def screen(chance: Chance) -> Image.Image:
    """Windows of a desktop with text in them."""
    image = Image.new("RGB", (1440, 900), tuple(chance.whole(20, 120) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(chance.whole(2, 5)):
        x, y, wide, high = chance.whole(0, 700), chance.whole(0, 450), chance.whole(350, 720), chance.whole(200, 440)
        draw.rectangle([x, y, x + wide, y + high], fill=(250, 250, 250), outline=(90, 90, 90))
        draw.rectangle([x, y, x + wide, y + 26], fill=(200, 205, 215))
        _lines(draw, chance, (x + 12, y + 40, x + wide - 12, y + high - 10), chance.whole(11, 16))
    return image


def clouds(chance: Chance) -> Image.Image:
    """Nothing in focus at all."""
    noise = chance.uniforms(90 * 120 * 3).reshape(90, 120, 3).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), chance.between(0.5, 9))
    soft = (soft - soft.min()) / (soft.max() - soft.min())
    return Image.fromarray((cv2.resize(soft, (1200, 900)) * 255).astype(np.uint8))


KINDS = (
    text_page, table, chart, ruled, ruled_photograph, written_on, eeg, objects, bare_table, tiles, music, street_map,
    screen, clouds, eeg, chart, ruled_photograph, table, text_page, objects,
)  # fmt: skip


def not_ecg_picture(number: int) -> tuple[str, np.ndarray]:
    """(kind, picture uint8 (H, W, 3)) of this number."""
    kind = KINDS[number % len(KINDS)]
    return kind.__name__, np.array(kind(Chance(number, "not an ecg", kind.__name__)))
