"""Series over time as a picture (SVG) and as lines of text."""
from typing import NamedTuple
from xml.sax.saxutils import escape

BARS = "▁▂▃▄▅▆▇█"
COLOURS = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b8860b"]
WIDTH, HEIGHT, LEFT, TOP, GAP = 960, 160, 70, 36, 60


class Panel(NamedTuple):
    title: str
    unit: str
    series: dict[str, list[float]]


def text(panels: list[Panel], columns: int = 60) -> str:
    lines = []
    for panel in panels:
        lines.append(f"{panel.title}, {panel.unit}")
        for name, values in panel.series.items():
            shown = thinned(values, columns)
            most = max(shown, default=0) or 1
            bars = "".join(BARS[min(len(BARS) - 1, int(value / most * len(BARS)))] for value in shown)
            lines.append(f"  {name:12} {bars} {values[0]:g} … {values[-1]:g}, most {max(values):g}" if values else f"  {name:12} nothing")
    return "\n".join(lines)


def thinned(values: list[float], columns: int) -> list[float]:
    """The most of each piece, so that no peak is lost."""
    step = max(1, -(-len(values) // columns))
    return [max(values[at:at + step]) for at in range(0, len(values), step)]


def svg(title: str, times_s: list[float], panels: list[Panel]) -> str:
    high = TOP + len(panels) * (HEIGHT + GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{high}" fill="#fff"/><text x="{LEFT}" y="20" font-size="15">{escape(title)}</text>']
    for number, panel in enumerate(panels):
        parts += drawn(panel, times_s, TOP + number * (HEIGHT + GAP) + 22)
    return "\n".join([*parts, "</svg>"]) + "\n"


def drawn(panel: Panel, times_s: list[float], top: float) -> list[str]:
    wide, last = WIDTH - LEFT - 20, max(times_s, default=0) or 1
    most = max((max(values, default=0) for values in panel.series.values()), default=0) or 1
    parts = [f'<text x="{LEFT}" y="{top - 8}">{escape(panel.title)}, {escape(panel.unit)}</text>']
    for share in (0, 0.5, 1):
        y = top + HEIGHT * (1 - share)
        parts.append(f'<path d="M{LEFT} {y:.1f}h{wide}" stroke="#ddd"/><text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most * share:g}</text>')
    parts += [f'<text x="{LEFT + wide * share:.0f}" y="{top + HEIGHT + 16}" text-anchor="middle">{last * share / 60:.1f} min</text>' for share in (0, 0.5, 1)]
    for at, (name, values) in enumerate(panel.series.items()):
        points = " ".join(f"{LEFT + wide * t / last:.1f},{top + HEIGHT * (1 - value / most):.1f}" for t, value in zip(times_s, values))
        colour = COLOURS[at % len(COLOURS)]
        parts += [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
                  f'<text x="{LEFT + 400 + at * 110}" y="{top - 8}" fill="{colour}">{escape(name)}</text>']
    return parts
