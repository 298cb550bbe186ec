"""Reads what `lessor demo` printed, in plain text, back into values."""

import re
from typing import NamedTuple

HEADING = re.compile(r'^-- (\d+)  (DHCP[A-Z]+): .* (\d+\.\d{4}) s --$', re.MULTILINE)


class Option(NamedTuple):
    code: int
    length: int
    value: str


class Message(NamedTuple):
    number: int
    type: str
    time: float
    layers: dict[str, tuple[str, str, str]]  # by name: from, to, besides
    header: dict[str, tuple[int, str]]  # by name: octets, value
    cookie: str
    options: list[Option]


def join(before: str, more: str) -> str:
    """A word that was broken behind a hyphen comes together again; else lines are words apart."""
    return before + more if before.endswith('-') or not more else f'{before} {more}'.strip()


def tables(text: str) -> list[list[list[str]]]:
    """The tables in a text, as rows of cells, the heading row first; wrapped lines are joined.

    A line continues the row above when its cells are empty where every row has something: in a
    left-most run of narrow columns that ends at the first with 'octets' or 'length', else in the
    first column.
    """
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in text.split('\n') + ['']:
        if line.startswith('|'):
            cells = [cell.strip() for cell in line.strip('|').split('|')]
            key = next((i for i, title in enumerate(rows[0]) if title in ('octets', 'length')),
                       0) if rows else 0
            if rows and not cells[key]:
                rows[-1] = [join(a, b) for a, b in zip(rows[-1], cells)]
            else:
                rows.append(cells)
        elif not line.startswith('+') and rows:
            found.append(rows)
            rows = []
    return found


def unstarred(value: str) -> str:
    return re.sub(r' \*$', '', value)


def messages(text: str) -> list[Message]:
    """Every message that was shown, in order."""
    headings = list(HEADING.finditer(text))
    ends = [h.start() for h in headings[1:]] + [len(text)]
    found = []
    for heading, end in zip(headings, ends):
        layers, header, options = tables(text[heading.end():end])[:3]
        found.append(Message(
            number=int(heading[1]), type=heading[2], time=float(heading[3]),
            layers={row[0]: (row[1], row[2], row[3]) for row in layers[1:]},
            header={row[0]: (int(row[1]), unstarred(row[3])) for row in header[1:]},
            cookie=options[1][4],
            options=[Option(int(row[0]), int(row[2]), unstarred(row[4])) for row in options[2:]]))
    return found
