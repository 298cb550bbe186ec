"""What is measured of a server: each a run of `lessor bench` of bounded length against it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from figures import Results, Sample, sample_of, together
from scene import RELAYS, SERVER, SUBNET_RELAYS, Contestant, Site

BURSTS = 10
BURST_SECONDS = 4
AVALANCHE_SECONDS = 90  # and who is not bound then, is not


@dataclass(frozen=True)
class Settings:
    rounds: int
    seconds: float     # of each load
    leases: int        # that are there before, where many are
    avalanche: int     # clients
    steady_rate: int   # exchanges begun a second, for latencies
    search: bool = True  # for the window that suits a server best

    @property
    def nearly_full(self) -> int:
        """The size of a pool of which the leases that are there before are 99.9%."""
        return self.leases + self.leases // 1000


class Meter:
    """Puts loads on servers, each with clients of its own, and notes what came of it."""

    def __init__(self, site: Site, settings: Settings, results: Results):
        self.site, self.settings, self.results = site, settings, results
        self.first = 0
        self.searching = False
        self.windows: dict[tuple[str, str], int] = {}  # the best, by load and server

    def load(self, server: Contestant, target: str, *words: str, clients: int,
             seconds: float) -> Sample:
        """One run. Who is not answered within a second asks again: runs are short."""
        before = server.processor_seconds()
        shown = self.site.bench(
            target, '--clients', str(clients), '--first', str(self.first), '--duration',
            f'{seconds * 1000:.0f}ms', '--retry', '1s', '--wait', '3s', *words,
            timeout=seconds + 120)
        self.first += clients
        return sample_of(shown, server.processor_seconds() - before, server.memory())

    def seconds(self, server: Contestant) -> float:
        """How long a load lasts: who does few exchanges spends most of the time of a long one in
        waiting for the last of them."""
        if self.searching:
            return self.settings.seconds / 4
        return self.settings.seconds / 2 if server.slow else self.settings.seconds

    def best(self, load: Callable[[Contestant, int], Sample], name: str,
             server: Contestant) -> Sample:
        """The load with the window that suits the server best, which the first run finds."""
        key = (name, server.name)
        if key not in self.windows:
            self.windows[key] = self.search(load, server)
        return load(server, self.windows[key])

    def search(self, load: Callable[[Contestant, int], Sample], server: Contestant) -> int:
        if not self.settings.search:
            return server.windows[1]
        self.searching = True
        tried = {window: load(server, window).rate for window in server.windows}
        self.searching = False
        return max(tried, key=lambda window: tried[window])

    def measure(self, name: str, load: Callable[[Contestant, int], Sample],
                server: Contestant) -> None:
        self.results.add(name, server.name, self.best(load, name, server))

    # The loads. More clients than can be served meanwhile: each asks once.
    def direct(self, server: Contestant, window: int) -> Sample:
        return self.load(server, 'c0', '--window', str(window), clients=self.crowd(server),
                         seconds=self.seconds(server))

    def relayed(self, server: Contestant, window: int, relays: str = RELAYS) -> Sample:
        return self.load(server, SERVER, '--giaddr', relays, '--window', str(window),
                         clients=self.crowd(server), seconds=self.seconds(server))

    def subnets(self, server: Contestant, window: int) -> Sample:
        return self.relayed(server, window, SUBNET_RELAYS)

    def renew(self, server: Contestant, window: int) -> Sample:
        return self.load(server, 'c0', '--scenario', 'renew', '--window', str(window),
                         clients=200 if server.slow else 10_000, seconds=self.seconds(server))

    def steady(self, server: Contestant) -> Sample:
        return self.load(server, 'c0', '--rate', str(self.settings.steady_rate),
                         clients=self.crowd(server), seconds=self.seconds(server))

    @staticmethod
    def crowd(server: Contestant) -> int:
        return 20_000 if server.slow else 400_000

    def bursts(self, server: Contestant) -> Sample:
        """New leases of nine tenths of the addresses that a pool 99.9% full has left, then all are
        given back, by other clients each time. Only the former is timed."""
        window = self.windows['direct', server.name]
        clients = self.settings.leases // 1000 * 9 // 10
        once = ('--window', str(window), '--exchanges', str(clients))  # not again and again
        samples = []
        for _ in range(BURSTS):
            samples.append(self.load(server, 'c0', *once, clients=clients, seconds=BURST_SECONDS))
            if sum(s.seconds for s in samples) > BURST_SECONDS:
                break  # it searches long for each address: this will do
            self.first -= clients
            self.load(server, 'c0', '--scenario', 'release', *once, clients=clients,
                      seconds=BURST_SECONDS)
        return together(samples)

    def avalanche(self, server: Contestant) -> Sample:
        """Everybody at once, as RFC 2131 4.1 says, until all are bound, or it took too long."""
        clients = self.settings.avalanche
        before = server.processor_seconds()
        shown = self.site.bench('c0', '--scenario', 'avalanche', '--clients', str(clients),
                                '--first', str(self.first), '--duration',
                                f'{AVALANCHE_SECONDS}s', timeout=AVALANCHE_SECONDS + 60)
        self.first += clients
        return sample_of(shown, server.processor_seconds() - before, server.memory())

    # What is measured between one start of a server and its end.
    def usual(self, server: Contestant) -> None:
        server.start()
        self.measure('direct', self.direct, server)
        self.measure('relayed', self.relayed, server)
        self.measure('renew', self.renew, server)
        if server.slow:
            able = self.results.rate('direct', server.name) or 0.0
            self.results.refuse('steady', server.name, f'it does {able:,.0f} a second at most')
        else:
            self.results.add('steady', server.name, self.steady(server))
        server.stop()

    def thousand_subnets(self, server: Contestant) -> None:
        server.start('subnets', min(server.pool_size, 1_000_000))
        self.results.add('subnets', server.name,
                         self.subnets(server, self.windows['relayed', server.name]))
        server.stop()

    def beside_many(self, server: Contestant, made: Path) -> None:
        server.start(made=made)
        self.results.add('million', server.name, self.best(self.direct, 'direct', server))
        self.results.add('million-renew', server.name, self.best(self.renew, 'renew', server))
        server.stop()

    def nearly_full(self, server: Contestant, made: Path) -> None:
        for name, before in (('empty', None), ('full', made)):
            server.start(size=self.settings.nearly_full, made=before)
            self.results.add(name, server.name, self.bursts(server))
            server.stop()

    def rush(self, server: Contestant) -> None:
        server.start()
        sample = self.avalanche(server)
        if sample.exchanges < self.settings.avalanche:
            sample.seconds = max(sample.seconds, float(AVALANCHE_SECONDS))
            self.results.refuse('avalanche', server.name, f'only {sample.exchanges:,} had a lease '
                                'when it was ended: all would have taken longer than is shown')
        self.results.add('avalanche', server.name, sample)
        server.stop()
