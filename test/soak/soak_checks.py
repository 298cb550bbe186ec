"""What must be true of a soak: counters that add up, leases that are kept, and nothing that
grows."""

import os
import statistics
import subprocess
import time
from pathlib import Path

import dhcp
from lab import Failure, check, check_equal
from soak_site import Site

TYPES = {dhcp.DISCOVER: 'discover', dhcp.REQUEST: 'request', dhcp.DECLINE: 'decline',
         dhcp.RELEASE: 'release', dhcp.INFORM: 'inform'}
ANSWERS = {dhcp.OFFER: 'offer', dhcp.ACK: 'ack', dhcp.NAK: 'nak'}
# broken messages by what they must have been counted as, in the order of messages.h
MALFORMED, UNKNOWN_TYPE, NO_TYPE, REPLY = slice(0, 4), 4, 5, 6
BUFFER_KB = 32 << 10  # of the store: what it collects before it moves it into a table


def total(counters: dict, prefix: str) -> int:
    return sum(value for name, value in counters.items() if name.startswith(prefix))


def between(least: int, value: int, doubt: int, what: str) -> None:
    check(least <= value <= least + doubt,
          f'{what}: {value}, expected {least}' + (f' to {least + doubt}' if doubt else ''))


def check_counters(site: Site) -> dict:
    """While the load rests: every datagram that it sent was received, and each was answered, obeyed
    or dropped for a reason. Returns the load's figures."""
    figures = site.load.figures()
    kea, status = look_at_once(site)
    counters = status['counters']
    doubt = sum(figures['unsure'])
    received, sent = total(counters, 'received '), total(counters, 'sent ')
    silent = total(counters, 'silent: ')
    malformed = counters.get('silent: malformed', 0)
    arrived = counters['packets: received-framed'] + counters['packets: received-udp']

    check_equal(kea['pkt4-received'], arrived, 'pkt4-received and what the sockets took')
    check_equal(kea['pkt4-received'], received + malformed, 'received, and by type')
    check_equal(kea['pkt4-sent'], sent, 'sent, and by type')
    obeyed = figures['sent'][dhcp.RELEASE] + figures['sent'][dhcp.DECLINE]
    # On a slow machine a RELEASE or DECLINE comes when its lease is over, or while the disk is
    # behind: it is among the dropped, too.
    unheeded = sum(counters.get(f'silent: {reason}', 0)
                   for reason in ('no_such_lease', 'share_used_up', 'change_log_full'))
    between(kea['pkt4-received'], sent + silent + obeyed, min(unheeded, obeyed),
            f'received, and answered ({sent}), dropped ({silent}) or obeyed ({obeyed})')
    for kind, name in TYPES.items():
        between(figures['sent'][kind], kea[f'pkt4-{name}-received'], figures['unsure'][kind],
                f'{name} received')
    broken = figures['broken']
    check_equal([malformed, kea['pkt4-unknown-received'], kea['pkt4-offer-received'],
                 kea['pkt4-receive-drop'] >= sum(broken)],
                [sum(broken[MALFORMED]), broken[UNKNOWN_TYPE], broken[REPLY], True],
                'malformed, unknown, offers received')
    for kind, name in ANSWERS.items():
        between(figures['seen'][kind], kea[f'pkt4-{name}-sent'], doubt, f'{name} sent')
    check_equal(kea['cumulative-declined-addresses'], figures['sent'][dhcp.DECLINE], 'declined')
    check_sockets(counters, sent, doubt)
    check_pools(site, status, kea)
    check_equal({k: status['reloads'][k] for k in site.reloads}, site.reloads, 'reloads')
    site.check_counters(figures)
    return figures


def look_at_once(site: Site) -> tuple[dict, dict]:
    """Statistics and status of one moment, as far as they rest: leases end while we look, and
    probations."""
    def resting() -> dict[str, int]:
        return {name: value for name, value in site.server.statistics().items()
                if 'assigned' not in name and 'reclaimed' not in name}
    before = resting()
    for _ in range(50):
        status = site.server.status()
        after = resting()
        if before == after:
            return after, status
        before = after
    raise Failure('the statistics do not come to rest')


def check_sockets(counters: dict, sent: int, doubt: int) -> None:
    """What the engine sent left by a socket, or is counted as lost on the way."""
    lost = sum(counters[f'packets: send-{why}'] for why in
               ('dropped-full', 'failed', 'no-interface'))
    left = counters['packets: sent-framed'] + counters['packets: sent-udp']
    check_equal(left + lost, sent, 'sent by the sockets, and by the engine')
    between(0, lost, doubt, 'answers that could not be sent')
    check_equal(counters['packets: receive-lost'], 0, 'lost by the kernel')


def check_pools(site: Site, status: dict, kea: dict) -> None:
    """Every address is assigned, declined, offered, free, or in its grace; what is assigned is what
    `leases` lists."""
    pools = status['pools']
    for pool in pools:
        parts = sum(pool[part] for part in ('assigned', 'declined', 'offered', 'free'))
        check(parts <= pool['total'], f'more addresses than there are: {pool}')
    for name in ('total', 'declined'):
        check_equal(sum(p[name] for p in pools), kea[f'{name}-addresses'], f'{name} addresses')
    before = uses(site.server.status())
    listed = [l for l in site.server.leases() if is_dynamic(l.address)]
    after = uses(site.server.status())
    for state, use in (('active', 'assigned'), ('declined', 'declined')):
        count = sum(1 for l in listed if l.state == state)
        # Nobody binds now, but leases and probations end while we look.
        check(after[use] - 3 <= count <= before[use],
              f'{count} leases listed as {state}, and {use} in the pools: {before[use]} before and '
              f'{after[use]} after')


def uses(status: dict) -> dict[str, int]:
    """How many addresses are in use for what, over all pools."""
    return {use: sum(p[use] for p in status['pools']) for use in ('assigned', 'declined')}


def is_dynamic(address: str) -> bool:
    return 8 <= int(address.split('.')[2]) < 16


def check_leases(site: Site) -> int:
    """Every lease that a client believes in is there, and is its: asked of the server, while it
    runs, and read from its store. Returns how many."""
    path = site.lab.folder / 'believed'
    site.load.say(f'leases {path}')
    held = [line.split() for line in path.read_text(encoding='ascii').splitlines()]
    started = time.monotonic()
    places = {'the server': site.server.leases} if site.server.running() else {}
    for where, leases in (places | {'the store': site.server.stored}).items():
        there = {l.address: l for l in leases()}
        took = time.monotonic() - started
        lost = [f'{address} of {mac}, {left} s left' for address, mac, left in held
                if int(left) > took + 1 and (address not in there or
                                             there[address][1:] != (mac, 'active'))]
        check(not lost, f'{len(lost)} of {len(held)} leases are not in {where}: {lost[:5]}')
    return len(held)


class Watch:
    """How much the server uses, looked at every few seconds."""

    def __init__(self, pid: int, store: Path | None):
        self.folder, self.store = Path(f'/proc/{pid}'), store
        self.started = time.monotonic()
        self.samples: list[dict] = []

    def look(self) -> dict:
        status = dict(line.split(':', 1) for line in
                      (self.folder / 'status').read_text(encoding='ascii').splitlines())
        self.samples.append({'at': time.monotonic() - self.started,
                             'rss_kb': int(status['VmRSS'].split()[0]),
                             'journal_kb': self.journal() // 1024,
                             'threads': int(status['Threads']),
                             'fds': len(list((self.folder / 'fd').iterdir()))})
        return self.samples[-1]

    def journal(self) -> int:
        """What the store has not moved into tables yet, and therefore also holds in memory."""
        sizes = 0
        for file in (self.store / 'leases').glob('*.log') if self.store else ():
            try:
                sizes += file.stat().st_size
            except FileNotFoundError:
                pass  # moved just now
        return sizes

    def peaks(self) -> list[int]:
        """The most memory between two times at which the store emptied its buffer; the rise to the
        first is left out, and so is what follows the last."""
        peaks = [0]
        for before, now in zip(self.samples, self.samples[1:]):
            if now['journal_kb'] < before['journal_kb'] - BUFFER_KB / 4:
                peaks.append(0)
            peaks[-1] = max(peaks[-1], now['rss_kb'])
        return peaks[1:-1]

    def third(self, which: int, what: str) -> float:
        """The median in the first, second or last third of the time."""
        end = self.samples[-1]['at']
        before = [s for s in self.samples if 3 * s['at'] / end <= which + 1] or self.samples[:1]
        within = [s for s in before if 3 * s['at'] / end >= which] or before[-1:]
        return statistics.median(s[what] for s in within)

    def slope(self) -> float:
        """Kilobytes of memory that an hour adds, in the last two thirds."""
        end = self.samples[-1]['at']
        late = [s for s in self.samples if s['at'] > end / 3]
        return statistics.linear_regression([s['at'] for s in late],
                                            [s['rss_kb'] for s in late]).slope * 3600


def check_memory(watch: Watch, ratio: float) -> str:
    """What is wrong with it, if anything: once warm, memory grows by no more than this ratio and
    4 MB. The store fills a buffer and empties it, so its peaks are compared, if there were any;
    else it may have filled one."""
    peaks = watch.peaks()
    if len(peaks) >= 2:
        first, last, room = peaks[0], peaks[-1], 4096
    else:
        first, last = watch.third(1, 'rss_kb'), watch.third(2, 'rss_kb')
        room = 4096 + (BUFFER_KB if watch.store else 0)
    if last <= first * ratio + room:
        return ''
    return f'memory grew from {first:.0f} kB to {last:.0f} kB (peaks: {peaks})'


def check_growth(watch: Watch, rows: list[dict], memory: float, long: bool) -> None:
    """Nothing grows: memory by no more than this ratio, descriptors and threads not at all, waiting
    times not by more than a busy machine makes them."""
    problems = [problem for problem in [check_memory(watch, memory)] if problem]
    if watch.third(2, 'fds') > watch.third(0, 'fds') + 4:
        problems.append(f'descriptors grew from {watch.third(0, "fds")} to {watch.third(2, "fds")}')
    if watch.third(2, 'threads') > watch.third(0, 'threads') + 1:  # one starts with the first flap
        problems.append('threads grew')
    if long:
        problems += slower(rows)
    if problems:
        raise Failure('; '.join(problems))


def slower(rows: list[dict]) -> list[str]:
    """Waiting times are held against the machine's own: how long it took in the same minutes to
    pass a word to another process and back, and to flush a file."""
    wake, flush = thirds(rows, 'wake_us'), thirds(rows, 'flush_us')
    busier = max(1.0, wake[1] / max(1, wake[0]))
    slower_disk = max(busier, (wake[1] + flush[1]) / max(1, wake[0] + flush[0]))
    problems = []
    for name, ratio, floor in (('quick_p50_us', 3 * busier, 1000),
                               ('quick_p99_us', 5 * busier, 50_000),
                               ('durable_p50_us', 3 * slower_disk, 2000),
                               ('durable_p99_us', 5 * slower_disk, 100_000)):
        first, late = thirds(rows, name)
        if late > ratio * first + floor:
            problems.append(f'{name} grew from {first:.0f} to {late:.0f}, with a machine '
                            f'{slower_disk:.1f} times slower')
    return problems


class Machine:
    """What the machine takes for the steps of an exchange, without the server."""

    def __init__(self, folder: Path):
        self.file = folder / 'flushed'
        self.other = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      bufsize=0)

    def wake_time(self) -> float:
        """Microseconds for a word to another process and back."""
        assert self.other.stdin and self.other.stdout
        started = time.monotonic()
        self.other.stdin.write(b'x')
        self.other.stdout.read(1)
        return (time.monotonic() - started) * 1e6

    def flush_time(self) -> float:
        """Microseconds that the disk takes for a flush just now."""
        with open(self.file, 'ab') as file:
            file.write(b'x' * 200)
            file.flush()
            started = time.monotonic()
            os.fdatasync(file.fileno())
            return (time.monotonic() - started) * 1e6


def thirds(rows: list[dict], name: str) -> tuple[float, float]:
    """The medians of the first and the last third."""
    part = max(1, len(rows) // 3)
    return (statistics.median(r[name] for r in rows[:part]),
            statistics.median(r[name] for r in rows[-part:]))
