"""What may differ between Lessor and Kea 2.2, with the reason of each: one field or option, under
one condition. What is not here fails e2e.sequences_as_kea."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

import dhcp
from sequence_draw import PLACES, SERVER, SiteDraw, Step
from sequence_play import Answer


FLEX_CODES = (15, 225, 226, 228, 229)  # that expressions set here
SUBNET_FIELDS = ('siaddr', 'sname', 'file', 3, 224, 225, 226, 227)  # that subnets set here


@dataclass
class Pair:
    """Both servers' answers to one step."""
    site: SiteDraw
    step: Step
    ours: Answer
    theirs: Answer

    def types(self, ours: int, theirs: int) -> bool:
        """Whether these were the answers; 0 is silence."""
        return (self.ours.type, self.theirs.type) == (ours, theirs)

    def link_selection(self) -> str | None:
        """The network that the relay has chosen (RFC 3527)."""
        info = (self.ours.asked.option(82) or b'').partition(b'\5\4')[2]
        return socket.inet_ntoa(info) if info else None

    def link(self) -> list[ipaddress.IPv4Network]:
        """The networks that the message may be from; none that is configured: none."""
        asked = self.ours.asked
        chosen = asked.option(118)
        told = self.link_selection() or (chosen and socket.inet_ntoa(chosen)) or (
            asked.giaddr if asked.giaddr != '0.0.0.0' else None)
        if told is None:
            told = asked.ciaddr if self.step.kind in ('renew', 'release') else SERVER
        if told == PLACES['named']:
            told = '10.3.0.0'
        return self.site.link_of(told)

    def is_on_link(self, address: str) -> bool:
        return any(ipaddress.ip_address(address) in network for network in self.link())

    def address(self) -> str:
        """That was asked for."""
        return self.ours.asked.requested or self.ours.asked.ciaddr

    def could_be_had(self) -> bool:
        """Whether Kea may know the address that was asked for: of a pool of the network, or
        reserved for the client there."""
        address = self.address()
        if not self.is_on_link(address):
            return False
        return (self.site.reserved.get(address) == self.step.client.number or
                self.site.in_pool(address))

    def has_reservation(self) -> bool:
        client = self.step.client
        return any(self.is_on_link(address) and number in {client.number, *client.namesakes}
                   for address, number in self.site.reserved.items())

    def both_bound_anew(self) -> bool:
        same = self.ours.roles == self.theirs.roles and not self.in_other_networks()
        return self.step.kind == 'select' and self.types(dhcp.ACK, dhcp.ACK) and same

    def both(self, true_of: Callable[[Answer], bool]) -> bool:
        return all(each.message and true_of(each) for each in (self.ours, self.theirs))

    def concerns(self, other: 'Pair') -> bool:
        """Whether this may be why the other came out as it did."""
        addresses = {address_of(each) for each in (other.ours, other.theirs)}
        return self.step.client.number == other.step.client.number or bool(
            {address_of(each) for each in (self.ours, self.theirs)} & addresses)

    def brief(self) -> str:
        return (f'step {self.step.number}, {self.step.kind} of client {self.step.client.number}: '
                f'ours {brief(self.ours)}, Kea {brief(self.theirs)}')

    def in_other_networks(self) -> bool:
        """Whether the addresses given are of different subnets."""
        if not self.both(lambda it: it.message.yiaddr != '0.0.0.0'):
            return False
        ours, theirs = (each.message.yiaddr.rpartition('.')[0] for each in (self.ours, self.theirs))
        return ours != theirs

    def different_fields(self) -> list:
        ours, theirs = fields_of(self.ours), fields_of(self.theirs)
        if ours['type'] != theirs['type']:
            return ['type']  # nothing else can be compared
        if self.in_other_networks():
            return ['yiaddr']  # what their subnets have differs
        if self.both(lambda it: it.message.yiaddr == self.ours.message.yiaddr):
            ours['yiaddr'] = theirs['yiaddr']  # the same, whatever it is to the client
        return [key for key in ours | theirs if ours.get(key) != theirs.get(key)]

    def is_what_is_left(self, code: int) -> bool:
        """Whether a young lease serves again, and the times told of it are seconds apart."""
        ours, theirs = (each.message.number(code) for each in (self.ours, self.theirs))
        caches = self.site.config['cache-threshold'] > 0.1
        return caches and None not in (ours, theirs) and abs(theirs - ours) <= 2

    def describe(self, field: str | int) -> str:
        ours, theirs = (fields_of(each).get(field) for each in (self.ours, self.theirs))
        return (f'step {self.step.number}, {self.step.kind} of client {self.step.client.number} '
                f'({self.step.client.place}), {field}: ours {ours}, Kea {theirs}\n'
                f'  ours  {self.ours.asked} {self.ours.asked.options}\n    {self.ours.message}'
                f'\n  Kea   {self.theirs.asked}\n    {self.theirs.message}')


def address_of(answer: Answer) -> str:
    """The address that it is about."""
    said = answer.message
    if said and said.yiaddr != '0.0.0.0':
        return said.yiaddr
    return answer.asked.requested or answer.asked.ciaddr


def brief(answer: Answer) -> str:
    return f'{dhcp.TYPE_NAMES[answer.type] if answer.type else "silence"} {address_of(answer)}'


def fields_of(answer: Answer) -> dict:
    """Everything that is compared; an option under its code."""
    said = answer.message
    if said is None:
        return {'type': 'silence'}
    assert answer.frame
    fields = {'type': dhcp.TYPE_NAMES[said.type], 'yiaddr': answer.roles,
              'to': 'the client' if answer.frame.target == said.yiaddr else
                    'ciaddr' if answer.frame.target == answer.asked.ciaddr else answer.frame.target,
              'port': answer.frame.port_target,
              'ciaddr': said.ciaddr == answer.asked.ciaddr or said.ciaddr}
    for name in ('op', 'htype', 'hlen', 'hops', 'xid', 'secs', 'flags', 'siaddr', 'giaddr',
                 'chaddr', 'sname', 'file'):
        fields[name] = getattr(said, name)
    return fields | {code: said.option(code) for code in said.codes()}


@dataclass
class Difference:
    """One field or option that differs, when `when` says so, for a reason."""
    name: str
    field: str | int
    reason: str
    when: Callable[[Pair], bool]
    parts: bool = False  # the servers believe different things of the client from here on

    def covers(self, pair: Pair, field: str | int) -> bool:
        return self.field == field and self.when(pair)


DIFFERENCES = [
    Difference('hops', 'hops', 'RFC 2131 table 3: zero; Kea copies it',
               lambda pair: pair.both(lambda it: it.message.hops in (0, it.asked.hops))),
    Difference('inform-mask', 1, 'RFC 2131 4.3.5: what is asked for, with a lease or without',
               lambda pair: pair.step.kind == 'inform'),
    Difference('nak-message', 56, 'RFC 2132 9.9: the reason of a DHCPNAK, which Kea does not give',
               lambda pair: pair.both(lambda it: it.message.type == dhcp.NAK)),
    Difference('host-name', 12, 'a name that only the client itself has said is not repeated',
               lambda pair: pair.ours.message.option(12) is None and pair.theirs.says_again(12)),
    Difference('nak-broadcast-bit', 'flags', 'RFC 2131 4.3.2: set in a DHCPNAK through a relay',
               lambda pair: pair.types(dhcp.NAK, dhcp.NAK) and pair.ours.message.flags == 0x8000),
    Difference('nak-to-all', 'to', 'RFC 2131 4.1: a DHCPNAK without a relay is broadcast',
               lambda pair: pair.types(dhcp.NAK, dhcp.NAK) and
               pair.ours.frame.target == '255.255.255.255'),
    Difference('inform-giaddr', 'giaddr', 'RFC 2131 table 3: of the message; Kea sets it to zero',
               lambda pair: pair.step.kind == 'inform'),
    Difference('held-offer', 'yiaddr', 'RFC 2131 3.1: an address that was offered is kept for the '
               'client; Kea offers another',
               lambda pair: pair.types(dhcp.OFFER, dhcp.OFFER) and pair.ours.offered_before),
    Difference('found-in-use', 'yiaddr', 'the address that is asked for was declined, by who had '
               'it of this server only', lambda pair: pair.types(dhcp.OFFER, dhcp.OFFER) and
               pair.ours.found_in_use != pair.theirs.found_in_use),
    Difference('previous-address', 'yiaddr', 'RFC 2131 4.3.1: the address that a client had before '
               'is kept for it and goes before any other; Kea forgets what is given back',
               lambda pair: pair.types(dhcp.OFFER, dhcp.OFFER) and pair.ours.had_before),
    Difference('unknown-address', 'type', 'who renews or chooses what we have no pool for is told '
               'so as far as we know it or are authoritative; Kea lets it wait',
               lambda pair: pair.types(dhcp.NAK, 0) and not pair.could_be_had()),
    Difference('known-by-reservation', 'type', 'who has a reserved address here is known, and told '
               'that another is not its own; Kea knows only who has had a lease', lambda pair:
               pair.types(dhcp.NAK, 0) and pair.step.kind == 'reboot' and pair.has_reservation()),
    Difference('unknown-client', 'type', 'RFC 2131 3.2: of another client\'s lease a server that '
               'is not authoritative says nothing; Kea refuses',
               lambda pair: pair.types(0, dhcp.NAK) and pair.step.kind in ('renew', 'rebind') and
               not pair.site.config['authoritative']),
    Difference('kept-offer', 'type', 'RFC 2131 3.1: what was offered is there when it is '
               'chosen; Kea gave it to another', lambda pair: pair.types(dhcp.ACK, dhcp.NAK) and
               pair.step.kind == 'select' and 'offered' in pair.ours.roles, parts=True),
    Difference('another-lease', 'type', 'the servers have leased different addresses to the '
               'client, for one of these reasons, and it asks for one of them',
               lambda pair: pair.ours.leased != pair.theirs.leased and
               (pair.ours.leased == pair.address()) != (pair.theirs.leased == pair.address()),
               parts=True),
    Difference('reboot-as-reserved', 'type', 'a reserved address is known to be the client\'s '
               'before it ever had it; Kea knows only who has had a lease', lambda pair:
               pair.types(dhcp.ACK, dhcp.NAK) and pair.step.kind == 'reboot' and
               pair.site.reserved.get(pair.address()) == pair.step.client.number, parts=True),
    Difference('no-subnet', 'type', 'a network that is not configured is somebody else\'s: silence '
               '(RFC 2131 4.3.2); Kea refuses', lambda pair: pair.types(0, dhcp.NAK) and
               not pair.link()),
    Difference('inform-no-subnet', 'type', 'likewise; Kea gives the global options',
               lambda pair: pair.types(0, dhcp.ACK) and not pair.link() and
               pair.step.kind == 'inform'),
    Difference('inform-from-elsewhere', 'type', 'the answer goes to ciaddr, which must be of the '
               'network that asks', lambda pair: pair.types(0, dhcp.ACK) and
               pair.step.kind == 'inform' and not pair.is_on_link(pair.ours.asked.ciaddr)),
    Difference('inform-relay-info', 82, 'RFC 3046 2.2: in all replies; Kea leaves it out of this',
               lambda pair: pair.step.kind == 'inform' and pair.ours.says_again(82)),
    Difference('inform-name', 12, 'RFC 2131 4.3.5: what is asked for, the reserved name too',
               lambda pair: pair.step.kind == 'inform' and pair.theirs.message.option(12) is None
               and bytes([12]) in (pair.ours.asked.option(55) or b'')),
    Difference('subnet-selection', 118, 'RFC 3011: told when it was used; the relay has chosen',
               lambda pair: pair.ours.message.option(118) is None and pair.theirs.says_again(118)
               and pair.link_selection() is not None),
    Difference('no-address-asked-for', 'type', 'RFC 2131 4.3.2: option 50 MUST be in this message',
               lambda pair: pair.step.kind == 'select' and 50 in pair.step.leave_out and
               pair.ours.type == 0, parts=True),
    Difference('unoffered', 'type', 'a client with a lease gets another address for an offer only; '
               'Kea gives any that is free', lambda pair: pair.types(dhcp.NAK, dhcp.ACK) and
               not {'offered', 'leased'} & set(pair.theirs.roles), parts=True),
] + [
    Difference(f'inform-subnet-{field}', field, 'what an address asks for is what its subnet has; '
               'Kea gives what the subnet of the network has that the relay is in',
               lambda pair: pair.step.kind == 'inform' and len(pair.link()) > 1 and
               pair.types(dhcp.ACK, dhcp.ACK)) for field in SUBNET_FIELDS] + [
    Difference(f'flex-option-in-nak-{code}', code, 'RFC 2131 table 3: no other options in a '
               'DHCPNAK; Kea\'s hook adds its own', lambda pair: pair.types(dhcp.NAK, dhcp.NAK))
    for code in FLEX_CODES] + [
    Difference(f'time-left-{code}', code, 'of a lease that serves again no more is told than is '
               'recorded: the seconds that have begun are over; Kea counts whole ones',
               lambda pair, code=code: pair.is_what_is_left(code)) for code in (51, 58, 59)]
