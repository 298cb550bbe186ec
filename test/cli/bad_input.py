"""Every bad seed of docs/bad-input.md against the real program: frames on the wire at the highest
log level, commands on the socket, files."""

import json
import os
import re
import signal
import socket
import struct
from pathlib import Path

from hostile import get_lease, wire
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
        again = Server(where, '-c', file)
        # The socket of the one that was killed is still there: an answer is what counts.
        wait_until(lambda: '"served":true' in run('status', '--json', '--socket',
                                                  again.socket).out.replace(' ', ''),
                   'eth0 to be served again')
        with wire() as s:
            assert get_lease(s, 77, b'honest') == address
        assert sorted(row['ip-address'] for row in rows(again)) == kept
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


CASES = [bad_frames_at_the_highest_log_level, bad_commands_on_the_socket,
         two_commands_on_one_connection, bad_configurations_are_refused, bad_frames_are_shown,
         bad_captures_are_refused]
