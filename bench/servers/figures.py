"""What the measured values say: medians, ratios, and whether each target was met. Knows nothing of
servers, processes or files."""

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Sample:
    """One measurement of one server. `rate`: exchanges a second; `seconds`: how long it all took;
    `latency`: nanoseconds by share; `cpu`: seconds of the server's processor time an exchange;
    `wrong`: leases that were not right; `generator`: the load tester's share of a processor."""

    rate: float = 0.0
    exchanges: int = 0
    seconds: float = 0.0
    latency: dict[str, float] = field(default_factory=dict)
    cpu: float = 0.0
    memory: int = 0
    wrong: int = 0
    lost: int = 0
    generator: float = 0.0
    window: int = 0


def sample_of(shown: dict, cpu: float, memory: int) -> Sample:
    """From what `lessor bench --json` printed, which is nothing when no answer came, and what the
    server took meanwhile."""
    if not shown:
        return Sample(memory=memory)
    run, before = shown['run'], shown.get('preparation', {'counts': {}, 'violations': {}})
    counts, generator = run['counts'], shown['generator']
    done = counts['done'] + before['counts'].get('done', 0)
    times = run.get('latency-ns', {})  # a release has none
    whole = times.get('bind') or times.get('renew') or {}
    wrong = sum(run['violations'].values()) + sum(before['violations'].values())
    return Sample(rate=run['exchanges-per-second'], exchanges=counts['done'],
                  seconds=run['elapsed'] / 1e9,
                  latency={k: whole[k] for k in ('p50', 'p99', 'p99.9') if k in whole},
                  cpu=cpu / done if done else 0.0, memory=memory, wrong=wrong,
                  lost=counts['dropped'] + counts['unfinished'],
                  generator=generator['cpu-share'], window=shown.get('window', 0))


def together(samples: list[Sample]) -> Sample:
    """Several short runs as one."""
    exchanges = sum(s.exchanges for s in samples)
    seconds = sum(s.seconds for s in samples)
    return Sample(rate=exchanges / seconds if seconds else 0.0, exchanges=exchanges,
                  seconds=seconds, memory=max(s.memory for s in samples),
                  wrong=sum(s.wrong for s in samples), lost=sum(s.lost for s in samples),
                  window=samples[0].window)


class Results:
    """Samples by measure and server, and the reasons where there are none."""

    def __init__(self) -> None:
        self.samples: dict[tuple[str, str], list[Sample]] = {}
        self.reasons: dict[tuple[str, str], str] = {}

    def add(self, measure: str, server: str, sample: Sample) -> None:
        self.samples.setdefault((measure, server), []).append(sample)

    def refuse(self, measure: str, server: str, reason: str) -> None:
        self.reasons[measure, server] = reason

    def of(self, measure: str, server: str) -> list[Sample]:
        return self.samples.get((measure, server), [])

    def median(self, measure: str, server: str, value: Callable[[Sample], float]) -> float | None:
        """None when it was not measured."""
        values = [value(s) for s in self.of(measure, server)]
        return statistics.median(values) if values else None

    def rates(self, measure: str, server: str) -> list[float]:
        return [s.rate for s in self.of(measure, server)]

    def rate(self, measure: str, server: str) -> float | None:
        return self.median(measure, server, lambda s: s.rate)

    def spread(self, measure: str, server: str) -> float:
        """The distance of the slowest and the fastest round, as a share of the median."""
        rates = self.rates(measure, server)
        middle = statistics.median(rates) if rates else 0.0
        return (max(rates) - min(rates)) / middle if middle else 0.0


@dataclass(frozen=True)
class Target:
    """What is wanted of the ratio of one value in two series of samples."""

    what: str
    wanted: float
    above: tuple[str, str]  # measure and server
    below: tuple[str, str]
    value: Callable[[Sample], float] = lambda sample: sample.rate
    at_most: bool = False  # wanted is the largest that is good, not the smallest


@dataclass(frozen=True)
class Verdict:
    what: str
    wanted: str
    measured: str
    met: bool | None  # None: not measured
    says: str


def ratio(above: list[float], below: list[float]) -> float | None:
    """Of two series: round by round where both have as many, which forgives a machine that is
    slower in one round than in another; the median."""
    if not above or not below or not all(below):
        return None
    if len(above) == len(below):
        return statistics.median(a / b for a, b in zip(above, below, strict=True))
    return statistics.median(above) / statistics.median(below)


def judge(target: Target, results: Results) -> Verdict:
    value = ratio(*([target.value(s) for s in results.of(*series)]
                    for series in (target.above, target.below)))
    wanted = f'{"at most" if target.at_most else "at least"} {target.wanted:g}'
    if value is None:
        return Verdict(target.what, wanted, '-', None, 'not measured')
    met = value <= target.wanted if target.at_most else value >= target.wanted
    off = abs(value - target.wanted) / target.wanted
    return Verdict(target.what, wanted, f'{value:.2f}', met,
                   'met' if met else f'missed by {off:.0%}')


TARGETS = (
    Target('new leases on the link, times Kea', 10, ('direct', 'lessor'), ('direct', 'kea')),
    Target('new leases relayed, times Kea', 10, ('relayed', 'lessor'), ('relayed', 'kea')),
    Target('new leases on the link, of the reflector', 0.6, ('direct', 'lessor'),
           ('direct', 'reflector')),
    Target('new leases relayed, of the reflector', 0.6, ('relayed', 'lessor'),
           ('relayed', 'reflector')),
    Target('renewals, of the reflector', 0.7, ('renew', 'lessor'), ('renew', 'reflector')),
    Target('new leases from a pool 99.9% full, of an empty one', 0.9, ('full', 'lessor'),
           ('empty', 'lessor')),
    Target('new leases beside many others, of without', 0.9, ('million', 'lessor'),
           ('direct', 'lessor')),
    Target("avalanche, of Kea's time", 0.1, ('avalanche', 'lessor'), ('avalanche', 'kea'),
           value=lambda sample: sample.seconds, at_most=True),
    Target('the load tester, times perfdhcp', 10, ('generator', 'lessor bench'),
           ('generator', 'perfdhcp')),
    Target('by AF_XDP: new leases on the link, times Kea', 10, ('direct', 'lessor-xdp'),
           ('direct', 'kea')),
    Target('by AF_XDP: new leases relayed, times Kea', 10, ('relayed', 'lessor-xdp'),
           ('relayed', 'kea')),
    Target('by AF_XDP: new leases on the link, of the reflector', 0.6, ('direct', 'lessor-xdp'),
           ('direct', 'reflector-xdp')),
    Target('by AF_XDP: new leases relayed, of the reflector', 0.6, ('relayed', 'lessor-xdp'),
           ('relayed', 'reflector-xdp')),
    Target('by AF_XDP: renewals, of the reflector', 0.7, ('renew', 'lessor-xdp'),
           ('renew', 'reflector-xdp')),
)


def perfdhcp_rate(printed: str) -> float:
    """Whole exchanges a second, from what perfdhcp prints; 0 when it says nothing of them."""
    found = re.search(r'^Rate: ([0-9.]+) 4-way exchanges/second', printed, re.MULTILINE)
    return float(found[1]) if found else 0.0


def flushes(summary: str) -> int:
    """How many fsync and fdatasync calls `strace -c` counted."""
    return sum(int(m[1]) for m in re.finditer(
        r'^\s*[0-9.]+\s+[0-9.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(?:fsync|fdatasync)$', summary,
        re.MULTILINE))
