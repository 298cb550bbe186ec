"""Hard limits: how many leases a relay's port may hold, and how many messages it may send."""

import signal
import time

import dhcp
from dhcp import Message
from lab import Lab, check, check_equal, wait_until
from scenarios import Relay
from servers import Lessor, config, subnet

SERVER, GIADDR = '10.1.0.1', '10.1.0.2'
PORT, OTHER_PORT = b'eth 0/1', b'eth 0/2'
CLIENTS, MOST = 5, 3     # behind the port; leases that it may hold
RATE, BURST = 20, 200    # messages a second that a port may send; messages of the flood


def mac_of(number: int) -> str:
    return f'02:12:00:00:00:{number:02x}'


class Clients:
    """Clients behind ports of a relay, one message at a time."""

    def __init__(self, relay: Relay):
        self.relay, self.xid = relay, 0

    def ask(self, number: int, kind: int, circuit: bytes, *options: tuple[int, bytes],
            wait: float = 0.5, **fields) -> Message | None:
        self.xid += 1
        self.relay.send(Message(xid=self.xid, chaddr=mac_of(number), **fields,
                                options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *options]), circuit)
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            answer = self.relay.receive(left)
            if answer and answer.xid == self.xid:
                return answer
        return None

    def bind(self, number: int, circuit: bytes) -> str:
        """The address, '' when the server says nothing."""
        offer = self.ask(number, dhcp.DISCOVER, circuit)
        if not offer:
            return ''
        ack = self.ask(number, dhcp.REQUEST, circuit, (dhcp.SERVER_ID, dhcp.ip(SERVER)),
                       (dhcp.REQUESTED_ADDRESS, dhcp.ip(offer.yiaddr)), wait=5)
        check(ack is not None and ack.type == dhcp.ACK, f'client {number} got no ACK: {ack}')
        return ack.yiaddr

    def rebinds(self, number: int, circuit: bytes, address: str) -> bool:
        ack = self.ask(number, dhcp.REQUEST, circuit, ciaddr=address, wait=5)
        return ack is not None and ack.type == dhcp.ACK and ack.yiaddr == address


def limits(most: int | None) -> dict:
    port: dict = {'messages': f'{RATE} packets per second'}
    if most is not None:
        port['leases'] = most
    return {'port': port}


def silent(server: Lessor, reason: str) -> int:
    return server.status()['counters'].get(f'silent: {reason}', 0)


def reload(server: Lessor, most: int | None) -> None:
    before = server.status()['reloads']['count']
    server.dhcp4['limits'] = limits(most)
    server.write_config()
    server.signal(signal.SIGHUP)
    wait_until(lambda: server.status()['reloads']['count'] > before, 'the reload')


def lease_limits(lab: Lab) -> None:
    """A port may hold three leases: of five clients behind it three get one, and go on having it;
    other ports are not touched. So it is after a stop, after a kill, and when a reload brings the
    limit to leases that are there. A port that sends more than it may is not answered so long."""
    switch, host, router = lab.switch(), lab.host('server'), lab.host('router')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address=f'{SERVER}/24')
    lab.connect(router, switch, address=f'{GIADDR}/24')
    server = Lessor(host, config(subnet(), limits=limits(MOST)))
    server.start()
    clients = Clients(Relay(router, GIADDR, SERVER))

    got = {n: clients.bind(n, PORT) for n in range(CLIENTS)}
    held = {n: address for n, address in got.items() if address}
    check_equal(sorted(held), [0, 1, 2], 'clients of the port that got an address')
    check(clients.bind(50, OTHER_PORT) != '', 'a client of another port got none')
    check_equal(silent(server, 'port_limit'), CLIENTS - MOST, 'messages refused by the count')
    check('port_limit' in server.ask('status'), 'lessor status does not tell of it')
    wait_until(lambda: 'reason=port_limit' in server.process.output(), 'the log to tell of it')

    def expect_as_before(when: str) -> None:
        for number, address in held.items():
            check(clients.rebinds(number, PORT, address), f'client {number} has no lease {when}')
        check_equal(clients.bind(3, PORT), '', f'the fourth client\'s address {when}')
        time.sleep(1)  # the port may send again

    time.sleep(1)
    expect_as_before('at first')
    server.restart()
    expect_as_before('after a stop')
    server.kill()
    server.start()
    expect_as_before('after a kill')
    reload(server, None)
    fourth = clients.bind(3, PORT)
    check(fourth != '', 'without a limit the fourth client got no address')
    reload(server, MOST)
    held[3] = fourth
    check_equal(clients.bind(4, PORT), '', 'the fifth client\'s address after a reload')
    for number, address in held.items():
        check(clients.rebinds(number, PORT, address), f'client {number} lost its lease by a reload')
    flood(server, clients)


def flood(server: Lessor, clients: Clients) -> None:
    time.sleep(1)
    before = silent(server, 'port_rate')
    answered = 0
    began = time.monotonic()
    for _ in range(BURST):
        answered += clients.ask(60, dhcp.DISCOVER, b'eth 0/3', wait=0.01) is not None
    took = time.monotonic() - began
    check(answered > 0, 'nothing of the flood was answered')
    wait_until(lambda: silent(server, 'port_rate') - before >= BURST - RATE * (took + 2),
               'the flood to be refused')
    check(clients.bind(51, OTHER_PORT) != '', 'another port suffers from the flood')
    time.sleep(1)
    check(clients.bind(60, b'eth 0/3') != '', 'the port is not answered after the flood')
    wait_until(lambda: 'reason=port_rate' in server.process.output(), 'the log to tell of it')


PARALLEL = [lease_limits]
ALONE: list = []
