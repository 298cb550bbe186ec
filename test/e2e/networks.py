"""Shared networks against Kea: the same configurations in both, the same conversations through
relays; every field and option of the answers compared.
"""

import socket
from typing import Callable

import dhcp
from lab import Host, Lab, check
from servers import Kea, Lessor, Server

SERVER = '10.1.0.1'
FIRST, SECOND, ELSEWHERE = '10.1.0.2', '10.2.0.2', '10.9.0.2'  # relays: in which subnet they are
SILENCE = 0.4  # seconds without an answer: there is none


def subnet(number: int, addresses: int = 2, **more) -> dict:
    """10.NUMBER.0.0/24 with so many addresses from .10 on, and options that tell it."""
    net = f'10.{number}.0'
    pools = [{'pool': f'{net}.10-{net}.{9 + addresses}'}] if addresses else []
    return {'subnet': f'{net}.0/24', 'id': number, 'pools': pools,
            'option-data': [{'name': 'routers', 'data': f'{net}.1'},
                            {'name': 'domain-name', 'data': f'subnet{number}'}], **more}


def network(*subnets: dict, **more) -> dict:
    return {'name': 'floor', 'subnet4': list(subnets),
            'option-data': [{'name': 'domain-name-servers', 'data': '10.0.0.53'},
                            {'name': 'domain-name', 'data': 'floor'}], **more}


def config(*networks: dict, **more) -> dict:
    return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
            'valid-lifetime': 600, 'shared-networks': list(networks), **more}


class Talk:
    """A conversation: what is sent, and what came back."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.answers: list[dict] = []

    def say(self, kind: int, client: int, giaddr: str = FIRST, ciaddr: str = '0.0.0.0',
            **options) -> dict:
        """Sends a message and returns what is seen of the answer; {} is silence."""
        codes = {'asking': 50, 'server': 54, 'host': 12}
        extra = [(codes[name], dhcp.ip(value) if name != 'host' else value.encode())
                 for name, value in options.items()]
        packet = dhcp.Message(xid=0x1000 + len(self.steps), giaddr=giaddr, ciaddr=ciaddr, hops=1,
                              chaddr=f'02:00:00:00:01:{client:02x}',
                              options=[(53, bytes([kind])), *extra, (55, bytes([1, 3, 6, 15]))])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((giaddr, 67))
            s.settimeout(SILENCE)
            s.sendto(packet.encode(), (SERVER, 67))
            try:
                answer = dhcp.Message.decode(s.recv(65535))
            except TimeoutError:
                answer = None
        words = ' '.join(f'{k}={v}' for k, v in options.items())
        self.steps.append(f'{dhcp.TYPE_NAMES[kind]} of {client} through {giaddr} {words} {ciaddr}')
        self.answers.append(seen(answer))
        return self.answers[-1]

    def lease(self, client: int, giaddr: str = FIRST, **options) -> str:
        """DISCOVER to ACK; the address."""
        offer = self.say(dhcp.DISCOVER, client, giaddr, **options)
        if not offer:
            return ''
        self.say(dhcp.REQUEST, client, giaddr,
                 **options | {'asking': offer['yiaddr'], 'server': SERVER})
        return offer['yiaddr']


def seen(answer: dhcp.Message | None) -> dict:
    if answer is None:
        return {}
    nak = answer.option(dhcp.MESSAGE_TYPE) == bytes([dhcp.NAK])
    fields = {'yiaddr': answer.yiaddr, 'ciaddr': answer.ciaddr, 'giaddr': answer.giaddr,
              'siaddr': answer.siaddr, 'flags': 0 if nak else answer.flags, 'file': answer.file}
    codes = [code for code in answer.codes() if code not in (12, 56)]
    return fields | {code: answer.option(code) for code in codes}


# Differences, each under the condition that it is met:
#   the words of a DHCPNAK (option 56) are ours
#   a host name (12) that the client said, and nobody configured, is returned by Kea
#   the broadcast bit of a DHCPNAK to a relay: RFC 2131 4.3.2 wants it, Kea 2.2 does not set it
#   a lease of ours asked for on another network of ours, or in a subnet that is not for its client
#   any more: refused; Kea is silent. Not asked here

# ---- conversations, each with its configuration


def overflow(talk: Talk) -> None:
    """Six clients fill three subnets, by id from the relay's on; the seventh finds nothing."""
    for client in range(1, 8):
        talk.lease(client, SECOND)


def turns(talk: Talk) -> None:
    """Where the last one found an address the next one looks first, wherever it is."""
    for client in range(1, 8):
        talk.lease(client, (FIRST, SECOND)[client % 2])


def moves(talk: Talk) -> None:
    """Leases of one subnet, asked for through a relay in another."""
    first, second = talk.lease(1, FIRST), talk.lease(2, SECOND)
    talk.say(dhcp.REQUEST, 1, SECOND, ciaddr=first)            # rebinds
    talk.say(dhcp.REQUEST, 1, SECOND, asking=first)            # boots again
    talk.say(dhcp.REQUEST, 1, SECOND, asking='10.2.0.11')      # not its own
    talk.say(dhcp.REQUEST, 3, SECOND, asking='10.2.0.11')      # nobody's
    talk.say(dhcp.REQUEST, 3, FIRST, asking='10.7.0.11')       # not of this network
    talk.lease(4, FIRST, asking='10.2.0.12')                   # a wish for the other subnet
    talk.lease(5, SECOND, asking=second)                       # another's
    talk.say(dhcp.RELEASE, 2, FIRST, ciaddr=second, server=SERVER)
    talk.lease(6, SECOND)
    talk.lease(2, SECOND)


def guards(talk: Talk) -> None:
    """A network for classes a and b, a subnet for each and one for both."""
    for client, host in enumerate('abababxa', 1):
        talk.lease(client, (FIRST, SECOND)[client % 2], host=host)
    talk.lease(1, FIRST, host='b')  # its subnet is not for b


def reserved(talk: Talk) -> None:
    """A reservation is found in whichever subnet; one without an address counts in its own."""
    for client in (1, 2, 3, 4, 3):
        talk.lease(client, FIRST)
    talk.say(dhcp.REQUEST, 1, SECOND, asking='10.2.0.50')


def relays(talk: Talk) -> None:
    """relay.ip-addresses of the network, and of one of its subnets instead."""
    talk.lease(1, ELSEWHERE)
    talk.lease(2, ELSEWHERE)


CLASSES = [{'name': 'a', 'test': "option[12].hex == 'a'"},
           {'name': 'b', 'test': "option[12].hex == 'b'"},
           {'name': 'ab', 'test': "member('a') or member('b')"},
           {'name': 'extra', 'test': "option[12].hex == 'a'", 'only-if-required': True,
            'boot-file-name': 'extra-file'}]
RESERVATIONS = [{'hw-address': '02:00:00:00:01:01', 'ip-address': '10.2.0.50',
                 'option-data': [{'name': 'domain-name', 'data': 'own'}]},
                {'hw-address': '02:00:00:00:01:03', 'boot-file-name': 'own-file'}]
STORIES: dict[str, tuple[Callable[[Talk], None], dict]] = {
    'overflow': (overflow, config(network(subnet(2), subnet(1), subnet(3)))),
    'turns': (turns, config(network(subnet(1, 4), subnet(2, 4), subnet(3, 4)))),
    'moves': (moves, config(network(subnet(1, 4), subnet(2, 4)))),
    'authority': (moves, config(network(subnet(1, 4), subnet(2, 4), authoritative=True))),
    'guards': (guards, config(
        network(subnet(1, **{'client-class': 'b'}), subnet(2, **{'client-class': 'a'}),
                subnet(3), **{'client-class': 'ab', 'require-client-classes': ['extra']}),
        **{'client-classes': CLASSES})),
    'reserved': (reserved, config(network(subnet(1), subnet(2, reservations=RESERVATIONS)))),
    'scopes': (turns, config(
        network(subnet(1, **{'valid-lifetime': 700}),
                subnet(2, **{'next-server': '10.0.0.2', 'renew-timer': 222}),
                **{'valid-lifetime': 800, 'next-server': '10.0.0.9', 'boot-file-name': 'all',
                   'renew-timer': 300, 'rebind-timer': 400}), **{'next-server': '10.0.0.1'})),
    'relays': (relays, config(network(
        subnet(1), subnet(2, relay={'ip-addresses': ['10.8.0.8']}),
        subnet(3), relay={'ip-addresses': [ELSEWHERE]}))),
}


def answers_of(server: Server, relay: Host, story: Callable[[Talk], None]) -> Talk:
    server.start()
    talk = Talk()
    with relay.network():
        story(talk)
    server.stop()
    return talk


def difference(ours: Talk, theirs: Talk) -> str:
    """The first; empty when there is none."""
    for step, other, our, their in zip(ours.steps, theirs.steps, ours.answers, theirs.answers):
        if step != other:
            return f'ours went on with {step}, Kea with {other}'
        keys = [key for key in our | their if our.get(key) != their.get(key)]
        if keys:
            return f'{step}: ' + ', '.join(f'{key}: ours {our.get(key)}, Kea {their.get(key)}'
                                           for key in keys)
    return ''


def networks_as_kea(lab: Lab) -> None:
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{FIRST}/24')
    for address in (SECOND, ELSEWHERE):
        relay.run('ip', 'address', 'add', f'{address}/24', 'dev', 'eth0')
        host.run('ip', 'route', 'add', f'{address.rpartition(".")[0]}.0/24', 'dev', 'eth0')
    answers = []
    for name, (story, dhcp4) in STORIES.items():
        theirs = answers_of(Kea(host, dhcp4, f'kea-{name}'), relay, story)
        ours = answers_of(Lessor(host, dhcp4, f'lessor-{name}'), relay, story)
        check(not difference(ours, theirs), f'{name}: {difference(ours, theirs)}')
        answers += ours.answers
    said = [answer for answer in answers if answer]
    print(f'{len(answers)} steps compared, {len(said)} answers')
    check(len({answer['yiaddr'] for answer in said}) > 12, 'nothing was shown')


PARALLEL = [networks_as_kea]
ALONE: list = []
