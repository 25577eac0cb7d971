"""SVG plots of the curves, with matplotlib; the same results give the same bytes."""
import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

from curves import CURVES  # noqa: E402
from tables import brokers_in  # noqa: E402

STYLES = {"pintbroker": {"color": "#c0392b", "linewidth": 2},
          "relay": {"color": "#7f8c8d", "linestyle": "--"}}


def draw(curve, lines, path):
    points = [line for line in lines if line.get("scenario") == curve.name]
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6))
    for name in brokers_in(points):
        xs = [line["at"] for line in points if line["broker"] == name]
        ys = [line["result"][curve.key] for line in points if line["broker"] == name]
        axes.plot(xs, ys, marker="o", markersize=4, label=name, **STYLES.get(name, {}))
    if len(curve.points) > 3:
        axes.set_xscale("symlog" if 0 in curve.points else "log")
    else:
        axes.set_xticks(curve.points)
    axes.set_yscale("log")
    axes.set_xlabel(curve.x)
    axes.set_ylabel(curve.y)
    axes.set_title(curve.title, fontsize=10)
    axes.grid(True, alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def draw_all(lines, folder):
    """One SVG for each curve of which there are results."""
    matplotlib.rcParams.update({"svg.hashsalt": "pintbroker", "svg.fonttype": "none", "font.size": 9})
    for curve in CURVES:
        if any(line.get("scenario") == curve.name for line in lines):
            draw(curve, lines, folder / f"{curve.name}.svg")
