"""Client classes against Kea: the same drawn configurations in both, asked by the same packets
through a relay; every field and option of the offers compared.

LESSOR_E2E_CLASSES says how many configurations are drawn (default 6, of 24 packets each),
LESSOR_E2E_SEED from where.
"""

import os
import socket

import dhcp
from chance import Chance
from lab import Host, Lab, check
from servers import Kea, Lessor, Server

SERVER, RELAY = '10.1.0.1', '10.1.0.2'
OPTIONS = range(224, 228)
PACKETS = 24
SILENCE = 0.4  # seconds without an answer: there is none
TESTS = ["option[12].hex == 'a'", "substring(option[60].hex, 0, 1) == 'v'", 'option[93].exists',
         "'a' == 'a'", "member('KNOWN')", "member('UNKNOWN')", 'pkt4.msgtype == 1',
         "member('ALL')", "int16totext(option[60].hex) == '30327'"]

# Each a difference, under the condition that it is drawn: none of them is drawn.
#   an additional class without a test: given, as by Kea 3; Kea 2.2 never does
#   several pools for one client: ours gives the address that was never leased or free longest


class Draw(Chance):
    """A configuration and packets by chance."""

    def options(self) -> list[dict]:
        return [{'code': code, 'space': 'dhcp4', 'csv-format': False, 'data': f'{self.value():04x}',
                 'always-send': self.often(3)} for code in OPTIONS if self.often(3)]

    def gifts(self) -> dict:
        gifts: dict = {'option-data': self.options()}
        if self.often(3):
            gifts['boot-file-name'] = f'file-{self.value()}'
        if self.often(4):
            gifts['server-hostname'] = f'host-{self.value()}'
        if self.often(4):
            gifts['next-server'] = f'10.9.0.{self.value()}'
        return gifts

    def times(self) -> dict:
        valid = 1000 + self.value()
        bounds = {'min-valid-lifetime': valid - 500, 'max-valid-lifetime': valid + 500}
        return {'valid-lifetime': valid} | (bounds if self.often(2) else {})

    def test(self, above: list[str]) -> str:
        own = [f"member('{name}')" for name in above]
        one = self.random.choice(TESTS + own)
        if self.often(3):
            one = f'not {one}'
        if self.often(3):
            one = f'{one} {self.random.choice(["and", "or"])} {self.random.choice(TESTS + own)}'
        return one

    def classes(self) -> list[dict]:
        plain = ['given', 'ALL', 'VENDOR_CLASS_v', 'KNOWN', 'UNKNOWN']
        names = [name for name in plain[1:] if self.often(2)] + [f'c{i}' for i in range(6)]
        self.random.shuffle(names)
        made: list[dict] = [{'name': 'given', **self.gifts()}]
        above = ['given']
        for name in names:
            one = {'name': name, **self.gifts()}
            if self.often(3):
                one |= self.times()
            if name not in plain:
                one['test'] = self.test(above)
                one['only-if-required'] = self.often(4)
            made.append(one)
            above.append(name)
        if self.often(2):
            made.append({'name': 'DROP', 'test': f"option[12].hex == 'd' and ({self.test(above)})"})
        return [*made, {'name': 'in', 'test': self.test(above)},
                {'name': 'out', 'test': "not member('in')"},
                {'name': 'first', 'test': self.test(above)}]

    def additional(self) -> dict:
        return {'require-client-classes': self.random.sample([f'c{i}' for i in range(6)],
                                                             self.random.randrange(4))}

    def pool(self, addresses: str, guard: str) -> dict:
        return {'pool': addresses, 'client-class': guard, 'option-data': self.options(),
                **self.additional()}

    def subnet(self, number: int, more: dict) -> dict:
        net = f'10.{number}.0'
        return {'subnet': f'{net}.0/24', 'id': number, 'relay': {'ip-addresses': [RELAY]},
                'pools': [self.pool(f'{net}.50-{net}.99', 'in'),
                          self.pool(f'{net}.150-{net}.199', 'out')],
                **self.gifts(), **self.additional(), **more}

    def config(self) -> dict:
        reservations = [
            {'hw-address': '02:00:00:00:02:00', 'client-classes': ['given'], **self.gifts()},
            {'hw-address': '02:00:00:00:02:01', 'ip-address': '10.1.0.60'},
            {'hw-address': '02:00:00:00:02:02', 'client-classes': ['c1']}]
        return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
                'client-classes': self.classes(), **self.times(), **self.gifts(),
                'subnet4': [self.subnet(1, {'client-class': 'first'} if self.often(2) else {}),
                            self.subnet(2, {})] if self.often(2) else
                           [self.subnet(1, {'reservations': reservations})]}

    def packet(self, number: int) -> dhcp.Message:
        reserved = self.random.randrange(3) if self.often(3) else None
        mac = f'02:00:00:00:01:{number:02x}' if reserved is None else f'02:00:00:00:02:0{reserved}'
        asked = [code for code in (1, 3, 12, *OPTIONS) if not self.often(3)]
        options = [(53, b'\1'), (60, self.random.choice([b'v', b'vw', b'w'])),
                   (93, b'\0\7'), (51, self.random.choice([b'\0\0\0\1', b'\0\0\x04\xb0']))]
        said = [each for each in options if each[0] == 53 or self.often(2)]
        if not self.often(4):
            said.append((12, self.random.choice([b'a', b'b', b'd'])))
        return dhcp.Message(xid=0x1000 + number, hops=1, giaddr=RELAY, chaddr=mac,
                            options=[*said, (55, bytes(asked))])


def ask(host: Host, packets: list[dhcp.Message],
        then=lambda packet: None) -> list[dhcp.Message | None]:
    """The answers, in order; None is silence. What `then` makes of a packet is sent after it, and
    must not be answered."""
    with host.network(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((RELAY, 67))
        s.settimeout(SILENCE)
        answers = []
        for packet in packets:
            s.sendto(packet.encode(), (SERVER, 67))
            try:
                answers.append(dhcp.Message.decode(s.recv(65535)))
            except TimeoutError:
                answers.append(None)
            if after := then(packet):
                s.sendto(after.encode(), (SERVER, 67))
        return answers


def seen(packet: dhcp.Message, answer: dhcp.Message | None) -> dict:
    """What is compared: everything, but which address of its pool the client gets. A name that the
    client said, and nobody configured, is returned by Kea."""
    if answer is None:
        return {}
    kept = [code for code in answer.codes()
            if code != dhcp.HOST_NAME or answer.option(code) != packet.option(code)]
    net, _, last = answer.yiaddr.rpartition('.')
    pool = net + ('.low' if int(last) < 100 else '.high')
    fields = {'xid': answer.xid, 'pool': pool, 'siaddr': answer.siaddr, 'sname': answer.sname,
              'file': answer.file, 'giaddr': answer.giaddr, 'flags': answer.flags}
    return fields | {code: answer.option(code) for code in kept}


def answers_of(server: Server, relay: Host, packets: list[dhcp.Message], compared=seen,
               then=lambda packet: None) -> list[dict]:
    server.start()
    answers = [compared(*each) for each in zip(packets, ask(relay, packets, then))]
    server.stop()
    return answers


def describe(packet: dhcp.Message, ours: dict, theirs: dict) -> str:
    keys = [key for key in ours | theirs if ours.get(key) != theirs.get(key)]
    different = ', '.join(f'{key}: ours {ours.get(key)}, Kea {theirs.get(key)}' for key in keys)
    return f'{different}\n  of {packet} {packet.options}'


def classes_as_kea(lab: Lab) -> None:
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    seed = int(os.environ.get('LESSOR_E2E_SEED', '1'))
    answered, silent, values = 0, 0, set()
    for number in range(int(os.environ.get('LESSOR_E2E_CLASSES', '6'))):
        draw = Draw(seed * 1000 + number)
        config = draw.config()
        packets = [draw.packet(i) for i in range(PACKETS)]
        theirs = answers_of(Kea(host, config, f'kea{number}'), relay, packets)
        ours = answers_of(Lessor(host, config, f'lessor{number}'), relay, packets)
        found = [describe(*each) for each in zip(packets, ours, theirs) if each[1] != each[2]]
        check(not found, f'configuration {number} of seed {seed}: ' + '\n'.join(found[:5]))
        answered += sum(1 for each in ours if each)
        silent += sum(1 for each in ours if not each)
        values |= {(number, code, each[code]) for each in ours for code in OPTIONS if code in each}
    print(f'{answered} offers compared, {silent} silences, {len(values)} values of options seen')
    check(answered > silent and len(values) > answered // 10, 'nothing was shown')


PARALLEL = [classes_as_kea]
ALONE: list = []
