"""The soak of `lessor client`: one process that lives through cables pulled, servers gone, orders,
a new interface and noise, and has its address back each time."""

import os
import random
import signal
import time

import dhcp
from client_link import SERVER_MAC, Terms, lessor_dialect
from clients import OwnClient
from dhcp import Frame
from lab import Failure, Host, Lab, check, check_equal, wait_until
from own_server import Raw
from servers import Lessor
from soak_checks import Watch, check_memory
from soak_site import SANITIZERS

MAC = '02:00:00:00:00:11'
TERMS = Terms(lease=20, t1=4, t2=8)
REPORTS = ('Sanitizer', 'runtime error:')  # how sanitizers begin to speak


class SoakedClient(OwnClient):
    """The one that is soaked may be another build; those that give it orders are not."""

    def __init__(self, host: Host, program: str):
        super().__init__(host)
        self.program = program

    def start(self, *more: str, env: dict | None = None) -> None:
        argv = [self.program, *self.argv(*self.words, *more)[1:]]
        self.process = self.host.start(*argv, env=SANITIZERS | (env or {}), log='client.eth0')


class ClientSoak:
    def __init__(self, lab: Lab, program: str, dice: random.Random, minutes: float, memory: float):
        self.lab, self.dice, self.minutes, self.memory = lab, dice, minutes, memory
        self.switch = lab.switch(record=False)
        self.server_host, self.host = lab.host('server'), lab.host('client')
        lab.connect(self.server_host, self.switch, mac=SERVER_MAC, address=TERMS.at(1) + '/24')
        self.connect()
        self.server = Lessor(self.server_host, lessor_dialect(TERMS))
        self.client = SoakedClient(self.host, program)
        self.times: dict[str, int] = {}
        self.slowest = 0.0

    def connect(self) -> None:
        self.lab.connect(self.host, self.switch, mac=MAC)

    def run(self) -> None:
        self.server.start()
        self.client.start()
        self.wait_bound('the start')
        assert self.client.process
        watch = Watch(self.client.process.pid, None)
        end = time.monotonic() + self.minutes * 60
        trials = [self.order, self.order, self.ask, self.pull_cable, self.restart_server, self.rest,
                  self.leave_alone, self.replace_interface, self.make_noise, self.make_noise]
        while time.monotonic() < end:
            trial = self.dice.choice(trials)
            trial()
            self.wait_bound(trial.__name__)
            self.times[trial.__name__] = self.times.get(trial.__name__, 0) + 1
            watch.look()
        self.finish(watch)

    def wait_bound(self, after: str) -> None:
        """It has one address, which the server knows as its."""
        def bound() -> bool:
            check(self.client.process and self.client.process.running(), 'the client ended')
            addresses = self.host.addresses()
            lease = self.server.active(addresses[0]) if len(addresses) == 1 else None
            return lease is not None and lease.mac == MAC
        started = time.monotonic()
        wait_until(bound, f'an address after {after}', 100)
        self.slowest = max(self.slowest, time.monotonic() - started)

    # --- What it lives through ---

    def order(self) -> None:
        self.client.order(self.dice.choice(('--renew', '--rebind')), ok=(0, 1, 3))

    def ask(self) -> None:
        check_equal(self.client.status()['interface'], 'eth0', 'interface in --status')

    def pull_cable(self) -> None:
        port = 'client-eth0'
        self.switch.run('ip', 'link', 'set', port, 'down')
        time.sleep(self.dice.uniform(0.1, 3))
        self.switch.run('ip', 'link', 'set', port, 'up')

    def restart_server(self) -> None:
        """Now and then for longer than a lease."""
        self.server.stop()
        time.sleep(self.dice.choice((0.1, 3, 6, 25)))
        self.server.start()

    def rest(self) -> None:
        """Gives its lease back by a signal, and begins again by another."""
        assert self.client.process
        self.client.process.popen.send_signal(signal.SIGUSR2)
        wait_until(lambda: not self.host.addresses(), 'the address to be given back', 20)
        time.sleep(self.dice.uniform(0, 2))
        self.client.process.popen.send_signal(signal.SIGUSR1)

    def leave_alone(self) -> None:
        """It renews by itself."""
        time.sleep(self.dice.uniform(1, 10))

    def replace_interface(self) -> None:
        self.lab.unplug(self.host)
        port = 'client-eth0'
        wait_until(lambda: port not in self.switch.run('ip', '-o', 'link', 'show'),
                   'the old port to be gone')
        time.sleep(self.dice.uniform(0, 1))
        self.connect()

    def make_noise(self) -> None:
        """A hundred answers that are none."""
        link = self.server_host.packet_socket('eth0')
        for _ in range(100):
            payload = bytearray(os.urandom(self.dice.randrange(1, 400)))
            if self.dice.randrange(2) and len(payload) > 240:  # a reply that looks like one
                payload[0:4] = b'\x02\x01\x06\x00'
                payload[28:34] = dhcp.mac_bytes(MAC)
                payload[236:240] = b'\x63\x82\x53\x63'
            frame = Frame(SERVER_MAC, dhcp.BROADCAST_MAC, TERMS.at(1), '255.255.255.255', 67, 68,
                          None)
            frame.message = Raw(bytes(payload))
            link.send(frame.encode())
        link.close()

    # --- The end ---

    def finish(self, watch: Watch) -> None:
        self.client.stop()
        assert self.client.process
        said = self.client.process.output()
        check(not any(word in said for word in REPORTS), said[-20000:])
        check_equal(self.host.addresses(), [], 'addresses that are left')
        self.server.stop()
        first, last = watch.samples[0], watch.samples[-1]
        print(f'lived through {self.times}; an address after {self.slowest:.1f} s at most; '
              f'memory {first["rss_kb"]} kB, {watch.third(1, "rss_kb"):.0f} kB in the second '
              f'third, {watch.third(2, "rss_kb"):.0f} kB in the last; descriptors {first["fds"]}, '
              f'{last["fds"]}', flush=True)
        problem = check_memory(watch, self.memory)
        if watch.third(2, 'fds') > watch.third(1, 'fds') + 2:
            problem += ' descriptors grew'
        if problem:
            raise Failure(problem)
