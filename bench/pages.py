"""Pages drawn a second, clean and as photographs, beside matplotlib drawing the same leads."""

import matplotlib
from measuring import compare

from ecgscribe.data.distort import photograph
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate

matplotlib.use("agg")
COUNT = 4


def main() -> None:
    import matplotlib.pyplot as plt

    ecg = simulate("normal", seed=1).ecg
    page, truth = render(ecg, px_per_mm=8.0)

    def by_matplotlib() -> None:
        for _ in range(COUNT):
            figure = plt.figure(figsize=(11.7, 8.27), dpi=203)
            axes = figure.add_axes((0, 0, 1, 1))
            for _, trace in zip(truth.panels, truth.traces_px, strict=True):
                axes.plot(trace[:, 0], trace[:, 1], "k", linewidth=0.7)
            axes.set_xlim(0, page.size_px[1])
            axes.set_ylim(page.size_px[0], 0)
            figure.canvas.draw()
            plt.close(figure)

    compare(
        "clean pages of 2376x1680",
        "pages",
        COUNT,
        lambda: [render(ecg, px_per_mm=8.0) for _ in range(COUNT)],
        by_matplotlib,
        "matplotlib, traces only",
    )
    compare(
        "photographs of 2376x1680",
        "pages",
        COUNT,
        lambda: [photograph(page, truth, seed) for seed in range(COUNT)],
        by_matplotlib,
        "matplotlib, traces only",
    )


if __name__ == "__main__":
    main()
