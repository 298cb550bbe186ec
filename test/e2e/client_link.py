"""What the cases about `lessor client` share: one link with any server and our client on it, and
what its host looks like."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dhcp
from clients import OwnClient
from dhcp import Frame
from lab import Host, Lab, Process, Switch, check, check_equal, wait_until
from servers import Dhcpd, Dnsmasq, Kea, Lessor, Udhcpd, config

SERVER_MAC = '02:00:00:00:01:01'


@dataclass
class Terms:
    """What a server grants and says, whoever's it is. Option 121 has precedence over option 3
    (RFC 3442), which names another router."""
    network: str = '10.1.0'
    pool: tuple[int, int] = (10, 99)
    lease: int = 600
    t1: int | None = None
    t2: int | None = None

    def at(self, host: int) -> str:
        return f'{self.network}.{host}'

    @property
    def first(self) -> str:
        return self.at(self.pool[0])

    @property
    def last(self) -> str:
        return self.at(self.pool[1])

    @property
    def routes(self) -> list[tuple[str, str]]:
        return [('10.9.0.0/16', self.at(5)), ('0.0.0.0/0', self.at(1))]

    @property
    def route_octets(self) -> bytes:
        """RFC 3442's form of the same."""
        return bytes([16, 10, 9]) + dhcp.ip(self.at(5)) + bytes([0]) + dhcp.ip(self.at(1))


def lessor_dialect(terms: Terms) -> dict:
    options: list[dict] = [
        {'name': 'routers', 'data': terms.at(254)},
        {'name': 'domain-name-servers', 'data': f'{terms.at(3)}, {terms.at(4)}'},
        {'name': 'domain-name', 'data': 'lab.example'},
        {'name': 'interface-mtu', 'data': '1400'},
        {'code': 121, 'csv-format': False, 'data': terms.route_octets.hex()}]
    subnet = {'subnet': terms.at(0) + '/24', 'pools': [{'pool': f'{terms.first}-{terms.last}'}],
              'option-data': options}
    return config(subnet, valid=terms.lease, t1=terms.t1, t2=terms.t2, authoritative=True)


def make_lessor(host: Host, terms: Terms) -> Lessor:
    return Lessor(host, lessor_dialect(terms))


def make_kea(host: Host, terms: Terms) -> Kea:
    dialect = lessor_dialect(terms)
    dialect['subnet4'][0]['id'] = 1
    return Kea(host, dialect)


def make_dhcpd(host: Host, terms: Terms) -> Dhcpd:
    lines = [f'default-lease-time {terms.lease};', f'option routers {terms.at(254)};',
             f'option domain-name-servers {terms.at(3)}, {terms.at(4)};',
             'option domain-name "lab.example";', 'option interface-mtu 1400;',
             f'option classless-static-routes {", ".join(map(str, terms.route_octets))};']
    if terms.t1:
        lines += [f'option dhcp-renewal-time {terms.t1};',
                  f'option dhcp-rebinding-time {terms.t2};']
    return Dhcpd(host, terms.first, terms.last, '\n'.join(lines))


def make_dnsmasq(host: Host, terms: Terms) -> Dnsmasq:
    routes = ','.join(f'{to},{by}' for to, by in terms.routes)
    options = [f'option:router,{terms.at(254)}', f'option:dns-server,{terms.at(3)},{terms.at(4)}',
               'option:mtu,1400', f'121,{routes}']
    if terms.t1:
        options += [f'option:T1,{terms.t1}', f'option:T2,{terms.t2}']
    return Dnsmasq(host, terms.first, terms.last, '--dhcp-authoritative', '--domain=lab.example',
                   '--dhcp-rapid-commit', *(f'--dhcp-option={option}' for option in options))


def make_udhcpd(host: Host, terms: Terms) -> Udhcpd:
    routes = ', '.join(f'{to} {by}' for to, by in terms.routes)
    lines = [f'opt lease {terms.lease}', f'opt router {terms.at(254)}',
             f'opt dns {terms.at(3)} {terms.at(4)}', 'opt domain lab.example', 'opt mtu 1400',
             f'opt staticroutes {routes}']
    if terms.t1 and terms.t2:
        lines += [f'opt 0x3a {terms.t1:08x}', f'opt 0x3b {terms.t2:08x}']
    return Udhcpd(host, terms.first, terms.last, '\n'.join(lines))


MAKERS: dict[str, Callable[[Host, Terms], Any]] = {
    'lessor': make_lessor, 'dhcpd': make_dhcpd, 'dnsmasq': make_dnsmasq, 'kea': make_kea,
    'udhcpd': make_udhcpd}


@dataclass
class View:
    """The host as far as a DHCP client may change it."""
    addresses: list[str]
    routes: list[str]
    mtu: int
    resolv_conf: str
    name: str

    @staticmethod
    def of(host: Host, interface: str = 'eth0') -> 'View':
        links = json.loads(host.run('ip', '-j', '-4', 'addr', 'show', 'dev', interface) or '[]')
        shown = [f'{a["local"]}/{a["prefixlen"]}' for l in links for a in l.get('addr_info', [])]
        mtu = host.run('cat', f'/sys/class/net/{interface}/mtu')
        return View(shown, sorted(route_words(host)), int(mtu),
                    host.run('cat', '/etc/resolv.conf'), host.run('hostname').strip())


def route_words(host: Host) -> list[str]:
    """The main table, a text each: 'default via 10.1.0.1 dev eth0'."""
    return [f'{r["dst"]}' + (f' via {r["gateway"]}' if 'gateway' in r else '') + f' dev {r["dev"]}'
            for r in json.loads(host.run('ip', '-j', '-4', 'route') or '[]')]


def address_facts(host: Host, interface: str = 'eth0') -> dict:
    """The interface's only address as `ip -j addr` tells it; {} without any."""
    links = json.loads(host.run('ip', '-j', '-4', 'addr', 'show', 'dev', interface) or '[]')
    facts = [a for l in links for a in l.get('addr_info', [])]
    check(len(facts) <= 1, f'several addresses: {facts}')
    return facts[0] if facts else {}


class Monitor:
    """When the kernel's addresses and routes changed, by its own word."""

    def __init__(self, host: Host):
        self.process: Process = host.start('ip', '-ts', '-4', 'monitor', 'address', 'route')
        # It says nothing when it is ready: poke the kernel until it does.
        def ready() -> bool:
            host.run('ip', 'address', 'add', '127.9.9.9/32', 'dev', 'lo')
            host.run('ip', 'address', 'del', '127.9.9.9/32', 'dev', 'lo')
            return '127.9.9.9' in self.process.output()
        wait_until(ready, 'ip monitor')

    def gone(self, words: str) -> float:
        """When what these words (a pattern) tell was deleted, in time as frames carry it."""
        import datetime  # pylint: disable=import-outside-toplevel
        pattern = rf'^\[([^]]+)\] *Deleted .*{words}'
        found = re.findall(pattern, self.process.output(), re.MULTILINE)
        return datetime.datetime.fromisoformat(found[-1]).astimezone().timestamp() if found else 0


@dataclass
class Link:
    """One switch with a server and our client on it."""
    lab: Lab
    switch: Switch
    server_host: Host
    server: Any
    host: Host
    client: OwnClient
    terms: Terms

    @property
    def wire(self):
        return self.switch.wire

    @property
    def mac(self) -> str:
        return self.client.mac

    def ack(self, since: float = 0, timeout: float = 10) -> Frame:
        return self.wire.type(dhcp.ACK, 'an ACK', timeout, since, chaddr=self.mac)

    def sent(self, kind: int, what: str, timeout: float = 10, since: float = 0,
             **fields: object) -> Frame:
        """Waits for one of the client's own messages."""
        return self.wire.type(kind, what, timeout, since, chaddr=self.mac, **fields)

    def bind(self, *words: str, timeout: float = 10) -> str:
        """Starts the client; its address, once the kernel has it."""
        since = self.wire.now()
        self.client.start(*words)
        address = self.ack(since, timeout).message.yiaddr
        self.client.wait_address(address, timeout)
        return address

    def server_frame(self, frame: Frame) -> bool:
        return frame.mac_source == SERVER_MAC

    def silence_server(self) -> None:
        """Unicast to the server is cut off in the switch; broadcasts still reach it, and it knows
        by which hardware address the client is reached."""
        for address in self.host.addresses():
            self.server_host.run('ip', 'neighbour', 'replace', address, 'lladdr', self.mac, 'dev',
                                 'eth0', 'nud', 'permanent')
        self.switch.send_nowhere(SERVER_MAC, f'{self.host.name}-eth0')

    def check_restored(self, before: View) -> None:
        """The host is as it was before the client."""
        wait_until(lambda: View.of(self.host) == before, f'the host to be {before}', 5)


def make_link(lab: Lab, kind: str = 'lessor', terms: Terms | None = None,
              words: tuple[str, ...] = ()) -> Link:
    terms = terms or Terms()
    switch, server_host, host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(server_host, switch, mac=SERVER_MAC, address=terms.at(1) + '/24')
    lab.connect(host, switch)
    host.turn_off_checksum_offload('eth0')
    server = MAKERS[kind](server_host, terms)
    server.start()
    return Link(lab, switch, server_host, server, host, OwnClient(host, words=words), terms)


def check_set_up(link: Link, address: str) -> None:
    """The kernel and resolv.conf have all that the terms grant."""
    host, terms = link.host, link.terms
    facts = address_facts(host)
    check_equal((facts.get('local'), facts.get('prefixlen'), facts.get('broadcast')),
                (address, 24, terms.at(255)), 'address')
    left = facts['valid_life_time']
    granted = link.ack().message.number(dhcp.LEASE_TIME)
    check(granted and granted - 30 < left <= granted, f'valid for {left} s of {granted} s')
    wanted = {f'{terms.at(0)}/24 dev eth0', f'default via {terms.at(1)} dev eth0',
              f'10.9.0.0/16 via {terms.at(5)} dev eth0'}
    wait_until(lambda: set(route_words(host)) == wanted, f'{wanted}')
    view = View.of(host)
    check_equal(view.mtu, 1400, 'MTU')
    for line in (f'nameserver {terms.at(3)}', f'nameserver {terms.at(4)}', 'lab.example'):
        wait_until(lambda l=line: l in host.run('cat', '/etc/resolv.conf'), line)
