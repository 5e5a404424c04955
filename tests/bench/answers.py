"""Whether two sides say the same: figures' rows, cell by cell."""
import math

TOLERANCE = 1e-9


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours == theirs
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except (TypeError, ValueError):
        return str(ours) == str(theirs)


def differences(ours: list, theirs: list, rival: str = "DuckDB") -> list:
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows, {rival} has {len(theirs)}"]
    found = []
    for number, (a, b) in enumerate(zip(ours, theirs)):
        # A column without a value may be left out of a row.
        for column in sorted(a.keys() | b.keys()):
            if not same(a.get(column), b.get(column)):
                found.append(f"row {number}, {column}: {a.get(column)!r}, {rival} {b.get(column)!r}")
    return found
