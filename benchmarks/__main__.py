"""``python -m benchmarks [intake|push ...]``: measure, print, and write ``benchmarks/results``."""

import sys
import tempfile
from pathlib import Path

from benchmarks import intake, limits, push
from benchmarks.report import show

SUITES = {"intake": intake.measure, "push": push.measure, "limits": limits.measure}


def main() -> int:
    """Run the chosen suites; 1 when a bound is missed."""
    chosen = sys.argv[1:] or list(SUITES)
    unknown = [name for name in chosen if name not in SUITES]
    if unknown:
        print(f"no suite {', '.join(unknown)}; there are: {', '.join(SUITES)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="stogly-bench-") as folder:
        figures = [figure for name in chosen for figure in SUITES[name](Path(folder) / name)]
    return 0 if show(figures, Path(__file__).parent / "results") else 1


if __name__ == "__main__":
    sys.exit(main())
