"""What the server has promised it keeps, whatever happens to it: RFC 2131 3.1 wants the binding in
persistent storage before the DHCPACK. The judge is always the clients' own record of ACKs."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dhcp
from dhcp import Frame, Message
from lab import Failure, Host, Lab, Process, check, check_equal, wait_until
from servers import LESSOR, Lessor, config, subnet

BUILD = Path(LESSOR).parent
FAULTY = str(BUILD / 'lessor-faulty')  # the same program, whose log's sync obeys LESSOR_TEST_SYNC
LOAD = str(BUILD / 'test' / 'e2e' / 'kill_load')
SERVER, GIADDR = '10.64.0.1', '10.64.0.2'
CLIENT_MAC = '02:bb:00:00:00:01'


class Scene:
    """A server whose store is on a real disk, and a host with a crowd of clients behind a relay."""

    def __init__(self, lab: Lab, disk: Path, pool: str = '10.65.0.0-10.72.255.255',
                 record: bool = False, program: str = LESSOR, name: str = ''):
        self.lab = lab
        self.switch = lab.switch(f'{name}switch', record=record)
        self.server_host, self.crowd_host = lab.host(f'{name}server'), lab.host(f'{name}crowd')
        lab.connect(self.server_host, self.switch, mac='02:00:00:00:01:01', address=f'{SERVER}/10')
        lab.connect(self.crowd_host, self.switch, address=f'{GIADDR}/10')
        self.subnet = subnet('10.64.0.0/10', pool, SERVER)
        self.server = Lessor(self.server_host, config(self.subnet, valid=36000), program=program)
        self.server.store = disk / 'store'
        self.acks = lab.folder / f'{name}acks'

    def load(self, rate: int, count: int = 0, first: int = 0, bound: int = 0) -> Process:
        return self.crowd_host.start(LOAD, SERVER, GIADDR, str(self.acks), str(rate), str(count),
                                     str(first), str(bound))

    def promised(self) -> dict[str, str]:
        """Address -> MAC of every lease that was promised and not given back. Nothing was ever
        promised to two."""
        held: dict[str, str] = {}
        for line in self.acks.read_text(encoding='ascii').splitlines():
            what, address, client, _ = line.split()
            mac = '02:aa:' + int(client).to_bytes(4, 'big').hex(':')
            if what == 'R':
                held.pop(address, None)
                continue
            if held.get(address, mac) != mac:
                raise Failure(f'{address} promised to {held[address]} and to {mac}')
            held[address] = mac
        return held

    def check_store(self, when: str) -> int:
        """Like check_kept(), quickly and of the store itself, whether the server runs or not."""
        done = subprocess.run([BUILD / 'test' / 'crash' / 'check_store', self.server.store,
                               self.acks], capture_output=True, text=True, check=False)
        check(done.returncode == 0, f'{when}: {done.stdout}{done.stderr}')
        return int(done.stdout)

    def check_kept(self, when: str) -> int:
        """Every lease promised so far is in the store. Asked of the server, if it runs, else of
        the store itself. Returns how many."""
        held = self.promised()
        stored = {l.address: l for l in self.server.leases()}
        lost = [f'{a} of {m}' for a, m in held.items()
                if a not in stored or (stored[a].mac, stored[a].state) != (m, 'active')]
        check(not lost, f'{when}: {len(lost)} of {len(held)} promised leases are lost: {lost[:5]}')
        return len(held)


@contextmanager
def on_disk() -> Iterator[Path]:
    """A folder on a real disk (the lab's own is in memory), removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix='e2e-', dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


RATE = 4000


def ack_bytes(scene: Scene) -> int:
    return scene.acks.stat().st_size if scene.acks.exists() else 0


def stop_load(load: Process) -> dict:
    load.stop()
    summary = json.loads(load.output().splitlines()[-1])
    check_equal((summary['lost'], summary['twice']), (0, 0), 'leases lost, addresses given twice')
    return summary


class OneClient:
    """A client that sends what the test says, when it says it."""

    def __init__(self, host: Host):
        host.run('ip', 'link', 'set', 'eth0', 'address', CLIENT_MAC)
        self.link = host.packet_socket('eth0')
        self.address = ''

    def send(self, kind: int, xid: int, *options: tuple[int, bytes]) -> float:
        self.link.send(Frame(CLIENT_MAC, dhcp.BROADCAST_MAC, message=Message(
            xid=xid, chaddr=CLIENT_MAC, options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *options]
        )).encode())
        return time.time()

    def discover(self, scene: Scene) -> None:
        self.send(dhcp.DISCOVER, 1)
        self.address = scene.switch.wire.type(dhcp.OFFER, 'an OFFER', xid=1).message.yiaddr

    def select(self, xid: int = 1) -> float:
        return self.send(dhcp.REQUEST, xid, (dhcp.SERVER_ID, dhcp.ip(SERVER)),
                         (dhcp.REQUESTED_ADDRESS, dhcp.ip(self.address)))

    def reboot(self, xid: int) -> float:
        return self.send(dhcp.REQUEST, xid, (dhcp.REQUESTED_ADDRESS, dhcp.ip(self.address)))


def no_ack_before_flush(lab: Lab) -> None:
    """Every sync takes 300 ms: no ACK leaves earlier, neither for a REQUEST that is repeated
    meanwhile nor for another about the same lease, which changes nothing and so needs no flush of
    its own."""
    with on_disk() as disk:
        scene = Scene(lab, disk, record=True, program=FAULTY)
        scene.server.start({'LESSOR_TEST_SYNC': 'delay:300ms'})
        client, wire = OneClient(scene.crowd_host), scene.switch.wire
        client.discover(scene)
        first = client.select()
        for delay, again in ((0.05, lambda: client.select()), (0.05, lambda: client.reboot(2)),
                             (0.05, lambda: client.reboot(3))):
            time.sleep(delay)
            again()
        for xid in (1, 2, 3):
            ack = wire.type(dhcp.ACK, f'an ACK to REQUEST {xid}', xid=xid)
            took = ack.time - first
            check(took >= 0.3, f'ACK {xid} after {took * 1000:.0f} ms, before the flush of 300 ms')
        time.sleep(0.5)
        acks = wire.seen(lambda f: f.message.type == dhcp.ACK and f.message.xid == 1)
        check_equal(len(acks), 1, 'ACKs to a REQUEST that was sent twice before the flush')
        scene.server.stop()


def no_ack_after_failed_flush(lab: Lab) -> None:
    """The disk fails: no ACK leaves, and the server ends with a word about it."""
    with on_disk() as disk:
        scene = Scene(lab, disk, record=True, program=FAULTY)
        scene.server.start({'LESSOR_TEST_SYNC': 'fail:1'})
        client, wire = OneClient(scene.crowd_host), scene.switch.wire
        client.discover(scene)
        client.select()
        assert scene.server.process
        status = scene.server.process.wait(10)
        check(status > 0, f'exit {status} after a failed flush, expected a failure')
        client.select()
        time.sleep(0.3)
        check(not wire.seen(lambda f: f.message.type == dhcp.ACK), 'an ACK left')
        said = scene.server.process.output()
        check(str(scene.server.store) in said, 'the last words do not name the store')


def unflushed_writes_dropped(lab: Lab) -> None:
    """What was not flushed is lost when the power fails; what was acknowledged is not."""
    with on_disk() as disk:
        scene = Scene(lab, disk, program=FAULTY)
        for _ in range(5):
            scene.server.start({'LESSOR_TEST_SYNC': 'drop'})
            load = scene.load(RATE)
            size = ack_bytes(scene)
            wait_until(lambda s=size: ack_bytes(scene) > s + 40_000, 'some load')
            scene.server.kill()
            load.stop()
            check(scene.check_kept('after the crash') > 500, 'too few leases to prove anything')


def flipped_byte(lab: Lab) -> None:
    """One flipped bit before the durable sequence: the server refuses to start and names the
    repair; after it no address goes to a second client."""
    with on_disk() as disk:
        scene = Scene(lab, disk, pool='10.65.0.0-10.65.9.255')
        scene.server.start()
        check_equal(scene.load(RATE, 1500).wait(30), 0, 'exit of the load')
        scene.server.kill()
        whole, refused = disk / 'whole', 0
        shutil.copytree(scene.server.store, whole)
        largest = max((p for p in whole.rglob('*') if p.is_file()), key=lambda p: p.stat().st_size)
        name, size = largest.relative_to(whole), largest.stat().st_size
        for part in (0.02, 0.2, 0.5, 0.8):
            shutil.rmtree(scene.server.store)
            shutil.copytree(whole, scene.server.store)
            flip(scene.server.store / name, int(size * part))
            refused += check_refused_or_whole(scene, f'{name} at {part:.0%} of {size}')
        check(refused > 0, 'no flipped byte was noticed')
        scene.server.ask('leases', 'repair')
        scene.server.start()
        before = len(scene.promised())
        check_equal(scene.load(RATE, 500, first=1_000_000).wait(30), 0, 'exit of the new clients')
        after = len(scene.promised())
        print(f'{refused} of 4 flips refused; {before} leases before the repair, {after} after')
        check(after >= before + 400, 'the new clients got too little to prove anything')
        scene.server.stop()


def flip(path: Path, offset: int) -> None:
    with open(path, 'r+b') as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def check_refused_or_whole(scene: Scene, where: str) -> bool:
    """The damaged store is refused with advice (true), or it has lost nothing (false)."""
    scene.server.launch()
    process = scene.server.process
    assert process
    try:
        scene.server.wait_ready()
    except Failure:
        check(not process.running(), f'{where}: neither ready nor ended')
    if process.running():
        scene.check_kept(f'{where} flipped, and not noticed')
        scene.server.kill()
        return False
    check_equal(process.wait(), 1, f'exit with {where} flipped')
    check('leases repair' in process.output(), f'{where}: the repair is not named')
    return True


PARALLEL = [no_ack_before_flush, no_ack_after_failed_flush, unflushed_writes_dropped, flipped_byte]
ALONE: list = []
