"""How often a vendor's planted lie is contradicted, by kind and size, and how often a figure of an honest vendor is.

Each honest report, and each lie in each size, is one line of a CSV file in `--dir`, so a run that stops goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from benchmarks.steering import interval
from benchmarks.verdicts_null import interval as finer_interval
from bestexec import metrics
from bestexec.claimed import held_against
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.practice.worlds import LIES, Claims, Lie, claims
from bestexec.practice.worlds.claims import reported
from bestexec.practice.worlds.lies import FIGURES
from bestexec.schema import conform
from bestexec.schema.filed import CLAIMED_FIGURES

SIZES = (0.02, 0.05, 0.10, 0.25, 1.0)
"""By what part a figure is bent; what part of the unwelcome fills is left out; or what weight the wrong method has against the right one."""
MIN_N = 30
"""As the shipped policy says."""
COUNTS = ("executed_shares", "order_count")
FAMILIES = {lie.key: "a figure is bent" if lie.toward else "a wrong method" if lie.instead is not None else "fills are left out" for lie in LIES}
ABOVE, SAID = pl.col("shift") > 1, pl.col("contradicted") == 1
Rows = Iterator[dict[str, object]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench", help="where the result of each world is kept")
    parser.add_argument("--worlds", type=int, default=40, help="quarters in which every lie is told in every size")
    parser.add_argument("--honest", type=int, default=200, help="quarters of an honest vendor, for each number of fills")
    parser.add_argument("--fills", type=int, nargs="+", default=[20_000, 5_000, 2_000], help="fills of a quarter; lies are told in the first of these")
    parser.add_argument("--first-seed", type=int, default=300, help="below 300 are those that were looked at while the tolerance of sums was set")
    options = parser.parse_args(arguments)
    options.dir.mkdir(parents=True, exist_ok=True)
    first, (most, *_) = options.first_seed, options.fills
    lies = kept(options.dir / "claims_lies.csv", range(first, first + options.worlds), most, lied)
    honest = [kept(options.dir / "claims_honest.csv", range(first, first + options.honest), fills, honestly) for fills in options.fills]
    print(f"Lies: seeds {first} to {first + options.worlds - 1}, {most:,} fills. Honest: seeds {first} to {first + options.honest - 1}.")
    for table in (of_sizes(lies), of_families(lies), of_honest(pl.concat(honest)), of_kinds(lies), of_missed(lies)):
        print("", *table, sep="\n")
    return 0


def kept(path: Path, seeds: Iterable[int], fills: int, judged: Callable[[int, int], Rows]) -> pl.DataFrame:
    """The file's lines of those worlds, which are judged first where they are not in it yet."""
    wanted = pl.col("seed").is_in(list(seeds)) & (pl.col("fills") == fills)
    done = set(pl.read_csv(path).filter(wanted)["seed"]) if path.exists() else set()
    for seed in (seed for seed in seeds if seed not in done):
        rows = pl.DataFrame([{"seed": seed, "fills": fills, **row} for row in judged(seed, fills)])
        is_new = not path.exists()
        with path.open("a", encoding="utf-8") as file:
            file.write(rows.write_csv(include_header=is_new))
    return pl.read_csv(path).filter(wanted)


def honestly(seed: int, fills: int) -> Rows:
    """One honest report: how many figures could be judged, and which were contradicted."""
    world = claims(seed, fills=fills)
    told = held(world, [world.reported]).filter(pl.col("verdict") != "cannot tell")
    wrong = told.filter(pl.col("verdict") == "contradicted")["metric"].to_list()
    yield {"figures": told.height, "contradicted": len(wrong), "which": " ".join(wrong) or "none"}


def lied(seed: int, fills: int, lies: Sequence[Lie] = LIES, sizes: Sequence[float] = SIZES) -> Rows:
    """Every lie in every size, by the figures of the whole quarter that it concerns.

    `shift`: what the lie changes in the report, in tolerances of the figure that it moves most; `contradicted`: whether one of them
    is. The same `of_quality`, without the counts of orders and shares, as if the vendor stated those truly.
    """
    honest = claims(seed, fills=fills)
    worlds = [reported(honest.fills, seed, lie=lie.key, size=size) for lie in lies for size in sizes]
    told = held(honest, [world.reported.filter(pl.col("metric").is_in(world.bent)) for world in worlds]).filter(pl.col("line") < 2 + len(FIGURES))
    plain = honest.reported.select("line", honest="claimed_value")
    rows = told.join(plain, on="line", how="left").with_columns(shift=(pl.col("claimed") - pl.col("honest")).abs() / pl.col("tolerance"))
    for place, world in enumerate(worlds):
        assert world.lie is not None
        bent = rows.filter(pl.col("import_id") == f"{place}", pl.col("metric").is_in(world.bent))
        quality = bent.filter(~pl.col("metric").is_in(COUNTS))
        yield {
            "lie": world.lie.key, "size": world.size, "shift": _most(bent), "contradicted": _contradicted(bent),
            "shift_of_quality": _most(quality), "contradicted_of_quality": _contradicted(quality),
        }  # fmt: skip


def _most(rows: pl.DataFrame) -> float:
    return round(float(rows["shift"].max() or 0.0), 4)  # type: ignore[arg-type]  # a Float64


def _contradicted(rows: pl.DataFrame) -> int:
    return int((rows["verdict"] == "contradicted").any())


def held(world: Claims, reports: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """CLAIMED rows of the reports, each an import of its own that is named by its place, against the firm's fills and orders as the product measures them."""
    given = pl.concat([report.with_columns(import_id=pl.lit(f"{place}")) for place, report in enumerate(reports)])
    claimed = pl.concat([conform(given, CLAIMED_FIGURES), given.select("import_id")], how="horizontal")
    return held_against(claimed, *measured(world.fills), world.fills["day"].unique(), MIN_N)


def measured(fills: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fills and orders with the product's own metrics of the reported figures; an order is what its fills add up to."""
    orders = fills.group_by("firm", "key_on", "order_id", maintain_order=True).agg(pl.exclude("fill_qty").first(), filled_qty=pl.col("fill_qty").sum())
    named = {figure.metric for figure in FIGURES}
    of_fills, of_orders = (tuple(metric.key for metric in metrics.METRICS if metric.on == on and metric.key in named) for on in ("fills", "orders"))
    return metrics.measure(conform(fills, LINKED_FILLS), "fills", of_fills), metrics.measure(conform(orders, LINKED_ORDERS), "orders", of_orders)


def of_sizes(lies: pl.DataFrame) -> Iterator[str]:
    yield "| size of the lie | told | contradicted | above tolerance | contradicted | share | 95 % interval | below | contradicted |"
    yield "|---|---:|---:|---:|---:|---:|---|---:|---:|"
    for size in sorted(set(lies["size"])):
        yield _counted(f"{size:g}", lies.filter(pl.col("size") == size))
    yield _counted("all", lies)
    worlds = lies.filter(ABOVE).group_by("seed").agg(every=SAID.all())
    yield ""
    yield f"Quarters in which every lie above tolerance is contradicted: {worlds['every'].sum()} of {worlds.height}."


def of_families(lies: pl.DataFrame) -> Iterator[str]:
    yield "| kind of lie | told | contradicted | above tolerance | contradicted | share | 95 % interval | below | contradicted |"
    yield "|---|---:|---:|---:|---:|---:|---|---:|---:|"
    family = pl.col("lie").replace_strict(FAMILIES)
    for name in dict.fromkeys(FAMILIES.values()):
        yield _counted(name, lies.filter(family == name))
    quality = lies.filter(family == "fills are left out").drop("shift", "contradicted")
    yield _counted("fills are left out, counts stated truly", quality.rename({"shift_of_quality": "shift", "contradicted_of_quality": "contradicted"}))


def _counted(name: str, rows: pl.DataFrame) -> str:
    above, below = rows.filter(ABOVE), rows.filter(~ABOVE)
    told, found, least = rows.filter(SAID).height, above.filter(SAID).height, below.filter(SAID).height
    judged = f"{found:,} | {found / above.height:.1%} | {interval(found, above.height)}" if above.height else "| | "
    return f"| {name} | {rows.height:,} | {told:,} ({told / rows.height:.1%}) | {above.height:,} | {judged} | {below.height:,} | {least:,} |"


def of_honest(honest: pl.DataFrame) -> Iterator[str]:
    yield "| an honest vendor, fills a quarter | reports | figures | contradicted | share | 95 % interval | reports with one or more | 95 % interval | which |"
    yield "|---:|---:|---:|---:|---:|---|---:|---|---|"
    for (fills,), rows in honest.group_by("fills", maintain_order=True):
        figures, wrong, reports = int(rows["figures"].sum()), int(rows["contradicted"].sum()), rows.filter(pl.col("contradicted") > 0).height
        named = rows.filter(pl.col("which") != "none")["which"].str.split(" ").explode().value_counts().sort("count", "which", descending=[True, False])
        which = ", ".join(f"{metric} {count}" for metric, count in named.iter_rows()) or "none"
        yield (
            f"| {fills:,} | {rows.height} | {figures:,} | {wrong} | {wrong / figures:.2%} | {finer_interval(wrong, figures)} | {reports / rows.height:.1%} "
            f"| {interval(reports, rows.height)} | {which} |"
        )


def of_kinds(lies: pl.DataFrame) -> Iterator[str]:
    """Contradicted of those larger than the tolerance, by kind and size; then those below it."""
    sizes = sorted(set(lies["size"]))
    yield f"| lie | {' | '.join(f'{size:g}' for size in sizes)} | above tolerance | contradicted | 95 % interval |"
    yield f"|---|{'---:|' * len(sizes)}---:|---:|---|"
    for lie in LIES:
        rows = lies.filter(pl.col("lie") == lie.key)
        above = rows.filter(ABOVE)
        cells = " | ".join(_cell(rows.filter(pl.col("size") == size)) for size in sizes)
        found = above.filter(SAID).height
        share = f"{found / above.height:.1%} | {interval(found, above.height)}" if above.height else "|"
        yield f"| {lie.key.replace('_', ' ')} | {cells} | {above.height} | {share} |"


def _cell(rows: pl.DataFrame) -> str:
    parts = [(rows.filter(side), word) for side, word in ((ABOVE, ""), (~ABOVE, " below"))]
    return ", ".join(f"{part.filter(SAID).height}/{part.height}{word}" for part, word in parts if part.height)


def of_missed(lies: pl.DataFrame) -> Iterator[str]:
    """Each kind and size of which one was larger than the tolerance and not contradicted."""
    yield "| missed though above tolerance | size | quarters | contradicted | share | 95 % interval | largest one missed, in tolerances |"
    yield "|---|---:|---:|---:|---:|---|---:|"
    for (lie, size), rows in lies.filter(ABOVE).group_by("lie", "size", maintain_order=True):
        found, missed = rows.filter(SAID).height, rows.filter(~SAID)["shift"].max()
        if missed is not None:
            words = f"{lie}".replace("_", " ")
            yield f"| {words} | {size:g} | {rows.height} | {found} | {found / rows.height:.1%} | {interval(found, rows.height)} | {missed:.2f} |"


if __name__ == "__main__":
    sys.exit(main())
