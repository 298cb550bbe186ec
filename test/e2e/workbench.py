"""The packet workbench on a wire: `lessor send` and `lessor run` against every server."""

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import dhcp
from lab import Host, Lab, Switch, check, check_equal, wait_until
from servers import LESSOR, Dhcpd, Dnsmasq, Kea, Lessor, config, subnet

EXAMPLES = Path(__file__).parents[2] / 'examples' / 'packets'
SERVER = '10.1.0.1'
CLIENT_MAC = '02:00:00:00:02:01'


def make_link(lab: Lab, address: str = f'{SERVER}/24',
              mac: str = '02:00:00:00:01:01') -> tuple[Switch, Host, Host]:
    """A server's host, and a client's whose interface has no address."""
    switch, host, client = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(host, switch, mac=mac, address=address)
    host.turn_off_checksum_offload('eth0')
    lab.connect(client, switch, mac=CLIENT_MAC)
    return switch, host, client


def send(client: Host, *words: str, ok: tuple[int, ...] = (0,)) -> str:
    return client.run(LESSOR, 'send', '-i', 'eth0', *words, ok=ok)


def read_lease(path: Path) -> dict[str, str]:
    lines = [line.split(' = ', 1) for line in path.read_text().splitlines() if ' = ' in line]
    return {key: value for key, value in lines}


def live_a_lease(switch: Switch, client: Host, active: Callable[[str], object]) -> None:
    """DISCOVER to ACK, renewal, rebinding, reboot and release, made with `lessor send` alone."""
    wire, file = switch.wire, client.folder / 'lease'
    send(client, 'dora', '--lease', str(file), '-o', 'host-name=R1')
    lease = read_lease(file)
    address = lease['address']
    check_equal((lease['state'], lease['server'], lease['chaddr'], lease['server-mac']),
                ('active', SERVER, CLIENT_MAC, '02:00:00:00:01:01'), 'lease')
    wait_until(lambda: active(address), f'{address} to be leased')

    def go_on(word: str, to: str, **request: str) -> None:
        since = wire.now()
        send(client, word, '--lease', str(file))
        sent = wire.type(dhcp.REQUEST, f'the REQUEST of {word}', since=since, chaddr=CLIENT_MAC)
        ack = wire.type(dhcp.ACK, f'the ACK to {word}', since=since)
        check_equal((sent.target, ack.message.yiaddr, ack.message.xid),
                    (to, address, sent.message.xid), word)
        for name, value in request.items():
            check_equal(getattr(sent.message, name), value, f'{name} of {word}')
        check_equal(sent.message.option(dhcp.SERVER_ID), None, f'option 54 of {word}')
        check_equal(sent.message.option(dhcp.HOST_NAME), b'R1', f'option 12 of {word}')
        check(read_lease(file)['got-at'] > lease['got-at'], f'{word} did not rewrite the lease')

    go_on('renew', SERVER, ciaddr=address)
    go_on('rebind', '255.255.255.255', ciaddr=address)
    go_on('reboot', '255.255.255.255', ciaddr='0.0.0.0')
    send(client, 'release', '--lease', str(file))
    check_equal(read_lease(file)['state'], 'released', 'state of the lease file')
    wait_until(lambda: not active(address), f'{address} to be free')


def send_to_lessor(lab: Lab) -> None:
    switch, host, client = make_link(lab)
    server = Lessor(host, config())
    server.start()
    live_a_lease(switch, client, server.active)


def send_to_kea(lab: Lab) -> None:
    switch, host, client = make_link(lab)
    server = Kea(host, config())
    server.start()
    live_a_lease(switch, client, server.active)


def send_to_dhcpd(lab: Lab) -> None:
    switch, host, client = make_link(lab)
    server = Dhcpd(host, '10.1.0.10', '10.1.0.99')
    server.start()
    live_a_lease(switch, client, server.active)


def send_to_dnsmasq(lab: Lab) -> None:
    switch, host, client = make_link(lab)
    server = Dnsmasq(host, '10.1.0.10', '10.1.0.99')
    server.start()
    live_a_lease(switch, client, lambda _: CLIENT_MAC in server.macs())


def send_single_messages(lab: Lab) -> None:
    """What single messages say by their output and exit code."""
    switch, host, client = make_link(lab)
    server = Lessor(host, config())
    pcap = client.folder / 'kept.pcap'
    server.launch()
    server.wait_ready()
    check(re.search('DISCOVER.*\n.*OFFER', send(client, 'discover', '--pcap', str(pcap))),
          'no OFFER shown')
    kept = client.run('tshark', '-r', str(pcap), '-Y', 'dhcp', '-T', 'fields', '-e',
                      'dhcp.option.dhcp')
    check_equal(kept.split(), ['1', '2'], 'message types that tshark sees in the capture')
    rows = [json.loads(line) for line in send(client, 'discover', '--json').splitlines()]
    check_equal(len(rows), 2, 'lines of JSON')
    send(client, 'discover', '--expect', 'ack', '--timeout', '300ms', ok=(3,))
    send(client, 'discover', '--expect', 'silence', '--timeout', '300ms', ok=(1,))
    send(client, 'discover', '--malform', 'bad-checksum', '--expect', 'silence', '--timeout',
         '300ms')
    send(client, 'discover', '--malform', 'bad-checksum', '--timeout', '300ms', ok=(3,))
    send(client, 'request', '--timeout', '300ms', 'ciaddr=10.99.0.1', ok=(3,))
    send(client, 'release', 'ciaddr=10.1.0.77', 'ip.dst=' + SERVER)
    send(client, 'accept', ok=(2,))
    send(client, 'discover', 'xid=many', ok=(2,))
    client.run(LESSOR, 'send', 'discover', ok=(2,))
    send(client, 'discover', '--pcap', '-', ok=(2,))
    client.run(LESSOR, 'send', '-i', 'eth1', 'discover', ok=(1,))
    client.run(LESSOR, 'send', '-i', 'lo', 'discover', ok=(1,))
    summary = send(client, 'discover', '--count', '5', '--interval', '20ms').splitlines()[-1]
    check(summary.startswith('5 sent, 5 answered, 0% lost'), summary)
    xids = {f.message.xid for f in switch.wire.seen(lambda f: f.message.type == dhcp.OFFER)}
    check(len(xids) >= 7, f'{len(xids)} different transactions')
    # A NAK is a refusal: 1. Of another network's address the server says so to its own clients.
    lease = client.folder / 'lease'
    send(client, 'dora', '--lease', str(lease))
    send(client, 'reboot', '--lease', str(lease), '-o', 'dhcp-requested-address=10.99.0.1', ok=(1,))
    send(client, 'reboot', '-o', 'dhcp-requested-address=10.99.0.1', '--expect', 'nak')
    send(client, 'renew', '--lease', str(lease), '--expect', 'silence', ok=(2,))
    # Nobody is there any more.
    server.stop()
    send(client, 'dora', '--timeout', '100ms', '--tries', '2', ok=(3,))
    send(client, 'renew', '--lease', str(lease), '--timeout', '100ms', '--tries', '1', ok=(3,))


def send_ends_at_once(lab: Lab) -> None:
    """Ctrl-C ends every wait, and a reader that goes away is no error."""
    _, _, client = make_link(lab)
    # With --count there is a summary, and what it says decides.
    for words, code in ((('discover', '--timeout', '60s'), 1), (('dora',), 1),
                        (('discover', '--count', '99', '--timeout', '60s'), 3)):
        process = client.start(LESSOR, 'send', '-i', 'eth0', *words)
        process.wait_for_line('DISCOVER')
        started = time.monotonic()
        check_equal(process.stop(signal.SIGINT), code, f'exit of {words} after Ctrl-C')
        check(time.monotonic() - started < 2, 'Ctrl-C did not end the wait')
    script = client.folder / 'wait.lsr'
    script.write_text('send discover\nexpect offer within 60s\n')
    process = client.start(LESSOR, 'run', '-i', 'eth0', str(script))
    process.wait_for_line('send discover')
    check_equal(process.stop(signal.SIGINT), 1, 'exit of run after Ctrl-C')
    script.write_text('title "On"\n$n = 1\n' + 'repeat 1000000 {\n' * 3 + '$n++\n' + '}\n' * 3)
    process = client.start(LESSOR, 'run', '-i', 'eth0', str(script))
    process.wait_for_line('On')
    check_equal(process.stop(signal.SIGINT), 1, 'exit of an endless run after Ctrl-C')
    client.run('sh', '-c', f'{LESSOR} send -i eth0 discover --count 3 --timeout 50ms --interval 0s'
               ' | head -1; exit 0')


# C3-04
def finds_a_rogue_server(lab: Lab) -> None:
    """--wait-all: a row a server; dora takes the offer of the server that is named."""
    switch, host, client = make_link(lab)
    server = Lessor(host, config())
    server.start()
    check('servers answer' not in wait_all(client), 'one server is no reason to warn')
    rogue_host = lab.host('rogue')
    lab.connect(rogue_host, switch, mac='02:00:00:00:66:66', address='10.1.0.2/24')
    Dnsmasq(rogue_host, '10.1.0.200', '10.1.0.250').start()
    shown = wait_all(client)
    for mac, identifier in (('02:00:00:00:01:01', SERVER), ('02:00:00:00:66:66', '10.1.0.2')):
        check(re.search(rf'{re.escape(identifier)} .*{mac}.*10\.1\.0\.\d+', shown),
              f'no row of {identifier}:\n{shown}')
    check('2 servers answer on eth0' in shown, f'no warning:\n{shown}')
    lease = client.folder / 'lease'
    for identifier in ('10.1.0.2', SERVER):
        send(client, 'dora', '--server', identifier, '--lease', str(lease), '--mac', 'random')
        check_equal(read_lease(lease)['server'], identifier, 'server chosen')


def wait_all(client: Host) -> str:
    return client.run('sh', '-c', f'{LESSOR} send -i eth0 discover --wait-all --timeout 500ms 2>&1')


def packet_files(lab: Lab) -> None:
    """Every example, in order, against a server that has given nothing yet."""
    switch, host, client = make_link(lab, '192.168.56.100/24', '08:00:27:9b:11:3d')
    text = '\n'.join(line for line in (EXAMPLES / 'lessor.json').read_text().splitlines()
                     if not line.strip().startswith('//'))
    server = Lessor(host, json.loads(text)['Dhcp4'])
    server.start()
    files = sorted(EXAMPLES.glob('*.lsr'))
    check(len(files) >= 7, f'only {len(files)} packet files')
    for file in files:
        client.run(LESSOR, 'run', '--check', str(file))
        if 'two-servers' in file.name:
            second = lab.host('second')
            lab.connect(second, switch, address='192.168.56.200/24')
            other = Dnsmasq(second, '192.168.56.210', '192.168.56.220')
            other.start()
        shown = client.run(LESSOR, 'run', '-i', 'eth0', str(file))
        if 'two-servers' in file.name:
            other.process.stop()
        print(shown)
        steps, passed = re.findall(r'^(\d+) steps, (\d+) passed$', shown, re.MULTILINE)[0]
        check_equal(passed, steps, f'steps of {file.name} that passed')
    check(server.running(), 'the server ended')


def packet_files_say_what_is_wrong(lab: Lab) -> None:
    """Exit codes and reports of files that fail, and of files that make no sense."""
    _, host, client = make_link(lab)
    server = Lessor(host, config())
    server.start()
    script = client.folder / 'test.lsr'

    def run(text: str, code: int, *words: str) -> str:
        script.write_text(text)
        return client.run('sh', '-c', f'{LESSOR} run -i eth0 {script} {" ".join(words)} 2>&1',
                          ok=(code,))

    shown = run('send discover\nexpect offer { yiaddr = 10.1.0.3 } within 300ms\n', 1)
    check(re.search(r'yiaddr +\| 10\.1\.0\.3 +\| 10\.1\.0\.', shown), shown)
    check('2 steps, 1 passed, 1 failed' in shown, shown)
    rows = [json.loads(line) for line in run('send discover\nexpect ack as $a within 100ms\n'
                                             'send release { ciaddr = $a.yiaddr }\n', 1,
                                             '--json').splitlines()]
    check_equal([row.get('verdict') for row in rows[:3]], ['passed', 'failed', 'skipped'], 'JSON')
    check_equal(rows[3]['steps'], 3, 'steps')
    shown = run('sned discover\nexpect offr\n', 2)
    check_equal([line.split(': ')[0] for line in shown.splitlines()],
                [f'{script}:1:1', f'{script}:2:1'], 'places of what is wrong')
    run('send discover { option.host-name = $name }\nexpect offer\n', 2)
    run('send discover { option.host-name = $name }\nexpect offer\n', 0, '--set', 'name=R1')
    run('send discover\n', 2, '--pcap', '-')
    run(client.run(LESSOR, 'craft', 'discover') + 'expect offer\n', 0)
    client.run('sh', '-c', f'{LESSOR} run -i eth0 - < {script}')
    script.write_text('send discover\n')
    check('cannot write to standard output' in client.run(
        'sh', '-c', f'{LESSOR} run -i eth0 {script} 2>&1 >/dev/full', ok=(1,)), 'a full disk')


PARALLEL = [send_to_lessor, send_to_kea, send_to_dhcpd, send_to_dnsmasq, send_single_messages,
            send_ends_at_once, finds_a_rogue_server, packet_files, packet_files_say_what_is_wrong]
ALONE = []
