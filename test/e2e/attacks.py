"""Networks that attack the server, while clients that keep to the rules are on other interfaces,
other relays, other ports of the same relay, and on the very link: they are served all the same."""

import json
import re
import signal
import time
from pathlib import Path

import dhcp
from lab import Host, Lab, Process, check, check_equal, wait_until
from servers import LESSOR, Dnsmasq, Lessor, config, subnet

PROGRAMS = Path(LESSOR).parent / 'test' / 'e2e'
SERVER_MAC, UPLINK_MAC = '02:00:00:00:01:01', '02:00:00:00:01:03'
FRONT, UPLINK, BAD_GIADDR = '10.1.0.1', '10.3.0.1', '10.5.0.1'
LEASE, POOL = 600, 512           # seconds; addresses on the front link
CLIENTS, RATE = 50, 150          # of each group of honest clients; exchanges a second
CALM, ATTACKED = 2.0, 4.0        # seconds: a window without the attack, and one under it
SHARE = 0.99                     # of honest exchanges that succeed
PATIENCE = 15.5                  # seconds that an honest client tries for (honest.cc)
MOST_GROWTH = 64 << 20           # octets that an attack may add to the server's memory
# Where honest clients' MACs begin, by group.
PREFIXES = {'same link': 1, 'other interface': 2, 'other relay': 3, 'other port': 4}


class Crowd:
    """Honest clients in one place, and how each window went for them."""

    def __init__(self, name: str, host: Host, renews: bool, *way: str):
        self.name, self.windows = name, list[dict]()
        self.process: Process = host.start(
            str(PROGRAMS / 'honest'), *way, str(PREFIXES[name]), str(RATE), str(CLIENTS),
            'renew' if renews else 'cycle', log=f'honest {name}')

    def wait_ready(self) -> None:
        self.process.wait_for_line('ready')

    def end_window(self) -> None:
        self.process.popen.send_signal(signal.SIGUSR1)

    def read_window(self) -> None:
        def windows() -> list[dict]:
            lines = [l for l in self.process.output().splitlines() if l.startswith('{')]
            return [json.loads(l) for l in lines[len(self.windows):]]
        self.windows.append(wait_until(windows, f'figures of {self.name}', 2 * PATIENCE)[0])

    def share(self) -> float:
        done = sum(self.windows[-1][k]['done'] for k in ('bind', 'renew'))
        failed = sum(self.windows[-1][k]['failed'] for k in ('bind', 'renew'))
        return done / max(done + failed, 1)

    def told(self) -> str:
        def kind(window: dict, what: str) -> str:
            w = window[what]
            total = w['done'] + w['failed']
            return (f'{what} {w["done"]}/{total}, {w["p50"]:.1f}/{w["p99"]:.1f} ms'
                    if total else '')
        columns = ['; '.join(filter(None, (kind(w, 'bind'), kind(w, 'renew')))) +
                   f'; repeated {w["repeated"]}' for w in self.windows]
        return f'  {self.name:16} calm: {columns[0]}\n  {"":16} attacked: {columns[-1]}'


class Site:
    """A server with a link of clients in front, another one behind, and two relays."""

    def __init__(self, lab: Lab, nice: int = -10, **more: object):
        self.lab = lab
        front, back, uplink = (lab.switch(n, record=False) for n in ('front', 'back', 'uplink'))
        self.host = lab.host('server')
        self.attacker, self.neighbour, self.elsewhere, self.relay, self.bad_relay = (
            lab.host(n) for n in ('attacker', 'neighbour', 'elsewhere', 'relay', 'badrelay'))
        lab.connect(self.host, front, mac=SERVER_MAC, address=f'{FRONT}/16')
        lab.connect(self.host, back, 'eth1', address='10.2.0.1/24')
        lab.connect(self.host, uplink, 'eth2', mac=UPLINK_MAC, address=f'{UPLINK}/24')
        for host, switch in ((self.attacker, front), (self.neighbour, front),
                             (self.elsewhere, back)):
            lab.connect(host, switch)
        for host, way, giaddr in ((self.relay, '10.3.0.2', '10.4.0.1'),
                                  (self.bad_relay, '10.3.0.66', BAD_GIADDR)):
            lab.connect(host, uplink, address=f'{way}/24')
            host.run('ip', 'addr', 'add', f'{giaddr}/32', 'dev', 'lo')
            self.host.run('ip', 'route', 'add', f'{giaddr}/24'.replace('.1/', '.0/'), 'via', way)
        self.server = Lessor(self.host, config(
            subnet('10.1.0.0/16', '10.1.1.0-10.1.2.255', FRONT),
            subnet('10.2.0.0/24', '10.2.0.10-10.2.0.250', '10.2.0.1'),
            subnet('10.3.0.0/24', '10.3.0.100-10.3.0.250', UPLINK),
            subnet('10.4.0.0/24', '10.4.0.10-10.4.0.250', '10.4.0.1'),
            subnet('10.5.0.0/24', '10.5.0.10-10.5.0.250', BAD_GIADDR), **more))
        # As its unit does. Attackers are other machines: they take its packets, not its processor.
        self.server.prefix = ['nice', '-n', str(nice)]
        self.server.start()
        self.before = self.footprint()
        self.crowds: dict[str, Crowd] = {}

    @property
    def pid(self) -> int:
        assert self.server.process
        return self.server.process.pid

    def footprint(self) -> tuple[int, int]:
        """Memory in octets, and open descriptors."""
        text = Path(f'/proc/{self.pid}/status').read_text(encoding='ascii')
        found = re.search(r'VmRSS:\s+(\d+) kB', text)
        assert found
        return int(found[1]) * 1024, len(list(Path(f'/proc/{self.pid}/fd').iterdir()))

    def settle(self, renewing: tuple[str, ...] = ('same link',)) -> None:
        """All groups of honest clients bind; then a window without attack."""
        ways = {'same link': (self.neighbour, 'link', 'eth0', SERVER_MAC),
                'other interface': (self.elsewhere, 'link', 'eth0', self.mac('eth1')),
                'other relay': (self.relay, 'relay', UPLINK, '10.4.0.1', 'port-1'),
                'other port': (self.bad_relay, 'relay', UPLINK, BAD_GIADDR, 'port-7')}
        for name, (host, *way) in ways.items():
            self.crowds[name] = Crowd(name, host, name in renewing, *way)
        for crowd in self.crowds.values():
            crowd.wait_ready()
        time.sleep(CALM)
        self.end_windows()

    def mac(self, interface: str) -> str:
        return self.host.run('cat', f'/sys/class/net/{interface}/address').strip()

    def end_windows(self) -> None:
        for crowd in self.crowds.values():
            crowd.end_window()
        for crowd in self.crowds.values():
            crowd.read_window()

    def flood(self, attack: str, *words: str, relayed: bool = False) -> Process:
        host, mac, server = ((self.bad_relay, UPLINK_MAC, UPLINK) if relayed else
                             (self.attacker, SERVER_MAC, FRONT))
        return host.start(str(PROGRAMS / 'flood'), attack, 'eth0', mac, server, '30', *words,
                          log=f'flood {attack}')

    def endure(self, *floods: Process) -> list[dict]:
        """A window under these attacks; then whether all is well. What the attackers counted."""
        time.sleep(ATTACKED)
        self.end_windows()
        said = []
        for flood in floods:
            flood.stop()
            said.append(json.loads(flood.output().splitlines()[-1]))
        self.tell(said)
        self.check_well()
        return said

    def tell(self, said: list[dict]) -> None:
        print('attackers:', *said)
        for crowd in self.crowds.values():
            print(crowd.told())

    def check_well(self) -> None:
        """Alive, of bounded size, every silence counted by its reason; the honest were served."""
        check(self.server.running(), 'the server ended')
        self.wait_quiet()
        counters = self.counters()
        memory, descriptors = self.footprint()
        print(f'  memory {self.before[0] >> 20} -> {memory >> 20} MiB, descriptors '
              f'{self.before[1]} -> {descriptors}\n  counters:',
              {k: v for k, v in counters.items() if v})
        check(memory < self.before[0] + MOST_GROWTH, f'memory grew to {memory >> 20} MiB')
        # The store opens files as it grows.
        check(descriptors <= self.before[1] + 16, f'{descriptors} descriptors')
        self.check_accounted(counters)
        self.check_served()

    def check_served(self) -> None:
        poor = [f'{c.name}: {c.share():.2%}' for c in self.crowds.values() if c.share() < SHARE]
        check(not poor, f'honest clients were not served: {poor}')

    def wait_quiet(self) -> None:
        """Until what the attackers have left in the queues is worked off."""
        def messages() -> int:
            return sum(v for k, v in self.counters().items() if k.startswith('packets: received'))

        def quiet() -> bool:
            before = messages()
            time.sleep(0.1)
            return messages() - before < RATE and not self.server.status()['queue']['waiting']
        wait_until(quiet, 'quiet after the attack')

    def counters(self) -> dict[str, int]:
        return self.server.status()['counters']

    def check_accounted(self, counters: dict[str, int]) -> None:
        """Every message is answered, or is silence under a reason, or asks for no answer."""
        statistics = json.loads(self.host.run(
            'python3', '-c', ASK, self.server.control_socket, 'statistic-get-all'))['arguments']
        received = statistics['pkt4-received'][0][0]
        explained = sum(v for k, v in counters.items() if k.startswith(('sent ', 'silent: ')))
        unanswered = counters.get('received DHCPRELEASE', 0) + counters.get(
            'received DHCPDECLINE', 0)
        check(-RATE * 4 <= received - explained <= unanswered + RATE * 4,
              f'{received} messages, {explained} explained, {unanswered} that ask for no answer')


ASK = '''
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b'{"command": "%s"}' % sys.argv[2].encode())
data = b''
while piece := s.recv(65536):
    data += piece
print(data.decode())
'''


# C3-01
def hostile_discovers(lab: Lab) -> None:
    """Starvation: DISCOVERs of ever new clients at line rate, on a link."""
    site = Site(lab)
    site.settle()
    site.endure(site.flood('discover'))


# C3-01
def hostile_discovers_relayed(lab: Lab) -> None:
    """The same from one port of a relay: its other ports are served."""
    site = Site(lab)
    site.settle()
    site.endure(site.flood('discover', f'giaddr={BAD_GIADDR}', 'circuit=port-66', relayed=True))


# C3-01
def hostile_leases(lab: Lab) -> None:
    """Starvation: ever new clients that take what they are offered, on a link and behind a relay,
    until nothing is left there. Who has a lease there keeps it."""
    site = Site(lab)
    site.settle(('same link', 'other port'))
    said = site.endure(site.flood('lease', 'rate=20000'),
                       site.flood('lease', 'rate=20000', f'giaddr={BAD_GIADDR}', 'circuit=port-66',
                                  relayed=True))
    check(said[0]['acks'] > 100, 'the attacker got too little to prove anything')
    pools = {p['subnet']: p for p in site.server.status()['pools']}
    check_equal(pools['10.1.0.0/16']['free'], 0, 'free addresses on the attacked link')
    check(pools['10.4.0.0/24']['free'] > 100, 'the attack reached another pool')


# C3-02
def hostile_declines(lab: Lab) -> None:
    """Ever new clients that take an address and decline it: at most a quarter of a pool is put on
    probation (a day), the rest is out of use for as long as a lease would be, and leases stay."""
    site = Site(lab)
    site.settle(('same link', 'other port'))
    said = site.endure(site.flood('decline', 'rate=5000'))
    check(said[0]['acks'] > 300, 'the attacker got too little to prove anything')
    rows = json.loads(site.server.ask('leases', 'list', '--json'))
    times = [r['valid-lft'] for r in rows
             if r['state'] == 1 and r['ip-address'].startswith('10.1.')]
    probation = [t for t in times if t > LEASE]
    print(f'  {len(times)} addresses declined, {len(probation)} of them for the whole probation')
    check(0 < len(probation) <= POOL / 4, f'{len(probation)} of {POOL} addresses on probation')


def victims(site: Site, group: str) -> list[str]:
    """The honest group's addresses, by the clients' numbers."""
    prefix = f'02:aa:00:{PREFIXES[group]:02x}:'
    held = sorted((l.mac, l.address) for l in site.server.leases()
                  if l.mac.startswith(prefix) and l.state == 'active')
    check_equal(len(held), CLIENTS, f'leases of the group {group}')
    return [address for _, address in held]


# C3-03
def hostile_releases(lab: Lab) -> None:
    """Forged RELEASEs for leases of clients on the same link: with another MAC, another server's
    identifier, from another address, for another address than the MAC's. All leases stay."""
    site = Site(lab)
    site.settle()
    before = victims(site, 'same link')
    order = [int(a.rpartition('.')[2]) for a in before]
    check_equal(order, list(range(order[0], order[0] + CLIENTS)), 'order of the victims')
    site.endure(site.flood('release', f'victims={before[0]}-{before[-1]}',
                           f'macs={PREFIXES["same link"]}'))
    check_equal(victims(site, 'same link'), before, 'leases')
    silent = {k: v for k, v in site.counters().items() if k.startswith('silent: ')}
    for reason in ('no_such_lease', 'not_our_identifier', 'spoofed_source'):
        check(silent.get(f'silent: {reason}', 0) > 100, f'{reason} was not counted: {silent}')


def hostile_requests(lab: Lab) -> None:
    """REQUESTs for what others hold, in INIT-REBOOT, RENEWING, REBINDING and SELECTING."""
    site = Site(lab)
    site.settle()
    before = victims(site, 'same link')
    said = site.endure(site.flood('request', f'victims={before[0]}-{before[-1]}'))
    check_equal(said[0]['acks'], 0, 'ACKs to the attacker')
    check_equal(victims(site, 'same link'), before, 'leases')


def hostile_replays(lab: Lab) -> None:
    """What clients on the link have said is said again and again, and as if it were a server's
    answer, to both ports."""
    site = Site(lab, **{'valid-lifetime': 3600})
    site.settle(())
    flood = site.flood('replay')
    time.sleep(1.5)  # it listens first
    site.end_windows()
    site.endure(flood)


# C3-05
def hostile_option_82(lab: Lab) -> None:
    """Option 82 forged: by clients themselves with giaddr 0, a new circuit-id each time; from one
    relay, ever new circuit-ids; from one place, ever new giaddrs. A relay that lets its clients
    forge its ports cannot have them told apart: there, who has a lease renews it."""
    site = Site(lab)
    site.settle(('same link', 'other port'))
    site.endure(site.flood('discover', 'circuit=random'),
                site.flood('discover', f'giaddr={BAD_GIADDR}', 'circuit=random', relayed=True),
                site.flood('discover', 'giaddr=10.5.0.0/24', 'circuit=random', relayed=True))


def hostile_nonsense(lab: Lab) -> None:
    """Mutated packets of real clients at line rate, on a link and by a relay's way."""
    site = Site(lab)
    site.settle()
    site.endure(site.flood('malformed'),
                site.flood('malformed', f'giaddr={BAD_GIADDR}', 'circuit=port-66', relayed=True))
    counters = site.counters()
    for name in ('silent: malformed', 'silent: bad_option', 'silent: not_for_servers'):
        check(counters.get(name, 0) > 100, f'{name} was not counted')


# B13, C2-10
def hostile_control(lab: Lab) -> None:
    """C3-07. The control socket, full: 10,000 connections that say nothing, then some that say
    a command an octet at a time, that say too much, and that never read their long answer. An
    operator is answered at once, and clients are served."""
    site = Site(lab)
    site.settle()
    bully = site.host.start('python3', '-c', BULLY, site.server.control_socket)
    took = []
    while not bully.output().count('done'):
        started = time.monotonic()
        site.server.ask('status')
        took.append(time.monotonic() - started)
        check(bully.running() or 'done' in bully.output(), f'the bully ended: {bully.output()}')
        check(len(took) < 1000, 'the bully does not come to an end')
    site.end_windows()
    print(f'{bully.output().split()}; status asked {len(took)} times meanwhile, '
          f'{max(took) * 1000:.0f} ms at most')
    check(len(took) >= 10, 'the operator asked too seldom to prove anything')
    check(max(took) < 3, f'status took {max(took):.1f} s')
    site.tell([])
    bully.stop(signal.SIGKILL)
    site.check_well()


BULLY = '''
import resource, select, socket, sys, time

resource.setrlimit(resource.RLIMIT_NOFILE, (12000, 12000))

def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    return s

def send(s, data):
    try:
        s.sendall(data)
    except OSError:
        pass  # cut off, as it should be

idle = [connect() for _ in range(10000)]
poll = select.poll()
for s in idle:
    poll.register(s, select.POLLIN)
print("idle_left:", 10000 - len(poll.poll(1000)), flush=True)
poll = None
idle = idle[:1000]

slow, end = [], time.monotonic() + 3
while time.monotonic() < end:
    slow = [connect() for _ in range(100)]
    for octet in b\'{"command": "config-get", "arguments": {"a": "\' + b"}" * 20:
        for s in slow:
            send(s, bytes([octet]))
    big = [connect() for _ in range(4)]
    for s in big:
        send(s, b\'{"command": "\' + b"x" * 5000000)
    deep = [connect() for _ in range(20)]
    for s in deep:
        send(s, b\'{"a":\' * 100000)
    deaf = [connect() for _ in range(50)]
    for s in deaf:
        send(s, b\'{"command": "lease4-get-all"}\')
print("done", flush=True)
time.sleep(60)
'''

# C3-04
def rogue_server(lab: Lab) -> None:
    """C3-04. A dnsmasq on a link of ours: told once, counted, shown, by what it says and by what
    clients say to it; not, once it is said to be known."""
    switch, host, rogue, client_host = (
        lab.switch(), lab.host('server'), lab.host('rogue'), lab.host('client'))
    lab.connect(host, switch, mac=SERVER_MAC, address='10.1.0.1/24')
    lab.connect(rogue, switch, mac='02:00:00:00:09:09', address='10.1.0.9/24')
    lab.connect(client_host, switch)
    dnsmasq = Dnsmasq(rogue, '10.1.0.200', '10.1.0.220', '--dhcp-broadcast')
    dnsmasq.start()
    server = Lessor(host, config())
    server.start()
    assert server.process

    def ask() -> None:
        since = switch.wire.now()
        client_host.run(LESSOR, 'send', '-i', 'eth0', 'discover', 'flags=broadcast', '--wait-all',
                        '--timeout', '500ms')
        switch.wire.type(dhcp.OFFER, "the rogue's OFFER", since=since, server_id='10.1.0.9')

    ask()
    line = server.process.wait_for_line('another DHCP server')
    check(all(w in line for w in ('warning', '10.1.0.9 (02:00:00:00:09:09)', 'via eth0',
                                  'DHCPOFFER of 10.1.0.2')), line)
    ask()
    client_host.run(LESSOR, 'send', '-i', 'eth0', 'dora', 'flags=broadcast', '--server', '10.1.0.9')

    def shown() -> dict | None:
        seen = server.status()['other-servers']
        check(len(seen) <= 1, f'more than one other server: {seen}')
        return seen[0] if seen and seen[0]['chosen'] and seen[0]['acks'] else None
    seen = wait_until(shown, 'the rogue in the status')
    check(isinstance(seen, dict) and seen['offers'] >= 2 and
          (seen['interface'], seen['server-identifier'], seen['hw-address']) ==
          ('eth0', '10.1.0.9', '02:00:00:00:09:09'), f'shown: {seen}')
    check('02:00:00:00:09:09' in server.ask('status'), 'the table of lessor status')
    check_equal(server.process.output().count('another DHCP server'), 1, 'lines about it')

    server.dhcp4['other-servers'] = {'known': ['10.1.0.9']}
    server.write_config()
    server.signal(signal.SIGHUP)
    server.process.wait_for_line('the new configuration is in force')
    before = server.status()['counters']['other servers: messages']
    ask()
    time.sleep(0.3)  # longer than it may take to be heard
    status = server.status()
    check_equal((status['other-servers'], status['counters']['other servers: messages']),
                ([], before), 'a known server')
    server.stop()


def hostile_offers(lab: Lab) -> None:
    """C3-04. OFFERs forged at line rate, each of another server: neither log nor memory fills."""
    site = Site(lab)
    site.settle()
    site.endure(site.flood('offer'))
    status = site.server.status()
    check_equal(len(status['other-servers']), 16, 'servers listed')
    check(status['counters']['other servers: messages of those not listed'] > 100,
          'those that are not listed')
    assert site.server.process
    lines = [l for l in site.server.process.output().splitlines() if 'DHCP server' in l]
    check_equal(len(lines), 17, 'lines about other servers')
    check('somebody forges them' in lines[-1], lines[-1])


PARALLEL = [rogue_server]
ALONE = [hostile_discovers, hostile_discovers_relayed, hostile_leases, hostile_declines,
         hostile_releases, hostile_requests, hostile_replays, hostile_option_82, hostile_nonsense,
         hostile_control, hostile_offers]
