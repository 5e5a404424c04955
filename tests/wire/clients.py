#!/usr/bin/env python3
"""What people's own programs do with the SQL port; `tests/wire.rs` runs this against a small lake.

clients.py ADDRESS NAME [ARGUMENT …]: the address is postgresql://user:password@host:port/meyar. Every check is an assertion.
"""
import asyncio
import datetime
import sqlite3
import sys
import threading
import time

import asyncpg
import psycopg
import sqlalchemy

LONG = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
JANUARY = "SELECT line, offered FROM figure_calls_by_line('2026-01')"


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def psycopg_reads(address: str, calls: str) -> None:
    with psycopg.connect(address) as c:
        assert c.execute("SELECT count(*) FROM calls").fetchone() == (int(calls),)
        # Bound parameters of the types that people have; more than five times, so that the driver prepares.
        for _ in range(8):
            some = c.execute("SELECT count(*) FROM calls WHERE line = %s AND wait_ms > %s", ("195-1-1", 0)).fetchone()
            assert 0 < some[0] < int(calls), some
        day = c.execute("SELECT min(day), min(offered_at) FROM calls").fetchone()
        assert isinstance(day[0], datetime.date) and day[1].utcoffset() == datetime.timedelta(0), day
        assert c.execute("SELECT count(*) FROM calls WHERE day >= %s", (day[0],)).fetchone() == (int(calls),)
        given = dict(c.execute(JANUARY).fetchall())
        assert given[None] == int(calls) and sum(n for line, n in given.items() if line) == int(calls), given
        # A bound period: by the session's setting.
        c.execute("SELECT set_config('meyar.period', %s, false)", ("2026-01",))
        assert dict(c.execute("SELECT line, offered FROM figure_calls_by_line").fetchall()) == given
        c.execute("SET meyar.line = '195-1-2'")
        one = dict(c.execute("SELECT line, offered FROM figure_calls_by_line").fetchall())
        assert one["195-1-2"] == given["195-1-2"] and one[None] == one["195-1-2"], one
        try:
            c.execute("INSERT INTO calls (call_id) VALUES ('x')")
            raise AssertionError("an INSERT was answered")
        except psycopg.errors.ReadOnlySqlTransaction:
            pass
        # The transaction is over with the error, as drivers expect.
        try:
            c.execute("SELECT 1")
            raise AssertionError("an aborted transaction went on")
        except psycopg.errors.InFailedSqlTransaction:
            c.rollback()
        with c.transaction():
            assert c.execute("SELECT 1").fetchone() == (1,)
            with c.transaction():
                assert c.execute("SELECT 2").fetchone() == (2,)


def sqlalchemy_reads(address: str, calls: str) -> None:
    engine = sqlalchemy.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    looked = sqlalchemy.inspect(engine)
    assert {"call_events_all", "ref_lines", "meyar_dictionary"} <= set(looked.get_table_names())
    assert {"calls", "transcripts", "figure_calls_by_line"} <= set(looked.get_view_names())
    assert looked.has_table("calls") and not looked.has_table("nothing")
    assert "public" in looked.get_schema_names()
    columns = {column["name"]: column for column in looked.get_columns("call_events")}
    assert isinstance(columns["event_time"]["type"], sqlalchemy.TIMESTAMP), columns["event_time"]
    assert "Zəngin nömrəsi" in columns["call_id"]["comment"], columns["call_id"]
    assert "Zənglər" in looked.get_table_comment("calls")["text"]
    assert looked.get_indexes("calls") == [] and looked.get_foreign_keys("calls") == []
    table = sqlalchemy.Table("calls", sqlalchemy.MetaData(), autoload_with=engine)
    with engine.connect() as c:
        counted = sqlalchemy.select(table.c.line, sqlalchemy.func.count()).group_by(table.c.line)
        rows = c.execute(counted.where(table.c.day >= datetime.date(2026, 1, 1))).fetchall()
        assert sum(n for _, n in rows) == int(calls), rows
        figure = c.execute(sqlalchemy.text("SELECT * FROM figure_calls_by_line('2026-01', '195-1-1')"))
        assert "answered_pct" in figure.keys() and len(figure.fetchall()) == 2


def asyncpg_reads(address: str, calls: str) -> None:
    async def read() -> None:
        async with asyncpg.create_pool(address, min_size=1, max_size=1) as pool:
            for _ in range(2):  # the second time after the pool's own reset
                async with pool.acquire() as c:
                    assert await c.fetchval("SELECT count(*) FROM calls") == int(calls)
                    assert await c.fetchval("SELECT count(*) FROM calls WHERE line = $1", "195-1-1") > 0
                    assert len(await c.fetch(JANUARY)) == 5

    asyncio.run(read())


def cancels(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as c:
        asked = threading.Timer(1, c.cancel_safe)
        asked.start()
        begun = time.monotonic()
        try:
            c.execute(LONG)
            raise AssertionError("the statement was not canceled")
        except psycopg.errors.QueryCanceled as error:
            assert "user request" in str(error), error
        assert time.monotonic() - begun < 30
        # The connection goes on.
        assert c.execute("SELECT 1").fetchone() == (1,)


def watches(address: str, first: str, then: str) -> None:
    """One connection: the calls that land while it is open are seen by the next statement, prepared or not."""
    query = "SELECT count(*) FROM calls WHERE line <> %s"
    with psycopg.connect(address, autocommit=True, prepare_threshold=0) as c:
        assert c.execute(query, ("",)).fetchone() == (int(first),)
        say("sees", first)
        deadline = time.monotonic() + 50
        while c.execute(query, ("",)).fetchone() != (int(then),):
            assert time.monotonic() < deadline, "nothing new was seen"
            time.sleep(0.1)
        say("sees", then)


def crowds(address: str, most: str) -> None:
    inside = [psycopg.connect(address) for _ in range(int(most))]
    try:
        psycopg.connect(address)
        raise AssertionError("one too many came in")
    except psycopg.OperationalError as error:
        assert "connections are taken" in str(error), error
    inside.pop().close()
    deadline = time.monotonic() + 30
    while True:  # the place is free once the server has noticed
        try:
            inside.append(psycopg.connect(address))
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the place did not become free"
            time.sleep(0.1)


def bound(address: str) -> None:
    with psycopg.connect(address, autocommit=True, prepare_threshold=0) as c:
        c.execute("SELECT count(*) FROM calls WHERE call_id = %s", ("call-7",)).fetchone()


def guesses(address: str, words: str, found: str) -> None:
    """A condition over words, prepared and bound in text and in binary: so many segments have them."""
    with psycopg.connect(address, autocommit=True, prepare_threshold=0) as c:
        for binary in (False, True):
            sql = "SELECT count(*) FROM segments WHERE text LIKE " + ("%b" if binary else "%t")
            assert c.execute(sql, (words,), binary=binary).fetchone() == (int(found),)
        texts = c.execute("SELECT text FROM segments").fetchall()
        assert (set(texts) == {("•••",)}) == (found == "0"), texts


def unlogged(address: str, store: str) -> None:
    """Somebody takes the access log away while a connection is open."""
    with psycopg.connect(address, autocommit=True) as c:
        c.execute("SELECT count(*) FROM calls").fetchone()
        log = sqlite3.connect(store, timeout=30)
        log.execute("ALTER TABLE access_log RENAME TO gone")
        log.commit()
        log.close()
        for parameters in (None, ("x",)):
            try:
                c.execute("SELECT count(*) FROM calls" + (" WHERE call_id = %s" if parameters else ""), parameters)
                raise AssertionError("what was not logged was answered")
            except psycopg.Error as error:
                assert error.sqlstate == "58030", error
        assert c.execute("SELECT count(*) FROM ref_lines").fetchone()[0] > 0  # what names nobody goes on


DONE = {
    "psycopg": psycopg_reads,
    "sqlalchemy": sqlalchemy_reads,
    "asyncpg": asyncpg_reads,
    "cancel": cancels,
    "watch": watches,
    "crowd": crowds,
    "bound": bound,
    "guesses": guesses,
    "unlogged": unlogged,
}

if __name__ == "__main__":
    DONE[sys.argv[2]](sys.argv[1], *sys.argv[3:])
    say("done")
