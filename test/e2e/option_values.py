"""Options against Kea: drawn definitions of every type, options and sub-options of them in every
scope, asked for through a relay; every option of the offers compared octet for octet.

LESSOR_E2E_OPTIONS says how many configurations are drawn (default 5, of 24 packets each),
LESSOR_E2E_SEED from where.
"""

import os
import struct

import dhcp
from chance import Chance
from classes import RELAY, SERVER, answers_of, describe
from lab import Lab, check
from servers import Kea, Lessor

PACKETS = 24
PLAIN = ['empty', 'binary', 'boolean', 'int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32',
         'ipv4-address', 'ipv6-address', 'ipv6-prefix', 'psid', 'string', 'tuple', 'fqdn']
TAKES_REST = ['binary', 'string']
REPEATABLE = [each for each in PLAIN if each not in ('empty', *TAKES_REST)]
FIRST = 224
HOSTS = 3

# Each a difference, under the condition that it is drawn: none of them is drawn.
#   a comma in a text: ours takes it, Kea 2.2 cuts the text there
#   a client that names its enterprise in option 124 alone: answered as by Kea 3; Kea 2.2 is silent
#   several enterprises in option 125: each is answered, as by Kea 3; Kea 2.2 answers the first
#   one option twice in a list: refused here; Kea sends the first
#   sub-options 53 and 82: Kea counts their octets, does not write them, and breaks the message
#   an array of ipv6-address: Kea gives it the header of a DHCPv6 option, and breaks the message


class Draw(Chance):
    """A configuration and packets by chance."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.definitions = [self.definition(FIRST + i, kind) for i, kind in enumerate(PLAIN)]
        self.definitions += [self.array(FIRST + 16 + i) for i in range(3)]
        self.definitions += [self.record(FIRST + 19 + i) for i in range(4)]
        self.definitions += [self.holder(FIRST + 23, 'outer'), self.holder(FIRST + 24, 'inner')]
        for space in ('outer', 'inner', 'vendor-encapsulated-options-space', 'vendor-9',
                      'vendor-4491'):
            codes = self.random.sample([i for i in range(3, 255) if i not in (53, 82)], 4)
            self.definitions += [self.definition(code, self.random.choice(PLAIN), space)
                                 for code in codes]
        self.definitions.append(self.holder(1, 'inner', space='outer'))

    def definition(self, code: int, kind: str, space: str = 'dhcp4', **more) -> dict:
        return {'name': f'{space[0]}{code}-{kind}', 'code': code, 'space': space, 'type': kind,
                **more}

    def array(self, code: int) -> dict:
        kinds = [each for each in REPEATABLE if each != 'ipv6-address']
        return self.definition(code, self.random.choice(kinds), array=True)

    def record(self, code: int) -> dict:
        fields = [self.random.choice(REPEATABLE) for _ in range(self.random.randint(2, 5))]
        if self.often(3):
            fields[-1] = self.random.choice(TAKES_REST)
        array = fields[-1] not in TAKES_REST and self.often(3)
        return self.definition(code, 'record', array=array, **{'record-types': ', '.join(fields)})

    def holder(self, code: int, inside: str, space: str = 'dhcp4') -> dict:
        kind = self.random.choice(['empty', 'uint16', 'record'])
        fields = {'record-types': 'uint8, ipv4-address'} if kind == 'record' else {}
        return self.definition(code, kind, space, encapsulate=inside, **fields)

    def word(self) -> str:
        return ''.join(self.random.choice('abcxyz019') for _ in range(self.random.randint(1, 12)))

    def text_of(self, kind: str) -> str:
        whole = {'int8': (-128, 127), 'int16': (-2**15, 2**15 - 1), 'int32': (-2**31, 2**31 - 1),
                 'uint8': (0, 255), 'uint16': (0, 2**16 - 1), 'uint32': (0, 2**32 - 1)}
        if kind in whole:
            return str(self.random.randint(*whole[kind]))
        bits = self.random.randint(0, 128)
        psid = self.random.randint(1, 16)
        address6 = ':'.join(f'{self.random.randrange(65536):x}' for _ in range(8))
        return {'empty': '', 'boolean': self.random.choice(['true', 'false', '0', '1']),
                'binary': self.random.randbytes(self.random.randint(1, 20)).hex(),
                'ipv4-address': '.'.join(str(self.random.randrange(256)) for _ in range(4)),
                'ipv6-address': address6, 'ipv6-prefix': f'{address6}/{bits}',
                'psid': f'{self.random.randrange(2**psid)}/{psid}',
                'string': f'{self.word()} {self.word()}', 'tuple': self.word(),
                'fqdn': f'{self.word()}.{self.word()}'}[kind]

    def data(self, definition: dict) -> str:
        kinds = definition.get('record-types', definition['type']).split(', ')
        if definition.get('array'):
            kinds += [kinds[-1]] * self.random.randrange(3)
        return self.random.choice([',', ', ']).join(self.text_of(kind) for kind in kinds)

    def option(self, definition: dict) -> dict:
        said = {'name': definition['name']} if self.often(2) else {'code': definition['code']}
        made = {**said, 'space': definition['space'], 'data': self.data(definition),
                'always-send': self.often(4)}
        if definition['type'] == 'binary' and self.often(2):
            made['csv-format'] = False
        return made

    def options(self, own: dict | None = None) -> list[dict]:
        made = [self.option(each) for each in self.definitions if self.often(4)]
        if self.often(2):
            made.append({'name': 'vendor-encapsulated-options'})
        if own:
            made.append(self.option(own))
        self.random.shuffle(made)
        return made

    def classes(self) -> list[dict]:
        made = []
        for name in ('VENDOR_CLASS_one', 'VENDOR_CLASS_two'):
            own = self.holder(43, self.random.choice(['outer', 'inner']))
            own |= {'name': 'vendor-encapsulated-options'}
            options = [each for each in self.options(own)
                       if each.get('name') != 'vendor-encapsulated-options' or 'space' in each]
            made.append({'name': name, 'option-def': [own], 'option-data': options})
        return made

    def config(self) -> dict:
        reservations = [{'hw-address': f'02:00:00:00:02:0{i}', 'ip-address': f'10.1.0.{100 + i}',
                         'option-data': self.options()} for i in range(HOSTS)]
        subnet = {'subnet': '10.1.0.0/24', 'id': 1, 'option-data': self.options(),
                  'pools': [{'pool': '10.1.0.50-10.1.0.99', 'option-data': self.options()}],
                  'reservations': reservations}
        return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
                'option-def': self.definitions, 'option-data': self.options(),
                'client-classes': self.classes(), 'subnet4': [subnet]}

    def vendor(self) -> list[tuple[int, bytes]]:
        enterprise = self.random.choice([9, 9, 4491, 7])
        codes = [each['code'] for each in self.definitions if each['space'] == 'vendor-4491']
        wanted = bytes(self.random.sample(codes, 3))
        inside = bytes([1, len(wanted)]) + wanted if self.often(2) else b''
        return [(125, struct.pack('>IB', enterprise, len(inside)) + inside)]

    def packet(self, number: int) -> dhcp.Message:
        mac = f'02:00:00:00:01:{number:02x}'
        if self.often(3):
            mac = f'02:00:00:00:02:0{self.random.randrange(HOSTS)}'
        codes = [each['code'] for each in self.definitions if each['space'] == 'dhcp4']
        asked = [code for code in [43, 125, *codes] if self.often(2)]
        options = [(53, b'\1'), (57, struct.pack('>H', 1472))]
        if self.often(2):
            options.append((60, self.random.choice([b'one', b'two', b'three'])))
        if self.often(2):
            options += self.vendor()
        return dhcp.Message(xid=0x1000 + number, hops=1, giaddr=RELAY, chaddr=mac,
                            options=[*options, (55, bytes(asked))])


def options_of(_: dhcp.Message, answer: dhcp.Message | None) -> dict:
    """Every option; which address of its pool the client gets is another matter."""
    return {} if answer is None else {code: answer.option(code) for code in answer.codes()}


def options_as_kea(lab: Lab) -> None:
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    seed = int(os.environ.get('LESSOR_E2E_SEED', '1'))
    compared, codes = 0, set()
    for number in range(int(os.environ.get('LESSOR_E2E_OPTIONS', '5'))):
        draw = Draw(seed * 1000 + number)
        config = draw.config()
        packets = [draw.packet(i) for i in range(PACKETS)]
        theirs = answers_of(Kea(host, config, f'kea{number}'), relay, packets, options_of)
        ours = answers_of(Lessor(host, config, f'lessor{number}'), relay, packets, options_of)
        check(all(ours), 'a client was not answered')
        found = [describe(*each) for each in zip(packets, ours, theirs) if each[1] != each[2]]
        check(not found, f'configuration {number} of seed {seed}: ' + '\n'.join(found[:5]))
        compared += sum(len(each) for each in ours)
        codes |= {code for each in ours for code in each}
    print(f'{compared} options compared, of {len(codes)} codes')
    check({43, 125, *range(FIRST, FIRST + 25)} <= codes, f'not shown: only {sorted(codes)}')


PARALLEL = [options_as_kea]
ALONE: list = []
