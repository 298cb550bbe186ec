"""What `lessor serve` and `lessor relay` have left of root's rights, as the kernel tells it of
every thread; whose the files are; what is refused because it would take more."""

import json
import os
import socket
import stat
from pathlib import Path

import dhcp
from clients import CLIENTS
from lab import Host, Lab, Process, check, check_equal, wait_until
from relay_site import SERVER, Site, link_subnet, relayed
from servers import Lessor, config, subnet

USER, UID = 'lessor', 990
KEPT = 1 << 10 | 1 << 13  # CAP_NET_BIND_SERVICE, CAP_NET_RAW
OPEN = {'lock', 'leases'}


def is_alone() -> bool:
    """In a user namespace of one user, who can become nobody else."""
    setgroups = Path('/proc/self/setgroups')
    return setgroups.exists() and setgroups.read_text(encoding='ascii').strip() == 'deny'


def add_user(host: Host, name: str = USER, uid: int = UID) -> None:
    host.run('sh', '-c', f'echo {name}:x:{uid}:{uid}::/nonexistent:/usr/sbin/nologin >>/etc/passwd;'
             f'echo {name}:x:{uid}: >>/etc/group')


def facts_of_threads(pid: int) -> list[dict[str, str]]:
    tasks = list(Path(f'/proc/{pid}/task').iterdir())
    return [{key: value.strip() for key, _, value in
             (line.partition(':') for line in (task / 'status').read_text().splitlines())}
            for task in tasks]


def check_threads(process: Process, uid: int, least: int) -> None:
    """Every thread of it: this user and its group alone, two capabilities, no way to more, a
    filter."""
    pid = process.pid
    threads = facts_of_threads(pid)
    check(len(threads) >= least, f'{len(threads)} threads')
    for facts in threads:
        name = facts['Name']
        check_equal(facts['Uid'].split(), [str(uid)] * 4, f'user of {name}')
        check_equal(facts['Gid'].split(), [str(uid)] * 4, f'group of {name}')
        for caps in ('CapEff', 'CapPrm'):
            check_equal(int(facts[caps], 16), KEPT, f'{caps} of {name}')
        for caps in ('CapInh', 'CapAmb', 'CapBnd'):
            check_equal(int(facts[caps], 16), 0, f'{caps} of {name}')
        if uid:
            check(facts['Groups'] in ('', str(uid)), f'groups of {name}: {facts["Groups"]}')
        check_equal((facts['NoNewPrivs'], facts['Seccomp']), ('1', '2'), f'bounds of {name}')


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Path -> owner and mode of all that is in it, and itself."""
    found = {}
    for path in [folder, *folder.rglob('*')]:
        facts = path.lstat()
        found[str(path.relative_to(folder))] = (facts.st_uid, oct(stat.S_IMODE(facts.st_mode)))
    return found


def check_store(server: Lessor, uid: int) -> None:
    """All of the store is this user's and closed to others."""
    found = tree(server.store)
    check(OPEN <= set(found), f'in the store: {sorted(found)}')
    for name, (owner, mode) in found.items():
        check_equal(owner, uid, f'owner of {name}')
        check(int(mode, 8) & 0o027 == 0, f'mode {mode} of {name}')


def make_server(lab: Lab) -> tuple[Host, Host, Lessor]:
    switch, host, client_host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(host, switch, address='10.1.0.1/24')
    lab.connect(client_host, switch)
    server = Lessor(host, config(subnet()))
    server.store = lab.folder / 'var' / 'store'
    lab.folder.chmod(0o755)
    host.folder.chmod(0o755)
    return host, client_host, server


def get_lease(client_host: Host, server: Lessor) -> str:
    client = CLIENTS['udhcpc'](client_host)
    client_host.run('ip', 'addr', 'flush', 'dev', 'eth0')
    client.start()
    wait_until(lambda: client_host.addresses(), 'an address')
    address = client_host.addresses()[0]
    client.crash()
    server.wait_lease(address, 'active')
    return address


def serve_as_its_own_user(lab: Lab) -> None:
    """Root's store is taken over by the user lessor when there is one, and taken back by `--user
    root`; no lease is lost on the way. Every thread has two capabilities and a filter."""
    host, client_host, server = make_server(lab)
    logs = host.folder / 'logs'
    logs.mkdir(mode=0o755)
    server.dhcp4['loggers'] = [{'name': 'lessor', 'output-options': [
        {'output': str(logs / 'log')}, {'output': 'stderr'}]}]
    server.start()
    assert server.process
    check_threads(server.process, 0, 5)
    check('stays root' in server.process.output(), 'that it stays root is not said')
    address = get_lease(client_host, server)
    check_store(server, 0)
    server.stop()
    if is_alone():
        return
    add_user(host)
    server.start()
    check_threads(server.process, UID, 5)
    check('the lease store now belongs to lessor' in server.process.output(), 'not said')
    check_store(server, UID)
    check(server.active(address), f'{address} is lost')
    for path, mode in ((logs / 'log', 0o640), (Path(server.control_socket), 0o660)):
        facts = path.stat()
        check_equal((facts.st_uid, oct(stat.S_IMODE(facts.st_mode))), (UID, oct(mode)), f'{path}')
    server.config_file.chmod(0o644)
    check('successful' in command(server, 'config-reload')['text'], 'a reload by its own user')
    check_equal(get_lease(client_host, server), address, 'the address again')
    server.kill()
    server.start()  # a crash leaves nothing that the next start stumbles over
    check_store(server, UID)
    server.stop()
    words = [*server.command(), '--user', 'root']
    server.command = lambda: words
    server.start()
    check_threads(server.process, 0, 5)
    check_store(server, 0)
    check(server.active(address), f'{address} is lost on the way back')
    server.stop()


def serve_by_xdp(lab: Lab) -> None:
    """With dhcp-socket-type xdp requests are received by AF_XDP where root starts the server, which
    keeps no right for it; who lacks the rights is served by packet sockets, and told."""
    host, client_host, server = make_server(lab)
    server.dhcp4['interfaces-config'] = {'interfaces': ['eth0'], 'dhcp-socket-type': 'xdp'}

    def by_xdp() -> int:
        return server.status()['counters']['packets: received-xdp']

    if not is_alone():
        server.start()
        server.process.wait_for_line('serving eth0 by AF_XDP')
        check_threads(server.process, 0, 5)
        address = get_lease(client_host, server)
        check(by_xdp() >= 2, f'{by_xdp()} frames by AF_XDP')
        lost = server.status()['counters']['packets: receive-lost']
        check_equal(lost, 0, 'lost frames')
        server.kill()
        server.start()  # at once: what the kernel has not given back yet is waited for
        server.process.wait_for_line('serving eth0 by AF_XDP')
        check_equal(get_lease(client_host, server), address, 'the address again')
        server.config_file.write_text(server.config_file.read_text().replace('"xdp"', '"raw"'))
        answer = command(server, 'config-reload')
        check(answer['result'] == 1 and 'restart' in answer['text'], f'a reload: {answer}')
        server.stop()
    words = ['setpriv', '--bounding-set=-bpf,-sys_admin', *server.command()]
    server.command = lambda: words
    server.start()
    server.process.wait_for_line('receiving by packet socket: .* it takes CAP_BPF')
    get_lease(client_host, server)
    check_equal(by_xdp(), 0, 'frames by AF_XDP without the rights')
    server.stop()


def command(server: Lessor, name: str, arguments: dict | None = None) -> dict:
    """A command by the control socket, as a program sends it."""
    text = json.dumps({'command': name} | ({'arguments': arguments} if arguments else {}))
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(server.control_socket)
        s.sendall(text.encode())
        s.shutdown(socket.SHUT_WR)
        answer = b''
        while part := s.recv(65536):
            answer += part
    return {'text': '', **json.loads(answer)}


def serve_stays_in_its_folders(lab: Lab) -> None:
    """A reload that needs more than what was kept at the start is refused with that reason and
    changes nothing; no command opens a path that it is given."""
    host, _, server = make_server(lab)
    elsewhere = lab.folder / 'elsewhere'
    elsewhere.mkdir()
    (elsewhere / 'part.json').write_text('{}')
    (host.folder / 'part.json').write_text('7200')
    server.start()
    before = command(server, 'config-get')
    more = {'loggers': [{'name': 'lessor', 'output-options': [
        {'output': str(elsewhere / 'log')}]}]}
    for changed, word in (
            (more, 'more than the server kept the right to'),
            ({'lease-database': {'type': 'memfile', 'name': str(elsewhere)}}, 'restart'),
            ({'control-sockets': [{'socket-type': 'unix', 'socket-name': str(elsewhere / 's')}]},
             'restart'),
            ({'user-context': f'<?include "{elsewhere}/part.json"?>'}, 'lies outside'),
            ({'user-context': '<?include "/etc/shadow"?>'}, 'lies outside')):
        text = json.dumps({'Dhcp4': server.dialect() | changed})
        server.config_file.write_text(text.replace('"<?', '<?').replace('?>"', '?>')
                                      .replace('\\"', '"'))
        answer = command(server, 'config-reload')
        check(answer['result'] == 1 and word in answer['text'], f'{changed}: {answer}')
        check_equal(command(server, 'config-get'), before, 'the configuration in force')
    check(not (elsewhere / 'log').exists(), 'the log was made')
    text = json.dumps({'Dhcp4': server.dialect() | {'valid-lifetime': 1234567}})
    server.config_file.write_text(text.replace('1234567', f'<?include "{host.folder}/part.json"?>'))
    answer = command(server, 'config-reload')
    check_equal(answer['result'], 0, f'an include beside the configuration: {answer}')
    check_no_path_is_opened(server, elsewhere)
    server.stop()


def check_no_path_is_opened(server: Lessor, elsewhere: Path) -> None:
    """Every command is given paths in all the ways that other servers' commands take them."""
    victim = elsewhere / 'victim'
    victim.write_text('as it was')
    before = tree(elsewhere)
    paths = (str(victim), f'{server.store}/../elsewhere/victim', '../elsewhere/victim')
    known = command(server, 'list-commands')['arguments']
    for name in [*known, 'config-write', 'config-set', 'leases-write', 'leases4-wipe',
                 'build-report', 'libreload', 'cache-write']:
        if name == 'shutdown':
            continue
        for path in paths:
            answer = command(server, name, {key: path for key in
                                            ('filename', 'file', 'path', 'output', 'name')})
            check(name in known or answer['result'] == 2, f'{name}: {answer}')
            check('as it was' not in json.dumps(answer), f'{name} shows a file: {answer}')
    check_equal((tree(elsewhere), victim.read_text()), (before, 'as it was'), 'what was there')
    hooks = {'Dhcp4': {'hooks-libraries': [{'library': '/lib/x86_64-linux-gnu/libm.so.6'}]}}
    for config_text in (hooks, {'Dhcp4': {'user-context': {'x': '/etc/shadow'}, 'loggers': [
            {'name': 'lessor', 'output-options': [{'output': str(elsewhere / 'tested')}]}]}}):
        command(server, 'config-test', config_text)
    maps = Path(f'/proc/{server.process.pid}/maps').read_text() if server.process else ''
    check('libm.so.6' not in maps or command(server, 'config-test', hooks)['result'] == 1,
          'hooks-libraries was accepted')
    check_equal(command(server, 'config-test', hooks)['result'], 1, 'a hook library')
    check(not (elsewhere / 'tested').exists(), 'config-test made a log')


def serve_takes_no_trap(lab: Lab) -> None:
    """What stands in a lease folder and is not what it looks like is neither followed nor given
    away; a folder of somebody else's, or one with other things in it, is left as it was."""
    if is_alone():
        return
    host, _, server = make_server(lab)
    add_user(host)
    secret = lab.folder / 'secret'
    secret.write_text('root only')
    secret.chmod(0o600)

    def refused(word: str) -> None:
        server.launch()
        assert server.process
        check_equal(server.process.wait(), 1, 'exit')
        check(word in server.process.output(), f'{word!r}: {server.process.output()}')
        facts = secret.stat()
        check_equal((facts.st_uid, stat.S_IMODE(facts.st_mode)), (0, 0o600), 'the secret')

    server.store.mkdir(parents=True)
    for trap in (lambda p: p.symlink_to(secret), lambda p: p.hardlink_to(secret), os.mkfifo):
        lock = server.store / 'lock'
        trap(lock)
        refused('no ordinary file')
        lock.unlink()
    (server.store / 'leases').symlink_to(lab.folder)
    refused('leases')
    (server.store / 'leases').unlink()
    server.store.chmod(0o755)
    os.chown(server.store, 0, 0)
    (server.store / 'somebody.txt').write_text('x')
    refused('other things in it (somebody.txt)')
    (server.store / 'somebody.txt').unlink()
    os.chown(server.store, 12345, 12345)
    refused('has to belong to lessor')
    check_equal(server.store.stat().st_uid, 12345, "the folder's owner")
    os.chown(server.store, 0, 0)
    hidden = lab.folder / 'hidden'
    hidden.mkdir(mode=0o700)
    server.store, kept = hidden / 'store', server.store
    refused('a folder above is closed to it')
    server.store = kept
    server.start()
    check_store(server, UID)
    server.stop()
    host.run('chmod', '-R', 'o+rX', str(server.store))
    server.start()
    assert server.process
    check('open to others and is closed now' in server.process.output(), 'not said')
    check_store(server, UID)
    server.stop()


def serve_as_a_service(lab: Lab) -> None:
    """Started as the service manager starts it (packaging/lessor.service): not by root, with two
    ambient capabilities. And `--user` in all its ways."""
    if is_alone():
        return
    host, client_host, server = make_server(lab)
    add_user(host)
    add_user(host, 'other', 991)
    server.store.mkdir(parents=True)
    for path in (server.store, host.folder):
        os.chown(path, UID, UID)
    server.prefix = ['setpriv', f'--reuid={UID}', f'--regid={UID}', '--clear-groups',
                     '--inh-caps=-all,+net_raw,+net_bind_service',
                     '--ambient-caps=-all,+net_raw,+net_bind_service',
                     '--bounding-set=-all,+net_raw,+net_bind_service']
    server.start()
    assert server.process
    facts = facts_of_threads(server.process.pid)
    check_equal({(f['Uid'].split()[0], int(f['CapEff'], 16), int(f['CapAmb'], 16), f['Seccomp'])
                 for f in facts}, {(str(UID), KEPT, 0, '2')}, 'threads')
    get_lease(client_host, server)
    server.stop()
    server.prefix = []

    def refused(word: str, *words: str) -> None:
        process = host.start(*server.command(), *words)
        check_equal(process.wait(), 1, f'exit with {words}')
        check(word in process.output(), process.output())

    refused('there is no such user', '--user', 'nobody-of-that-name')
    command_of_lessor = server.command()
    server.command = lambda: [*command_of_lessor, '--user', 'root']
    host.run('chown', 'root', str(host.folder))
    server.start()
    assert server.process
    check_threads(server.process, 0, 5)
    check_store(server, 0)
    server.stop()
    server.command = lambda: command_of_lessor
    os.chown(host.folder, UID, UID)
    refused('its folder has to belong to our user', '--user', 'other')
    refused("has to belong to lessor and is user 991's")


def relay_privileges(lab: Lab) -> None:
    """Each thread of the relay: its own user, two capabilities, a filter; a reload works still."""
    site = Site(lab)
    site.lessor(relayed(link_subnet(0)))
    lab.folder.chmod(0o755)
    uid = 0 if is_alone() else UID
    if uid:
        add_user(site.router)
    file = site.router.folder / 'relay.conf'
    file.write_text(json.dumps(
        {'Relay': {'downlinks': [{'interface': 'd0'}], 'servers': [SERVER]}}))
    relay = site.start('-c', str(file), downlinks=False)
    check_threads(relay, uid, 4)
    facts = Path(site.socket).stat()
    check_equal((facts.st_uid, oct(stat.S_IMODE(facts.st_mode))), (uid, '0o660'), 'its socket')
    crowd = site.crowd()
    check_equal(len(crowd.bind(crowd.macs(3), 10)), 3, 'clients bound')
    relay.popen.send_signal(1)
    relay.wait_for_line('the new settings are in force')
    site.stop()


PARALLEL = [serve_as_its_own_user, serve_by_xdp, serve_stays_in_its_folders, serve_takes_no_trap,
            serve_as_a_service, relay_privileges]
ALONE: list = []
