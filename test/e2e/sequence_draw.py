"""What is drawn for sequences.py: a site (configuration), its clients, and what they say."""

import ipaddress
from dataclasses import dataclass, field

import dhcp
from chance import Chance
from classes import Draw

SERVER = '10.1.0.1'
# giaddr by place; '' is the server's own link. Subnet 3 knows its relay by name only.
PLACES = {'link': '', 'inside': '10.2.0.1', 'named': '10.9.0.3', 'network': '10.4.0.1',
          'second': '10.5.0.1', 'nowhere': '10.77.0.1'}
NET_OF = {'link': '10.1.0', 'inside': '10.2.0', 'named': '10.3.0', 'network': '10.4.0',
          'second': '10.5.0', 'nowhere': '10.77.0'}
SENTINEL_RELAY, SENTINEL_MAC = '10.99.0.1', '02:00:00:00:99:99'
IDENTIFIERS = ['hw-address', 'duid', 'circuit-id', 'client-id']
FLEX_OPTION = '/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_flex_option.so'
TEXTS = ['option[12].hex', 'option[60].hex', 'option[61].hex', 'pkt4.mac', 'relay4[1].hex', "''",
         "'fixed'", "concat('x-', option[12].hex)", "ifelse(member('c1'), 'in', '')",
         "ifelse(option[93].exists, option[12].hex, 'none')"]
ASKED = (1, 3, 6, 12, 15, 28, 43, 51, 54, 58, 59, 66, 67, 81, *range(224, 228))


@dataclass
class Client:
    """Who says something: what stays from message to message."""
    number: int
    mac: str
    place: str
    options: list[tuple[int, bytes]]
    relay_info: bytes | None = None
    flags: int = 0
    namesakes: set[int] = field(default_factory=set)  # clients with the same MAC or client-id

    @property
    def giaddr(self) -> str:
        return PLACES[self.place]

    @property
    def circuit_id(self) -> bytes | None:
        """When it has one of its own."""
        info = self.relay_info or b'\0\0'
        return info[2:2 + info[1]] if info[1] == 5 else None

    @property
    def client_id(self) -> bytes | None:
        return dict(self.options).get(61)

    def shares_a_name(self, other: 'Client') -> bool:
        same_id = self.client_id is not None and self.client_id == other.client_id
        return self.number != other.number and (self.mac == other.mac or same_id)


@dataclass
class Step:
    """One message; addresses in it are the client's own as the server gave them (see Player)."""
    number: int
    client: Client
    kind: str
    address: str = 'own'     # own, or one that is spelled out
    server_id: str = SERVER
    extra: list[tuple[int, bytes]] = field(default_factory=list)
    leave_out: tuple[int, ...] = ()


FOLLOWS = {  # what a client probably says after this
    'discover': ['select'] * 8 + ['discover', 'select_other', 'elsewhere'],
    'select': ['renew'] * 4 + ['rebind', 'reboot', 'discover', 'release', 'decline', 'inform',
                               'select', 'renew_other', 'reboot_other'],
    'select_other': ['discover', 'select'],
    'elsewhere': ['discover', 'renew'],
    'renew': ['renew', 'renew', 'rebind', 'release', 'reboot', 'discover', 'inform', 'decline'],
    'renew_other': ['renew', 'discover'],
    'rebind': ['renew', 'release', 'reboot', 'rebind', 'rebind_other'],
    'rebind_other': ['renew', 'discover'],
    'reboot': ['renew', 'renew', 'release', 'discover', 'reboot_other'],
    'reboot_other': ['reboot', 'discover', 'renew'],
    'release': ['discover', 'discover', 'reboot', 'release', 'renew', 'release_other'],
    'release_other': ['renew', 'discover'],
    'decline': ['discover', 'discover', 'reboot', 'renew'],
    'inform': ['renew', 'discover', 'broken'],
    'broken': ['discover', 'renew'],
}


class SiteDraw(Draw):
    """A site and its clients by chance; the same seed draws the same."""

    def __init__(self, seed: int, name: str = ''):
        super().__init__(seed)
        self.seed, self.name = seed, name
        self.reserved: dict[str, int] = {}  # address to the client whose it is
        self.by_mac = self.often(3)  # client-ids do not count; then all MACs are different
        self.clients = self.draw_clients()
        self.config = self.draw_config() | self.draw_caching() | self.draw_hooks()

    # ---- clients

    def draw_clients(self) -> list[Client]:
        clients = [self.draw_client(number) for number in range(14)]
        for one in clients:
            one.namesakes = {other.number for other in clients if one.shares_a_name(other)}
        return clients

    def draw_client(self, number: int) -> Client:
        mac = f'02:00:00:00:01:{number:02x}'
        if number == 11 and not self.by_mac:
            mac = '02:00:00:00:01:0a'  # the MAC of client 10
        options = [(60, self.random.choice([b'v', b'vw', b'w']))] if self.often(2) else []
        if self.often(2) or number in (10, 11):
            options.append((61, b'\1' + dhcp.mac_bytes(mac) if self.often(2) and number != 11 else
                            self.random.choice([b'\0client-%d', b'\xff\0\0\0\1duid-%d']) % number))
        if self.often(3):
            options.append((93, b'\0\7'))
        if not self.often(3):
            options.append((12, self.random.choice([b'a', b'b', b'd', b'pc%d' % number])))
        if self.often(4):
            options.append((51, self.random.choice([b'\0\0\0\1', b'\0\0\x04\xb0', b'\xff' * 4])))
        asked = [code for code in ASKED if not self.often(3)]
        if not self.often(8):
            options.append((55, bytes(asked)))
        place = self.random.choice(['link', 'link', 'inside', 'named', 'link', 'inside', 'named',
                                    'network', 'second', 'nowhere'])
        client = Client(number, mac, place, options, flags=0x8000 if self.often(3) else 0)
        if place != 'link' and self.often(2):
            client.relay_info = self.draw_relay_info(number)
        return client

    def draw_relay_info(self, number: int) -> bytes:
        info = b'\1\4' + b'port' if self.often(4) else b'\1\5' + b'port%x' % number
        if self.often(2):
            info += b'\2\3' + b'rem'
        if self.often(4):
            info += b'\5\4' + dhcp.ip(self.random.choice(['10.2.0.0', '10.3.0.7', '10.88.0.0']))
        return info

    # ---- configuration

    def draw_config(self) -> dict:
        config = {'interfaces-config': {'interfaces': ['eth0']},
                  'multi-threading': {'enable-multi-threading': False},
                  'authoritative': self.often(2), 'match-client-id': not self.by_mac,
                  'echo-client-id': not self.often(4),
                  'host-reservation-identifiers': self.random.sample(IDENTIFIERS, 4),
                  'client-classes': self.classes(), **self.times(), **self.timers(),
                  **self.gifts(),
                  'subnet4': [*(self.draw_subnet(number, self.draw_reservations(number))
                                for number in (1, 2, 3)), self.sentinel()]}
        if self.often(3):
            config |= self.draw_global()
        if self.often(2):
            config['shared-networks'] = [self.draw_network()]
        config['subnet4'][2]['relay'] = {'ip-addresses': [PLACES['named']]}
        return config

    def draw_caching(self) -> dict:
        """Whether young leases serve again."""
        chance = Chance(self.seed + 1)
        return {'cache-threshold': 0.5 if chance.often(3) else 0.0001}

    def draw_hooks(self) -> dict:
        """What expressions make of replies (flex_option)."""
        chance = Chance(self.seed + 2)
        if chance.often(2):
            return {}
        options: list[dict] = [{'code': 224, 'remove': "option[12].hex == 'a'"},
                               {'code': 225, 'supersede': chance.random.choice(TEXTS)},
                               {'code': 226, 'add': chance.random.choice(TEXTS)},
                               {'code': 228, 'add': chance.random.choice(TEXTS)},
                               {'code': 229, 'supersede': chance.random.choice(TEXTS),
                                'client-class': 'c2'},
                               {'code': 15, 'supersede': "'flex.example'", 'csv-format': True}]
        kept = [each for each in options if not chance.often(3)]
        return {'hooks-libraries': [{'library': FLEX_OPTION, 'parameters': {'options': kept}}]}

    def draw_required(self, chance: Chance) -> dict:
        """Classes that are evaluated where they are required."""
        if chance.often(2):
            return {}
        names = chance.random.sample([f'c{i}' for i in range(6)], chance.random.randrange(1, 4))
        return {'require-client-classes': names}

    def timers(self) -> dict:
        timers: dict = {}
        if self.often(2):
            timers |= {'renew-timer': 300 + self.value(), 'rebind-timer': 500 + self.value()}
        if self.often(2):
            timers |= {'calculate-tee-times': True}
        return timers

    def draw_subnet(self, number: int, reservations: list[dict]) -> dict:
        net = f'10.{number}.0'
        guarded = self.often(3)
        pools = [{'pool': f'{net}.50-{net}.99', 'option-data': self.options()}]
        if self.often(2):
            pools.append({**pools[0], 'pool': f'{net}.150-{net}.199'})  # either may be chosen
        if guarded:
            pools = [self.pool(f'{net}.50-{net}.99', 'in'),
                     self.pool(f'{net}.150-{net}.199', 'out')]
        made = {'subnet': f'{net}.0/24', 'id': number, 'pools': pools,
                'reservations': reservations, **self.gifts()}
        made['option-data'].append({'name': 'routers', 'data': f'{net}.1'})
        if self.often(3):
            made |= self.times()
        if self.often(3):
            made |= self.timers()
        required = Chance(self.seed + 10 * number)
        for each in [made, *pools] if guarded else [made]:
            each |= self.draw_required(required)
        return made

    def draw_global(self) -> dict:
        """Reservations outside of subnets, of names and options."""
        made = []
        for client in self.clients:
            if self.often(4) and not client.namesakes:
                made.append({**self.identifier(client), **self.gifts(),
                             'hostname': f'global{self.value()}'})
        early = {'early-global-reservations-lookup': Chance(self.seed + 3).often(2)}
        return {'reservations': made, 'reservations-global': True} | early if made else {}

    def draw_network(self) -> dict:
        """Two subnets on one link, whose relay has an address in either. Without reservations:
        whether Kea sees that a client has one in the other subnet hangs on who was served last."""
        subnets = [self.draw_subnet(4, []), self.draw_subnet(5, [])]
        made = {'name': 'both', 'subnet4': subnets, 'option-data': self.options()}
        if self.often(2):
            made |= self.times()
        return made

    def draw_reservations(self, number: int) -> list[dict]:
        made = []
        for client in self.clients:
            if not self.often(4) or client.namesakes:  # of two, who comes first would have it
                continue
            one = self.identifier(client)
            if not self.often(3):
                address = f'10.{number}.0.{self.random.choice([20, 60, 160]) + client.number}'
                one['ip-address'] = address
                self.reserved[address] = client.number
            if self.often(3) or 'ip-address' not in one:
                one['hostname'] = f'name{self.value()}'
            if self.often(2):
                one |= self.gifts()
            if self.often(3):
                one['client-classes'] = self.random.sample(['given', 'c1'], 1)
            made.append(one)
        return made

    def identifier(self, client: Client) -> dict:
        """One of those by which a client can be known."""
        ids = {'hw-address': client.mac}
        if client.client_id:
            ids['client-id'] = client.client_id.hex()
        if client.client_id and client.client_id[0] == 255:
            ids['duid'] = client.client_id[5:].hex()
        if client.circuit_id:
            ids['circuit-id'] = client.circuit_id.hex()
        key = self.random.choice(list(ids))
        return {key: ids[key]}

    def sentinel(self) -> dict:
        """Its lease is renewed in full, and so comes after all that waits for the disk."""
        return {'subnet': '10.99.0.0/24', 'id': 99, 'pools': [{'pool': '10.99.0.50-10.99.0.59'}],
                'cache-threshold': 0.0001}

    def subnets(self) -> list[dict]:
        shared = [each for network in self.config.get('shared-networks', [])
                  for each in network['subnet4']]
        return self.config['subnet4'] + shared

    def link_of(self, address: str) -> list[ipaddress.IPv4Network]:
        """The networks on the link that an address is on; none when it is not configured."""
        value = ipaddress.ip_address(address)
        links = [[each] for each in self.config['subnet4']] + [
            network['subnet4'] for network in self.config.get('shared-networks', [])]
        found = [[ipaddress.ip_network(each['subnet']) for each in link] for link in links]
        return next((link for link in found if any(value in net for net in link)), [])

    def in_pool(self, address: str) -> bool:
        value = ipaddress.ip_address(address)
        ranges = [pool['pool'].split('-') for each in self.subnets()
                  for pool in each['pools']]
        return any(ipaddress.ip_address(first) <= value <= ipaddress.ip_address(last)
                   for first, last in ranges)

    # ---- what is said

    def steps(self, count: int) -> list[Step]:
        steps: list[Step] = []
        last = {client.number: 'start' for client in self.clients}
        while len(steps) < count:
            client = self.random.choice(self.clients)
            kind = self.random.choice(FOLLOWS.get(last[client.number], ['discover'] * 6 +
                                                  ['reboot_other', 'inform', 'renew_other']))
            last[client.number] = kind
            steps.append(self.step(len(steps), client, kind))
        return steps

    def step(self, number: int, client: Client, kind: str) -> Step:
        step = Step(number, client, kind.removesuffix('_other'))
        if kind.endswith('_other'):
            step.address = self.other_address(client)
        if kind == 'elsewhere':
            step.kind, step.server_id = 'select', '10.1.0.250'
        if kind == 'discover' and self.often(3):
            step.address = self.random.choice(['own', self.other_address(client)])
        elif kind == 'discover':
            step.address = 'none'
        if kind == 'broken':
            step.kind = self.random.choice(['select', 'discover', 'release', 'inform'])
            step.leave_out = (self.random.choice([50, 53, 54, 55]),)
        if self.often(12) and client.giaddr and kind not in ('renew', 'renew_other', 'release'):
            step.extra.append((118, dhcp.ip('10.2.0.0')))
        return step

    def other_address(self, client: Client) -> str:
        """In the client's network or another: a server's, reserved, free, or out of all pools. No
        other client's: what is free to one server is free to the other."""
        net = NET_OF[self.random.choice([client.place, client.place, 'link', 'inside', 'nowhere'])]
        other = self.random.randrange(len(self.clients))
        return f'{net}.' + str(self.random.choice([2, 20 + other, 60 + other, 80 + client.number,
                                                   160 + other, 180 + client.number, 255]))
