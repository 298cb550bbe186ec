#!/usr/bin/env python3
"""Runs `lessor demo` as a person does and checks what it shows, and that nothing of it stays.

demo_test.py CASE; LESSOR names the program. Exit 77: this system allows no namespaces.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import captured
import printed

LESSOR = os.environ.get('LESSOR', 'build/lessor')
EXPECTED = ['DHCPDISCOVER', 'DHCPOFFER', 'DHCPOFFER', 'DHCPREQUEST', 'DHCPACK', 'DHCPREQUEST',
            'DHCPACK', 'DHCPRELEASE']
STEPS = ['Begins initialization', 'Determines', 'configuration', 'Collects replies',
         'Selects configuration', 'Offer declined', 'Commits configuration',
         'Initialization complete', 'T1: renews its lease', 'Extends lease', 'Graceful shutdown',
         'Discards lease']
SKIPPED = 77


def check(condition: object, what: object) -> None:
    if not condition:
        sys.exit(f'FAILED: {what}')


def check_equal(actual: object, expected: object, what: str) -> None:
    check(actual == expected, f'{what}: {actual!r}, expected {expected!r}')


class Traces:
    """What a run could leave behind: processes (found by a mark in their environment), interfaces,
    named namespaces, mounts, and files in the folder for temporary ones."""

    def __init__(self) -> None:
        self.mark = f'LESSOR_DEMO_TEST={uuid.uuid4()}'
        self.folder = tempfile.mkdtemp(prefix='lessor-demo-')
        os.chmod(self.folder, 0o777)
        self.before = self.system()

    @staticmethod
    def system() -> dict[str, object]:
        named = '/run/netns'
        with open('/proc/self/mounts', encoding='utf-8') as mounts:
            return {'interfaces': sorted(os.listdir('/sys/class/net')),
                    'namespaces': sorted(os.listdir(named)) if os.path.isdir(named) else [],
                    'mounts': sorted(mounts)}

    def environment(self, **more: str) -> dict[str, str]:
        name, value = self.mark.split('=')
        plain = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'LC_ALL')}
        return plain | {name: value, 'COLUMNS': '112', 'TMPDIR': self.folder} | more

    def processes(self) -> list[str]:
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/environ', 'rb') as file:
                    if self.mark.encode() not in file.read().split(b'\0'):
                        continue
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    found.append(f'{pid} {file.read()!r}')
            except OSError:  # it ended meanwhile
                pass
        return found

    def check_none(self, files: list[str]) -> None:
        deadline = time.monotonic() + 5
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        check_equal(left, [], 'processes left')
        # Other tests may make mounts and interfaces meanwhile: what counts is what is ours.
        now = self.system()
        for what, before in self.before.items():
            ours = [x for x in set(now[what]) - set(before)
                    if re.search(r'lessor|^near|^far|^br0|eth0', x)]
            check_equal(ours, [], f'{what} left')
        check_equal(sorted(os.listdir(self.folder)), files, 'files left')
        shutil.rmtree(self.folder)


def run(traces: Traces, *words: str, prefix: tuple[str, ...] = (), **environment: str):
    return subprocess.run([*prefix, LESSOR, 'demo', *words], capture_output=True, text=True,
                          env=traces.environment(**environment), check=False)


def skip_without_namespaces() -> None:
    probe = subprocess.run(['unshare', '-n'] + ([] if os.geteuid() == 0 else ['-Ur']) + ['true'],
                           capture_output=True, check=False)
    if probe.returncode != 0:
        print('skipped: no namespaces are allowed here')
        sys.exit(1 if os.environ.get('CI') else SKIPPED)


def check_message(shown: printed.Message, packet: captured.Packet, first: float) -> None:
    where = f'message {shown.number}, {shown.type}'
    check(abs(shown.time - (packet.time - first)) < 0.001, f'{where}: time {shown.time}')
    for layer, (source, destination) in packet.layers.items():
        check_equal(shown.layers[layer][0].split()[0], source, f'{where}: {layer} from')
        check_equal(shown.layers[layer][1].split()[0], destination, f'{where}: {layer} to')
    source, destination, length, checksum = packet.udp
    check_equal(shown.layers['UDP'][0].split()[:2], ['port', str(source)], f'{where}: UDP from')
    check_equal(shown.layers['UDP'][1].split()[:2], ['port', str(destination)], f'{where}: UDP to')
    check_equal(shown.layers['UDP'][2], f'length {length}, checksum 0x{checksum:04x} (correct)',
                f'{where}: UDP')
    check_equal({name: value for name, (_, value) in shown.header.items()}, packet.header,
                f'{where}: header')
    check_equal(sum(octets for octets, _ in shown.header.values()), 236, f'{where}: octets')
    check_equal((packet.cookie, shown.cookie),
                (bytes([99, 130, 83, 99]), '99.130.83.99 (0x63825363)'), f'{where}: cookie')
    check_equal([(o.code, o.length) for o in shown.options],
                [(code, length) for code, length, _ in packet.options], f'{where}: options')
    check_equal(shown.options[-1].code, 255, f'{where}: the last option')
    for option, (code, _, value) in zip(shown.options, packet.options):
        for words in captured.option_text(code, value):
            check(words in option.value, f'{where}: option {code} shows {option.value!r}: {words}')


def check_story(text: str, shown: list[printed.Message]) -> None:
    """That the exchange is the one the demo promises, and is told in full."""
    check_equal([m.type for m in shown], EXPECTED, 'messages')
    whole = text[text.index('as RFC 2131 draws it'):]
    for step in STEPS:
        check(step in whole, f'the timeline does not say: {step}')
    for head in ('(not selected)', '(selected)', '192.168.56.200', 'c0:01:1b:69:00:00'):
        check(head in whole, f'the timeline has no {head}')
    # T1 is half of the lease, up to 1/64 of it earlier, and counts from the DHCPREQUEST.
    renewal = shown[5].time - shown[3].time
    check(14.5 <= renewal < 17, f'the renewal came {renewal} s after the DHCPREQUEST')
    check_equal(shown[5].layers['IPv4'][1].split()[0], '192.168.56.100', 'renewal goes to')
    check_equal(shown[5].layers['Ethernet'][1], '08:00:27:9b:11:3d', 'renewal goes to')
    has = {row[0]: row[1] for table in printed.tables(text) for row in table
           if table[0][0] == 'what'}
    check_equal(has, {'what': 'value', 'address': '192.168.56.104/24',
                      'default gateway': '192.168.56.1', 'DNS': '8.4.4.4',
                      'domain': 'routingloops.co.uk', 'lease': '30 s', 'T1': 'about 15 s',
                      'T2': 'about 26.25 s'}, 'the client has')
    check_equal(re.findall(r'192\.168\.56\.104 - 192\.168\.56\.110 +7 +(\d) +\d +(\d) +(\d)', text),
                [('0', '0', '7'), ('1', '0', '6'), ('0', '0', '7')],
                'assigned, offered and free addresses before, during and after')
    check('192.168.56.201 - 192.168.56.210  10     0         0         0        10' in text,
          'the second server still holds its offer')


def check_states(text: str) -> None:
    """That the client's way is shown, each step once and in its place among the messages."""
    seen = re.findall(r'^-- \d+  (DHCP[A-Z]+):|^ client  .*\[\[([A-Z-]+)\]\]$', text,
                      re.MULTILINE)
    check_equal([message or state for message, state in seen],
                ['INIT', 'DHCPDISCOVER', 'SELECTING', 'DHCPOFFER', 'DHCPOFFER', 'DHCPREQUEST',
                 'REQUESTING', 'DHCPACK', 'CHECKING', 'BOUND', 'DHCPREQUEST', 'RENEWING', 'DHCPACK',
                 'BOUND', 'DHCPRELEASE', 'STOPPED'], 'the way of the client')
    check_equal(text.count('INIT-REBOOT'), 3, 'diagrams: at first, bound, renewed')
    check_equal(len(re.findall('#     BOUND     #', text)), 2, 'diagrams with BOUND lit')
    for arrow in ('INIT    +#########>| SELECTING +########>| REQUESTING +####>| CHECKING',
                  'RENEWING |<#############     BOUND'):
        check(arrow in text, f'no diagram has the arrow {arrow}')


def check_probes(text: str, path: str) -> None:
    """That the client asks by ARP for its address, twice, and announces it, twice, and says so."""
    arp = captured.tshark(path, '-Y', 'arp.opcode == 1 && arp.dst.proto_ipv4 == 192.168.56.104',
                          '-T', 'fields', '-e', 'arp.src.proto_ipv4').split()
    check_equal(arp, ['0.0.0.0'] * 2 + ['192.168.56.104'] * 2, 'ARP about the address, from')
    for line in ('does anybody use 192.168.56.104?', '192.168.56.104 is mine'):
        check_equal(text.count(line), 2, line)


def case_tables() -> None:
    traces = Traces()
    path = os.path.join(traces.folder, 'demo.pcap')
    began = time.monotonic()
    done = run(traces, '--pcap', path)
    took = time.monotonic() - began
    check_equal((done.returncode, done.stderr), (0, ''), 'exit code and errors')
    check(took < 40, f'it took {took} s')
    check('\033' not in done.stdout and done.stdout.isascii(), 'colours or strange characters')
    shown = printed.messages(done.stdout)
    check_story(done.stdout, shown)
    check_states(done.stdout)
    check_probes(done.stdout, path)
    packets = captured.dhcp_packets(path)
    check_equal(len(packets), len(shown), 'messages in the capture')
    for message, packet in zip(shown, packets):
        check_message(message, packet, packets[0].time)
    check_equal(captured.complaints(path), '', 'tshark complains')
    traces.check_none(['demo.pcap'])


def case_rootless() -> None:
    """As a user without any right, when this test itself is root."""
    traces = Traces()
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = ('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups')
        probe = subprocess.run([*prefix, 'unshare', '-Urn', LESSOR, 'version'],
                               capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            print('skipped: users may not make namespaces here, or not run', LESSOR, probe.stderr)
            sys.exit(SKIPPED)
    done = run(traces, '--lease-time', '10', '--pcap', os.path.join(traces.folder, 'demo.pcap'),
               prefix=prefix, PATH='/usr/bin:/bin')
    check_equal((done.returncode, done.stderr), (0, ''), 'exit code and errors')
    check_equal([m.type for m in printed.messages(done.stdout)], EXPECTED, 'messages')
    traces.check_none(['demo.pcap'])


def run_in_terminal(traces: Traces, **environment: str) -> str:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(LESSOR, [LESSOR, 'demo', '--lease-time=16'], traces.environment(**environment))
    said = b''
    while True:
        try:
            select.select([terminal], [], [])
            said += os.read(terminal, 65536)
        except OSError:
            break
    check_equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, 'exit code')
    return said.decode()


def case_terminal() -> None:
    traces = Traces()
    said = run_in_terminal(traces, TERM='xterm', LANG='C.UTF-8')
    for expected in ('┌─', '◄', '►', '│', '╔═', '\033[1m', '\033[36m', 'T1 in 5s', '\r\033[K',
                     'CHECKING\033[2m ─► \033[0m\033[33mBOUND'):
        check(expected in said, f'the terminal does not see {expected!r}')
    plain = run_in_terminal(traces, TERM='xterm', LANG='C', NO_COLOR='1')
    check(not re.search(r'\033\[\d', plain), 'colours in spite of NO_COLOR')
    check(plain.isascii() and '+------' in plain, 'no plain ASCII without UTF-8')
    traces.check_none([])


def stop_when(traces: Traces, seen: bytes, number: int, whole_group: bool) -> subprocess.Popen:
    """Starts the demo, waits until it has printed `seen`, and sends the signal."""
    process = subprocess.Popen([LESSOR, 'demo'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=traces.environment(), start_new_session=True)
    said = b''
    while seen not in said:
        piece = os.read(process.stdout.fileno(), 65536)
        check(piece, f'it ended before {seen!r}')
        said += piece
    if whole_group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    return process


def case_interrupted() -> None:
    # Ctrl-C reaches every process of the terminal's group; a service manager signals only one.
    for number, group in ((signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)):
        for seen in (b'lease', b'DHCPOFFER', b'Renewing it'):
            traces = Traces()
            process = stop_when(traces, seen, number, group)
            began = time.monotonic()
            error = process.communicate()[1].decode()
            what = f'{number.name} after {seen.decode()}'
            check(time.monotonic() - began < 5, f'{what}: it took too long to end')
            check_equal(process.returncode, 1, f'{what}: exit code')
            check('interrupted' in error, f'{what}: it says {error!r}')
            traces.check_none([])
    traces = Traces()
    stop_when(traces, b'Renewing it', signal.SIGKILL, False).communicate()
    traces.check_none([])
    traces = Traces()
    began = time.monotonic()
    subprocess.run(['sh', '-c', f'{LESSOR} demo | head -n 3'], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env=traces.environment(), check=True)
    check(time.monotonic() - began < 10, 'it goes on when nobody reads')
    traces.check_none([])


def case_usage() -> None:
    traces = Traces()
    for words, expected in ((['--lease-time', '5s'], 'between 10s and 7d'),
                            (['--lease-time'], 'needs a value'),
                            (['--lease-time=soon'], '--lease-time'),
                            (['--colour'], "'--colour' is no option of demo")):
        done = run(traces, *words)
        check_equal((done.returncode, done.stdout), (2, ''), f'{words}: exit code and output')
        check(expected in done.stderr, f'{words}: {done.stderr!r}')
    helped = run(traces, '--help')
    check_equal((helped.returncode, helped.stderr), (0, ''), '--help')
    check('--pcap FILE' in helped.stdout, 'the help page')
    skip_without_namespaces()
    refused = run(traces, '--pcap', '/dev/null/x.pcap')
    check_equal(refused.returncode, 1, 'exit code when the capture cannot be kept')
    check('/dev/null/x.pcap' in refused.stderr, refused.stderr)
    traces.check_none([])


CASES = {name.removeprefix('case_'): function for name, function in list(globals().items())
         if name.startswith('case_')}


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in CASES:
        sys.exit(f'usage: demo_test.py {"|".join(CASES)}')
    if sys.argv[1] != 'usage':
        skip_without_namespaces()
    CASES[sys.argv[1]]()


if __name__ == '__main__':
    main()
