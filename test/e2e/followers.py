"""Who follows what happens to leases: the legal log, and a script as Kea's hook runs it."""

import os
import re
import signal
from pathlib import Path

import dhcp
from commands import HOOKS, ask
from dhcp import Message
from lab import Failure, Host, Lab, check, check_equal, wait_until
from scenarios import Relay
from servers import Kea, Lessor, Server, config, subnet

SERVER, GIADDR = '10.1.0.1', '10.1.0.2'
CIRCUIT = b'eth 0/1'
STAMP = r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ '


def mac_of(number: int) -> str:
    return f'02:13:00:00:00:{number:02x}'


class Clients:
    """Clients behind a relay, one message at a time."""

    def __init__(self, relay: Relay):
        self.relay, self.xid = relay, 0x100

    def say(self, number: int, kind: int, *options: tuple[int, bytes], **fields) -> Message | None:
        """Nothing is heard of a release or decline."""
        self.xid += 1
        for _ in range(3):  # a server may say that it is ready before it is
            self.relay.send(Message(xid=self.xid, chaddr=mac_of(number), **fields, options=[
                (dhcp.MESSAGE_TYPE, bytes([kind])), *options]), CIRCUIT)
            if kind in (dhcp.RELEASE, dhcp.DECLINE):
                return None
            if answer := self.relay.receive(5):
                check_equal(answer.xid, self.xid, f'what client {number} hears')
                return answer
        raise Failure(f'client {number} hears nothing of {dhcp.TYPE_NAMES[kind]}')

    def bind(self, number: int, *more: tuple[int, bytes]) -> str:
        offer = self.say(number, dhcp.DISCOVER, *more)
        ack = self.say(number, dhcp.REQUEST, (dhcp.SERVER_ID, dhcp.ip(SERVER)),
                       (dhcp.REQUESTED_ADDRESS, dhcp.ip(offer.yiaddr)), *more)
        check_equal(ack.type, dhcp.ACK, 'the answer')
        return ack.yiaddr

    def renew(self, number: int, address: str, *more: tuple[int, bytes]) -> None:
        check_equal(self.say(number, dhcp.REQUEST, *more, ciaddr=address).type, dhcp.ACK, 'renewal')

    def release(self, number: int, address: str, *more: tuple[int, bytes]) -> None:
        self.say(number, dhcp.RELEASE, (dhcp.SERVER_ID, dhcp.ip(SERVER)), *more, ciaddr=address)

    def decline(self, number: int, address: str) -> None:
        self.say(number, dhcp.DECLINE, (dhcp.SERVER_ID, dhcp.ip(SERVER)),
                 (dhcp.REQUESTED_ADDRESS, dhcp.ip(address)))


def site(lab: Lab) -> tuple[Host, Clients]:
    switch, host, router = lab.switch(), lab.host('server'), lab.host('router')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address=f'{SERVER}/24')
    lab.connect(router, switch, mac='02:00:00:00:02:01', address=f'{GIADDR}/24')
    return host, Clients(Relay(router, GIADDR, SERVER))


def hook(library: str, /, **parameters) -> dict:
    return {'library': f'{HOOKS}/libdhcp_{library}.so',
            'parameters': {key.replace('_', '-'): value for key, value in parameters.items()}}


def folder_of(host: Host, name: str) -> Path:
    folder = host.folder / name
    folder.mkdir()
    return folder


def lines_of(folder: Path) -> list[str]:
    return [line for path in sorted(folder.glob('*.txt'))
            for line in path.read_text(encoding='ascii').splitlines()]


def wait_lines(folder: Path, count: int) -> list[str]:
    wait_until(lambda: len(lines_of(folder)) >= count, f'{count} entries, of {lines_of(folder)}')
    check_equal(len(lines_of(folder)), count, f'entries of {lines_of(folder)}')
    return lines_of(folder)


def children_of(pid: int) -> list[str]:
    """Those that have ended and were not waited for, too."""
    return Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='ascii').split()


def reload(server: Lessor, works: bool = True) -> None:
    kind = 'count' if works else 'failed'
    before = server.status()['reloads'][kind]
    server.write_config()
    server.signal(signal.SIGHUP)
    wait_until(lambda: server.status()['reloads'][kind] > before, 'the reload')


def legal_log(lab: Lab) -> None:
    """Every lease event of Kea's log in its words, behind a time stamp, in a file of the day that
    only its owner may read; a client's own octets make no line; formats of one's own, by a reload;
    and a subnet that is left out."""
    host, clients = site(lab)
    folder = folder_of(host, 'legal')
    log = {'path': str(folder), 'base_name': 'kea-legal'}
    server = Lessor(host, config(subnet(id=1), **{'hooks-libraries': [hook('legal_log', **log)]}))
    server.start()
    identifier = (61, b'\x01ab\n2026-01-01 00:00:00 UTC Address: 10.1.0.1')
    first = clients.bind(1, identifier)
    clients.renew(1, first, identifier)
    second = clients.bind(2)
    clients.decline(2, second)
    added = {'ip-address': '10.1.0.77', 'hw-address': '02:00:00:00:00:77', 'valid-lft': 86400}
    for command in ('lease4-add', 'lease4-del'):
        check_equal(ask(server.control_socket, command, added)['result'], 0, command)
    relay = r" connected via relay at address: 10.1.0.2, identified by circuit-id: " \
            r"65:74:68:20:30:2f:31 \(eth 0/1\)"
    device = r"a device with hardware address: hwtype=1 02:13:00:00:00:0{}"
    expected = [
        f'Address: {first} has been assigned for 0 hrs 10 mins 0 secs to ' + device.format(1) +
        r', client-id: 01:61:62:0a[:0-9a-f]*' + relay,
        f'Address: {first} has been renewed for 0 hrs 10 mins 0 secs to ' + device.format(1) +
        r', client-id: 01:61:62:0a[:0-9a-f]*' + relay,
        f'Address: {second} has been assigned for 0 hrs 10 mins 0 secs to ' + device.format(2) +
        relay,
        f'Address: {second} has been released from ' + device.format(2) + relay,
        'Administrator added a lease of address: 10.1.0.77 to a device with hardware address: '
        '02:00:00:00:00:77 for 1 days 0 hrs 0 mins 0 secs',
        'Administrator deleted the lease for address: 10.1.0.77']
    for line, pattern in zip(wait_lines(folder, len(expected)), expected):
        check(re.fullmatch(STAMP + pattern, line) is not None, f'{line}\nis not\n{pattern}')
    files = list(folder.iterdir())
    check(len(files) == 1 and re.fullmatch(r'kea-legal\.\d{8}\.txt', files[0].name) is not None,
          f'the files: {files}')
    check_equal(files[0].stat().st_mode & 0o777, 0o600, 'the mode of the legal log')

    log |= {'timestamp_format': 'at', 'request_parser_format':
            "'from ' + hexstring(pkt4.mac, ':') + ' ' + option[12].hex",
            'response_parser_format': "0x0a + 'to ' + addrtotext(pkt4.yiaddr)"}
    server.dhcp4['hooks-libraries'] = [hook('forensic_log', **log)]
    reload(server)
    third = clients.bind(3, (12, b'pc\nat to 10.1.0.1'))
    check_equal(wait_lines(folder, 8)[6:],
                ['at from 02:13:00:00:00:03 pc\\x0aat to 10.1.0.1', f'at to {third}'], 'own format')

    server.dhcp4['subnet4'][0]['user-context'] = {'legal-logging': False}
    reload(server)
    clients.bind(4)
    log['path'] = str(folder_of(host, 'elsewhere'))
    server.dhcp4['hooks-libraries'] = [hook('legal_log', **log)]
    reload(server, works=False)
    check('takes a restart' in server.process.output(), 'why another folder was refused')
    server.stop()
    check_equal(len(lines_of(folder)), 8, 'entries of a subnet that is left out')


def legal_log_rotates(lab: Lab) -> None:
    """Files by the second: one after the other, programs run for each, a start goes on with the
    newest while its time lasts."""
    host, clients = site(lab)
    folder = folder_of(host, 'legal')
    program = host.folder / 'rotated'
    told = host.folder / 'told'
    program.write_text(f'#!/bin/sh\necho "$1" >> {told}\n')
    program.chmod(0o755)
    log = {'path': str(folder), 'base_name': 'l', 'time_unit': 'second', 'count': 2,
           'prerotate': str(program), 'postrotate': str(program)}
    server = Lessor(host, config(subnet(id=1), **{'hooks-libraries': [hook('legal_log', **log)]}))
    server.start()
    address = clients.bind(1)

    def go_on() -> bool:
        clients.renew(1, address)
        return len(list(folder.iterdir())) >= 3
    wait_until(go_on, 'three files', 15)
    names = sorted(path.name for path in folder.iterdir())
    for name in names:
        check(re.fullmatch(r'l\.T\d{20}\.txt', name) is not None, name)
    wait_until(lambda: told.exists() and len(told.read_text().splitlines()) >= 4, 'four programs')
    files = told.read_text().splitlines()
    check_equal(set(files), {str(folder / name) for name in names}, 'what programs were told')
    server.stop()

    log |= {'count': 1000}
    server.dhcp4['hooks-libraries'] = [hook('legal_log', **log)]
    server.start()
    clients.renew(1, address)
    before = len(lines_of(folder))
    server.stop()
    check_equal(sorted(path.name for path in folder.iterdir()), names, 'the files after a start')
    check(before > 0 and 'renewed' in (folder / names[-1]).read_text().splitlines()[-1],
          'the newest is not gone on with')


def legal_log_on_a_full_disk(lab: Lab) -> None:
    """The log's disk is full: leases are given on, the server says what it cannot write, counts it,
    and goes on when there is room again."""
    host, clients = site(lab)
    folder = folder_of(host, 'legal')
    host.run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', str(folder))
    ballast = folder / 'ballast'
    hooks = [hook('legal_log', path=str(folder))]
    server = Lessor(host, config(subnet(id=1), **{'hooks-libraries': hooks}))
    server.prefix = []
    server.start()
    address = clients.bind(1)
    host.run('sh', '-c', f'dd if=/dev/zero of={ballast} bs=4k 2>/dev/null; true')

    def is_full() -> bool:
        clients.renew(1, address)
        return 'entries of the legal log are lost' in server.process.output()
    wait_until(is_full, 'the server to say that its legal log is full', 30)
    check(server.running(), 'the server ended')
    host.run('rm', str(ballast))
    clients.renew(1, address)
    wait_until(lambda: re.search(r'\d+ entries of the legal log were lost until',
                                 server.process.output()), 'the server to say how many')
    server.stop()


SCRIPT = '''#!/bin/sh
exec >> {folder}/$1.$$ 2>&1
/usr/bin/env
'''


def environments(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """What each run was told, the earliest first."""
    runs = sorted(folder.iterdir(), key=lambda path: (path.stat().st_mtime_ns, path.name))
    told = []
    for path in runs:
        variables = dict(line.split('=', 1) for line in path.read_text().splitlines())
        told.append((path.name.split('.')[0], variables))
    return told


# The shell's own, and Kea's process's.
NOT_OF_THE_HOOK = re.compile(r'(?!QUERY4_|LEASES?4_|DELETED_LEASES4_|SUBNET4_|PKT4_|REMOVE_LEASE)')
NOT_COMPARED = {'CLTT'}  # a time of day


def play(clients: Clients, server: Server, folder: Path) -> list[tuple[str, dict[str, str]]]:
    """The same messages to either server, one run of the script awaited after the other."""
    server.start()
    clients.xid = 0x100
    name, identifier = (12, b'pc-1'), (61, b'\x01\x02\x03')
    steps = [(lambda: clients.bind(1, name, identifier), 1),
             (lambda: clients.renew(1, '10.1.0.10', identifier, name), 2),
             (lambda: clients.bind(2), 1),
             (lambda: clients.decline(2, '10.1.0.11'), 2),
             (lambda: clients.release(1, '10.1.0.10', identifier), 2)]
    expected = 0
    for step, runs in steps:
        step()
        expected += runs
        wait_until(lambda count=expected: len(list(folder.iterdir())) >= count,
                   f'{expected} runs of the script, of {sorted(folder.iterdir())}', 20)
    server.stop()
    return environments(folder)


def compared(told: list[tuple[str, dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    return sorted(
        ((point, {name: value for name, value in variables.items()
                  if not NOT_OF_THE_HOOK.match(name) and name.split('_')[-1] not in NOT_COMPARED})
         for point, variables in told), key=lambda run: (run[0], sorted(run[1].items())))


def script_as_kea(lab: Lab) -> None:
    """A client's life, played to Kea and to us: the script is run at the same hook points, with the
    same variables of the same values."""
    host, clients = site(lab)
    runs = {}
    for name, kind in (('kea', Kea), ('lessor', Lessor)):
        folder = folder_of(host, f'{name}.runs')
        program = host.folder / f'{name}.script'
        program.write_text(SCRIPT.format(folder=folder))
        program.chmod(0o755)
        hooks = [hook('run_script', name=str(program), sync=False)]
        server = kind(host, config(subnet(id=1), **{'hooks-libraries': hooks}))
        runs[name] = play(clients, server, folder)
    theirs, ours = compared(runs['kea']), compared(runs['lessor'])
    check_equal([point for point, _ in ours], [point for point, _ in theirs], 'the hook points')
    found = [f'{our[0]}: {name} is {our[1].get(name)!r}, with Kea {their[1].get(name)!r}'
             for their, our in zip(theirs, ours) for name in sorted({*their[1], *our[1]})
             if our[1].get(name) != their[1].get(name)]
    check(not found, '\n'.join(found))
    for point, variables in runs['lessor']:
        left = {name for name in variables if NOT_OF_THE_HOOK.match(name)}
        check(left <= {'PATH', 'PWD', '_', 'SHLVL', 'OLDPWD'}, f'{point} has {left} besides')


def script(lab: Lab) -> None:
    """Expiry and probation run it, names of clients are harmless in it, a run that hangs holds up
    nobody, and what the server was not started with is not run after a reload."""
    host, clients = site(lab)
    folder = folder_of(host, 'runs')
    program = host.folder / 'script'
    program.write_text(SCRIPT.format(folder=folder) +
                       '[ "$LEASES4_AT0_HOSTNAME" = hang ] && exec sleep 1000\nexit 7\n')
    program.chmod(0o755)
    hooks = [hook('run_script', name=str(program))]
    server = Lessor(host, config(subnet(id=1), valid=2,
                                 **{'hooks-libraries': hooks, 'decline-probation-period': 2}))
    server.start()
    for number in range(1, 12):
        clients.bind(number, (12, b'hang' if number < 4 else b'$(touch x)'))
    last = clients.bind(12)
    clients.decline(12, last)

    def points() -> set[str]:
        return {path.name.split('.')[0] for path in folder.iterdir()}
    wait_until(lambda: {'lease4_expire', 'lease4_recover', 'lease4_decline'} <= points(),
               'expiry and recovery', 20)
    told = environments(folder)
    names = {variables.get('LEASES4_AT0_HOSTNAME') for point, variables in told
             if point == 'leases4_committed'}
    check('__touch_x_' in names, f'the names: {names}')
    server.process.wait_for_line('warning .* ended with 7')

    other = host.folder / 'other'
    other.write_text('#!/bin/sh\n')
    other.chmod(0o755)
    server.dhcp4['hooks-libraries'] = [hook('run_script', name=str(other))]
    reload(server, works=False)
    check('takes a restart' in server.process.output(), 'why another program was refused')
    helper = next(int(pid) for pid in children_of(server.process.pid))
    os.kill(helper, signal.SIGKILL)
    server.process.wait_for_line('the process that does has ended; it takes a restart')
    clients.bind(13)
    server.process.wait_for_line('the script was not run .* the process that runs programs has')
    check_equal(children_of(server.process.pid), [], 'what is left of it')
    server.stop()
    program.chmod(0o777)
    server.dhcp4['hooks-libraries'] = hooks
    server.launch()
    wait_until(lambda: not server.running(), 'a program that others may write to be refused')
    check('others may write it' in server.process.output(), server.process.output())


PARALLEL = [legal_log, legal_log_rotates, legal_log_on_a_full_disk, script_as_kea, script]
ALONE: list = []
