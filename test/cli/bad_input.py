"""Every bad seed of docs/bad-input.md against the real program: frames on the wire at the highest
log level, commands on the socket, files."""

import json
import os
import re
import signal
import socket
import struct
from pathlib import Path

import dhcp

from hostile import answer, get_lease, send, wire
from program import Server, folder, make_link, run, serving, wait_until, write_config

SEEDS = Path(__file__).parents[2] / 'fuzz' / 'seeds'
CLEAN = r'[ -~\n]*'
DEBUG = [{'name': 'kea-dhcp4', 'severity': 'DEBUG', 'debuglevel': 99,
          'output-options': [{'output': 'stderr'}]}]


def seeds(target: str) -> list[Path]:
    found = sorted((SEEDS / target).glob('bad-*'))
    assert len(found) > 5, target
    return found


def rows(server: Server) -> list[dict]:
    where = str(server.where / 'leases')
    return json.loads(run('leases', 'list', '--json', '--lease-dir', where).expect(0).out)


def start_again(where: Path, file: str) -> Server:
    """A server where another was killed: its socket is still there, so an answer is what counts."""
    again = Server(where, '-c', file)
    wait_until(lambda: '"served":true' in run('status', '--json', '--socket',
                                              again.socket).out.replace(' ', ''),
               'eth0 to be served again')
    return again


def bad_frames_at_the_highest_log_level() -> None:
    """B16, B17, B45, C2-11: every frame is heard with all there is to say; the log stays text, the
    server serves, and what it has kept of them loads after a crash."""
    with folder() as where:
        make_link()
        file = write_config(where, loggers=DEBUG)
        server = Server(where, '-c', file).ready()
        frames = [seed.read_bytes() for seed in seeds('notation')]
        with wire() as s:
            for _ in range(3):
                for frame in frames:
                    if 14 <= len(frame) <= 1514:
                        s.send(frame)
            address = get_lease(s, 77, b'honest')
        server.wait_said(f'DHCPACK on {address}')
        assert re.fullmatch(CLEAN, server.said()), server.said()
        assert 'reason=' in server.said() and server.process.poll() is None
        kept = sorted(row['ip-address'] for row in rows(server))
        assert len(kept) > 1 and address in kept, kept
        server.signal(signal.SIGKILL)
        server.process.wait()
        again = start_again(where, file)
        with wire() as s:
            assert get_lease(s, 77, b'honest') == address
        assert sorted(row['ip-address'] for row in rows(again)) == kept
        assert again.stop() == 0, again.said()


def poisons() -> list[tuple[tuple[int, bytes], ...]]:
    """The options by which bad messages name their clients: 12, 61, 81."""
    found = []
    for seed in seeds('message'):
        octets = seed.read_bytes()
        if re.match(r'bad-(request-hostname|discover-(duid|client-id|fqdn))', seed.name):
            message = dhcp.Message.decode(octets)
            named = tuple(o for o in message.options if o[0] in (12, 61, 81)) if message else ()
            if 0 < sum(len(value) for _, value in named) <= 255:
                found.append(named)
    return found


def get_named(s: socket.socket, number: int, named: tuple[tuple[int, bytes], ...]) -> str:
    mac = f'02:00:00:00:04:{number:02x}'
    send(s, mac, number, (dhcp.MESSAGE_TYPE, bytes([dhcp.DISCOVER])), *named)
    offer = answer(s, number, dhcp.OFFER)
    send(s, mac, number, (dhcp.MESSAGE_TYPE, bytes([dhcp.REQUEST])),
         (dhcp.REQUESTED_ADDRESS, dhcp.ip(offer.yiaddr)),
         (dhcp.SERVER_ID, dhcp.ip(offer.server_id)), *named)
    return answer(s, number, dhcp.ACK).yiaddr


def poison_is_kept_over_a_crash() -> None:
    """B04, B17, B33, B36, C2-08, C2-11: a lease for each bad name and identifier, then kill -9: the
    next start loads every one of them as it was, and lists and exports the same text."""
    subnets = [{'id': 1, 'subnet': '192.0.2.0/24', 'pools': [{'pool': '192.0.2.10-192.0.2.199'}]}]
    with folder() as where:
        make_link()
        file = write_config(where, subnet4=subnets)
        server = Server(where, '-c', file).ready()
        leases = ('--lease-dir', str(where / 'leases'))
        with wire() as s:
            given = [get_named(s, n, named) for n, named in enumerate(poisons(), 1)]
        assert len(given) == len(set(given)) > 30, given

        def exported() -> list[str]:
            return sorted(run('leases', 'export', *leases).expect(0).out.splitlines())
        before = exported()
        assert len(before) == len(given) + 1, before
        server.signal(signal.SIGKILL)
        server.process.wait()
        for _ in range(2):  # after the crash, and after the next server has folded its store
            assert exported() == before, set(before) ^ set(exported())
            again = start_again(where, file)
            assert again.stop() == 0, again.said()


def bad_commands_on_the_socket() -> None:
    """B18, B21, B35, B37, C3-07: each is answered in one line or refused; no file is written, no
    library loaded, and the next command is served."""
    with serving() as server:
        before = os.stat('/etc/passwd').st_mtime_ns
        for seed in seeds('control'):
            answer = server.ask(seed.read_bytes() or b' ')
            assert answer['result'] in (0, 1, 2, 3), (seed, answer)
            assert re.fullmatch(CLEAN, answer.get('text', '')), (seed, answer)
        evil = server.where / 'evil'
        loggers = [{'name': 'kea-dhcp4', 'output-options': [{'output': str(evil / 'x.log')}]}]
        for keys in ({'loggers': loggers}, {'lease-database': {'type': 'memfile',
                                                               'name': str(evil)}}):
            server.ask({'command': 'config-test', 'arguments': {'Dhcp4': keys}})
        assert not evil.exists(), 'a configuration that is only tested made files'
        assert os.stat('/etc/passwd').st_mtime_ns == before
        assert server.ask('version-get')['result'] == 0


def two_commands_on_one_connection() -> None:
    """B37: a command ends where its object ends: what follows is no part of it, nothing is answered
    twice."""
    with serving() as server, socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(server.socket)
        s.sendall(b'{"command": "version-get"}{"command": "shutdown"}')
        answer = b''
        while piece := s.recv(65536):
            answer += piece
        assert len(answer.splitlines()) == 1 and json.loads(answer)['result'] == 0, answer
        assert server.ask('version-get')['result'] == 0


def bad_configurations_are_refused() -> None:
    """B05, B18, B21, B34, B35, C2-05: each is refused with its place, or means something; what is
    said is text, and no password."""
    for seed in seeds('config'):
        done = run('check', str(seed))
        assert done.code in (0, 1), (seed, done.code, done.err)
        assert 'correct-horse' not in done.out + done.err, seed
        assert re.fullmatch(CLEAN, done.out + done.err), (seed, done.out, done.err)
        assert done.code == 0 or re.search(r'^/[^ ]+:\d+:\d+: ', done.out + done.err, re.M), seed


def bad_frames_are_shown() -> None:
    """B06, B09, B15, C2-08, C3-08: every view of every frame ends, with exit 0, and is text."""
    with folder() as where:
        pcap = where / 'bad.pcap'
        data = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
        for seed in seeds('notation'):
            frame = seed.read_bytes()
            data += struct.pack('<IIII', 1_700_000_000, 0, len(frame), len(frame)) + frame
        pcap.write_bytes(data)
        for view in ('--brief', '--text', '--hex', '--json', '--table', '--timeline',
                     '--summary'):
            done = run('show', str(pcap), '--all', view).expect(0)
            assert done.out, view
            assert re.fullmatch(r'[^\x00-\x09\x0b-\x1f\x7f]*', done.out), view


def bad_captures_are_refused() -> None:
    """C2-01, C2-11: what is before the damage is shown, and the damage is said in a sentence."""
    for seed in seeds('capture'):
        done = run('show', str(seed), '--all')
        assert done.code in (0, 1), (seed, done.code, done.err)
        assert re.fullmatch(CLEAN, done.err), (seed, done.err)


CASES = [bad_frames_at_the_highest_log_level, poison_is_kept_over_a_crash,
         bad_commands_on_the_socket,
         two_commands_on_one_connection, bad_configurations_are_refused, bad_frames_are_shown,
         bad_captures_are_refused]
