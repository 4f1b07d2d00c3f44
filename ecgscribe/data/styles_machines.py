"""Named styles after the pages of real machines, measured on scans and renders (sizes in mm, colours RGB).

style            | paper, grid                                | usual layouts    | what is typical
-----------------|--------------------------------------------|------------------|-------------------------------------
standard         | A4, pink lines                             | 3x4+1            | plain; what find_page knows best
muse-pink        | letter, pale pink 1 mm and rose 5 mm lines | 3x4+3, 3x4+1     | names below, thin trace, value block
marquette-orange | letter, orange 5 mm lines, 1 mm dots       | 3x4+2, 3x4+1     | bold names on patches, no pulse
edan-grey        | A4-like, grey dots, dotted red 5 mm, frame | 3x4+1            | thick trace, lines through the rows
edan-pink        | the same, pink dots, dark dotted 5 mm      | 3x4+1, 6x2       | as above
philips-pink     | A4, rose lines                             | 3x4+1, 3x4+3     | pulse right, value column, filter
lifepak-roll     | 100 mm roll, pink-red lines                | 3x4              | narrow letters, values in a column
schiller-red     | A4, red lines up to the edge               | 6x2+1, 6x2, 12x1 | ruled header fields
kaggle-red       | letter, red lines over the whole sheet     | 3x4+1            | names below, bars, upper third empty
nihon-green      | A4, green lines                            | 12x1, 6x2        | names and pulses left of the rows
pdf-grey         | A4, black dots                             | 3x4+1            | hair-thin grey trace, Rhythm[II]
app-blue         | letter, blue-grey lines                    | 3x4+1, 3x4       | large heart rate, blue bold names
thermal-faded    | yellowed paper, orange lines               | 3x4, 6x2         | grey trace with pale upstrokes
needle-red       | A4, strong red lines                       | 3x4+1, 6x2       | needle-printed letters, I I I
nordic-cabrera   | A4, salmon lines                           | 6x2-cabrera, ... | Cabrera order, usually 50 mm/s
white-bare       | letter, no grid at all                     | 3x4+1, 12x1      | black on white
"""

from __future__ import annotations

from ecgscribe.data.style_model import STANDARD, Style
from ecgscribe.data.styles_recorders import (
    EDAN_GREY,
    EDAN_PINK,
    LIFEPAK_ROLL,
    MARQUETTE_ORANGE,
    MUSE_PINK,
    NEEDLE_RED,
    NIHON_GREEN,
    NORDIC_CABRERA,
    PHILIPS_PINK,
    SCHILLER_RED,
    THERMAL_FADED,
)
from ecgscribe.data.styles_rendered import APP_BLUE, KAGGLE_RED, PDF_GREY, WHITE_BARE

STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        STANDARD,
        MUSE_PINK,
        MARQUETTE_ORANGE,
        EDAN_GREY,
        EDAN_PINK,
        PHILIPS_PINK,
        LIFEPAK_ROLL,
        SCHILLER_RED,
        KAGGLE_RED,
        NIHON_GREEN,
        PDF_GREY,
        APP_BLUE,
        THERMAL_FADED,
        NEEDLE_RED,
        NORDIC_CABRERA,
        WHITE_BARE,
    )
}
