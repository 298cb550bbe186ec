#!/usr/bin/env python3
"""Hours of mixed load on the real program, in namespaces of its own: soak.py [--minutes M]
[--role server|relay|client] [--build release|asan|tsan] [--clients N] [--rate R] [--seed S].
Whatever build is soaked, the Release one (LESSOR) asks it. docs/testing.md says what is done and
what must be true."""

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))

# pylint: disable=wrong-import-position
import isolate
from durability import on_disk
from lab import PATIENCE, Failure, Lab, check_equal
from soak_checks import Machine, Watch, check_counters, check_growth, check_leases, thirds
from servers import LESSOR
from soak_client import ClientSoak
from soak_relay import RelaySite
from soak_site import Site

SITES = {'server': Site, 'relay': RelaySite}
TREES = {'release': 'build', 'asan': 'build-asan', 'tsan': 'build-tsan'}
NAMES = ('exchanges', 'leases', 'quick_p50_us', 'quick_p99_us', 'durable_p50_us', 'durable_p99_us')
LONG = 5  # minutes from which on waiting times are judged and everything has to come back


class Every:
    """Something that is to be done every so many seconds."""

    def __init__(self, seconds: float, action: Callable[[], object], spread: float = 0):
        self.seconds, self.action, self.spread = seconds, action, spread
        self.due = time.monotonic() + seconds

    def run_if_due(self, dice) -> None:
        if time.monotonic() < self.due:
            return
        self.action()
        self.due = time.monotonic() + self.seconds * dice.uniform(1 - self.spread, 1 + self.spread)


class Soak:
    def __init__(self, site: Site, options: argparse.Namespace):
        self.site, self.options = site, options
        self.long = options.minutes >= LONG
        self.rows: list[dict] = []
        self.machine = Machine(site.server.store.parent)
        self.machine_times: dict[str, list[float]] = {'wake_us': [], 'flush_us': []}
        self.checkpoints = 0
        self.watch: Watch

    def run(self) -> None:
        site, options = self.site, self.options
        site.start(options.clients, options.rate)
        self.watch = Watch(site.soaked().pid, site.soaked_store())
        beat = 60 if self.long else options.minutes * 60 / 8
        duties = [Every(1, site.check_alive), Every(beat / 12, self.look),
                  Every(1, site.command, 0.9), Every(beat, self.row), Every(beat, site.reload, 0.1),
                  Every(beat * 0.7, site.flap, 0.5), Every(beat * 10, self.checkpoint)]
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            for duty in duties:
                duty.run_if_due(site.dice)
            time.sleep(0.05)
        self.finish()

    def row(self) -> None:
        """What the last minute was like."""
        figures, sample = self.site.load.figures(), self.watch.look()
        row = {name: figures[name] for name in NAMES} | sample
        for name, times in self.machine_times.items():
            row[name] = statistics.median(times or [0])
            times.clear()
        self.rows.append(row)
        print(f'{row["at"] / 60:6.1f} min: {row["exchanges"]:8} exchanges, p50/p99 us: '
              f'offers {row["quick_p50_us"]}/{row["quick_p99_us"]}, '
              f'acks {row["durable_p50_us"]}/{row["durable_p99_us"]}, '
              f'machine {row["wake_us"]:.0f}, disk {row["flush_us"]:.0f}; '
              f'{row["leases"]} leases, {row["rss_kb"]} kB, '
              f'{row["fds"]} descriptors', flush=True)

    def look(self) -> None:
        self.watch.look()
        self.machine_times['wake_us'].append(self.machine.wake_time())
        self.machine_times['flush_us'].append(self.machine.flush_time())

    def checkpoint(self, resume: bool = True) -> dict:
        self.site.load.pause()
        time.sleep(0.5)  # second answers to what was asked twice
        figures = check_counters(self.site)
        kept = check_leases(self.site)
        print(f'           {sum(figures["sent"])} messages accounted for, {kept} leases kept',
              flush=True)
        self.checkpoints += 1
        if resume:
            self.site.load.say('resume')
        return figures

    def finish(self) -> None:
        site = self.site
        if not self.rows or not self.long:
            self.row()
        figures = self.checkpoint(resume=False)
        if self.long:
            self.wait_until_all_is_back()
        self.report(figures)
        self.stop_under_load()
        check_growth(self.watch, self.rows, room_for_memory(self.options), self.long)

    def stop_under_load(self) -> None:
        """What was promised up to the last moment is in the store."""
        self.site.load.say('resume')
        time.sleep(3)
        self.site.end()
        kept = check_leases(self.site)
        print(f'stopped under load: {kept} leases kept', flush=True)
        self.site.end_load()

    def wait_until_all_is_back(self) -> None:
        """Nobody renews any more: leases end, offers end, probations end, graces end."""
        server = self.site.server

        def missing() -> list[dict]:
            return [p for p in server.status()['pools'] if p['free'] != p['total']]
        end = time.monotonic() + 400 * PATIENCE
        while missing() and time.monotonic() < end:
            time.sleep(1)
        check_equal(missing(), [], 'pools in which addresses are missing')
        check_equal([l for l in server.leases() if l.state == 'active'], [],
                    'leases that have not ended')

    def report(self, figures: dict) -> None:
        first, last = self.watch.samples[0], self.watch.samples[-1]
        summary = {
            'role': self.options.role, 'build': self.options.build, 'minutes': self.options.minutes,
            'messages': sum(figures['sent']) + sum(figures['unsure']) + sum(figures['broken']),
            'broken': sum(figures['broken']), 'answers': sum(figures['seen']),
            'resent': figures['resent'], 'resent-unsure': figures['resent_unsure'],
            'reloads': self.site.reloads, 'flaps': self.site.flaps,
            'checkpoints': self.checkpoints,
            'rss-kb': {'start': first['rss_kb'], 'second-third': self.watch.third(1, 'rss_kb'),
                       'last-third': self.watch.third(2, 'rss_kb'), 'end': last['rss_kb'],
                       'peaks': self.watch.peaks(),
                       'slope-per-hour': round(self.watch.slope())},
            'descriptors': {'start': first['fds'], 'end': last['fds']},
            'threads': last['threads'],
            'first-and-last-third-us': {name: thirds(self.rows, name)
                                        for name in (*NAMES[2:], 'wake_us', 'flush_us')},
        }
        print(json.dumps(summary, indent=1), flush=True)


def room_for_memory(options: argparse.Namespace) -> float:
    """ThreadSanitizer remembers what was accessed, and goes on finding what it has not seen."""
    return 1.2 if options.minutes < LONG or options.build == 'tsan' else 1.03


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Hours of mixed load on the real server.')
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--role', choices=(*SITES, 'client'), default='server')
    parser.add_argument('--build', choices=TREES, default='release')
    parser.add_argument('--clients', type=int, default=600)
    parser.add_argument('--rate', type=int, default=60, help='what clients begin, a second')
    parser.add_argument('--seed', type=int, default=int.from_bytes(os.urandom(4)))
    return parser.parse_args()


def program(build: str) -> str:
    """LESSOR_ASAN and the like name another one."""
    tree = Path(__file__).parents[2] / TREES[build]
    ours = LESSOR if build == 'release' else str(tree / 'lessor')
    return os.environ.get(f'LESSOR_{build.upper()}', ours)


def main() -> int:
    options = arguments()
    isolate.enter()
    soaked = program(options.build)
    print(f'soaking {soaked} as {options.role} for {options.minutes:g} minutes, '
          f'seed {options.seed}', flush=True)
    try:
        with on_disk() as disk, Lab('soak') as lab:
            if options.role == 'client':
                ClientSoak(lab, soaked, random.Random(options.seed), options.minutes,
                           room_for_memory(options)).run()
                return 0
            site = SITES[options.role](lab, soaked, disk / 'store', options.seed)
            Soak(site, options).run()
    except Failure as failure:
        print(f'\nFAILED soak, seed {options.seed}: {failure}')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
