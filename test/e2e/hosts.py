"""Reservations against Kea: the same drawn configurations in both (every kind of identifier, in any
order, in the subnet and global, with and without early look-up), asked by the same packets through
a relay; every field and option of the offers compared.

LESSOR_E2E_HOSTS says how many configurations are drawn (default 6, of 24 packets each),
LESSOR_E2E_SEED from where.
"""

import dataclasses
import os

import dhcp
from chance import Chance
from classes import RELAY, SERVER, answers_of, describe, seen
from lab import Lab, check
from servers import Kea, Lessor

PACKETS = 24
TYPES = ['hw-address', 'duid', 'circuit-id', 'client-id']
VALUES = range(4)

# Each a difference, under the condition that it is drawn: none of them is drawn.
#   a global reservation's address that lies in no subnet of the client's: ours gives one of the
#     pool, Kea the address, of no use on that link
#   a reservation of the subnet without address beside a global one with one: ours gives an address
#     of the pool, Kea 2.2 none
#   a globally reserved address that lies in a pool: ours keeps it for its client


class Draw(Chance):
    """A configuration and packets by chance."""

    def option(self, code: int) -> list[dict]:
        return [{'code': code, 'space': 'dhcp4', 'csv-format': False, 'data': f'{self.value():04x}',
                 'always-send': True}]

    def client_id(self, number: int) -> bytes:
        return bytes([255, 0, 0, 0, number % 2, 0, 1, number]) if number < 3 else bytes([1, 2, 3])

    def identifier(self, kind: str, number: int) -> str:
        return {'hw-address': f'02:00:00:00:01:0{number}',
                'duid': f'00:01:0{number}',
                'circuit-id': f"'port{number}'",
                'client-id': self.client_id(number).hex(':')}[kind]

    def host(self, kind: str, number: int, address: str | None) -> dict:
        host: dict = {kind: self.identifier(kind, number), 'option-data': self.option(224)}
        if address:
            host['ip-address'] = address
        if self.often(3):
            host['hostname'] = f'host{self.value()}'
        if self.often(3):
            host['boot-file-name'] = f'file{self.value()}'
        if self.often(3):
            host['next-server'] = f'10.9.0.{self.value()}'
        if self.often(2):
            host['client-classes'] = self.random.sample(['one', 'two'], self.random.randrange(1, 3))
        return host

    def hosts(self, first: int | None) -> list[dict]:
        """Of addresses from this last octet on."""
        made = []
        for kind in TYPES:
            for number in VALUES:
                if self.often(2) or (kind == 'duid' and number == 3):
                    continue
                address = first + len(made) if first else 0
                made.append(self.host(kind, number, f'10.1.0.{address}' if first else None))
        return made

    def config(self) -> dict:
        early = self.often(2)
        order = self.random.sample(TYPES, self.random.randrange(1, 5))
        in_subnet = self.hosts(110) if self.often(2) else []
        global_ones = self.hosts(None if in_subnet else 140)
        classes = [{'name': 'one', 'option-data': self.option(225)},
                   {'name': 'two', 'option-data': self.option(226)},
                   {'name': 'has', 'test': "member('one') or member('two')",
                    'option-data': self.option(227)},
                   {'name': 'UNKNOWN', 'option-data': self.option(228)}]
        guard = self.random.choice([{}, {'client-class': 'KNOWN'}]) if early else {}
        subnets = [{'subnet': f'10.{n}.0.0/24', 'id': n, 'relay': {'ip-addresses': [RELAY]},
                    'pools': [{'pool': f'10.{n}.0.50-10.{n}.0.99'}]} for n in (1, 2)]
        subnets[0] |= guard
        if in_subnet:
            subnets[0]['reservations'] = in_subnet
        return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
                'valid-lifetime': 1000, 'client-classes': classes, 'subnet4': subnets,
                'reservations': global_ones, 'reservations-global': not self.often(4),
                'reservations-in-subnet': not self.often(4),
                'early-global-reservations-lookup': early, 'host-reservation-identifiers': order}

    def packet(self, number: int) -> dhcp.Message:
        which = self.random.randrange(5)
        mac = f'02:00:00:00:01:0{which}' if self.often(3) else f'02:00:00:00:02:{number:02x}'
        options = [(53, b'\1'), (55, bytes([1, 3, 12, 224, 225, 226, 227, 228]))]
        if self.often(3):
            options.append((61, self.client_id(self.random.randrange(4))))
        if self.often(2):
            port = f'port{self.random.randrange(6)}'.encode()
            options.append((82, bytes([1, len(port)]) + port))
        return dhcp.Message(xid=0x2000 + number, hops=1, giaddr=RELAY, chaddr=mac, options=options)


def found(packet: dhcp.Message, answer: dhcp.Message | None) -> dict:
    """What is compared: of addresses in the pools, only which subnet they are of."""
    fields = seen(packet, answer)
    if answer and int(answer.yiaddr.rpartition('.')[2]) >= 100:
        fields['pool'] = answer.yiaddr
    return fields


def chooses_another(packet: dhcp.Message) -> dhcp.Message:
    """Ends an offer, so that the next client of the same reservation is offered its address, too:
    Kea keeps no offers."""
    options = [(53, b'\3'), (50, dhcp.ip('10.1.0.50')), (54, dhcp.ip('10.1.0.99'))]
    kept = [each for each in packet.options if each[0] in (61, 82)]
    return dataclasses.replace(packet, options=[*options, *kept])


def hosts_as_kea(lab: Lab) -> None:
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    seed = int(os.environ.get('LESSOR_E2E_SEED', '1'))
    reserved, known, answered = 0, set(), 0
    for number in range(int(os.environ.get('LESSOR_E2E_HOSTS', '6'))):
        draw = Draw(seed * 1000 + number)
        config = draw.config()
        packets = [draw.packet(i) for i in range(PACKETS)]
        theirs = answers_of(Kea(host, config, f'kea{number}'), relay, packets, found,
                            chooses_another)
        ours = answers_of(Lessor(host, config, f'lessor{number}'), relay, packets, found,
                            chooses_another)
        different = [describe(*each) for each in zip(packets, ours, theirs) if each[1] != each[2]]
        check(not different,
              f'configuration {number} of seed {seed}: ' + '\n'.join(different[:5]))
        answered += sum(1 for each in ours if each)
        reserved += sum(1 for each in ours if each and '.low' not in each['pool'])
        known |= {(number, each[224]) for each in ours if 224 in each}
    print(f'{answered} offers compared, {reserved} reserved addresses, {len(known)} reservations')
    check(reserved > 5 and len(known) > answered // 10, 'nothing was shown')


def bootp_config() -> dict:
    subnet = {'subnet': '10.1.0.0/24', 'id': 1, 'relay': {'ip-addresses': [RELAY]},
              'pools': [{'pool': '10.1.0.50-10.1.0.59', 'client-class': 'BOOTP'},
                        {'pool': '10.1.0.150-10.1.0.159', 'client-class': 'dhcp'}],
              'option-data': [{'name': 'routers', 'data': '10.1.0.1'},
                              {'name': 'domain-name', 'data': 'lab.example'}],
              'reservations': [{'hw-address': '02:00:00:00:03:02', 'ip-address': '10.1.0.20',
                                'boot-file-name': 'own', 'hostname': 'bee'}]}
    hook = {'library': '/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_bootp.so'}
    return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
            'hooks-libraries': [hook], 'valid-lifetime': 600, 'subnet4': [subnet],
            'client-classes': [{'name': 'dhcp', 'test': "not member('BOOTP')"},
                               {'name': 'BOOTP', 'boot-file-name': 'image'}]}


def bootp_as_kea(lab: Lab) -> None:
    """BOOTP clients, beside one of DHCP: fields, options, and which pool."""
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    asked = [(55, bytes([3, 12, 15]))]
    said: list[list[tuple[int, bytes]]] = [
        [], [], asked, asked, [(53, b'\1')], [(51, b'\0\0\0\x3c')], [(61, b'\1\2\3')],
        [(82, b'\1\1p')]]
    packets = [dhcp.Message(xid=0x3000 + i, hops=1, giaddr=RELAY, options=options,
                            chaddr=f'02:00:00:00:03:{max(i, 1):02x}')
               for i, options in enumerate(said)]
    theirs = answers_of(Kea(host, bootp_config(), 'kea'), relay, packets, found)
    ours = answers_of(Lessor(host, bootp_config(), 'lessor'), relay, packets, found)
    different = [describe(*each) for each in zip(packets, ours, theirs) if each[1] != each[2]]
    check(not different, '\n'.join(different))
    check(all(ours), 'a client got no answer')


PARALLEL = [hosts_as_kea, bootp_as_kea]
ALONE: list = []
