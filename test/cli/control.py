"""The control socket, spoken to as Kea's tools do, and by people who mean no good."""

import json
import os
import socket
import stat
import subprocess
import sys

from program import LESSOR, Server, folder, run, serving, wait_until, write_config


def answers_in_keas_envelope() -> None:
    with serving() as server:
        names = server.ask('list-commands')['arguments']
        for name in ('list-commands', 'version-get', 'status-get', 'statistic-get-all',
                     'config-get', 'config-test', 'config-reload', 'leases-reclaim', 'shutdown'):
            assert name in names, names
        assert server.ask('version-get')['text'] in run('version').out
        status = server.ask('status-get')['arguments']
        assert status['pid'] == server.process.pid, status
        samples = server.ask('statistic-get-all')['arguments']
        assert samples['pkt4-received'][0][0] == 0, samples['pkt4-received']
        assert samples['subnet[1].total-addresses'][0][0] == 11
        assert server.ask('leases-reclaim')['result'] == 0
        assert server.ask('lease4-get-all')['result'] == 3
        assert server.ask('config-get')['arguments']['Dhcp4']['subnet4'][0]['id'] == 1
        good = {'command': 'config-test', 'service': ['dhcp4'],
                'arguments': {'Dhcp4': {'subnet4': []}}}
        assert server.ask(good)['result'] == 0
        idle = {'command': 'config-test',
                'arguments': {'Dhcp4': {'multi-threading': {'thread-pool-size': 4}}}}
        answer = server.ask(idle)
        assert answer['result'] == 0 and 'without effect' in answer['text'], answer
        bad = {'command': 'config-test', 'arguments': {'Dhcp4': {'subnet5': []}}}
        answer = server.ask(bad)
        assert answer['result'] == 1 and 'subnet5' in answer['text'], answer
        twice = b'{"command": "config-test", "arguments": {"Dhcp4": {\n"authoritative": true,\n' \
                b'"authoritative": false}}}'
        answer = server.ask(twice)
        assert answer['result'] == 1 and 'config-test:3:1: Dhcp4.authoritative' in answer['text'], \
            answer
        assert server.ask('lease4-gt')['result'] == 2


def needs_no_closed_end() -> None:
    """Kea's tools keep their writing side open: the object's closing brace ends the command."""
    with serving() as server:
        assert server.ask(b'{"command": "version-get"}', close=False)['result'] == 0


# C3-07
def survives_bad_input() -> None:
    with serving() as server:
        for request, says in ((b'nonsense', 'JSON object'), (b'{"command": 1}', 'string'),
                              (b'{"a":' + b'[' * 100_000, 'deep'),
                              (b'{"a": "' + b'x' * 5_000_000 + b'"}', 'larger'),
                              (b'{"command": "version-get"', 'not whole'), (b'\xff\xfe', 'JSON')):
            answer = server.ask(request)
            assert answer['result'] == 1 and says in answer['text'], (request[:40], answer)
        assert server.ask('version-get')['result'] == 0


# B13
def survives_many_silent_connections() -> None:
    with serving() as server:
        silent = []
        for _ in range(60):
            s = socket.socket(socket.AF_UNIX)
            s.connect(server.socket)
            silent.append(s)
        for s in silent:
            s.close()
        wait_until(lambda: run('status', '--lease-dir', str(server.where / 'leases')).code == 0,
                   'an answer')


# B18
def only_its_own_user_may_change_anything() -> None:
    with serving() as server:
        mode = stat.S_IMODE(os.stat(server.socket).st_mode)
        assert mode == 0o660, oct(mode)
        if os.stat('/').st_uid != 0 or subprocess.run(
                ['setpriv', '--reuid=65534', 'true'], capture_output=True, check=False).returncode:
            print('SKIPPED: needs a second user, which this user namespace does not have')
            sys.exit(77)
        os.chmod(server.where, 0o755)
        os.chmod(server.where / 'leases', 0o755)
        os.chmod(server.socket, 0o666)

        def as_nobody(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run(['setpriv', '--reuid=65534', '--clear-groups', LESSOR, *words,
                                   '--socket', server.socket], capture_output=True, text=True,
                                  check=False)
        assert as_nobody('status').returncode == 0
        refused = as_nobody('leases', 'release', '192.0.2.10')
        assert refused.returncode == 1 and 'as root' in refused.stderr, refused.stderr


def shutdown_answers_first() -> None:
    with serving() as server:
        assert server.ask('shutdown')['result'] == 0
        assert server.ended() == 0, server.said()
    with folder() as where:
        server = Server(where, '-c', write_config(where)).ready()
        asked = {'command': 'shutdown', 'arguments': {'exit-value': 7}}
        assert server.ask(asked)['result'] == 0
        assert server.ended() == 7, server.said()


def exports_into_a_file_whole() -> None:
    with serving() as server, folder() as where:
        lease_dir = ('--lease-dir', str(server.where / 'leases'))
        file = where / 'leases.csv'
        file.write_text('old')
        run('leases', 'export', str(file), *lease_dir).expect(0, '0 leases written')
        assert file.read_text().startswith('address,hwaddr,client_id,'), file.read_text()
        assert os.listdir(where) == ['leases.csv']
        run('leases', 'export', str(where / 'none' / 'x'), *lease_dir).expect(1, 'No such file')
        run('leases', 'export', str(where), *lease_dir).expect(1, 'directory')
        run('leases', 'export', '/dev/full', *lease_dir).expect(1, 'No space left')


def status_is_json_for_programs() -> None:
    with serving() as server:
        where = ('--lease-dir', str(server.where / 'leases'))
        status = json.loads(run('status', '--json', *where).expect(0).out)
        assert any(i['name'] == 'eth0' and i['served'] for i in status['interfaces']), status
        assert status['pools'][0]['total'] == 11, status
        assert json.loads(run('leases', 'list', '--json', *where).expect(0).out) == []
        run('status', *where).expect(0, 'eth0', '192.0.2.10', 'Lease store')
        run('leases', 'list', *where).expect(0, 'No leases.')
        run('leases', 'get', '192.0.2.10', *where).expect(1, 'no lease for 192.0.2.10')
        run('leases', 'release', '192.0.2.10', *where).expect(1, '192.0.2.10')
        run('leases', 'clear-declined', *where).expect(0, 'Cleared 0')


CASES = [answers_in_keas_envelope, needs_no_closed_end, survives_bad_input,
         survives_many_silent_connections, only_its_own_user_may_change_anything,
         shutdown_answers_first, exports_into_a_file_whole, status_is_json_for_programs]
