"""A build with nothing changed against a full one, over 3,000 files in one process:
`uv run python -m tests.benchmarks.building`. Told as ratios; nothing here is a test.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.build import Built, build
from etl.paths import County
from etl.sample import load_answers, make_county

SEEDS = range(1, 7)  # six makings of eleven years


def county_of_thousands(folder: Path) -> County:
    """Several makings of the sample county laid into one folder; each making in a folder of its own under the year."""
    for seed in SEEDS:
        made = folder / f"made-{seed}"
        make_county(made, years=range(2015, 2026), seed=seed)
        for file in load_answers(made).files:
            target = folder / "county" / Path(file.path).parent / str(seed) / Path(file.path).name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / file.path, target)
        for name in ("units.csv", "years.csv", "events.csv", "county.yaml"):
            shutil.copyfile(made / name, folder / "county" / name)
    return County(folder / "county")


def timed(act: Callable[[], Built]) -> tuple[float, Built]:
    started = time.perf_counter()
    built = act()
    return time.perf_counter() - started, built


def main() -> None:
    """Full, unchanged, and with one file changed; the unchanged build is run three times and the slowest counts."""
    with TemporaryDirectory() as place:
        county = county_of_thousands(Path(place))
        full, built = timed(lambda: build(county, full=True))
        count = built.stamp.file_count
        unchanged = max(timed(lambda: build(county))[0] for _ in range(3))
        changed = next(county.raw_files())
        changed.write_bytes(changed.read_bytes() + b"\n")
        one, again = timed(lambda: build(county))
    print(f"{count} 份文件，全部重读 {full:.1f} 秒（每份 {full / count * 1000:.1f} 毫秒）")
    print(f"没有改动 {unchanged:.2f} 秒，为全部重读的 1/{full / unchanged:.0f}（目标 ≤ 1/20）")
    print(f"改动一份（新读 {again.stamp.parsed_count} 份）{one:.2f} 秒，为全部重读的 1/{full / one:.1f}")


if __name__ == "__main__":
    main()
