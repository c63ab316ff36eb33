"""Make the county, build it, and print what the checks make of it: `python -m tests.planting FOLDER [SEED]`.

The folder must be new or empty; answers.csv in it says what was planted where.
"""

from __future__ import annotations

import sys
from pathlib import Path

from etl.build import build
from etl.paths import County
from etl.warehouse.read import open_build
from tests.planting.comparison import compare, table
from tests.planting.county import SEED, make, write_answers


def main(folder: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} 不是空文件夹。请换一个新的文件夹。")
    county = make(folder, seed)
    write_answers(county, folder / "answers.csv")
    with open_build(build(County(folder)).stamp.path) as connection:
        comparison = compare(connection, county)
    print(table(comparison))
    for plant in comparison.missed:
        print(f"漏掉 {plant.kind or plant.rule} {plant.unit_id} {plant.year}：{plant.what}（{plant.path}）")
    for finding in comparison.false:
        print(f"误报 {finding.severity} {finding.rule} {' '.join(map(str, finding.key))}：{finding.message}")
    for near, finding in comparison.hit:
        print(f"近似误报 {finding.rule}：{near.what}：{finding.message}")


if __name__ == "__main__":  # reading processes import this module again
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED)
