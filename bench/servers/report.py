"""The measured values as a table for a terminal, and as docs/performance.md. Knows nothing of how
they were measured."""

from collections.abc import Callable
from dataclasses import dataclass

from figures import TARGETS, Results, Sample, judge, ratio

UNMEASURED = '-'


@dataclass(frozen=True)
class Row:
    """A line of a table: which measure, and what of it."""

    title: str
    measure: str
    show: Callable[[Sample], float]
    spell: Callable[[float], str]


def whole(value: float) -> str:
    return f'{value:,.0f}'


def micro(value: float) -> str:
    """A time in seconds."""
    return f'{value * 1e6:,.1f} us' if value < 1e-4 else f'{value * 1e6:,.0f} us'


def short(value: float) -> str:
    """A time in nanoseconds."""
    if value < 1e6:
        return f'{value / 1e3:,.0f} us'
    return f'{value / 1e6:,.2f} ms' if value < 1e8 else f'{value / 1e9:,.2f} s'


def mebi(value: float) -> str:
    return f'{value / (1 << 20):,.0f} MiB'


def share(name: str) -> Callable[[Sample], float]:
    return lambda sample: sample.latency.get(name, 0.0)


def rate(sample: Sample) -> float:
    return sample.rate


RATES = (
    Row('new leases, on the link', 'direct', rate, whole),
    Row('new leases, relayed', 'relayed', rate, whole),
    Row('renewals', 'renew', rate, whole),
    Row('new leases, 1,000 subnets', 'subnets', rate, whole),
    Row('new leases beside {leases}', 'million', rate, whole),
    Row('renewals beside {leases}', 'million-renew', rate, whole),
    Row('churn, empty pool', 'empty', rate, whole),
    Row('churn, pool 99.9% full', 'full', rate, whole),
)
COSTS = (
    Row('avalanche of {avalanche}: all bound', 'avalanche', lambda s: s.seconds,
        lambda v: f'{v:,.2f} s'),
    Row('p50 at {steady}/s', 'steady', share('p50'), short),
    Row('p99', 'steady', share('p99'), short),
    Row('p99.9', 'steady', share('p99.9'), short),
    Row('processor, a new lease on the link', 'direct', lambda s: s.cpu, micro),
    Row('processor, a new lease relayed', 'relayed', lambda s: s.cpu, micro),
    Row('memory after that', 'renew', lambda s: s.memory, mebi),
    Row('memory with {leases}', 'million-renew', lambda s: s.memory, mebi),
)


@dataclass(frozen=True)
class Facts:
    """What the tables are about: names in them, and the servers in their order."""

    words: dict[str, str]
    servers: dict[str, str]  # name to title


def cells(results: Results, facts: Facts, rows: tuple[Row, ...]) -> list[list[str]]:
    """A table with a heading line; rows that nobody was measured for are left out."""
    table = [['', *facts.servers.values()]]
    for row in rows:
        values = [results.median(row.measure, name, row.show) for name in facts.servers]
        if any(v is not None for v in values):
            table.append([row.title.format(**facts.words),
                          *(UNMEASURED if v is None else row.spell(v) for v in values)])
    return table


def ratios(results: Results, facts: Facts, to: str) -> list[list[str]]:
    """Every rate as a multiple of one server's."""
    table = [['', *facts.servers.values()]]
    for row in RATES:
        base = results.rates(row.measure, to)
        if not base:
            continue
        values = [ratio(results.rates(row.measure, name), base) for name in facts.servers]
        table.append([row.title.format(**facts.words),
                      *(UNMEASURED if v is None else f'{v:.2f}' for v in values)])
    return table


def verdicts(results: Results) -> list[list[str]]:
    table = [['target', 'wanted', 'measured', '']]
    for target in TARGETS:
        verdict = judge(target, results)
        table.append([verdict.what, verdict.wanted, verdict.measured, verdict.says])
    return table


def plain(table: list[list[str]]) -> str:
    """Aligned for a terminal."""
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    return '\n'.join('  ' + '  '.join(
        cell.ljust(width) if i == 0 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in table)


def markdown(table: list[list[str]]) -> str:
    head, *rows = table
    rule = ['---', *(['---:'] * (len(head) - 1))]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in (head, rule, *rows))


def missing(results: Results, facts: Facts) -> list[str]:
    """A sentence for each cell that has a reason to be empty."""
    rows = {row.measure: row.title.format(**facts.words) for row in (*COSTS, *RATES)}
    rows['steady'] = f'latencies at {facts.words["steady"]}/s'
    return [f'{facts.servers.get(server, server)}, {rows.get(measure, measure)}: {reason}'
            for (measure, server), reason in results.reasons.items()]


def doubts(results: Results, facts: Facts) -> list[str]:
    """What makes a figure less than it seems."""
    said = []
    for (measure, server), samples in results.samples.items():
        title = facts.servers.get(server, server)
        wrong = sum(s.wrong for s in samples)
        if wrong:
            said.append(f'{title}, {measure}: {wrong:,} leases were wrong')
        busy = results.median(measure, server, lambda s: s.generator) or 0.0
        if busy > 0.9:
            said.append(f'{title}, {measure}: the load tester took {busy:.0%} of a processor: it '
                        'was a limit itself')
        if results.spread(measure, server) > 0.3:
            said.append(f'{title}, {measure}: the rounds lie '
                        f'{results.spread(measure, server):.0%} apart')
    return said


def for_terminal(results: Results, facts: Facts) -> str:
    parts = [f'exchanges a second (medians of {facts.words["rounds"]}):',
             plain(cells(results, facts, RATES))]
    for to in ('kea', 'reflector'):
        if to in facts.servers:
            parts += ['', f'as multiples of {facts.servers[to]}:',
                      plain(ratios(results, facts, to))]
    parts += ['', 'costs:', plain(cells(results, facts, COSTS)), '', plain(verdicts(results))]
    for heading, lines in (('not done:', missing(results, facts)),
                           ('to be doubted:', doubts(results, facts))):
        if lines:
            parts += ['', heading, *('  ' + line for line in lines)]
    return '\n'.join(parts)
