"""Two hosts on one wire, the server's and its clients', and the servers that take turns there.

Clients on the link are in 10.0.0.0/10. Relays are behind the clients' host, which is the server's
router to them: 10.128.0.0/10 has two, and 10.192.0.0/10 is cut into 1,000 subnets with one each.
"""

import copy
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'bench'))
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

from kea_leases import make_kea_leases  # noqa: E402: shared modules are beside the programs
from lab import Failure, Host, Lab, Process, wait_until  # noqa: E402
from servers import LESSOR, Kea, Lessor, config, port_67_is_open, subnet  # noqa: E402

BUILD = Path(LESSOR).parent
SERVER, ROUTER = '10.0.0.1', '10.0.0.2'
PERFDHCP_RELAY = '10.128.0.2'  # an address of the clients' host; lessor bench plays the others
RELAYS = '10.128.0.4-10.128.0.5'
SUBNETS, SUBNET_SIZE = 1000, 1024
SUBNET_RELAYS = f'10.192.0.1/22x{SUBNETS}'
FIRST = 10 << 24 | 1 << 8  # 10.0.1.0, the first address of the link's pool
LIFETIME = 3600
PATIENCE = 120  # seconds for a start with many leases


def text(address: int) -> str:
    return socket.inet_ntoa(address.to_bytes(4, 'big'))


def subnet_base(number: int) -> int:
    return (10 << 24 | 192 << 16) + number * SUBNET_SIZE


class Pool:
    """A subnet as every server's configuration spells it."""

    def __init__(self, base: int, bits: int, first: int, size: int):
        self.network, self.bits = text(base), bits
        self.mask = text((1 << 32) - (1 << (32 - bits)))
        self.first, self.last = text(first), text(first + size - 1)


def pools(layout: str, size: int) -> list[Pool]:
    """`size` addresses on the link, and as many behind the relays: 1,000 subnets of these, or
    one."""
    link = Pool(10 << 24, 10, FIRST, size)
    if layout != 'subnets':
        base = 10 << 24 | 128 << 16
        return [link, Pool(base, 10, base + 256, size)]
    each = min(max(size // SUBNETS, 1), SUBNET_SIZE - 3)
    bases = [subnet_base(i) for i in range(SUBNETS)]
    return [link, *(Pool(base, 22, base + 2, each) for base in bases)]


class Site:
    def __init__(self, lab: Lab, folder: Path):
        self.folder = folder
        self.server, self.clients = lab.host('server'), lab.host('clients')
        self.server.run('ip', 'link', 'add', 's0', 'type', 'veth', 'peer', 'name', 'c0', 'netns',
                        str(self.clients.holder.pid))
        self.server.run('ip', 'addr', 'add', f'{SERVER}/10', 'brd', '+', 'dev', 's0')
        self.server.run('ip', 'link', 'set', 's0', 'up')
        self.clients.run('ip', 'addr', 'add', f'{ROUTER}/10', 'brd', '+', 'dev', 'c0')
        self.clients.run('ip', 'link', 'set', 'c0', 'up')
        self.server.run('ip', 'route', 'add', '10.128.0.0/9', 'via', ROUTER)
        self.clients.run('ip', 'addr', 'add', f'{PERFDHCP_RELAY}/32', 'dev', 'c0')

    def bench(self, *words: str, timeout: float) -> dict:
        """A run of `lessor bench` and its figures; none when no answer came."""
        shown = self.clients.run(LESSOR, 'bench', *words, '--json', timeout=timeout, ok=(0, 1, 3))
        return json.loads(shown) if shown.strip() else {}


class Contestant:
    """A server that can be started afresh again and again. Subclasses start the program."""

    name = ''
    title = ''
    pool_size = 4_000_000
    slow = False       # hundreds of leases a second, not thousands: fewer clients, smaller windows
    quick = False      # with many leases and clients, too: measured in every round
    keeps = True       # it has leases
    flushed = False    # by its file system, whether it asks for that or not
    variant = False    # of one before it: of what is measured only the usual loads
    windows: tuple[int, ...] = (64, 256, 1024)

    def __init__(self, site: Site):
        self.site = site
        self.folder = site.folder / self.name
        self.process: Process | None = None

    def launch(self, layout: str, size: int) -> Process:
        raise NotImplementedError

    def put_leases(self, made: Path) -> None:
        """Copies what make_leases() made to where the server will look for it."""
        raise NotImplementedError

    def make_leases(self, made: Path, leases: int) -> None:
        raise NotImplementedError

    def is_ready(self) -> bool:
        assert self.process
        return port_67_is_open(self.process)

    def start(self, layout: str = 'usual', size: int = 0, made: Path | None = None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        if made:
            self.put_leases(made)
        self.process = self.launch(layout, size or self.pool_size)
        wait_until(self.is_ready, f'{self.title} to be ready', PATIENCE)

    def stop(self) -> None:
        """Ends it and forgets its log, which may be large."""
        assert self.process
        self.process.stop(timeout=60)
        self.process.log.write_bytes(b'')

    def processor_seconds(self) -> float:
        assert self.process
        stat = Path(f'/proc/{self.process.pid}/stat').read_text(encoding='ascii')
        ticks = stat.rsplit(')', 1)[1].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf('SC_CLK_TCK')

    def memory(self) -> int:
        """Octets of memory that it occupies now."""
        assert self.process
        status = Path(f'/proc/{self.process.pid}/status').read_text(encoding='ascii')
        facts = dict(line.split(':', 1) for line in status.splitlines())
        return int(facts['VmRSS'].split()[0]) << 10


class Reflector(Contestant):
    name = 'reflector'
    title = 'reflector'
    quick = True
    keeps = False
    words: tuple[str, ...] = ()

    def launch(self, layout: str, size: int) -> Process:
        return self.site.server.start(str(BUILD / 'bench' / 'reflector'), 's0', SERVER,
                                      *self.words, log=self.name)

    def is_ready(self) -> bool:
        assert self.process
        if not self.process.running():
            raise Failure(f'reflector ended: {self.process.output()}')
        return 'answering' in self.process.output()


class ReflectorByXdp(Reflector):
    name = 'reflector-xdp'
    title = 'reflector, AF_XDP'
    variant = True
    words = ('xdp',)


def dhcp4(layout: str, size: int, sockets: str = 'raw') -> dict:
    """For Lessor and Kea, which read the same file."""
    router = {'router': SERVER}
    subnets = [subnet(f'{p.network}/{p.bits}', f'{p.first}-{p.last}', id=i + 1, **router)
               for i, p in enumerate(pools(layout, size))]
    return config(*subnets, valid=LIFETIME, **{
        'interfaces-config': {'interfaces': ['s0'], 'dhcp-socket-type': sockets}})


class LessorServer(Contestant):
    name = 'lessor'
    title = 'Lessor'
    quick = True
    sockets = 'raw'

    def launch(self, layout: str, size: int) -> Process:
        self.server = Lessor(self.site.server, dhcp4(layout, size, self.sockets))
        self.server.store = self.folder / 'store'
        self.server.launch()
        assert self.server.process
        return self.server.process

    def is_ready(self) -> bool:
        assert self.server.process
        if not self.server.running():
            raise Failure(f'lessor ended: {self.server.process.output()[-2000:]}')
        answer = self.server.ask('status', '--json', ok=(0, 3))  # 3: it does not listen yet
        return bool(answer) and any(i['served'] for i in json.loads(answer)['interfaces'])

    def make_leases(self, made: Path, leases: int) -> None:
        subprocess.run([BUILD / 'bench' / 'make_store', made, str(leases), text(FIRST)], check=True)

    def put_leases(self, made: Path) -> None:
        shutil.copytree(made, self.folder / 'store')


class LessorByXdp(LessorServer):
    """The same, receiving by AF_XDP."""

    name = 'lessor-xdp'
    title = 'Lessor, AF_XDP'
    variant = True
    sockets = 'xdp'

    def is_ready(self) -> bool:
        if not super().is_ready():
            return False
        assert self.process
        if 'serving s0 by AF_XDP' not in self.process.output():
            raise Failure('there is no AF_XDP here: see the log for why')
        return True


class KeaServer(Contestant):
    """Debian's, configured as its package does: memfile, lease file clean-up every hour, messages
    from INFO on. Several threads, which its package leaves off in this version."""

    name = 'kea'
    title = 'Kea'
    windows = (16, 64, 256)

    def launch(self, layout: str, size: int) -> Process:
        server = Kea(self.site.server, dhcp4(layout, size), self.name)
        server.dialect = lambda: self.dialect(server.dhcp4)  # type: ignore[method-assign]
        server.launch()
        assert server.process
        return server.process

    def store(self) -> Path:
        return self.folder / 'kea-leases4.csv'

    def dialect(self, usual: dict) -> dict:
        return copy.deepcopy(usual) | {
            'lease-database': {'type': 'memfile', 'persist': True, 'lfc-interval': 3600,
                               'name': str(self.store())},
            'multi-threading': {'enable-multi-threading': True},
            'loggers': [{'name': 'kea-dhcp4', 'severity': 'INFO',
                         'output_options': [{'output': 'stdout'}]}]}

    def make_leases(self, made: Path, leases: int) -> None:
        make_kea_leases(made, leases, FIRST, 86_400)

    def put_leases(self, made: Path) -> None:
        shutil.copy(made, self.store())


class KeaOnSync(KeaServer):
    """The same with its lease file on a file system that flushes every write. An ext4 on a loop
    device, so that it lies on the same disk."""

    name = 'kea-sync'
    title = 'Kea, sync'
    slow = True
    flushed = True
    windows = (4, 16, 64)

    def __init__(self, site: Site):
        super().__init__(site)
        image = site.folder / 'sync.ext4'
        with image.open('wb') as file:
            file.truncate(512 << 20)
        self.mounted = site.folder / 'sync'
        self.mounted.mkdir()
        site.server.run('mkfs.ext4', '-q', str(image))
        site.server.run('mount', '-o', 'loop,sync', str(image), str(self.mounted))

    def start(self, layout: str = 'usual', size: int = 0, made: Path | None = None) -> None:
        self.site.server.run('sh', '-c', f'rm -f {self.mounted}/kea-*')
        super().start(layout, size, made)

    def store(self) -> Path:
        return self.mounted / 'kea-leases4.csv'


class DnsmasqServer(Contestant):
    """It asks nobody by ping whether an address is free: it would do so for seconds."""

    name = 'dnsmasq'
    title = 'dnsmasq'
    slow = True
    windows = (4, 16, 64)

    def launch(self, layout: str, size: int) -> Process:
        lines = ['port=0', 'user=root', 'no-ping', 'dhcp-authoritative', 'bind-interfaces',
                 'interface=s0', 'no-resolv', 'dhcp-lease-max=10000000',
                 f'dhcp-leasefile={self.folder}/leases', f'pid-file={self.folder}/pid']
        lines += [f'dhcp-range={p.first},{p.last},{p.mask},{LIFETIME}' for p in pools(layout, size)]
        (self.folder / 'conf').write_text('\n'.join(lines) + '\n')
        return self.site.server.start('dnsmasq', '--keep-in-foreground', '--log-facility=-',
                                      f'--conf-file={self.folder}/conf', log=self.name)


class DhcpdServer(Contestant):
    """It asks nobody by ping whether an address is free. It takes memory for every address that it
    could give, so it has fewer."""

    name = 'dhcpd'
    title = 'dhcpd'
    slow = True
    pool_size = 60_000
    windows = (4, 16, 64)

    def launch(self, layout: str, size: int) -> Process:
        lines = [f'default-lease-time {LIFETIME};', 'ping-check false;', 'authoritative;']
        lines += [f'subnet {p.network} netmask {p.mask} {{ range {p.first} {p.last}; }}'
                  for p in pools(layout, size)]
        (self.folder / 'conf').write_text('\n'.join(lines) + '\n')
        (self.folder / 'leases').write_text('')
        return self.site.server.start('dhcpd', '-4', '-f', '-cf', f'{self.folder}/conf', '-lf',
                                      f'{self.folder}/leases', '-pf', f'{self.folder}/pid', 's0',
                                      log=self.name)


CONTESTANTS: dict[str, type[Contestant]] = {
    c.name: c for c in (LessorServer, LessorByXdp, KeaServer, KeaOnSync, DnsmasqServer, DhcpdServer,
                        Reflector, ReflectorByXdp)}


