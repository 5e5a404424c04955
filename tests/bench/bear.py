"""The reports' second rival: Polars over the same Parquet files, for what it says without SQL.

    bear.py plan.json [FIGURE]…      prints {"calls_s", "figures": {name: {"rows", "seconds"}}}

Written by hand after schemas/views and schemas/figures. The calendar and the limits of the days are given to it, and it puts together only
those columns of the calls that its figures read; both are in its favour.
"""
import json
import sys
import time

import polars as pl

ENGINE = "streaming"


def frame(plan: dict, name: str) -> pl.LazyFrame:
    """Rows of reference data; `day` and what begins with `valid_` are dates, and a column without any value is text."""
    rows = pl.DataFrame(plan[name], infer_schema_length=None)
    dates = [c for c in rows.columns if c == "day" or c.startswith("valid_")]
    empty = [c for c in rows.columns if rows[c].dtype == pl.Null]
    return rows.with_columns(pl.col(empty).cast(pl.String)).with_columns(pl.col(dates).str.to_date()).lazy()


def latest(events: pl.LazyFrame) -> pl.LazyFrame:
    """The highest revision of each event; hardly any has more than one."""
    key = ["source", "event_id"]
    newest = events.filter(pl.col("revision") > 0).group_by(key).agg(pl.col("revision").max().alias("newest"))
    return events.join(newest, on=key, how="left").filter(pl.col("newest").is_null() | (pl.col("revision") >= pl.col("newest")))


def calls(plan: dict) -> pl.LazyFrame:
    """As in schemas/views/1_calls.sql."""
    day = lambda text: pl.lit(text).str.to_date()
    events = pl.scan_parquet(plan["files"], hive_partitioning=True, hive_schema={"month": pl.String})
    events = latest(events.filter(pl.col("month").is_between(*map(pl.lit, plan["window_months"]))))
    events = events.filter(pl.col("day").is_between(*(day(text) for text in plan["window_days"])))
    kind, at = pl.col("kind"), pl.col("event_time").dt.epoch("us").add(500).floordiv(1000).alias("at_ms")
    of = lambda column, *kinds: pl.col(column).filter(kind.is_in(kinds))
    steps = events.with_columns(at).group_by("call_id").agg(
        of("line", "offered").min().alias("offered_line"),
        pl.col("line").min().alias("any_line"),
        pl.col("caller_key").max(),
        pl.col("direction").max(),
        pl.col("returns").max(),
        of("day", "offered").min().alias("offered_day"),
        pl.col("day").min().alias("first_day"),
        of("hour", "offered").min().alias("offered_hour"),
        pl.col("hour").min().alias("any_hour"),
        of("event_time", "offered").min().alias("first_offered"),
        pl.col("event_time").min().alias("first_event"),
        of("at_ms", "offered").min().alias("offered_ms"),
        pl.col("at_ms").min().alias("first_ms"),
        of("at_ms", "queued").min().alias("queued_ms"),
        of("at_ms", "answered").min().alias("answered_ms"),
        (kind == "lost").sum().alias("losses"),
        (kind == "ordered").sum().alias("orders"),
        pl.col("lost_reason").max(),
        pl.col("waited_ms").max(),
    )
    answered = pl.col("answered_ms").is_not_null()
    offered_ms = pl.coalesce("offered_ms", "first_ms")
    timed = steps.with_columns(
        pl.coalesce("offered_line", "any_line").alias("line"),
        pl.coalesce("offered_day", "first_day").alias("day"),
        pl.coalesce("offered_hour", "any_hour").alias("hour"),
        pl.coalesce("first_offered", "first_event").alias("offered_at"),
        pl.col("direction").fill_null("inbound"),
        (pl.col("answered_ms") - pl.when(pl.col("queued_ms") <= pl.col("answered_ms")).then("queued_ms").otherwise(offered_ms)).alias("wait_ms"),
        pl.when(answered).then(pl.lit("answered")).when(pl.col("orders") > 0).then(pl.lit("ordered")).when(pl.col("losses") > 0).then(pl.lit("lost")).otherwise(pl.lit("open")).alias("outcome"),
    )
    timed = timed.join(frame(plan, "days"), on="day", how="left").join(frame(plan, "live_days"), on=["day", "line"], how="left")
    outcome, waited = pl.col("outcome"), pl.col("waited_ms")
    minute = pl.col("hour") * 60 + offered_ms // 60000 % 60
    by_menu = (
        (pl.col("direction") == "inbound") & outcome.is_in(["ordered", "lost"]) & pl.col("queued_ms").is_null() & pl.col("entered")
        & ~pl.col("lost_reason").fill_null("").is_in(["abandoned_in_queue", "system_error"])
        & (pl.col("opens_minute").is_null() | ~minute.is_between(pl.col("opens_minute"), pl.col("closes_minute") - 1))
    )
    return timed.select(
        "call_id", "line", "caller_key", "direction", "returns", "offered_at", "outcome", "wait_ms", "day", "hour",
        pl.when(~answered).then("lost_reason").alias("lost_reason"),
        by_menu.alias("off_hours"),
        ((outcome == "answered") & (pl.col("wait_ms") <= pl.col("accept_ms"))).fill_null(False).alias("in_time"),
        ((outcome == "lost") & (waited <= pl.col("lost_short_ms"))).fill_null(False).alias("short"),
        ((outcome == "lost") & (waited == pl.col("lost_short_ms"))).fill_null(False).alias("at_limit"),
        pl.col("day").dt.strftime("%Y-%m").alias("month"),
    )


def count(condition, name: str) -> pl.Expr:
    return condition.fill_null(False).sum().cast(pl.Int64).alias(name)


ANSWERED, LOST = pl.col("outcome") == "answered", pl.col("outcome") == "lost"
OFFERED = pl.len().cast(pl.Int64)


class Year:
    """A period's calls, put together once, and the figures over them."""

    def __init__(self, plan: dict):
        self.plan = plan
        begun = time.perf_counter()
        self.calls = calls(plan).collect(engine=ENGINE).lazy()
        self.calls_s = time.perf_counter() - begun
        inside = pl.col("offered_at").dt.epoch("us").is_between(plan["from_us"], plan["to_us"], closed="left")
        self.incoming = self.calls.filter((pl.col("direction") == "inbound") & ~pl.col("off_hours"))
        self.inside, self.of_period = inside, self.incoming.filter(inside)

    def by(self, *keys) -> pl.LazyFrame:
        counted = self.of_period.group_by(keys).agg(
            OFFERED.alias("offered"), count(ANSWERED, "answered"), count(LOST, "lost"),
            (pl.col("wait_ms").mean() / 1000).round(6).alias("mean_wait_s"),
        )
        share = lambda column: (100 * pl.col(column) / pl.col("offered")).round(6).alias(f"{column}_pct")
        return counted.select(*keys, "offered", "answered", "lost", share("answered"), share("lost"), "mean_wait_s").sort(keys)

    def parts(self, *columns) -> pl.LazyFrame:
        return self.of_period.group_by("line", "month").agg(*columns).sort("line", "month")

    def calls_by_day(self):
        return self.by("day")

    def calls_by_hour(self):
        return self.by("hour")

    def calls_by_month(self):
        return self.by("month")

    def kpi_accept_30s(self):
        return self.parts(count(pl.col("in_time"), "numerator"), OFFERED.alias("denominator"))

    def kpi_accept_30s_excl_short(self):
        return self.parts(count(pl.col("in_time"), "numerator"), count(~pl.col("short"), "denominator"))

    def kpi_accept_total(self):
        return self.parts(count(ANSWERED, "numerator"), OFFERED.alias("denominator"), count(LOST, "lost"), count(~ANSWERED & ~LOST, "unfinished"))

    def kpi_lost_gt10(self):
        return self.parts(count(LOST & ~pl.col("short"), "numerator"), OFFERED.alias("denominator"), count(LOST, "lost"), count(pl.col("at_limit"), "exactly"))

    def calls_by_line(self):
        last = pl.lit(self.plan["last"]).str.to_date()
        valid = (pl.col("valid_from") <= last) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= last))
        counts = ["offered", "answered", "lost", "unfinished"]
        counted = self.of_period.group_by("line").agg(OFFERED.alias("offered"), count(ANSWERED, "answered"), count(LOST, "lost"), count(~ANSWERED & ~LOST, "unfinished"))
        lines = frame(self.plan, "ref_lines").filter(valid).select("line", pl.col("short").alias("structure"))
        listed = lines.join(counted, on="line", how="full", coalesce=True).with_columns(pl.col(counts).fill_null(0))
        listed = pl.concat([listed, listed.select(pl.col(counts).sum())], how="diagonal").select("line", "structure", *counts)
        targets = frame(self.plan, "ref_targets").filter((pl.col("target") == "accept_total") & valid)
        own = targets.filter(pl.col("line").is_not_null()).select("line", pl.col("value").alias("own"))
        common = targets.filter(pl.col("line").is_null()).select(pl.col("value").alias("common"))
        share = 100 * pl.col("answered") / pl.when(pl.col("offered") != 0).then("offered")
        return listed.join(own, on="line", how="left").join(common, how="cross").select(
            "line", "structure", *counts, share.round(6).alias("answered_pct"),
            (100 * pl.col("lost") / pl.when(pl.col("offered") != 0).then("offered")).round(6).alias("lost_pct"),
            pl.coalesce("own", "common").alias("target_pct"), (share >= pl.coalesce("own", "common")).alias("met"),
        ).sort("line", nulls_last=True)

    def lost_calls(self) -> pl.LazyFrame:
        """As in schemas/views/3_lost_calls.sql."""
        last = lambda rows, key, *more: rows.filter(pl.col(key).is_not_null()).group_by(key, "day").agg(*more)
        newest, reached = pl.col("offered_at").max(), pl.col("offered_at").filter(ANSWERED).max()
        outbound = self.calls.filter(pl.col("direction") == "outbound")
        again = last(self.calls.filter((pl.col("direction") == "inbound") & ANSWERED), "caller_key", newest.alias("again_at"))
        by_key = last(outbound, "caller_key", newest.alias("key_at"), reached.alias("key_reached_at"))
        by_name = last(outbound, "returns", newest.alias("name_at"), reached.alias("name_reached_at"))
        lost = self.incoming.filter(LOST)
        lost = lost.join(again, on=["caller_key", "day"], how="left").join(by_key, on=["caller_key", "day"], how="left")
        lost = lost.join(by_name, left_on=["call_id", "day"], right_on=["returns", "day"], how="left")
        after = lambda *columns: pl.any_horizontal([(pl.col(c) > pl.col("offered_at")).fill_null(False) for c in columns])
        part = (
            pl.when("short").then(pl.lit("waited_under_10s"))
            .when(after("again_at")).then(pl.lit("redialled_answered"))
            .when(after("key_at", "name_at")).then(pl.lit("called_back"))
            .when(pl.col("lost_reason") == "system_error").then(pl.lit("system_error"))
            .otherwise(pl.lit("not_called_back"))
        )
        return lost.with_columns(part.alias("part"), after("key_reached_at", "name_reached_at").alias("any_reached"))

    def lost_parts_by_line(self):
        parts = ["redialled_answered", "called_back", "system_error", "waited_under_10s", "not_called_back"]
        of = lambda part: pl.col("part") == part
        counted = self.lost_calls().filter(self.inside).group_by("line").agg(
            OFFERED.alias("lost"), *(count(of(part), part) for part in parts), count(of("called_back") & pl.col("any_reached"), "reached"),
        )
        return pl.concat([counted, counted.select(pl.exclude("line").sum())], how="diagonal").sort("line", nulls_last=True)


FIGURES = [
    "calls_by_line", "calls_by_day", "calls_by_hour", "calls_by_month", "kpi_accept_30s", "kpi_accept_30s_excl_short", "kpi_accept_total",
    "kpi_lost_gt10", "lost_parts_by_line",
]


def main() -> None:
    year = Year(json.load(open(sys.argv[1])))
    told = {}
    for name in sys.argv[2:] or FIGURES:
        begun = time.perf_counter()
        rows = getattr(year, name)().collect(engine=ENGINE).to_dicts()
        told[name] = {"rows": rows, "seconds": time.perf_counter() - begun}
    print(json.dumps({"calls_s": year.calls_s, "threads": pl.thread_pool_size(), "figures": told}, default=str))


if __name__ == "__main__":
    main()
