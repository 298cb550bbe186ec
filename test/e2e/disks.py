"""Disks that fail, fall short and dawdle, under the real program and the real store: no promised
lease is lost, and the server goes on, or says what failed and ends. The shim of test/crash is the
disk."""

import os
import random
import shutil
import sys
import time
from pathlib import Path

import dhcp
from crashes import SEED, SMALL_FILES, lines, shim, wait_acks
from durability import FAULTY, OneClient, Scene
from isolate import SKIPPED
from lab import Failure, Host, Lab, check

FAULTS = int(os.environ.get('LESSOR_E2E_FAULTS', '24'))
WORDS = {'ENOSPC': 'No space left on device', 'EIO': 'Input/output error',
         'EROFS': 'Read-only file system', 'EDQUOT': 'Disk quota exceeded'}
CALLS = ('write', 'sync', 'open', 'rename', 'mkdir', 'truncate', 'unlink')
FILES = ('*', '.log', '.sst', 'mark', 'notes-', 'MANIFEST', 'CURRENT', 'lock', 'room')


def draw(dice: random.Random) -> tuple[str, str]:
    """A rule for the shim, and what it does."""
    call = dice.choice(CALLS)
    kinds = [*WORDS, 'delay:20'] + (['short', 'short'] if call == 'write' else [])
    what = dice.choice(kinds)
    file = dice.choice(FILES if call not in ('mkdir', 'rename') else ('*',))
    nth = int(dice.choice((1, 2, 3, dice.uniform(1, 20), dice.uniform(1, 400))))
    return f'{call} {file} {nth} {dice.choice((0, 0, 1, 3))} {what}', what


def disk_faults(lab: Lab) -> None:
    """A server whose disk refuses a call, once or from then on, in its start or under load: it goes
    on, or says why with the path and ends with 1. Whatever was promised is in the store afterwards,
    and the next server serves. 24 draws (LESSOR_E2E_FAULTS)."""
    dice = random.Random(SEED)
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk, program=FAULTY)
    load = scene.load(20_000, bound=300)
    stopped = 0
    for n in range(FAULTS):
        rule, what = draw(dice)
        scene.server.store = disk / f'store{n // 8}'
        if n % 8 == 0:  # another folder, another network's worth of clients
            load.stop()
            scene.acks = lab.folder / f'acks{n // 8}'
            load = scene.load(20_000, bound=300)
        stopped += under_fault(scene, disk, rule, what)
        if lines(scene):
            scene.check_store(f'draw {n}, {rule}: afterwards')
        scene.server.prefix = []
        scene.server.launch(SMALL_FILES)
        wait_acks(scene, f'an ACK of the next server, draw {n}, {rule}')
        check(scene.server.running(), f'draw {n}, {rule}: {said(scene)}')
        scene.server.kill()
    load.stop()
    print(f'{FAULTS} faults, {stopped} of them ended the server')


def said(scene: Scene) -> str:
    assert scene.server.process
    return '\n'.join(line for line in scene.server.process.output().splitlines()
                     if 'DHCP' not in line)


def under_fault(scene: Scene, disk: Path, rule: str, what: str) -> bool:
    """A life under a fault; whether it ended the server."""
    scene.server.prefix = shim(disk, faults=rule)
    scene.server.launch(SMALL_FILES)
    assert scene.server.process
    wait_acks(scene, f'an ACK or the end, under {rule}', 3000)
    ended = not scene.server.running()
    status = scene.server.process.stop()
    if status == 0:
        return False
    check(status == 1, f'{rule}: it ended with {status}: {said(scene)}')
    words = WORDS.get(what)
    check(words is not None, f'{rule} is no reason to end: {said(scene)}')
    # RocksDB asserts at one place in a start; which error it met is then not to be had.
    why = words in said(scene) or 'RocksDB gave up' in said(scene)
    check(why and str(disk) in said(scene), f'{rule}: it said: {said(scene)}')
    return ended


def slow_disk(lab: Lab) -> None:
    """Flushes take 300 ms, then one takes 5 s: ACKs wait for theirs, none is lost and none leaves
    early; DISCOVERs are answered meanwhile."""
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk, record=True)
    scene.server.prefix = shim(disk, faults='sync .log 1 0 delay:300; sync .log 3 1 delay:5000')
    scene.server.start()
    client, wire = OneClient(scene.crowd_host), scene.switch.wire
    client.discover(scene)
    for xid, least in ((1, 0.3), (2, 0.3), (3, 5.0)):
        started = client.select(1) if xid == 1 else client.reboot(xid)
        if xid == 3:
            check_offers_meanwhile(client, scene)
        ack = wire.type(dhcp.ACK, f'ACK {xid}', timeout=20, xid=xid)
        check(ack.time - started >= least, f'ACK {xid} after {ack.time - started:.2f} s')
    scene.server.kill()
    check(any(l.address == client.address and l.state == 'active' for l in scene.server.leases()),
          'the lease is lost')


def check_offers_meanwhile(client: OneClient, scene: Scene) -> None:
    for xid in range(100, 110):
        asked = client.send(dhcp.DISCOVER, xid)
        offer = scene.switch.wire.type(dhcp.OFFER, 'an OFFER while the disk stalls', xid=xid)
        check(offer.time - asked < 1, f'an OFFER after {offer.time - asked:.2f} s')
        time.sleep(0.1)
    check(not scene.switch.wire.seen(lambda f: f.message.type == dhcp.ACK and f.message.xid == 3),
          'an ACK before its flush')


class Ext4:
    """A file system of its own, on a loop device, for one host."""

    def __init__(self, host: Host, folder: Path, megabytes: int):
        self.host, self.folder, self.image = host, folder, folder.with_suffix('.ext4')
        folder.mkdir()
        with self.image.open('wb') as image:
            image.truncate(megabytes << 20)
        host.run('mkfs.ext4', '-q', str(self.image))
        self.mount()
        device = host.run('findmnt', '--noheadings', '--output', 'SOURCE', str(folder)).strip()
        self.controls = Path('/sys/fs/ext4') / Path(device).name

    def mount(self) -> None:
        self.host.run('mount', '-o', 'loop,errors=remount-ro', str(self.image), str(self.folder))

    def fail(self) -> None:
        """What the kernel does when it finds the file system damaged: from here on it is read-only,
        whoever has files open in it."""
        (self.controls / 'trigger_fs_error').write_text('1', encoding='ascii')

    def repair(self) -> None:
        """What an administrator does then."""
        self.host.run('umount', str(self.folder))
        self.host.run('e2fsck', '-fy', str(self.image), ok=(0, 1))
        self.mount()


# C2-10
def read_only_disk(lab: Lab) -> None:
    """A true ext4 that turns read-only under load, as after an error of its disk: the server says
    so and ends; on the read-only disk a start is refused in words; once it is repaired every
    promised lease is there, and the next server serves."""
    if not os.access('/dev/loop-control', os.W_OK) or not shutil.which('mkfs.ext4'):
        print('SKIPPED: no loop devices for a file system that turns read-only (needs root, '
              '/dev/loop-control and mkfs.ext4)')
        sys.exit(SKIPPED)
    scene = Scene(lab, lab.folder / 'disk')
    try:
        disk = Ext4(scene.server_host, lab.folder / 'disk', 200)
    except Failure as failure:
        print(f'SKIPPED: no loop device to be had: {failure}')
        sys.exit(SKIPPED)
    load = scene.load(4000)
    for _ in range(3):
        scene.server.launch()
        wait_acks(scene, 'ACKs', 1000)
        disk.fail()
        end_for_good(scene, 'EIO', 'EROFS')  # the flush that meets the error, and what comes later
        scene.server.launch()
        end_for_good(scene, 'EROFS')
        disk.repair()
    load.stop()
    scene.server.start()
    kept = scene.check_kept('after the file system was repaired')
    check(kept > 1000, f'only {kept} leases: too few to prove anything')
    scene.server.stop()


# C2-10
def lying_flush(lab: Lab) -> None:
    """A flush succeeds while the file system gives up, and flushed nothing, maybe: the second ACK
    does not leave, and the server says so and ends."""
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk, record=True)
    scene.server.prefix = shim(disk, faults='truncate mark 2 0 EROFS')
    scene.server.start()
    client, wire = OneClient(scene.crowd_host), scene.switch.wire
    client.discover(scene)
    client.select(1)
    wire.type(dhcp.ACK, 'the first ACK', xid=1)
    client.reboot(2)
    end_for_good(scene, 'EROFS')
    check(not wire.seen(lambda f: f.message.type == dhcp.ACK and f.message.xid == 2),
          'an ACK left')


def end_for_good(scene: Scene, *reasons: str) -> None:
    assert scene.server.process
    status = scene.server.process.wait(20)
    check(status == 1 and any(WORDS[r] in said(scene) for r in reasons),
          f'it ended with {status}, and said: {said(scene)}')


PARALLEL = [disk_faults, slow_disk, read_only_disk, lying_flush]
ALONE: list = []
