"""The careful reader against Python's csv module, on files made at random."""

import csv
import io
import random

import pytest

from orchestration.landing.clean_csv import clean_csv

COLUMNS = 6
PIECES = ["a", "b c", '"', '""', "\n", ",", "é", "😀", "x\r\ny", " ", "'", "{{ x }}"]
BROKEN = [
    b'1,"2,3,4,5,6',
    b"1,2,3",
    b"1,2,3,4,5,6,7,8",
    b'"a"b,2,3,4,5,6',
    b"1,\xff,3,4,5,6",
    b"1,\0,3,4,5,6",
]


def table(chance):
    def cell():
        # Few commas: a line inside a cell that has the commas of a row is taken for one.
        text = "".join(chance.choices(PIECES, weights=[9, 9, 3, 2, 2, 1, 2, 2, 1, 3, 3, 1], k=4))
        return text.strip() if text.count(",") < 3 else "a"

    return [[f"k{row}", *(cell() for _ in range(COLUMNS - 1))] for row in range(30)]


def written(rows, end):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


def read_back(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [[cell.replace("\r\n", "\n") for cell in row] for row in csv.reader(file)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_good_row_survives_whatever_lies_between(tmp_path, end):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    for seed in range(60):
        chance = random.Random(seed)
        rows = table(chance)
        before = chance.randrange(len(rows))
        broken = chance.choice(BROKEN)
        head = written([["h"] * COLUMNS], end) + written(rows[:before], end)
        source.write_bytes(head + broken + end.encode() + written(rows[before:], end))
        found = clean_csv(source, target, COLUMNS, 1)
        line = head.count(b"\n") + 1
        assert [one.row_key for one in found.unreadable] == [f"line {line}"], seed
        assert found.rows == len(rows)
        expected = [[cell.replace("\r\n", "\n") for cell in row] for row in rows]
        assert read_back(target) == expected, seed


def test_a_file_without_faults_loses_nothing(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = table(random.Random(99))
    source.write_bytes(written([["h"] * COLUMNS, *rows], "\n"))
    found = clean_csv(source, target, COLUMNS, 1)
    assert (found.unreadable, found.rows) == ([], 30)
    assert found.longest >= max(len(",".join(row).encode()) for row in rows)
