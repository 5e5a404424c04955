"""What came of a campaign, fault by fault: text, Markdown, JSON."""
import json
import statistics
import time
from pathlib import Path

HEAD = ["broker", "fault", "cycles", "not hit", "lost", "twice", "altered", "not recovered", "median s", "max s"]


def lines(campaigns: list) -> list[list[str]]:
    found = []
    for campaign in campaigns:
        for name in campaign.names:
            told = [t for t in campaign.told if t["fault"] == name]
            seconds = [t["recovered_s"] for t in told if t["recovered_s"] is not None]
            if name in campaign.missing and not told:
                found.append([campaign.kind, name, "skipped", *"–" * 7])
            elif told:
                wrong = [str(sum(t.get(what, 0) for t in told)) for what in ("lost", "twice", "altered")]
                times = [f"{statistics.median(seconds):.2f}", f"{max(seconds):.2f}"] if seconds else ["–", "–"]
                found.append([campaign.kind, name, str(len(told)), str(sum(t["hit"].startswith("NOT HIT") for t in told)), *wrong, str(len(told) - len(seconds)), *times])
    return found


def write(results: Path, seed: int, campaigns: list) -> None:
    rows = lines(campaigns)
    widths = [max(len(row[n]) for row in [HEAD, *rows]) for n in range(len(HEAD))]
    for row in [HEAD, *rows]:
        print("  ".join(cell.ljust(width) if n < 2 else cell.rjust(width) for n, (cell, width) in enumerate(zip(row, widths))), flush=True)
    trouble = [wrong for campaign in campaigns for wrong in campaign.trouble]
    skipped = {name: why for campaign in campaigns for name, why in campaign.missing.items()}
    text = [f"# Chaos, seed {seed}, {time.strftime('%Y-%m-%d %H:%M')}", "", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *("| " + " | ".join(row) + " |" for row in rows), ""]
    text += [f"- skipped: {name}: {why}" for name, why in skipped.items()] + [f"- **wrong**, {wrong['broker']}: {wrong['what']}" for wrong in trouble]
    (results / "chaos.md").write_text("\n".join(text) + "\n")
    whole = {"seed": seed, "cycles": [told for campaign in campaigns for told in campaign.told], "wrong": trouble, "skipped": skipped}
    (results / "chaos.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    total = {what: sum(told.get(what, 0) for told in whole["cycles"]) for what in ("lost", "twice", "altered")}
    print(f"chaos: {len(whole['cycles'])} cycles, seed {seed}: lost {total['lost']}, twice {total['twice']}, altered {total['altered']}; {len(trouble)} troubles", flush=True)
