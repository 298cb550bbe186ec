"""What `lessor client` may do to its host, and with which rights: rules about routes and names, the
files that it keeps, the privileges that it has left."""

import json
from pathlib import Path

import dhcp
from client_life import own_processes
from client_link import Link, View, make_link
from lab import Lab, check, check_equal, wait_until


def routes(link: Link, table: str = 'main') -> list[dict]:
    return json.loads(link.host.run('ip', '-j', '-4', 'route', 'show', 'table', table) or '[]')


def client_rules(lab: Lab) -> None:
    """Of the same lease each rule leaves out its part, and no more; all of it is put back."""
    link = make_link(lab)
    before = View.of(link.host)

    def bound(*words: str) -> View:
        link.bind('--probe', 'no', *words)
        return View.of(link.host)

    def end() -> None:
        link.client.stop()
        link.check_restored(before)

    everything = bound()
    end()
    view = bound('--no-default-route')
    check_equal(view.routes, [r for r in everything.routes if not r.startswith('default')],
                'routes without the default route')
    end()
    view = bound('--no-mtu', '--no-dns', '--metric', '77')
    check_equal((view.mtu, view.resolv_conf, view.routes),
                (1500, before.resolv_conf, everything.routes), 'without MTU and DNS')
    check_equal({r.get('metric') for r in routes(link)}, {77}, 'metrics')
    end()
    view = bound('--table', '100')
    check_equal(view.routes, [], 'routes of the main table')
    check_equal({r['dst'] for r in routes(link, '100')}, {'10.1.0.0/24', 'default', '10.9.0.0/16'},
                'routes of table 100')
    end()
    check_equal(routes(link, '100'), [], 'routes of table 100 after the end')
    link.client.start('--no-address')
    assert link.client.process
    link.client.process.wait_for_line('bound to')
    check_equal(link.client.status()['state'], 'BOUND', 'state with --no-address')
    check_equal(View.of(link.host), before, 'the host with --no-address')
    link.client.stop()


def client_hostname(lab: Lab) -> None:
    """A name of the server's is taken when the operator says so, and only a clean one; the host
    has its own back at the end."""
    link = make_link(lab)
    options = link.server.dhcp4['subnet4'][0]['option-data']
    for name, taken in (('r7', 'r7'), ('a;reboot', 'client'), ('localhost', 'client')):
        link.server.dhcp4['subnet4'][0]['option-data'] = [*options, {'code': 12, 'data':
                                                          name.encode().hex(), 'csv-format': False}]
        link.server.restart()
        address = link.bind('--probe', 'no', '--set-hostname')
        wait_until(lambda t=taken: link.host.run('hostname').strip() == t, f'{taken} for {name}')
        check_equal(link.host.addresses(), [address], 'address')
        link.client.stop()
        wait_until(lambda: link.host.run('hostname').strip() == 'client', 'its own name')
    link.bind('--probe', 'no')
    check_equal(link.host.run('hostname').strip(), 'client', 'name without --set-hostname')


# B05
def client_files(lab: Lab) -> None:
    """A lease file that makes no sense, that others may write, or that is a link, is no lease:
    said, kept aside, begun without it. An old lease's address is asked for in the DISCOVER."""
    link = make_link(lab)
    address = link.bind('--probe', 'no')
    link.client.stop()
    file, good = link.client.lease_file, link.client.lease_file.read_text()
    check_equal(file.parent.stat().st_mode & 0o777, 0o700, 'mode of the folder')
    elsewhere = link.host.folder / 'elsewhere'

    def begins(what: str, kind: int) -> str:
        since = link.wire.now()
        check_equal(link.bind('--probe', 'no'), address, f'address after {what}')
        first = link.wire.wait(lambda f: f.message.chaddr == link.mac and f.message.op == 1,
                               'a message', since=since)
        check_equal(first.message.type, kind, f'first message after {what}')
        if kind == dhcp.DISCOVER and what == 'an old lease':
            check_equal(first.message.requested, address, 'option 50 of the DISCOVER')
        link.client.stop()
        assert link.client.process
        return link.client.process.output()

    def put(text: str, mode: int = 0o600) -> None:
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(mode)

    begins('a restart', dhcp.REQUEST)
    for text in ('', 'nonsense\n', good[:len(good) // 3],
                 good.replace('address = 1', 'address = x'),
                 good.replace('lease-time = 10m', 'lease-time = -1'), 'x' * 100_000, good + '\0'):
        put(text)
        said = begins(f'{text[:20]!r}', dhcp.DISCOVER)
        check(str(file) in said, f'not a word about {text[:20]!r}: {said}')
    put(good, 0o666)
    check(str(file) in begins('a file that others may write', dhcp.DISCOVER), 'not a word')
    file.unlink(missing_ok=True)
    elsewhere.write_text(good)
    file.symlink_to(elsewhere)
    begins('a link', dhcp.DISCOVER)
    check_equal(elsewhere.read_text(), good, 'what the link leads to')
    put(good.replace('got-at = 20', 'got-at = 19'))
    begins('an old lease', dhcp.DISCOVER)


KEPT = {'10': 'CAP_NET_BIND_SERVICE', '13': 'CAP_NET_RAW'}


# C3-11
def client_privileges(lab: Lab) -> None:
    """The process that reads packets has a system call filter and two capabilities; it cannot
    change an address or write a file of root's."""
    link = make_link(lab)
    link.bind()
    pid = link.client.status()['pid']
    lines = Path(f'/proc/{pid}/status').read_text(encoding='ascii').splitlines()
    status = {key: value.strip() for key, _, value in (line.partition(':') for line in lines)}
    allowed = sum(1 << int(bit) for bit in KEPT)
    for name in ('CapEff', 'CapPrm', 'CapInh', 'CapAmb'):
        check(int(status[name], 16) & ~allowed == 0, f'{name} {status[name]}')
    check_equal((status['Seccomp'], status['NoNewPrivs']), ('2', '1'), 'filter')
    setgroups = Path('/proc/self/setgroups')  # "deny" where there is one user alone
    if not setgroups.exists() or setgroups.read_text(encoding='ascii').strip() == 'allow':
        check('0' not in status['Uid'].split() + status['Gid'].split(), 'it is root still')
    hands = [line for line in own_processes(link) if line]
    check(len(hands) >= 2, f'processes: {hands}')


SLOW_HOOK = '''#!/bin/sh
echo $LESSOR_EVENT >>"{folder}/runs"
sleep 2
exit 7
'''


def client_slow_hook(lab: Lab) -> None:
    """Renewals that come faster than the hook runs are told once, so that what follows them need
    not wait for a hook each."""
    link = make_link(lab)
    hook, runs = link.host.folder / 'hook', link.host.folder / 'runs'
    hook.write_text(SLOW_HOOK.format(folder=link.host.folder))
    hook.chmod(0o755)
    link.bind('--hook', str(hook))
    for _ in range(6):
        link.client.order('--renew')
    link.client.order('--release')
    wait_until(lambda: 'released' in runs.read_text(), 'the hook to be told of the release')
    told = runs.read_text().split()
    check(told.count('renewed') <= 2, f'the hook was run for {told}')
    check_equal((told[0], told[-1]), ('bound', 'released'), 'what the hook was told')
    process = link.client.process
    assert process
    wait_until(lambda: 'the hook ended with 7' in process.output(), 'its exit code in the log')


PARALLEL = [client_rules, client_slow_hook, client_hostname, client_files, client_privileges]
ALONE: list = []
