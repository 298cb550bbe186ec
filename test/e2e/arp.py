"""ARP on a link, watched and answered (RFC 826, RFC 5227)."""

import socket
import struct
import threading
import time
from dataclasses import dataclass

from dhcp import BROADCAST_MAC, ip, mac_bytes, mac_text
from lab import Host, wait_until

REQUEST, REPLY = 1, 2
PACKET = struct.Struct('!6s6sH HHBBH 6s4s6s4s')


@dataclass
class Arp:
    """One packet."""
    op: int
    sender_mac: str
    sender: str
    target_mac: str
    target: str
    mac_target: str = BROADCAST_MAC  # the frame's
    time: float = 0.0

    def encode(self) -> bytes:
        return PACKET.pack(mac_bytes(self.mac_target), mac_bytes(self.sender_mac), 0x0806, 1,
                           0x0800, 6, 4, self.op, mac_bytes(self.sender_mac), ip(self.sender),
                           mac_bytes(self.target_mac), ip(self.target))

    @staticmethod
    def decode(data: bytes, at: float) -> 'Arp':
        f = PACKET.unpack(data[:PACKET.size])
        return Arp(f[7], mac_text(f[8]), socket.inet_ntoa(f[9]), mac_text(f[10]),
                   socket.inet_ntoa(f[11]), mac_text(f[0]), at)

    @property
    def is_probe(self) -> bool:
        """RFC 5227 1.1: an all-zero sender IP address."""
        return self.op == REQUEST and self.sender == '0.0.0.0'

    @property
    def is_announcement(self) -> bool:
        return self.op == REQUEST and self.sender == self.target


class Neighbour:
    """Somebody on the link who hears all ARP that is broadcast there, and says of the addresses in
    `claims` that they are his, but only to those who probe for them: a server's own look at an
    address before it offers it (udhcpd, dhcpd) finds nobody."""

    MAC = '02:00:00:00:07:01'

    def __init__(self, host: Host, interface: str = 'eth0'):
        with host.network():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
            self.socket.bind((interface, 0x0806))
        self.claims: set[str] = set()
        self.seen: list[Arp] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            data, address = self.socket.recvfrom(2048)
            packet_outgoing = 4
            if address[2] == packet_outgoing or len(data) < PACKET.size:
                continue
            arp = Arp.decode(data, time.time())
            self.seen.append(arp)
            if arp.is_probe and arp.target in self.claims:
                self.socket.send(Arp(REPLY, self.MAC, arp.target, arp.sender_mac, arp.sender,
                                     arp.sender_mac).encode())

    def say(self, address: str) -> None:
        """Announces an address as his."""
        self.socket.send(Arp(REQUEST, self.MAC, address, '00:00:00:00:00:00', address).encode())

    def probes(self, address: str, mac: str) -> list[Arp]:
        return [a for a in self.seen if a.is_probe and (a.target, a.sender_mac) == (address, mac)]

    def announcements(self, address: str, mac: str) -> list[Arp]:
        return [a for a in self.seen
                if a.is_announcement and (a.target, a.sender_mac) == (address, mac)]

    def wait_announcements(self, address: str, mac: str, count: int) -> None:
        wait_until(lambda: len(self.announcements(address, mac)) >= count,
                   f'{count} announcements of {address}')
