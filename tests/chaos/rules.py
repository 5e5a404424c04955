"""The retention rules of the campaign, and what is no fault once they have been carried out."""
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

# Days from this one on are kept; the invented centre begins on 5 January.
BEFORE = date(2026, 1, 20)
# What goes of a row: all of it, or one column.
TABLES = {"appeals": None, "survey_responses": "comment"}
BAKU = timezone(timedelta(hours=4))


def write(world: Path) -> Path:
    """The rules as they must stand today."""
    folder, days = world / "reference", (datetime.now(BAKU).date() - BEFORE).days
    folder.mkdir(exist_ok=True)
    (folder / "retention.toml").write_text("\n".join(
        f'[[row]]\ntable_name = "{table}"\nwhat = "{"content" if column else "row"}"\npurpose = "chaos"\nname_az = "a"\nname_en = "e"\nkeep_days = {days}\n'
        f'valid_from = "1970-01-01"\nsource = "tests/chaos"\nunconfirmed = true' for table, column in TABLES.items()) + "\n")
    return folder


def may_be_gone(world: Path, table: str, day: date) -> bool:
    """Whether a row of a day, or the column that is named above, may be deleted. A run over midnight takes one day more."""
    return table in TABLES and (world / "reference").is_dir() and day <= BEFORE
