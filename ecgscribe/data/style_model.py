"""`Style`: the look of a page - paper, grid, ink, lead names, printed matter and their places, in mm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ecgscribe.core.errors import BadOption

Colour = tuple[int, int, int]

MINOR_KINDS = ("lines", "dots", "none")
MAJOR_KINDS = ("lines", "dotted", "boxes", "none")
SEPARATORS = ("none", "ticks", "bars", "lines", "dotted")
PULSE_PLACES = ("left", "right", "none")
PENS = ("whole", "exact")
NAME_FORMS = ("plain", "upper", "lower", "roman", "spaced")

_PULSE_ROOM_MM = 11.0  # feet, pulse and gap


@dataclass(frozen=True)
class Style:
    """The look of a page. Lengths in mm, colours RGB 0-255. Raises `BadOption` for a kind that does not exist.

    Paper: `sheet_mm` (width, height); `paper` its colour; `grid_mm` (x0, y0, x1, y1) of the ruled area, `ground`
    the colour there (None: the paper's), `frame` the colour of a rule around it (None: no rule), `frame_mm` wide.
    Grid: `minor`, `major` colours of the 1 mm and the 5 mm grid; `minor_mm`, `major_mm` line widths or diameters of
    dots, 0 = not drawn; `minor_kind` lines, dots (at the crossings, none on the 5 mm lines) or none; `major_kind`
    lines, dotted, boxes (lines broken where they cross) or none.
    Rows: `origin_mm` (x of time 0, y of the first row's baseline) and `pitch_mm` between baselines: the wish, kept
    where the layout's rows fit into the ruled area; `column_gap_mm` between columns; `rhythm_shift_mm` moves
    the rhythm rows down from their place.
    Trace: `ink`, `trace_mm` wide, drawn with the `pen` exact or whole (see ink.py); `upstroke` 0 to 1, how much
    paler steep strokes are (a hot stylus or pen moves fast there).
    Names: `font` one of `lettering.FONTS`; `name_mm` (dx, dy) of the lower left corner from the panel's start and
    baseline, or of the lower right one where `name_side`; `inner_name_mm` the place of names that do not begin a
    row, if it is another (they then begin there); `name_size_mm`; `name_form` one of NAME_FORMS; `rhythm_form` how
    a rhythm row is called, "{}" its lead; `name_bar` is printed before the names of later columns; `name_box` a
    patch of paper behind the name.
    Furniture: `pulse_mm` width of the calibration pulse, `pulse_foot_mm` of its feet, `pulse_gap_mm` to the
    traces, `pulse_place`; `separators` between columns: ticks above and below the baseline, bars across it, lines
    or dotted lines over all rows.
    Print: `arrangement` of header and statements (a key of `page_text.ARRANGEMENTS`), `text_font`, `text_mm` size,
    `text_ink` (None: the ink); `footer` with {speed}, {gain}, {band} and {rate} filled in, at `footer_mm` from the
    left edge of the grid and its lower edge; `speed_form`, `gain_form`, `mixed_form` how scales are written;
    `band` the filter as printed; `note_mm` from the grid's upper left corner; `sticker` a QR code.
    """

    name: str = "standard"
    layouts: tuple[str, ...] = ("3x4+1",)
    sheet_mm: tuple[float, float] = (297.0, 210.0)
    paper: Colour = (255, 253, 252)
    grid_mm: tuple[float, float, float, float] = (15.0, 25.0, 290.0, 195.0)
    ground: Colour | None = None
    frame: Colour | None = None
    frame_mm: float = 0.3
    minor: Colour = (250, 222, 220)
    major: Colour = (238, 160, 158)
    minor_mm: float = 0.1
    major_mm: float = 0.2
    minor_kind: str = "lines"
    major_kind: str = "lines"
    origin_mm: tuple[float, float] = (35.0, 50.0)
    pitch_mm: float = 40.0
    column_gap_mm: float = 0.0
    rhythm_shift_mm: float = 0.0
    ink: Colour = (18, 18, 24)
    trace_mm: float = 0.35
    pen: str = "whole"
    upstroke: float = 0.0
    font: str = "sans"
    name_mm: tuple[float, float] = (1.0, -11.5)
    name_side: bool = False
    inner_name_mm: tuple[float, float] | None = None
    name_size_mm: float = 3.4
    name_form: str = "plain"
    rhythm_form: str = "{}"
    name_bar: str = ""
    name_box: bool = False
    pulse_mm: float = 5.0
    pulse_foot_mm: float = 1.5
    pulse_gap_mm: float = 1.0
    pulse_place: str = "left"
    separators: str = "ticks"
    arrangement: str = "standard"
    text_font: str = "sans"
    text_mm: float = 3.4
    text_ink: Colour | None = None
    footer: str = "{speed}   {gain}"
    footer_mm: tuple[float, float] = (0.0, 6.0)
    speed_form: str = "{:.3g} mm/s"
    gain_form: str = "{:.3g} mm/mV"
    mixed_form: str = "Limb {} Chest {}"
    band: str = "0.05-150 Hz"
    note_mm: tuple[float, float] = (0.0, -6.0)
    sticker: bool = False

    def __post_init__(self):
        for field, known in (
            ("minor_kind", MINOR_KINDS),
            ("major_kind", MAJOR_KINDS),
            ("separators", SEPARATORS),
            ("pulse_place", PULSE_PLACES),
            ("name_form", NAME_FORMS),
            ("pen", PENS),
        ):
            if getattr(self, field) not in known:
                raise BadOption(f"Unknown {field} {getattr(self, field)!r}.", f"Known: {', '.join(known)}.")

    @property
    def room_mm(self) -> tuple[float, float]:
        """(x0, x1) between which rows may stand."""
        right = _PULSE_ROOM_MM if self.pulse_place == "right" and self.pulse_mm > 0 else 0.0
        return self.origin_mm[0], self.grid_mm[2] - right

    def on_sheet(self, sheet_mm: tuple[float, float], margins_mm: tuple[float, ...] | None = None) -> Style:
        """The same machine on another sheet.

        `margins_mm` (left, top, right, bottom) of the ruled area; those of this style when None, narrower at the
        sides if ten seconds at 25 mm/s need it. Raises `BadOption` when hardly anything is left.
        """
        x0, y0, x1, y1 = self.grid_mm
        lead_in, room_right = self.origin_mm[0] - x0, x1 - self.room_mm[1]
        least = min(lead_in, _PULSE_ROOM_MM)
        if margins_mm is None:
            right = self.sheet_mm[0] - x1
            short = max(250.0 + least + room_right - (sheet_mm[0] - x0 - right), 0.0)
            shrink = max(1.0 - short / (x0 + right), 0.0) if x0 + right > 0 else 1.0
            margins_mm = (x0 * shrink, y0, right * shrink, self.sheet_mm[1] - y1)
        left, top, right, bottom = margins_mm
        grid = (left, top, sheet_mm[0] - right, sheet_mm[1] - bottom)
        if grid[2] - grid[0] < 50 or grid[3] - grid[1] < 30:
            raise BadOption(
                f"A sheet of {sheet_mm[0]:g} x {sheet_mm[1]:g} mm leaves {grid[2] - grid[0]:g} x "
                f"{grid[3] - grid[1]:g} mm between its margins.",
                "At least 50 x 30 mm are needed: take a larger sheet or smaller margins.",
            )
        spare = grid[2] - grid[0] - 250.0 - room_right
        origin = (grid[0] + min(lead_in, max(spare, least)), grid[1] + self.origin_mm[1] - y0)
        return replace(self, sheet_mm=tuple(sheet_mm), grid_mm=grid, origin_mm=origin)


STANDARD = Style()
