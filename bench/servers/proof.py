"""What is measured once, not in rounds: how often servers flush, that no DHCPACK leaves before its
flush, and what the load generators can do themselves."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import isolate
from figures import Sample, flushes, perfdhcp_rate
from measures import Meter
from scene import PERFDHCP_RELAY, ROOT, SERVER, Contestant, Reflector

LAW = 'no_ack_before_flush'  # of test/e2e
OFFERED = (5_000, 10_000, 20_000, 40_000)  # exchanges a second that perfdhcp is asked for


@dataclass(frozen=True)
class Flushes:
    """Of one server in one run of new leases, watched by strace."""

    title: str
    calls: int
    leases: int
    by_mount: bool  # every write is flushed without a call


def count_flushes(meter: Meter, server: Contestant) -> Flushes:
    server.start()
    assert server.process
    summary = server.folder / 'strace'
    strace = meter.site.server.start('strace', '-f', '-c', '-e', 'trace=fsync,fdatasync', '-o',
                                     str(summary), '-p', str(server.process.pid))
    strace.wait_for_line('attached')
    sample = meter.direct(server, server.windows[1])
    strace.stop(signal.SIGINT)
    server.stop()
    return Flushes(server.title, flushes(summary.read_text(encoding='utf-8')), sample.exchanges,
                   server.flushed)


def law_holds() -> bool:
    """Whether the test that makes every flush take 300 ms sees no DHCPACK before its time."""
    env = {k: v for k, v in os.environ.items() if k != isolate.INSIDE}
    done = subprocess.run([sys.executable, '-B', str(ROOT / 'test' / 'e2e' / 'run.py'), LAW],
                          env=env, capture_output=True, check=False)
    return done.returncode == 0


def compare_generators(meter: Meter) -> None:
    """`lessor bench` and perfdhcp behind a relay against the reflector, in turns; perfdhcp at the
    offered rate at which it completes most."""
    reflector = Reflector(meter.site)
    reflector.start()
    for _ in range(meter.settings.rounds):
        ours = meter.best(meter.relayed, 'relayed', reflector)
        theirs = max(perfdhcp(meter, rate) for rate in OFFERED)
        meter.results.add('generator', 'lessor bench', ours)
        meter.results.add('generator', 'perfdhcp', Sample(rate=theirs))
    reflector.stop()


def perfdhcp(meter: Meter, rate: int) -> float:
    return perfdhcp_rate(meter.site.clients.run(
        'perfdhcp', '-4', '-r', str(rate), '-R', '100000', '-p', '1', '-l', PERFDHCP_RELAY, SERVER,
        timeout=60, ok=(0, 3)))  # 3: some were lost


def flush_table(found: list[Flushes]) -> list[list[str]]:
    table = [['', 'flushes', 'new leases', 'leases a flush']]
    for f in found:
        each = f'{f.leases / f.calls:,.1f}' if f.calls else 'never flushed'
        calls = 'every write, by the mount' if f.by_mount else f'{f.calls:,}'
        table.append([f.title, calls, f'{f.leases:,}', '-' if f.by_mount else each])
    return table
