"""Commands of the control socket against Kea's: the same questions to both, the answers compared.
Kea's libraries that Debian has are lease_cmds and stat_cmds; the other commands are its own."""

import json
import socket
from pathlib import Path

from lab import Host, Lab, check, check_equal, wait_until
from servers import Kea, Lessor, Server, config, subnet

HOOKS = next((str(path) for path in Path('/usr/lib').glob('*/kea/hooks')), '')

# What our answers may have beside Kea's, and what is not compared: times of day, and texts of
# refusals, which are in other words.
OURS = {'remaining', 'subnet', 'count', 'hw-type', 'hostname-hex'}
NOT_COMPARED = {'cltt', 'timestamp', 'user-context'}

ADD = {'ip-address': '10.1.0.11', 'hw-address': '02:00:00:00:00:01'}
MORE = {'ip-address': '10.1.0.12', 'hw-address': '02:00:00:00:00:02', 'client-id': '01:02',
        'hostname': 'Foo.example', 'subnet-id': 1, 'valid-lft': 1000}
CASES: list[tuple[str, dict | None]] = [
    ('lease4-add', ADD), ('lease4-add', ADD), ('lease4-add', MORE),
    ('lease4-add', {**ADD, 'ip-address': '10.2.0.9'}),
    ('lease4-add', {**ADD, 'ip-address': '10.1.0.13', 'subnet-id': 9}),
    ('lease4-add', {'ip-address': '10.1.0.14'}), ('lease4-add', {'hw-address': '02:00'}),
    ('lease4-add', {**ADD, 'ip-address': '10.1.0.14', 'hw-address': 'xx'}),
    ('lease4-get', {'ip-address': '10.1.0.12'}), ('lease4-get', {'ip-address': '10.1.0.99'}),
    ('lease4-get', {'identifier-type': 'hw-address', 'identifier': '02:00:00:00:00:02',
                    'subnet-id': 1}),
    ('lease4-get', {'identifier-type': 'client-id', 'identifier': '01:02', 'subnet-id': 1}),
    ('lease4-get', {'identifier-type': 'client-id', 'identifier': '01:02'}),
    ('lease4-get', {}), ('lease4-get', None),
    ('lease4-get-all', None), ('lease4-get-all', {'subnets': [1]}),
    ('lease4-get-all', {'subnets': [2]}), ('lease4-get-all', {'subnets': ['a']}),
    ('lease4-get-page', {'from': 'start', 'limit': 1}),
    ('lease4-get-page', {'from': '10.1.0.11', 'limit': 20}),
    ('lease4-get-page', {'from': '10.1.0.99', 'limit': 20}),
    ('lease4-get-page', {'from': 'start', 'limit': 0}),
    ('lease4-get-page', {'from': 'x', 'limit': 1}),
    ('lease4-get-by-hw-address', {'hw-address': '02:00:00:00:00:02'}),
    ('lease4-get-by-hw-address', {'hw-address': '02:00:00:00:00:99'}),
    ('lease4-get-by-hw-address', {}),
    ('lease4-get-by-client-id', {'client-id': '01:02'}),
    ('lease4-get-by-hostname', {'hostname': 'FOO.example'}),
    ('lease4-get-by-hostname', {'hostname': 'bar'}), ('lease4-get-by-hostname', {}),
    ('stat-lease4-get', {'subnet-id': 9}),
    ('stat-lease4-get', {'subnet-range': {'first-subnet-id': 3, 'last-subnet-id': 2}}),
    ('lease4-update', {**MORE, 'hostname': 'new', 'hw-address': '02:00:00:00:00:12'}),
    ('lease4-get', {'ip-address': '10.1.0.12'}),
    ('lease4-update', {**ADD, 'ip-address': '10.1.0.18'}),
    ('lease4-update', {**ADD, 'ip-address': '10.1.0.18', 'force-create': True}),
    ('lease4-del', {'ip-address': '10.1.0.12'}), ('lease4-del', {'ip-address': '10.1.0.12'}),
    ('lease4-del', {}), ('lease4-wipe', {'subnet-id': 1}), ('lease4-wipe', {'subnet-id': 77}),
    ('lease4-wipe', None), ('lease4-get-all', None),
    ('statistic-get', {'name': 'pkt4-received'}), ('statistic-get', {'name': 'nope'}),
    ('statistic-get', {}), ('statistic-reset', {'name': 'pkt4-received'}),
    ('statistic-reset', {'name': 'nope'}), ('statistic-reset-all', None),
    ('statistic-remove', {'name': 'pkt4-received'}), ('statistic-remove', {}),
    ('dhcp-disable', None), ('dhcp-disable', {'max-period': 5}),
    ('dhcp-disable', {'max-period': 0}),
    ('dhcp-disable', {'origin': 'foo'}), ('dhcp-enable', {'origin': 'foo'}), ('dhcp-enable', None),
    ('config-set', {'Dhcp4': {'foo': 1}}), ('config-test', {'Dhcp4': {'foo': 1}}),
    ('server-tag-get', None), ('leases-reclaim', {'remove': False}), ('no-such-command', None)]

# Where the result is another one, each with the reason.
OTHERWISE: dict[str, str] = {}


def ask(path: str, command: str, arguments: dict | None = None) -> dict:
    request: dict = {'command': command}
    if arguments is not None:
        request['arguments'] = arguments
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path)
        s.sendall(json.dumps(request).encode())
        s.shutdown(socket.SHUT_WR)
        answer = b''
        while piece := s.recv(65536):
            answer += piece
    return json.loads(answer)


def plain(value: object) -> object:
    """Without what is ours, and what is not compared."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()
                if key not in OURS | NOT_COMPARED}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return '' if isinstance(value, str) and value.startswith('20') and ':' in value else value


def seen(answer: dict) -> dict:
    result = answer['result']
    compared = {'result': result, 'arguments': plain(answer.get('arguments', {}))}
    # Sentences of refusals are our own; others are what scripts look for.
    said = answer.get('text', '') if result in (0, 3) else ''
    compared['text'] = said.split(':')[0].removesuffix('.')
    return compared


def site() -> dict:
    return config(subnet(id=1), subnet('10.3.0.0/24', '10.3.0.10-10.3.0.20', '10.3.0.1', id=2),
                  valid=7200)


def kea_with_commands(host: Host) -> Server:
    """Beside the network's own: its socket is in the host's folder."""
    path = str(host.folder / 'kea.sock')
    hooks = [{'library': f'{HOOKS}/libdhcp_{name}.so'} for name in ('lease_cmds', 'stat_cmds')]
    return Kea(host, {**site(), 'hooks-libraries': hooks,
                      'control-socket': {'socket-type': 'unix', 'socket-name': path}})


def answers_of(server: Server, path: str) -> list[dict]:
    server.start()
    wait_until(lambda: Path(path).is_socket(), 'the control socket')
    answers = [ask(path, command, arguments) for command, arguments in CASES]
    server.stop()
    return answers


def commands_as_kea(lab: Lab) -> None:
    host = lab.host('server')
    lab.connect(host, lab.switch(record=False), address='10.1.0.1/24')
    theirs = answers_of(kea_with_commands(host), str(host.folder / 'kea.sock'))
    lessor = Lessor(host, site())
    ours = answers_of(lessor, lessor.control_socket)
    found = []
    for (command, arguments), our, their in zip(CASES, ours, theirs):
        if seen(our) != seen(their) and command not in OTHERWISE:
            found.append(f'{command} {arguments}\n  ours {our}\n  Kea  {their}')
    check(not found, f'{len(found)} answers are not as Kea\'s:\n' + '\n'.join(found[:8]))
    print(f'{len(CASES)} answers compared')


def leases_by_command_outlive_a_crash(lab: Lab) -> None:
    """What the answer says is done is on the disk."""
    host = lab.host('server')
    lab.connect(host, lab.switch(record=False), address='10.1.0.1/24')
    server = Lessor(host, site())
    server.start()
    check_equal(ask(server.control_socket, 'lease4-add', MORE)['result'], 0, 'lease4-add')
    server.kill()
    server.start()
    lease = ask(server.control_socket, 'lease4-get', {'ip-address': '10.1.0.12'})
    check_equal(lease['arguments']['hw-address'], '02:00:00:00:00:02', 'the lease after a crash')
    ask(server.control_socket, 'lease4-del', {'ip-address': '10.1.0.12'})
    server.kill()
    server.start()
    lease = ask(server.control_socket, 'lease4-get', {'ip-address': '10.1.0.12'})
    check_equal(lease['result'], 3, 'the lease that was deleted before a crash')
    server.stop()


def configuration_by_command(lab: Lab) -> None:
    """Subnets, classes and reservations come and go while clients are served; config-write makes
    them last."""
    host = lab.host('server')
    lab.connect(host, lab.switch(record=False), address='10.1.0.1/24')
    server = Lessor(host, {**site(), 'user-context': {'kept': True}})
    server.prefix = []
    server.start()
    socket_path = server.control_socket
    added = {'subnet4': [{'id': 7, 'subnet': '10.7.0.0/24', 'comment': 'seven'}]}
    check_equal(ask(socket_path, 'subnet4-add', added)['result'], 0, 'subnet4-add')
    host_of = {'reservation': {'subnet-id': 1, 'hw-address': '02:00:00:00:00:77',
                               'ip-address': '10.1.0.77'}}
    check_equal(ask(socket_path, 'reservation-add', host_of)['result'], 0, 'reservation-add')
    chosen = ask(socket_path, 'subnet4-select-test', {'relay': '10.7.0.1'})
    check('id 7' in chosen['text'], str(chosen))
    check_equal(ask(socket_path, 'subnet4-select-test', {'relay': '10.8.0.1'})['result'], 3,
                'no subnet')
    names = [each['name'] for each in
             ask(socket_path, 'interface-list')['arguments']['interfaces'] if each['in-use']]
    check_equal(names, ['eth0'], 'the interfaces in use')
    before = ask(socket_path, 'config-hash-get')['arguments']['hash']
    written = ask(socket_path, 'config-write')
    if written['result'] == 0:  # not as root, who keeps no right to
        check_equal(ask(socket_path, 'config-reload')['result'], 0, 'config-reload')
        check_equal(ask(socket_path, 'config-hash-get')['arguments']['hash'], before, 'the hash')
    else:
        check('other than root' in written['text'], str(written))
    dhcp4 = ask(socket_path, 'config-get')['arguments']['Dhcp4']
    check_equal(dhcp4['user-context'], {'kept': True}, 'the user-context')
    check_equal(dhcp4['subnet4'][2]['user-context'], {'comment': 'seven'}, 'the comment')
    server.stop()


PARALLEL = [commands_as_kea, leases_by_command_outlive_a_crash, configuration_by_command]
ALONE: list = []
