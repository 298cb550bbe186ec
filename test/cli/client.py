"""`lessor client` on a cable to `lessor serve`: orders, exit codes, files, what it refuses."""

import contextlib
import json
import os
import signal
import stat
import subprocess
from pathlib import Path
from typing import Iterator

from program import LESSOR, Done, Server, folder, run, wait_until


def ip(*words: str) -> str:
    return subprocess.run(['ip', *words], check=True, capture_output=True, text=True).stdout


def cable() -> None:
    """eth0 for the client, down; far0 for a server."""
    for command in ('link set lo up', 'link add eth0 type veth peer name far0',
                    'addr add 192.0.2.1/24 dev far0', 'link set far0 up'):
        ip(*command.split())
    # Both ends are one kernel's: the far end is not to answer to ARP for the near end's address.
    Path('/proc/sys/net/ipv4/conf/all/arp_ignore').write_text('1')


def client(where: Path, *words: str) -> Done:
    """One command, its files in `where`, no name servers touched."""
    return run('client', *words, '--state-dir', str(where / 'state'), '--run-dir',
               str(where / 'run'), '--resolver', 'none', '--no-default-route')


def asked(where: Path, *words: str) -> Done:
    return run('client', *words, '--run-dir', str(where / 'run'))


def addresses() -> list[str]:
    shown = json.loads(ip('-j', '-4', 'addr', 'show', 'dev', 'eth0') or '[]')
    return [a['local'] for link in shown for a in link.get('addr_info', [])]


@contextlib.contextmanager
def network() -> Iterator[Path]:
    """A server on the far end."""
    with folder() as where:
        where.chmod(0o700)
        cable()
        server = Server(where, '--interface', 'far0', '--alongside', '--lease-dir',
                        str(where / 'leases'), '--pool', '192.0.2.10-192.0.2.20', '--lease-time',
                        '10m').ready()
        server.wait_said('serving far0')
        yield where
        assert server.stop() == 0


def gets_an_address_once_and_gives_it_back() -> None:
    with network() as where:
        client(where, 'eth0', '--once').expect(0, 'bound to 192.0.2.10/24 from 192.0.2.1 for 10m')
        assert addresses() == ['192.0.2.10']
        lease = where / 'state' / 'client-eth0.lease'
        assert 'address = 192.0.2.10' in lease.read_text()
        assert stat.S_IMODE(lease.stat().st_mode) == 0o600
        client(where, 'eth0', '--release').expect(0, 'gives 192.0.2.10 back to 192.0.2.1')
        assert addresses() == []
        assert not lease.exists()
        client(where, 'eth0', '--renew').expect(1, 'none has left a lease')


def a_test_touches_nothing() -> None:
    with network() as where:
        client(where, 'eth0', '--test').expect(1, 'eth0 is down', 'ip link set eth0 up')
        ip('link', 'set', 'eth0', 'up')
        client(where, 'eth0', '--test').expect(0, 'would add 192.0.2.10/24 to eth0',
                                               'gives 192.0.2.10 back')
        assert addresses() == []
        assert not (where / 'state').exists() or not list((where / 'state').iterdir())


def a_daemon_obeys() -> None:
    with network() as where:
        client(where, 'eth0', '--daemon', '--log', str(where / 'log.client')).expect(0)
        assert addresses() == ['192.0.2.10'], 'it comes back when bound'
        pid = int((where / 'run' / 'client-eth0.pid').read_text())
        status = json.loads(asked(where, 'eth0', '--status', '--json').expect(0).out)
        assert status['state'] == 'BOUND' and status['pid'] == pid, status
        assert status['lease']['address'] == '192.0.2.10', status
        asked(where, '--status').expect(0, 'Server         192.0.2.1', 'subnet-mask')
        client(where, 'eth0', '--once').expect(1, f'(pid {pid})', '--alongside')
        # The server's answer stays in the kernel that is its client's, too.
        asked(where, 'eth0', '--rebind', '--timeout', '1s').expect(
            3, 'asks every server', 'no server answered within 1s')
        os.kill(pid, signal.SIGUSR2)
        wait_until(lambda: addresses() == [], 'the address to go')
        os.kill(pid, signal.SIGUSR1)
        wait_until(lambda: addresses() == ['192.0.2.10'], 'the address to return')
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: addresses() == [], 'the address to go')
        wait_until(lambda: not (where / 'run' / 'client-eth0.sock').exists(), 'its socket to go')
        assert not (where / 'run' / 'client-eth0.pid').exists()
        assert (where / 'state' / 'client-eth0.lease').exists(), 'the lease is kept'
        asked(where, 'eth0', '--status').expect(3, 'no lessor client runs on eth0')


def says_its_events_as_json() -> None:
    with network() as where:
        out = client(where, 'eth0', '--once', '--json').expect(0).out
        events = [json.loads(line) for line in out.splitlines()]
        states = [e['state'] for e in events if e['event'] == 'entered']
        assert states[-1] == 'BOUND' and 'SELECTING' in states, states
        assert events[-1]['lease']['options']['subnet-mask'] == '255.255.255.0', events[-1]


def keeps_a_broken_lease_aside() -> None:
    with network() as where:
        client(where, 'eth0', '--once').expect(0)
        lease = where / 'state' / 'client-eth0.lease'
        lease.write_text('addres = 192.0.2.10\n')
        client(where, 'eth0', '--once').expect(0, 'line 1', 'address', 'begins without it')
        assert (where / 'state' / 'client-eth0.lease.broken').exists()
        assert 'address = ' in lease.read_text()


def refuses_what_cannot_work() -> None:
    with folder() as where:
        where.chmod(0o700)
        cable()
        client(where, 'eht0', '--once').expect(1, 'did you mean eth0?')
        client(where, 'lo', '--once').expect(1, 'does not carry Ethernet')
        client(where, 'eth0', '--once', '--timeout', '1s').expect(3, 'no lease within 1s')
        asked(where, '--status').expect(3, 'no lessor client runs here')
        ip('link', 'add', 'br0', 'type', 'bridge')
        ip('link', 'set', 'far0', 'master', 'br0')
        client(where, 'far0', '--once').expect(1, 'far0 is a port of br0', 'lessor client br0')
        options = [word for n in range(9) for word in ('-o', f'{224 + n}=0x' + '00' * 250)]
        client(where, 'eth0', '--once', *options).expect(1, 'does not fit into one message')
        (where / 'hook').write_text('#!/bin/sh\n')
        client(where, 'eth0', '--once', '--hook', str(where / 'hook')).expect(1, 'hook')


def puts_the_host_back_when_killed() -> None:
    with network() as where:
        with subprocess.Popen([LESSOR, 'client', 'eth0', '--state-dir', str(where / 'state'),
                               '--run-dir', str(where / 'run'), '--resolver', 'none'],
                              stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: addresses() == ['192.0.2.10'], 'an address')
            process.kill()
        wait_until(lambda: addresses() == [], 'the address to go')


CASES = (gets_an_address_once_and_gives_it_back, a_test_touches_nothing, a_daemon_obeys,
         says_its_events_as_json, keeps_a_broken_lease_aside, refuses_what_cannot_work,
         puts_the_host_back_when_killed)
