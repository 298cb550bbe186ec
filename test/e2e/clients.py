"""DHCP clients under one interface: Debian's, each the unmodified program of its package, and
`lessor client`."""

import json
import signal

from lab import Host, Process, check, wait_until
from servers import LESSOR


class Client:
    """One client on one interface of one host.

    `valid`, `t1`, `t2` are the shortest lease, in seconds, with which this client can be shown to
    keep time; `lag` how much later than T1 it may be because of what it does before. `remembers`:
    after a restart it asks for its old address (INIT-REBOOT) instead of discovering. `keeps_t2`: it
    rebinds at T2, not as soon as a renewal is not answered.
    """
    name = ''
    bound = ''  # what it logs when it has its lease and has written down that it has
    valid, t1, t2, lag = 12, 3, 6, 3
    remembers = True
    keeps_t2 = True

    def __init__(self, host: Host, interface: str = 'eth0'):
        self.host, self.interface = host, interface
        self.process: Process | None = None
        path = f'/sys/class/net/{interface}/address'
        self.mac = host.run('cat', path).strip()

    def start(self) -> None:
        """Starts it as after a boot: it may remember its lease."""
        raise NotImplementedError

    def release(self) -> None:
        """Makes it give its lease back and end."""
        raise NotImplementedError

    def crash(self) -> None:
        """Ends it without a word to the server, and its address with it, as a power cut does."""
        if self.process and self.process.running():
            self.process.stop(signal.SIGKILL)
        self.host.run('ip', 'addr', 'flush', 'dev', self.interface)

    def forget(self) -> None:
        """Loses its memory of earlier leases."""

    def probe_addresses(self) -> None:
        """Makes it look whether somebody else uses an address before it takes it."""

    def take_first_offer(self) -> None:
        """Makes it take the first offer that comes, as most clients do."""

    def wait_address(self, address: str, timeout: float = 10) -> None:
        """Until it has the address in the kernel and remembers it."""
        assert self.process
        self.process.wait_for_line(self.bound.format(address=address), timeout)
        wait_until(lambda: address in self.host.addresses(self.interface),
                   f'{self.name} to configure {address}', timeout)

    def wait_no_address(self, timeout: float = 10) -> None:
        wait_until(lambda: not self.host.addresses(self.interface),
                   f'{self.name} to remove its address', timeout)


class Dhclient(Client):
    """ISC dhclient 4.4, with Debian's dhclient-script."""
    name = 'dhclient'
    bound = 'bound to {address}'
    CONFIG = '''
timeout 20;
retry 1;
reboot 3;
initial-interval 1;
backoff-cutoff 2;
initial-delay 0;
send host-name = gethostname();
request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers, host-name;
'''

    def argv(self, *more: str) -> list[str]:
        folder = self.host.folder
        config = folder / 'dhclient.conf'
        config.write_text(self.CONFIG)
        return ['dhclient', *more, '-v', '-cf', str(config), '-lf', str(folder / 'dhclient.leases'),
                '-pf', str(folder / 'dhclient.pid'), self.interface]

    def start(self) -> None:
        self.process = self.host.start(*self.argv('-d'))

    def release(self) -> None:
        self.host.run(*self.argv('-r'))

    def forget(self) -> None:
        (self.host.folder / 'dhclient.leases').unlink()

    def probe_addresses(self) -> None:
        """dhclient leaves it to its script, which has a place for such hooks: when the script
        fails, dhclient declines."""
        hook = ('case $reason in BOUND|REBOOT) busybox arping -D -q -c 2 -w 2 -I $interface '
                '$new_ip_address || exit 1;; esac')
        self.host.run('sh', '-c', f"echo '{hook}' >/etc/dhcp/dhclient-enter-hooks.d/probe")


class Udhcpc(Client):
    """busybox udhcpc by the name of its package, with Debian's script."""
    name = 'udhcpc'
    bound = 'lease of {address} obtained'
    # It renews at half of the lease, whatever option 58 says, and counts any lease as 30 s or more.
    valid, t1, t2 = 30, 15, 26
    remembers = False
    keeps_t2 = False
    program = ['udhcpc']
    options: list[str] = []

    def start(self) -> None:
        self.process = self.host.start(*self.program, '-f', '-i', self.interface, '-t', '5', '-T',
                                       '1', '-A', '1', '-R', *self.options)

    def release(self) -> None:
        assert self.process
        self.process.stop()  # -R: release on exit

    def probe_addresses(self) -> None:
        self.options = [*self.options, '-a']


class Busybox(Udhcpc):
    """The same applet otherwise: a broadcast reply asked for, no client identifier."""
    name = 'busybox'
    program = ['busybox', 'udhcpc']
    options = ['-B', '-C']


class Dhcpcd(Client):
    """dhcpcd 9.4; it takes no lease for shorter than 20 s."""
    name = 'dhcpcd'
    bound = 'spawned listener {address}'
    valid, t1, t2, lag = 20, 4, 8, 8  # its clock starts after 5 s of looking for conflicts

    def argv(self, *more: str) -> list[str]:
        config = self.host.folder / 'dhcpcd.conf'
        config.write_text('hostname\nclientid\noption domain_name_servers, domain_name\n'
                          'require dhcp_server_identifier\nnohook hostname\n')
        return ['dhcpcd', *more, '-f', str(config), '-4', '--nodelay', '--noipv4ll', '--noipv6rs',
                self.interface]

    def start(self) -> None:
        self.process = self.host.start(*self.argv('-B', '-d'))

    def release(self) -> None:
        assert self.process
        # As dhcpcd -k does; while it is still announcing its address it loses signals.
        self.process.wait_for_line(r'ARP announcing .* \(2 of 2\)')
        self.process.stop(signal.SIGALRM)

    def forget(self) -> None:
        self.host.run('sh', '-c', 'rm -f /var/lib/dhcpcd/*.lease')


class OwnClient(Client):
    """`lessor client`. `words` are further options of its command line; with --json among them
    events() has what it says."""
    name = 'lessor'
    bound = 'bound to {address}'

    def __init__(self, host: Host, interface: str = 'eth0', words: tuple[str, ...] = ()):
        super().__init__(host, interface)
        self.words = list(words)
        self.state, self.run_folder = host.folder / 'state', host.folder / 'run'
        self.lease_file = self.state / f'client-{interface}.lease'
        self.prefix: list[str] = []  # a command that runs the client's

    def argv(self, *words: str) -> list[str]:
        return [*self.prefix, LESSOR, 'client', self.interface, '--state-dir', str(self.state),
                '--run-dir', str(self.run_folder), *words]

    def start(self, *more: str, env: dict | None = None) -> None:
        self.process = self.host.start(*self.argv(*self.words, *more), env=env,
                                       log=f'client.{self.interface}')

    def order(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        """Runs it to its end: --once, --renew, --status and their kin."""
        return self.host.run(*self.argv(*words), ok=ok)

    def stop(self, expected: int = 0) -> None:
        assert self.process
        status = self.process.stop()
        check(status == expected, f'{self.name} ended with {status}, not {expected}')

    def release(self) -> None:
        self.order('--release')

    def forget(self) -> None:
        self.lease_file.unlink()

    def take_first_offer(self) -> None:
        self.words += ['--offers', 'first']

    def lease(self) -> dict[str, str]:
        """The file that it remembers its lease by."""
        if not self.lease_file.exists():
            return {}
        lines = [line.split(' = ', 1) for line in self.lease_file.read_text().splitlines()]
        return {line[0]: line[1] for line in lines if len(line) == 2}

    def wait_address(self, address: str, timeout: float = 10) -> None:
        super().wait_address(address, timeout)
        wait_until(lambda: self.lease().get('address') == address, 'the lease file', timeout)

    def status(self) -> dict:
        """What --status --json tells of this interface."""
        told = json.loads(self.order('--status', '--json'))
        return told[0] if isinstance(told, list) else told

    def events(self, kind: str = '') -> list[dict]:
        assert self.process
        lines = [json.loads(line) for line in self.process.output().splitlines()
                 if line.startswith('{') and line.endswith('}')]
        return [line for line in lines if kind in ('', line['event'])]

    def states(self) -> list[str]:
        """The states that it has been in, in order."""
        return [event['state'] for event in self.events('entered')]


CLIENTS = {c.name: c for c in (Dhclient, Udhcpc, Busybox, Dhcpcd, OwnClient)}
