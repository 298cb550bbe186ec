"""The soak's network: a server with two links of clients and one behind a relay, and the crowd on
all three."""

import json
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

from lab import PATIENCE, Failure, Host, Lab, Process, check, wait_until
from servers import LESSOR, STATES, Lease, Lessor, subnet

PROBATION = 120  # seconds that a declined address is out of use
RESERVED = 8     # addresses of each link that are set aside, as in population.h
LINKS = ('eth0', 'eth1', 'eth2')
FLAPPED = 1      # the link whose server interface comes and goes
RELAYED = 2      # the link behind a relay
SERVER_MAC = '02:00:00:00:01:0{}'

LOAD = str(Path(LESSOR).parent / 'test' / 'soak' / 'soak_load')
SANITIZERS = {
    # A small quarantine: else it alone grows for the first half hour.
    'ASAN_OPTIONS': 'detect_leaks=1:quarantine_size_mb=16:malloc_context_size=12:exitcode=23',
    'UBSAN_OPTIONS': 'print_stacktrace=1',
    'TSAN_OPTIONS': 'exitcode=66:second_deadlock_stack=1',
}


class SoakServer(Lessor):
    """The server under test may be another build; the commands that ask it are not."""

    def __init__(self, host: Host, program: str, store: Path):
        super().__init__(host, {})
        self.soaked = program
        self.store = store
        self.log = host.folder / 'served.log'

    def command(self) -> list[str]:
        return [self.soaked, 'serve', '-c', str(self.config_file)]

    def stored(self) -> list[Lease]:
        """The leases in the store, read beside the running server, or without it."""
        rows = json.loads(self.host.run(LESSOR, 'leases', 'list', '--json', '--lease-dir',
                                        str(self.store)))
        rows = rows['leases'] if isinstance(rows, dict) else rows
        return [Lease(r['ip-address'], r['hw-address'], STATES[r['state']]) for r in rows]

    def turn_over_log(self) -> None:
        """As logrotate does before it sends SIGHUP."""
        self.log.unlink(missing_ok=True)

    def control(self, words: bytes, timeout: float = 20) -> bytes:
        """One command on the control socket, as octets."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(timeout * PATIENCE)
            s.connect(self.control_socket)
            s.sendall(words)
            answer = b''
            while piece := s.recv(1 << 16):
                answer += piece
        return answer

    def command_json(self, name: str, **arguments) -> dict:
        words = {'command': name} | ({'arguments': arguments} if arguments else {})
        return json.loads(self.control(json.dumps(words).encode()))

    def statistics(self) -> dict[str, int]:
        answer = self.command_json('statistic-get-all')
        return {name: values[0][0] for name, values in answer['arguments'].items()}


def reservations(link: int) -> list[dict]:
    clients = [link + n * len(LINKS) for n in range(RESERVED)]
    return [{'hw-address': f'02:5a:00:00:00:{client:02x}', 'ip-address': f'10.{64 + link}.1.{n}'}
            for n, client in enumerate(clients)]


def configuration(variant: int, log: Path) -> dict:
    """The same pools cut differently, other lifetimes, options and subnets nobody is in."""
    odd = variant % 2 == 1
    halves = ('{0}.8.0-{0}.11.255', '{0}.12.0-{0}.15.255') if odd else ('{0}.8.0-{0}.15.255',)
    subnets = []
    for link in range(len(LINKS)):
        net = f'10.{64 + link}'
        subnets.append(subnet(f'{net}.0.0/16', router=f'{net}.0.1', id=link + 1,
                              reservations=reservations(link)))
        subnets[-1]['pools'] = [{'pool': half.format(net)} for half in halves]
    subnets += [subnet(f'10.128.{i}.0/24', f'10.128.{i}.10-10.128.{i}.200', f'10.128.{i}.1',
                       id=100 + i) for i in range(variant % 5 * 10)]
    return {'interfaces-config': {'interfaces': ['*']},
            'valid-lifetime': 90 if odd else 60, 'renew-timer': 20, 'rebind-timer': 40,
            'authoritative': True, 'decline-probation-period': PROBATION, 'subnet4': subnets,
            'loggers': [{'name': 'lessor', 'severity': 'INFO',
                         'output-options': [{'output': str(log)}]}]}


class Load:
    """soak_load, which is told by lines and answers by lines."""

    def __init__(self, host: Host, errors: Path, relay: str, numbers: tuple[int, int, int, int]):
        links = [f'{name},{"10.63.0.1" if link == RELAYED else f"10.{64 + link}.0.1"},'
                 f'10.{64 + link}.8.0-10.{64 + link}.15.255,10.{64 + link}.1.0,'
                 f'{"10.66.0.1" if link == RELAYED else "0.0.0.0"},{relay}'
                 for link, name in enumerate(LINKS)]
        argv = [LOAD, *map(str, numbers), *links]
        self.errors = errors
        with open(errors, 'wb') as file:
            self.popen = subprocess.Popen(host.inside(argv), stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, stderr=file, text=True)

    def say(self, line: str) -> dict:
        assert self.popen.stdin and self.popen.stdout
        try:
            self.popen.stdin.write(line + '\n')
            self.popen.stdin.flush()
            answer = self.popen.stdout.readline()
        except BrokenPipeError:
            answer = ''
        check(answer, f'the load ended: {self.errors.read_text()}')
        return json.loads(answer)

    def figures(self) -> dict:
        """What it counted. What must not happen ends the test here."""
        figures = self.say('figures')
        check(figures['faults'] == 0, f'{figures["faults"]} faults:\n{self.errors.read_text()}')
        return figures

    def pause(self) -> None:
        check(self.say('pause')['quiet'], 'the load does not come to rest')


class Site:
    """All of it, and what an operator does to it. The server is what is soaked."""

    relay = 'ours'     # the crowd's host is router and relay of the third link
    flapped = FLAPPED  # the link whose interface comes and goes

    def __init__(self, lab: Lab, program: str, store: Path, seed: int):
        self.lab, self.program = lab, program
        self.dice = random.Random(seed)
        self.variant = 0
        self.switches = [lab.switch(f'switch{link}', record=False) for link in range(len(LINKS))]
        self.server_host, self.crowd_host = lab.host('server'), lab.host('crowd')
        self.server = SoakServer(self.server_host, self.server_program(), store)
        self.server.dhcp4 = configuration(0, self.server.log)
        self.reloads = {'count': 0, 'failed': 0}
        self.flaps = 0
        self.load: Load
        for link in range(len(LINKS)):
            self.connect_server(link)
        lab.connect(self.crowd_host, self.switches[0], 'eth0')
        lab.connect(self.crowd_host, self.switches[1], 'eth1')
        self.connect_far_link()

    def server_program(self) -> str:
        return self.program

    def connect_far_link(self) -> None:
        self.lab.connect(self.crowd_host, self.switches[RELAYED], 'eth2', address='10.63.0.2/24')
        self.crowd_host.run('ip', 'addr', 'add', '10.66.0.1/16', 'dev', 'eth2')

    def soaked(self) -> Process:
        """The process that is watched."""
        assert self.server.process
        return self.server.process

    def connect_server(self, link: int) -> None:
        address = '10.63.0.1/24' if link == RELAYED else f'10.{64 + link}.0.1/16'
        self.lab.connect(self.server_host, self.switches[link], LINKS[link],
                         SERVER_MAC.format(link), address)
        if link == RELAYED:
            self.server_host.run('ip', 'route', 'add', '10.66.0.0/16', 'via', '10.63.0.2')

    def start(self, clients: int, rate: int) -> None:
        self.server.start(SANITIZERS)
        wait_until(lambda: len(self.served()) == len(LINKS), 'every link to be served', 30)
        self.load = Load(self.crowd_host, self.lab.logs / 'load.log', self.relay,
                         (clients, rate, PROBATION, self.dice.randrange(1 << 31)))

    def served(self) -> list[str]:
        return [i['name'] for i in self.server.status()['interfaces'] if i['served']]

    def soaked_store(self) -> Path | None:
        """The lease store of that process, if it has one."""
        return self.server.store

    def check_alive(self) -> None:
        process = self.soaked()
        check(process.running(), f'{process.title} ended with {process.popen.returncode}:\n'
              f'{process.output()[-8000:]}')

    # --- What an operator does ---

    def reload(self) -> None:
        """The log turned over, then one of three: a signal, a command, a file that is wrong."""
        way = self.dice.choice(('signal', 'signal', 'command', 'wrong'))
        self.variant += 1
        self.server.turn_over_log()
        self.server.dhcp4 = configuration(self.variant, self.server.log)
        self.server.write_config()
        if way == 'wrong':
            text = self.server.config_file.read_text()
            self.server.config_file.write_text(text.replace('valid-lifetime', 'valid-lifetme', 1))
        if way == 'command':
            check(self.server.command_json('config-reload')['result'] == 0, 'config-reload')
        else:
            self.server.signal(signal.SIGHUP)
        self.reloads['failed' if way == 'wrong' else 'count'] += 1
        wait_until(lambda: {k: self.server.status()['reloads'][k] for k in self.reloads} ==
                   self.reloads, f'a reload by {way}: {self.reloads}', 60)

    def flapped_end(self) -> tuple[Host, str, str]:
        """Host, interface and address."""
        return self.server_host, LINKS[FLAPPED], f'10.{64 + FLAPPED}.0.1/16'

    def connect_flapped(self) -> None:
        self.connect_server(FLAPPED)

    def is_flapped_served(self) -> bool:
        return LINKS[FLAPPED] in self.served()

    def flap(self) -> None:
        """A link goes and comes back: down and up, another address and back, or the interface
        removed and made anew."""
        host, name, address = self.flapped_end()
        self.load.say(f'doubt {self.flapped}')
        time.sleep(1)  # what was sent before has arrived
        how = self.dice.choice(('down', 'address', 'replace'))
        if how == 'down':
            host.run('ip', 'link', 'set', name, 'down')
        elif how == 'address':
            host.run('ip', 'addr', 'del', address, 'dev', name)
        else:
            self.lab.unplug(host, name)
        time.sleep(self.dice.uniform(0, 1))
        if how == 'down':
            host.run('ip', 'link', 'set', name, 'up')
        elif how == 'address':
            host.run('ip', 'addr', 'add', address, 'brd', '+', 'dev', name)
        else:
            wait_until(lambda: not self.has_port(host, name), 'the old port to be gone')
            self.connect_flapped()
        wait_until(self.is_flapped_served, f'{name} to be served again ({how})', 30)
        time.sleep(0.5)
        self.load.say(f'sure {self.flapped}')
        self.flaps += 1

    def has_port(self, host: Host, name: str) -> bool:
        port = f'{host.name}-{name}'
        return any(port in switch.run('ip', '-o', 'link', 'show') for switch in self.switches)

    def command(self) -> None:
        """Any command, whole or not, as tools and people send them."""
        kind = self.dice.randrange(10)
        server = self.server
        if kind < 4:
            name = self.dice.choice(('status-get', 'statistic-get-all', 'config-get',
                                     'list-commands', 'version-get', 'leases-reclaim'))
            # A machine that stands still for seconds makes the server say that it is too busy.
            wait_until(lambda: server.command_json(name)['result'] == 0, f'{name} to succeed', 20)
        elif kind < 6:
            server.command_json('lease4-get-page', **{'from': '10.64.8.0', 'limit': 100})
        elif kind == 6:
            server.leases()
        elif kind == 7:
            self.server.ask('status')
        elif kind == 8:
            wrong = self.dice.choice((b'{"command": "no-such"}', b'{' * 2000, b'\0' * 100, b'[]'))
            check(json.loads(server.control(wrong))['result'] != 0, f'{wrong[:20]!r} was obeyed')
        else:  # gone before the answer
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.connect(server.control_socket)
                s.sendall(b'{"command": "lease4-get-all"}')

    def check_counters(self, figures: dict) -> None:
        """What a site has beside the server."""

    def end(self) -> None:
        """SIGTERM; a leak or a race makes the exit code."""
        self.stop(self.server.process)

    def end_load(self) -> None:
        if self.load.popen.stdin:
            self.load.popen.stdin.close()
        if self.load.popen.wait(20) != 0:
            raise Failure(f'the load ended with {self.load.popen.returncode}')

    @staticmethod
    def stop(process: Process | None) -> None:
        assert process
        status = process.stop(timeout=120)
        check(status == 0, f'{process.title} ended with {status}:\n{process.output()[-20000:]}')
