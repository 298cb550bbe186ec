"""A site for `lessor relay`: a router with many links, clients on them, servers on a core link."""

import json
import select
import socket
import time

import dhcp
from clients import CLIENTS, Client
from dhcp import Frame, Message
from lab import Host, Lab, Process, Wire, check, check_equal
from servers import LESSOR, Dhcpd, Kea, Lessor, Server, config, subnet

LINKS = 20
SERVER, ROUTER = '10.0.0.2', '10.0.0.1'
SERVER_MAC = '02:00:00:00:00:02'


def link_subnet(n: int, pool: str = '10-10.1.{n}.199', **more) -> dict:
    return subnet(f'10.1.{n}.0/24', f'10.1.{n}.{pool}'.format(n=n), f'10.1.{n}.1', **more)


def relayed(*subnets: dict, **more) -> dict:
    """A configuration for a server that has no address in any of its subnets."""
    return config(*subnets, **{'interfaces-config': {'interfaces': ['eth0']}}, **more)


class Site:
    """Links d0 .. dN of the router, each a veth pair to ends c0 .. cN on one host of clients; the
    core switch, where everything is recorded, has the servers."""

    def __init__(self, lab: Lab, links: int = 1, record: bool = True):
        self.lab = lab
        self.core = lab.switch('core', record)
        self.router, self.clients = lab.host('router'), lab.host('clients')
        lab.connect(self.router, self.core, address=f'{ROUTER}/24')
        self.router.turn_off_checksum_offload('eth0')
        self.router.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward')
        ends = range(links)
        holder = self.clients.holder.pid
        self.router.batch(f'link add d{n} type veth peer name c{n} netns {holder}' for n in ends)
        self.router.batch(line for n in ends for line in
                          (f'link set d{n} up', f'addr add 10.1.{n}.1/24 brd + dev d{n}'))
        self.clients.batch(f'link set c{n} up' for n in ends)
        self.socket = str(self.router.folder / 'relay.sock')
        self.relay: Process | None = None

    def server_host(self, name: str = 'server', address: str = SERVER,
                    mac: str = SERVER_MAC) -> Host:
        host = self.lab.host(name)
        self.lab.connect(host, self.core, mac=mac, address=f'{address}/24')
        host.run('ip', 'route', 'add', '10.1.0.0/16', 'via', ROUTER)
        # Whole checksums, also of what an ICMP error quotes; only the relay's packets are judged.
        host.turn_off_checksum_offload('eth0')
        self.lab.checked_macs.remove(mac)
        return host

    def lessor(self, dhcp4: dict, **where) -> Server:
        """A `lessor serve`, running."""
        server = Lessor(self.server_host(**where), dhcp4)
        server.start()
        return server

    def downlinks(self) -> list[str]:
        names = self.router.run('ls', '/sys/class/net').split()
        links = [n for n in names if n[0] == 'd' and n[1:].isdigit()]
        links.sort(key=lambda n: int(n[1:]))
        return [word for n in links for word in ('--downlink', n)]

    def start(self, *words: str, downlinks: bool = True,
              env: dict | None = None) -> Process:
        """`lessor relay`, relaying."""
        links = self.downlinks() if downlinks else []
        self.relay = self.router.start(LESSOR, 'relay', *links, *words, '--socket', self.socket,
                                       env=env, log='relay')
        self.relay.wait_for_line('lessor .* relaying')
        return self.relay

    def stop(self) -> None:
        assert self.relay
        check_equal(self.relay.stop(), 0, 'exit of the relay after SIGTERM')

    def status(self) -> dict:
        return json.loads(self.router.run(LESSOR, 'relay', '--status', '--json', '--socket',
                                          self.socket))

    def count(self, name: str, label: str = '') -> int:
        return sum(c['value'] for c in self.status()['counts']
                   if c['name'] == f'lessor_relay_{name}_total' and label in c['label'])

    def server_status(self, address: str) -> dict:
        return next(s for s in self.status()['servers'] if s['address'] == address)

    def tap(self, interface: str) -> Wire:
        """Records what the clients' end of a link sends and gets."""
        wire = Wire(self.clients, interface, self.lab.logs / f'{interface}.pcap')
        self.lab.wires.append(wire)
        return wire

    def crowd(self, interface: str = 'c0') -> 'Crowd':
        return Crowd(self.clients.packet_socket(interface))


class Crowd:
    """Any number of clients of our own on one link, each with a MAC address of its own."""

    def __init__(self, link: socket.socket):
        self.link = link
        self.acks: dict[str, Message] = {}

    @staticmethod
    def macs(count: int, group: int = 0) -> list[str]:
        return [f'02:33:{group:02x}:00:{n >> 8:02x}:{n & 255:02x}' for n in range(count)]

    def send(self, message: Message, **frame) -> None:
        self.link.send(Frame(message.chaddr, dhcp.BROADCAST_MAC, message=message, **frame).encode())

    @staticmethod
    def message(kind: int, mac: str, secs: int = 0, options: tuple = (), **fields) -> Message:
        xid = int.from_bytes(dhcp.mac_bytes(mac)[2:], 'big')
        return Message(xid=xid, chaddr=mac, secs=secs, flags=0x8000,
                       options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *options], **fields)

    def received(self, seconds: float) -> list[Message]:
        """What servers have said, after waiting for the first of it."""
        messages = []
        while select.select([self.link], [], [], seconds)[0]:
            seconds = 0
            frame = Frame.decode(self.link.recv(4096))
            if frame and frame.message and frame.message.op == 2:
                messages.append(frame.message)
        return messages

    def bind(self, macs: list[str], seconds: float, pause: float = 1, after_round=None,
             batch: int = 0) -> dict[str, Message]:
        """Has all of them ask until they have their ACK, again every `pause`; their ACKs. `batch`
        of them join a round; `after_round(n)` is called after each."""
        offers: dict[str, Message] = {}
        started = time.monotonic()
        round_number = 0
        while len(self.acks) < len(macs) and time.monotonic() - started < seconds:
            round_number += 1
            joined = macs[:batch * round_number] if batch else macs
            secs = int(time.monotonic() - started)
            for mac in joined:
                if mac not in self.acks:
                    self.ask(mac, offers.get(mac), secs)
            end = time.monotonic() + pause
            while time.monotonic() < end and len(self.acks) < len(joined):
                for m in self.received(end - time.monotonic()):
                    self.take(m, offers, secs)
            if after_round:
                after_round(round_number)
        return self.acks

    def ask(self, mac: str, offer: Message | None, secs: int) -> None:
        if offer is None:
            return self.send(self.message(dhcp.DISCOVER, mac, secs))
        return self.send(self.message(dhcp.REQUEST, mac, secs, (
            (dhcp.SERVER_ID, offer.option(dhcp.SERVER_ID)),
            (dhcp.REQUESTED_ADDRESS, dhcp.ip(offer.yiaddr)))))

    def take(self, m: Message, offers: dict[str, Message], secs: int) -> None:
        check(m.option(dhcp.RELAY_AGENT) is None, f'a client got option 82: {m}')
        if m.type == dhcp.ACK:
            self.acks[m.chaddr] = m
        elif m.type == dhcp.NAK:
            offers.pop(m.chaddr, None)
        elif m.type == dhcp.OFFER and m.chaddr not in offers and m.chaddr not in self.acks:
            offers[m.chaddr] = m
            self.ask(m.chaddr, m, secs)


def sub_options(value: bytes | None) -> dict[int, bytes]:
    """Option 82's."""
    found, at = {}, 0
    while value and at + 1 < len(value):
        found[value[at]] = value[at + 2:at + 2 + value[at + 1]]
        at += 2 + value[at + 1]
    return found


class Ours(Client):
    """`lessor client`."""
    name = 'lessor'
    bound = '{address}'

    def start(self) -> None:
        self.process = self.host.start(LESSOR, 'client', self.interface, '--state-dir',
                                       str(self.host.folder), '--run-dir', str(self.host.folder),
                                       log=f'client.{self.interface}')


KINDS = [CLIENTS[name] for name in ('dhclient', 'udhcpc', 'dhcpcd')] + [Ours]
DHCPD = '''
default-lease-time 600; ping-check false; authoritative;
subnet 10.0.0.0 netmask 255.255.255.0 {}
''' + ''.join(f'subnet 10.1.{n}.0 netmask 255.255.255.0 {{ range 10.1.{n}.10 10.1.{n}.199; '
              f'option routers 10.1.{n}.1; }}\n' for n in range(LINKS))


def start_dhcpd(host: Host) -> None:
    server = Dhcpd(host, '', '')
    server.config_file.write_text(DHCPD)
    server.start()


def start_dnsmasq(host: Host) -> None:
    ranges = [f'--dhcp-range=10.1.{n}.10,10.1.{n}.199,255.255.255.0,10m' for n in range(LINKS)]
    host.start('dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--port=0', '--user=root',
               '--no-ping', '--dhcp-authoritative', *ranges,
               f'--dhcp-leasefile={host.folder}/dnsmasq.leases').wait_for_line('DHCP, IP range')


def all_subnets() -> dict:
    return relayed(*(link_subnet(n, id=n + 1) for n in range(LINKS)))


def start_kea(host: Host) -> None:
    Kea(host, all_subnets()).start()


def start_lessor(host: Host) -> None:
    Lessor(host, all_subnets()).start()
