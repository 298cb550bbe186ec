"""Servers under one interface: lessor, and Kea as a stand-in to test these tests with.

Both read the same configuration, a dictionary in the shape of Kea's Dhcp4. LESSOR_E2E_SERVER=kea
runs a case against Kea: what fails there too says something about the case, not about lessor.
"""

import copy
import csv
import json
import os
import re
import signal
from pathlib import Path
from typing import NamedTuple

from lab import Failure, Host, Process, check, wait_until

LESSOR = os.environ.get('LESSOR', str(Path(__file__).parents[2] / 'build' / 'lessor'))
STATES = {0: 'active', 1: 'declined', 2: 'expired', 3: 'released'}


class Lease(NamedTuple):
    address: str
    mac: str
    state: str


def subnet(prefix: str = '10.1.0.0/24', pool: str = '10.1.0.10-10.1.0.99', router: str = '10.1.0.1',
           **more) -> dict:
    """A subnet with one pool and what clients usually ask for."""
    options = [{'name': 'routers', 'data': router},
               {'name': 'domain-name-servers', 'data': '10.1.0.3, 10.1.0.4'},
               {'name': 'domain-name', 'data': 'lab.example'}]
    return {'subnet': prefix, 'pools': [{'pool': pool}], 'option-data': options, **more}


def config(*subnets: dict, valid: int = 600, t1: int | None = None, t2: int | None = None,
           **more) -> dict:
    """A whole configuration; without subnets the usual one."""
    dhcp4 = {'valid-lifetime': valid, 'subnet4': list(subnets) or [subnet()], **more}
    if t1:
        dhcp4 |= {'renew-timer': t1, 'rebind-timer': t2}
    return dhcp4


def port_67_is_open(process: Process) -> bool:
    """In the network of this process, which must be running."""
    check(process.running(), f'{process.title} ended with {process.popen.returncode}')
    return ':0043 ' in Path(f'/proc/{process.pid}/net/udp').read_text(encoding='ascii')


class Server:
    """A DHCP server on a host. Ready for packets when start() returns."""

    def __init__(self, host: Host, dhcp4: dict, name: str):
        self.host, self.name = host, name
        self.dhcp4 = dhcp4
        self.store = host.folder / f'{name}.store'
        self.config_file = host.folder / f'{name}.json'
        self.process: Process | None = None
        self.prefix: list[str] = []  # a command that runs the server's

    def command(self) -> list[str]:
        raise NotImplementedError

    def dialect(self) -> dict:
        """The configuration as this server spells it."""
        raise NotImplementedError

    def leases(self) -> list[Lease]:
        raise NotImplementedError

    def write_config(self) -> None:
        self.config_file.write_text(json.dumps({'Dhcp4': self.dialect()}, indent=1))

    def signal(self, sign: int) -> None:
        assert self.process
        self.process.popen.send_signal(sign)

    def launch(self, env: dict | None = None) -> None:
        """Starts the process, no more."""
        self.write_config()
        self.process = self.host.start(*self.prefix, *self.command(), env=env, log=self.name)

    def start(self, env: dict | None = None) -> None:
        self.launch(env)
        self.wait_ready()

    def running(self) -> bool:
        return self.process is not None and self.process.running()

    def wait_ready(self) -> None:
        assert self.process
        wait_until(lambda: port_67_is_open(self.process), f'{self.name} to open port 67')

    def stop(self) -> None:
        assert self.process
        status = self.process.stop()
        check(status == 0, f'{self.name} ended with {status}, not 0, after SIGTERM')

    def kill(self) -> None:
        assert self.process
        self.process.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def active(self, address: str) -> Lease | None:
        return next((l for l in self.leases() if l.address == address and l.state == 'active'),
                    None)

    def wait_lease(self, address: str, state: str, timeout: float = 5) -> None:
        wait_until(lambda: any(l.address == address and l.state == state for l in self.leases()),
                   f'{address} to be {state} (leases: {self.leases()})', timeout)

    def wait_free(self, address: str, timeout: float = 5) -> None:
        wait_until(lambda: not self.active(address), f'{address} to be free', timeout)


class Lessor(Server):
    def __init__(self, host: Host, dhcp4: dict, name: str = 'lessor', program: str = LESSOR):
        super().__init__(host, dhcp4, name)
        self.program = program
        self.control_socket = str(host.folder / f'{name}.sock')

    def command(self) -> list[str]:
        return [self.program, 'serve', '-c', str(self.config_file)]

    def dialect(self) -> dict:
        return {'lease-database': {'type': 'memfile', 'name': str(self.store)},
                'control-sockets': [{'socket-type': 'unix', 'socket-name': self.control_socket}],
                **self.dhcp4}

    def ask(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        """Runs a lessor subcommand about this server: asks it, or reads its store when it is not
        running."""
        where = (['--socket', self.control_socket] if self.running() else
                 ['-c', str(self.config_file)])
        return self.host.run(self.program, *words, *where, ok=ok)

    def wait_ready(self) -> None:
        def serving() -> bool:
            check(self.running(), f'{self.name} ended by itself')
            answer = self.ask('status', '--json', ok=(0, 3))  # 3: it does not listen yet
            return bool(answer) and any(i['served'] for i in json.loads(answer)['interfaces'])
        wait_until(serving, f'{self.name} to serve an interface')

    def status(self) -> dict:
        return json.loads(self.ask('status', '--json'))

    def leases(self) -> list[Lease]:
        rows = json.loads(self.ask('leases', 'list', '--json'))
        rows = rows['leases'] if isinstance(rows, dict) else rows
        return [Lease(r['ip-address'], r['hw-address'], STATES[r['state']]) for r in rows]


class Kea(Server):
    def __init__(self, host: Host, dhcp4: dict, name: str = 'kea'):
        super().__init__(host, dhcp4, name)

    def command(self) -> list[str]:
        folder = self.host.folder
        return ['env', f'KEA_PIDFILE_DIR={folder}', f'KEA_LOCKFILE_DIR={folder}', 'kea-dhcp4',
                '-c', str(self.config_file)]

    def dialect(self) -> dict:
        dhcp4 = copy.deepcopy(self.dhcp4)
        dhcp4.pop('control-sockets', None)
        dhcp4.setdefault('interfaces-config', {'interfaces': ['*']})
        dhcp4['lease-database'] = {'type': 'memfile', 'name': str(self.store)}
        return dhcp4

    def leases(self) -> list[Lease]:
        rows = {}
        if self.store.exists():
            with open(self.store, newline='', encoding='utf-8') as file:
                for row in csv.DictReader(file):
                    over = int(row['valid_lifetime']) == 0
                    state = 'released' if over else STATES[int(row['state'])]
                    rows[row['address']] = Lease(row['address'], row['hwaddr'], state)
        return list(rows.values())


def server(host: Host, dhcp4: dict, name: str = 'server') -> Server:
    """The server under test."""
    kind = os.environ.get('LESSOR_E2E_SERVER', 'lessor')
    if kind == 'kea':
        return Kea(host, dhcp4, name)
    if not os.path.exists(LESSOR):
        raise Failure(f'{LESSOR} is not there: build it first (./dev build), or set LESSOR')
    return Lessor(host, dhcp4, name)


class Dnsmasq:
    """Somebody else's server on the same link, one range. Not authoritative: as such it refuses
    with a NAK every REQUEST that names another server, and may be heard before that one's ACK.
    It grants nothing for less than two minutes."""

    def __init__(self, host: Host, first: str, last: str, *words: str):
        self.host = host
        self.lease_file = host.folder / 'dnsmasq.leases'
        self.argv = ['dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--port=0', '--user=root',
                     '--no-ping', '--log-dhcp',
                     f'--dhcp-range={first},{last},10m', f'--dhcp-leasefile={self.lease_file}',
                     *words]
        self.process: Process | None = None

    def start(self) -> None:
        self.process = self.host.start(*self.argv)
        self.process.wait_for_line('DHCP, IP range')

    def macs(self) -> list[str]:
        if not self.lease_file.exists():
            return []
        return [line.split()[1] for line in self.lease_file.read_text().splitlines()]

    def active(self, address: str) -> bool:
        return self.lease_file.exists() and f' {address} ' in self.lease_file.read_text()


class Dhcpd:
    """ISC's server, one range. It probes no address before it offers it."""

    CONFIG = '''
default-lease-time 600;
min-lease-time 5;
ping-check false;
authoritative;
option classless-static-routes code 121 = array of unsigned integer 8;
subnet {network}.0 netmask 255.255.255.0 {{
  range {first} {last};
  option routers {network}.1;
  {more}
}}
'''

    def __init__(self, host: Host, first: str, last: str, more: str = ''):
        self.host = host
        self.config_file = host.folder / 'dhcpd.conf'
        self.lease_file = host.folder / 'dhcpd.leases'
        network = first.rpartition('.')[0]
        self.config_file.write_text(self.CONFIG.format(network=network, first=first, last=last,
                                                       more=more))
        self.lease_file.write_text('')
        self.argv = ['dhcpd', '-4', '-f', '-d', '-cf', str(self.config_file), '-lf',
                     str(self.lease_file), '-pf', str(host.folder / 'dhcpd.pid'), 'eth0']
        self.process: Process | None = None

    def start(self) -> None:
        self.process = self.host.start(*self.argv)
        self.process.wait_for_line('Server starting service')

    def active(self, address: str) -> bool:
        """By the last record of its journal."""
        records = re.findall(rf'lease {re.escape(address)} {{.*?binding state (\w+);',
                             self.lease_file.read_text(), re.DOTALL)
        return bool(records) and records[-1] == 'active'


class Udhcpd:
    """busybox's server, one range. It asks the link for an address before it offers it, for a
    tenth of a second here."""

    CONFIG = '''
start {first}
end {last}
interface eth0
lease_file {leases}
pidfile {folder}/udhcpd.pid
auto_time 1
min_lease 5
opt subnet 255.255.255.0
{more}
'''

    def __init__(self, host: Host, first: str, last: str, more: str = ''):
        self.host = host
        self.config_file = host.folder / 'udhcpd.conf'
        self.lease_file = host.folder / 'udhcpd.leases'
        self.lease_file.write_text('')
        self.config_file.write_text(self.CONFIG.format(
            first=first, last=last, leases=self.lease_file, folder=host.folder, more=more))
        self.process: Process | None = None

    def start(self) -> None:
        self.process = self.host.start('udhcpd', '-f', '-a', '100', str(self.config_file))
        self.process.wait_for_line('started')

    def active(self, address: str) -> bool:
        """By the lease file, which it writes when it is told to."""
        assert self.process
        self.process.popen.send_signal(signal.SIGUSR1)
        shown = self.host.run('busybox', 'dumpleases', '-f', str(self.lease_file))
        line = next((l for l in shown.splitlines() if f' {address} ' in l), 'expired')
        return not line.endswith('expired')
