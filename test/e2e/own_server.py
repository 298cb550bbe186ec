"""A DHCP server of the test's own making, to say what no honest server says."""

import hmac
import socket
import threading
from collections.abc import Callable, Iterable

import dhcp
from dhcp import Frame, Message
from lab import Host

MAC, ADDRESS = '02:00:00:00:01:01', '10.1.0.1'
Options = list[tuple[int, bytes]]


def seconds(value: int) -> bytes:
    return value.to_bytes(4, 'big')


def granted(lease: int = 600, server: str = ADDRESS) -> Options:
    """What an honest server says."""
    return [(dhcp.SERVER_ID, dhcp.ip(server)), (dhcp.LEASE_TIME, seconds(lease)),
            (dhcp.SUBNET_MASK, dhcp.ip('255.255.255.0')), (dhcp.ROUTER, dhcp.ip('10.1.0.1')),
            (dhcp.DNS, dhcp.ip('10.1.0.3'))]


def reply(request: Message, kind: int, address: str = '10.1.0.10',
          options: Iterable[tuple[int, bytes]] | None = None, **fields) -> Message:
    """An answer to `request`."""
    body = list(granted() if options is None else options)
    values = {'op': 2, 'xid': request.xid, 'chaddr': request.chaddr, 'yiaddr': address,
              'ciaddr': request.ciaddr, 'flags': request.flags, **fields}
    return Message(**values, options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *body])


def nak(request: Message, **fields) -> Message:
    return reply(request, dhcp.NAK, '0.0.0.0', [(dhcp.SERVER_ID, dhcp.ip(ADDRESS))], **fields)


class OwnServer:
    """Answers each message of a client with what `answer` makes of it, by raw frames. The kernel
    has the address, for ARP, and a socket that nobody reads, so that no ICMP is sent."""

    def __init__(self, host: Host, answer: Callable[[Message], Iterable[Message | bytes]],
                 interface: str = 'eth0', mac: str = MAC, address: str = ADDRESS):
        self.answer, self.mac, self.address = answer, mac, address
        self.socket = host.packet_socket(interface)
        host.run('ip', 'address', 'replace', f'{address}/24', 'dev', interface)
        with host.network():
            self.sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.sink.bind(('', 67))
        threading.Thread(target=self._serve, daemon=True).start()

    def send(self, message: Message | bytes, target: str = '255.255.255.255',
             mac_target: str = dhcp.BROADCAST_MAC) -> None:
        """A message, or the payload of one as it is."""
        frame = Frame(self.mac, mac_target, self.address, target, 67, 68, None)
        frame.message = message if isinstance(message, Message) else Raw(message)
        self.socket.send(frame.encode())

    def _serve(self) -> None:
        while True:
            data, address = self.socket.recvfrom(65535)
            packet_outgoing = 4
            frame = None if address[2] == packet_outgoing else Frame.decode(data)
            if frame and frame.message and frame.message.op == 1:
                for message in self.answer(frame.message):
                    self.send(message)


class Raw(Message):
    """A payload that is no message."""

    def __init__(self, payload: bytes):
        super().__init__()
        self.payload = payload

    def encode(self) -> bytes:
        return self.payload


def honest(options: Callable[[], Options] = granted,
           address: str = '10.1.0.10') -> Callable[[Message], list[Message]]:
    """OFFER and ACK with these options, so that a case changes one thing only."""
    def answer(m: Message) -> list[Message]:
        if m.type == dhcp.DISCOVER:
            return [reply(m, dhcp.OFFER, address, options())]
        if m.type == dhcp.REQUEST:
            return [reply(m, dhcp.ACK, address, options())]
        return []
    return answer


FORCERENEW, AUTHENTICATION, NONCE_CAPABLE = 9, 90, 145


def nonce_option(kind: int, value: bytes, replay: int) -> bytes:
    """RFC 6704 3.1.3: protocol 3, algorithm 1, RDM 0, a replay counter, and the nonce (kind 1) or
    a digest (kind 2)."""
    return bytes([3, 1, 0]) + replay.to_bytes(8, 'big') + bytes([kind]) + value


def force_renew(xid: int, chaddr: str, ciaddr: str, nonce: bytes, replay: int) -> Message:
    """RFC 6704 3.1.4: HMAC-MD5 over the whole message with a digest of zeros in it."""
    def message(digest: bytes) -> Message:
        return Message(op=2, xid=xid, chaddr=chaddr, ciaddr=ciaddr,
                       options=[(dhcp.MESSAGE_TYPE, bytes([FORCERENEW])),
                                (dhcp.SERVER_ID, socket.inet_aton(ADDRESS)),
                                (AUTHENTICATION, nonce_option(2, digest, replay))])
    return message(hmac.digest(nonce, message(bytes(16)).encode(), 'md5'))
