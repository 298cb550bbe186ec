"""Plays a sequence to one server: all relays and clients of sequences.py, by raw frames."""

import socket
import struct
import time
from dataclasses import dataclass

import dhcp
from dhcp import Frame, Message
from lab import PATIENCE, Failure, Host, wait_until
from sequence_draw import NET_OF, SENTINEL_MAC, SENTINEL_RELAY, SERVER, SiteDraw, Step

TYPES = {'discover': dhcp.DISCOVER, 'select': dhcp.REQUEST, 'renew': dhcp.REQUEST,
         'rebind': dhcp.REQUEST, 'reboot': dhcp.REQUEST, 'release': dhcp.RELEASE,
         'decline': dhcp.DECLINE, 'inform': dhcp.INFORM}


@dataclass
class Answer:
    """What was said, what came back, and whose address it was."""
    asked: Message
    frame: Frame | None = None
    roles: tuple[str, ...] = ()
    had_before: bool = False      # the address, by lease
    offered_before: bool = False
    found_in_use: bool = False    # the address that was asked for, as a DHCPDECLINE has told
    leased: str | None = None  # to the client, before

    @property
    def message(self) -> Message | None:
        return self.frame.message if self.frame else None

    @property
    def type(self) -> int:
        """0 is silence."""
        return self.message.type if self.message else 0

    def says_again(self, code: int) -> bool:
        """Whether an option has come back as it was sent."""
        return bool(self.message) and self.message.option(code) == self.asked.option(code)


class Link:
    """The link of a server and of everybody who asks it."""

    def __init__(self, host: Host, players: Host):
        self.mac = players.run('cat', '/sys/class/net/eth0/address').strip()
        self.server_mac = host.run('cat', '/sys/class/net/eth0/address').strip()
        players.run('ip', 'route', 'add', 'local', '10.0.0.0/8', 'dev', 'lo')  # answers ARP for all
        players.run('ip', 'route', 'add', f'{SERVER}/32', 'dev', 'eth0')
        host.run('ip', 'route', 'add', '10.0.0.0/8', 'dev', 'eth0')
        self.socket = players.packet_socket('eth0')
        packet_add_membership, promiscuous = 1, 1
        with players.network():
            index = socket.if_nametoindex('eth0')
            self.sinks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        self.socket.setsockopt(263, packet_add_membership,
                               struct.pack('iHH8s', index, promiscuous, 0, b''))
        for sink, port in zip(self.sinks, (67, 68)):  # nobody is told that a port is closed
            sink.bind(('', port))

    def send(self, message: Message, source: str, mac: str, broadcast: bool) -> None:
        relayed = message.giaddr != '0.0.0.0'
        frame = Frame(mac, dhcp.BROADCAST_MAC if broadcast else self.server_mac, source,
                      '255.255.255.255' if broadcast else SERVER, 67 if relayed else 68, 67,
                      message)
        self.socket.send(frame.encode())

    def until(self, xid: int) -> list[Frame]:
        """The server's frames up to the answer with this xid, and what follows at once."""
        frames: list[Frame] = []
        end = time.monotonic() + 5 * PATIENCE
        while not any(frame.message.xid == xid for frame in frames):
            frames += self.receive(end - time.monotonic())
        return frames + self.receive(0.002)

    def receive(self, timeout: float) -> list[Frame]:
        if timeout <= 0:
            raise Failure('the server answers no longer')
        self.socket.settimeout(timeout)
        try:
            frame = Frame.decode(self.socket.recv(65535))
        except TimeoutError:
            return []
        wanted = frame and frame.mac_source == self.server_mac and frame.message
        return [frame] if wanted else []


class Player:
    """One run of a sequence: knows what this server has given to whom."""

    def __init__(self, link: Link, site: SiteDraw):
        self.link, self.site = link, site
        self.offered: dict[int, str] = {}
        self.leased: dict[int, str] = {}
        self.had: set[tuple[int, str]] = set()  # clients, and what they ever leased
        self.seen: set[tuple[int, str]] = set()  # and what they were ever offered
        self.declined: set[str] = set()
        self.turn = 0
        offer = wait_until(lambda: self.sentinel(dhcp.DISCOVER), 'the server to answer')
        self.sentinel_address = offer.yiaddr
        self.sentinel(dhcp.REQUEST, (50, dhcp.ip(offer.yiaddr)), (54, dhcp.ip(SERVER)))

    def sentinel(self, kind: int, *options: tuple[int, bytes]) -> Message | None:
        """An exchange with the client that shows by its answer that all before is done."""
        xid = self.say_sentinel(kind, *options)
        answer = next((f for f in self.link.receive(0.3) if f.message.xid == xid), None)
        return answer and answer.message

    def say_sentinel(self, kind: int, *options: tuple[int, bytes],
                     ciaddr: str = '0.0.0.0') -> int:
        self.turn += 1
        message = Message(xid=0x80000000 + self.turn, hops=1, giaddr=SENTINEL_RELAY, ciaddr=ciaddr,
                          chaddr=SENTINEL_MAC, options=[(53, bytes([kind])), *options])
        self.link.send(message, SENTINEL_RELAY, self.link.mac, broadcast=False)
        return message.xid

    def own_address(self, step: Step) -> str:
        """The address that the client has in mind."""
        number = step.client.number
        invented = f'{NET_OF[step.client.place]}.{200 + number}'
        if step.kind == 'select':
            return self.offered.get(number, self.leased.get(number, invented))
        return self.leased.get(number, invented)

    def message(self, step: Step) -> Message:
        client, kind = step.client, step.kind
        address = self.own_address(step) if step.address == 'own' else step.address
        options = [(53, bytes([TYPES[kind]])), *client.options]
        ciaddr = address if kind in ('renew', 'rebind', 'release', 'inform') else '0.0.0.0'
        if kind in ('select', 'reboot', 'decline', 'discover') and address != 'none':
            options.append((50, dhcp.ip(address)))
        if kind in ('select', 'release', 'decline'):
            options.append((54, dhcp.ip(step.server_id)))
        if kind in ('release', 'decline'):
            options = [each for each in options if each[0] not in (51, 55)]
        giaddr = client.giaddr if kind not in ('renew', 'release') else ''
        options += step.extra
        if giaddr and client.relay_info:
            options.append((82, client.relay_info))
        return Message(xid=0x1000 + step.number, hops=1 if giaddr else 0, secs=step.number % 3,
                       flags=client.flags, ciaddr=ciaddr, giaddr=giaddr or '0.0.0.0',
                       chaddr=client.mac,
                       options=[each for each in options if each[0] not in step.leave_out])

    def step(self, step: Step) -> Answer:
        asked = self.message(step)
        relayed = asked.giaddr != '0.0.0.0'
        by_unicast = relayed or step.kind in ('renew', 'release')
        source = asked.giaddr if relayed else asked.ciaddr
        self.link.send(asked, source, self.link.mac if relayed else step.client.mac,
                       broadcast=not by_unicast)
        frames = self.link.until(self.say_sentinel(dhcp.REQUEST, ciaddr=self.sentinel_address))
        mine = [frame for frame in frames if frame.message.xid == asked.xid]
        strange = [frame for frame in frames if frame.message.xid < asked.xid]
        if len(mine) > 1 or strange:
            raise Failure(f'step {step.number} was answered by ' + ', '.join(map(str, frames)))
        answer = Answer(asked, *mine[:1], leased=self.leased.get(step.client.number))
        if answer.message:
            answer.roles = self.roles(step, asked, answer.message.yiaddr)
            key = (step.client.number, answer.message.yiaddr)
            answer.had_before, answer.offered_before = key in self.had, key in self.seen
            answer.found_in_use = asked.requested in self.declined
            self.learn(step, answer.message)
        elif step.server_id != SERVER:
            self.offered.pop(step.client.number, None)
        elif step.kind in ('release', 'decline'):
            self.declined |= {asked.requested} if asked.requested else set()
            self.leased.pop(step.client.number, None)
        return answer

    def learn(self, step: Step, said: Message) -> None:
        number = step.client.number
        if said.type == dhcp.OFFER:
            self.offered[number] = said.yiaddr
            self.seen.add((number, said.yiaddr))
        elif said.type == dhcp.ACK and step.kind != 'inform':
            self.leased[number] = said.yiaddr
            self.had.add((number, said.yiaddr))
            self.offered.pop(number, None)

    def roles(self, step: Step, asked: Message, address: str) -> tuple[str, ...]:
        """What an address is to the client: two servers may choose another of a pool."""
        number = step.client.number
        known = {'none': '0.0.0.0', 'ciaddr': asked.ciaddr, 'requested': asked.requested,
                 'offered': self.offered.get(number), 'leased': self.leased.get(number)}
        roles = [name for name, value in known.items() if value == address]
        if address in self.site.reserved:
            roles.append(f'reserved for {self.site.reserved[address]}')
        if roles:
            return tuple(roles)
        net, _, last = address.rpartition('.')
        return (f'{net}.{int(last) // 100}xx',)
