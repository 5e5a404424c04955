#!/usr/bin/env python3
"""Answer times of the pages under 50 people at once, over the simulated year, beside a file that the same server hands out unchanged.

    tests/bench/pages.py DATA [PERIOD]      a filled data directory (its lake is only read), and its year

Each of the people has a session and a connection of their own. Twice: one request after another without a pause, which is as hard as it gets
on this machine (clients and server share its cores), and with a second of reading in between, as people work.

  MEYAR_BENCH_PEOPLE (50) · MEYAR_BENCH_PAGE_S (10) seconds for each page
"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from common import BENCH, MEYAR, keep, run, say

PEOPLE = int(os.environ.get("MEYAR_BENCH_PEOPLE", "50"))
SECONDS = float(os.environ.get("MEYAR_BENCH_PAGE_S", "10"))
READING_S = 1.0
PASSWORD = "uzun gizli söz 27"


def part(numbers: list, share: float) -> float:
    numbers = sorted(numbers)
    return numbers[min(len(numbers) - 1, int(share * len(numbers)))]


def come_in(address: tuple, login: str) -> str:
    connection = http.client.HTTPConnection(*address, timeout=60)
    body = urllib.parse.urlencode({"login": login, "password": PASSWORD})
    connection.request("POST", "/login", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    found = re.search(r"meyar-session=[^;]+", answer.getheader("Set-Cookie") or "")
    if not found:
        raise SystemExit(f"bench: {login} was not let in: {answer.status}")
    return found.group()


def user(address: tuple, cookie: str, path: str, until: float, pause_s: float, begin: float, took: list, wrong: list) -> None:
    connection = http.client.HTTPConnection(*address, timeout=60)
    # Not all in the same instant, where they read in between.
    time.sleep(begin)
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            failed = None if answer.status == 200 else answer.status
        except TimeoutError:
            # Told as it is: somebody waited for a minute, and saw nothing.
            failed = "nothing within a minute"
            connection.close()
        took.append(1000 * (time.monotonic() - begun))
        if failed:
            wrong.append(failed)
        time.sleep(pause_s)


def measured(address: tuple, cookies: list, paths: list, pause_s: float) -> dict:
    took, wrong, until = [], [], time.monotonic() + SECONDS
    users = [
        threading.Thread(target=user, args=(address, cookie, paths[n % len(paths)], until, pause_s, pause_s * n / len(cookies), took, wrong))
        for n, cookie in enumerate(cookies)
    ]
    for one in users:
        one.start()
    for one in users:
        one.join()
    if not took:
        raise SystemExit(f"bench: {paths[0]} was asked by nobody within {SECONDS} s")
    if wrong:
        say(f"bench: {paths[0]}: {len(wrong)} of {len(took)} failed: {', '.join(sorted({str(one) for one in wrong}))}")
    return {"failed": len(wrong), "answers": len(took), "p50_ms": round(part(took, 0.5), 1), "p95_ms": round(part(took, 0.95), 1), "per_s": round(len(took) / SECONDS, 1)}


def main() -> None:
    data = Path(sys.argv[1])
    year = (sys.argv[2] if len(sys.argv) > 2 else "2024")[:4]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work.db"
        os.environ["MEYAR_PASSWORD"] = PASSWORD
        made = json.loads(run(BENCH, "desk", "--work", work, "--lake", data / "lake", "--period", f"{year}-11-01..{year}-11-30", "--people", PEOPLE).stdout)
        log = (Path(folder) / "log").open("wb")
        site = subprocess.Popen([str(MEYAR), "serve", "--listen", "127.0.0.1:0", "--data", str(data), "--work", str(work)], stdout=log, stderr=subprocess.STDOUT)
        try:
            begun, place = time.monotonic(), None
            while place is None:
                if site.poll() is not None or time.monotonic() - begun > 120:
                    raise SystemExit(f"bench: the pages were not served: {Path(log.name).read_text()[-2000:]}")
                time.sleep(0.2)
                place = re.search(r"http://127\.0\.0\.1:(\d+)", Path(log.name).read_text())
            address = ("127.0.0.1", int(place.group(1)))
            # Each has a session, since what one may ask is limited (dashboards/work/data/permissions.toml). Sign-in is slow on purpose.
            sessions = {login: [come_in(address, login) for _ in range(PEOPLE)] for login in ("lead", "assessor")}
            connection = http.client.HTTPConnection(*address)
            connection.request("GET", "/login")
            page = connection.getresponse().read().decode()
            still = re.search(r'src="(/assets/theme[^"]+)"', page).group(1)
            pages = [
                ("A file, unchanged", "lead", [still]),
                ("Queue", "assessor", ["/queue"]),
                ("Assessing, each another call", "assessor", [f"/assess/{one}" for one in made["begun"]]),
                ("A call, each another one", "lead", [f"/calls/{urllib.parse.quote(one)}" for one in made["opened"]]),
                ("Calls of a day, each another one", "lead", [f"/calls?period={year}-11-{day:02}" for day in range(1, 31)]),
                ("Figures of a month", "lead", [f"/?period={year}-11"]),
                ("Live", "lead", [f"/live?at={year}-11-20T15:00"]),
                ("Plans", "lead", ["/plans"]),
                ("Disputes", "lead", ["/reviews"]),
                ("Assessments", "lead", ["/assessments"]),
                ("Question-answer base", "lead", ["/answers?q=vergi"]),
            ]
            told = []
            for name, who, paths in pages:
                # The first one puts together what all others then find.
                warm = http.client.HTTPConnection(*address, timeout=120)
                warm.request("GET", paths[0], headers={"Cookie": sessions[who][0]})
                warm.getresponse().read()
                one = {"page": name, "path": paths[0], "busy": measured(address, sessions[who], paths, 0), "reading": measured(address, sessions[who], paths, READING_S)}
                told.append(one)
                say(f"bench: {name}: {one['busy']['p50_ms']} / {one['busy']['p95_ms']} ms without a pause, {one['reading']['p50_ms']} / {one['reading']['p95_ms']} ms with reading")
            base = told[0]
            for one in told:
                for way in ("busy", "reading"):
                    one[way]["ratio_p50"] = round(one[way]["p50_ms"] / max(base[way]["p50_ms"], 0.1), 2)
            keep("pages", {"people": PEOPLE, "seconds": SECONDS, "reading_s": READING_S, "year": year, "made": made, "pages": told})
        finally:
            site.terminate()
            site.wait()


if __name__ == "__main__":
    main()
