"""Power failures and dying processes, against the real program on the real store: what clients were
promised is there afterwards, and a crash alone never makes a store that is refused. The shim of
test/crash records what the server does to its files, and ends it in the middle of it."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from durability import (BUILD, FAULTY, RATE, Scene, ack_bytes, check_refused_or_whole, flip,
                        on_disk, stop_load)
from lab import Lab, check, check_equal, wait_until
from servers import LESSOR

CRASH = BUILD / 'test' / 'crash'
SEED = int(os.environ.get('LESSOR_E2E_SEED', '1'))
KILLS = int(os.environ.get('LESSOR_E2E_KILLS', '200'))
CUTS = os.environ.get('LESSOR_E2E_CUTS', '250')
KEEP = Path(os.environ.get('LESSOR_E2E_KEEP', '/run/lab'))
SMALL_FILES = {'LESSOR_TEST_WRITE_BUFFER': '131072'}


def shim(folder: Path, **more: object) -> list[str]:
    """The command that puts the shim between a program and its files under `folder`."""
    return ['env', f'LD_PRELOAD={CRASH / "libdisk_shim.so"}', f'LESSOR_DISK_FOLDER={folder}',
            *(f'LESSOR_DISK_{name.upper()}={value}' for name, value in more.items())]


def lines(scene: Scene) -> int:
    return scene.acks.read_text(encoding='ascii').count('\n') if scene.acks.exists() else 0


def wait_acks(scene: Scene, what: str, count: int = 1) -> None:
    """Until so many more promises are made, or the server ends."""
    wanted = ack_bytes(scene) + 40 * count
    wait_until(lambda: ack_bytes(scene) >= wanted or not scene.server.running(), what, 30)


class Killer:
    """Ways to end a server in the middle of what it does, drawn at random."""

    def __init__(self, scene: Scene, disk: Path, dice: random.Random):
        self.scene, self.disk, self.dice = scene, disk, dice
        self.counts: dict[str, int] = {}

    def one(self) -> None:
        """Starts the server and kills it."""
        ways = (self.serving, self.starting, self.writing, self.reloading)
        way = self.dice.choices(ways, (6, 2, 3, 1))[0]
        self.counts[way.__name__] = self.counts.get(way.__name__, 0) + 1
        self.scene.server.prefix = []
        way()

    def serving(self) -> None:
        self.scene.server.launch()
        wait_acks(self.scene, 'an ACK')
        check(self.scene.server.running(), 'the server ended by itself')
        time.sleep(self.dice.uniform(0, 0.25))
        self.scene.server.kill()

    def starting(self) -> None:
        """In its first milliseconds, most of which are the recovery."""
        self.scene.server.launch()
        time.sleep(self.dice.uniform(0, 0.15))
        self.scene.server.kill()

    def writing(self) -> None:
        """Right after some write, flush, rename or the like: in the recovery, in a batch, a fold, a
        mark, a data file, a trim."""
        self.scene.server.prefix = shim(self.disk, kill=self.dice.randrange(1, 600))
        self.scene.server.launch()
        check_equal(self.scene.server.process.wait(30), -signal.SIGKILL, 'how the server ended')

    def reloading(self) -> None:
        self.scene.server.launch()
        wait_acks(self.scene, 'an ACK')
        self.scene.server.signal(signal.SIGHUP)
        time.sleep(self.dice.uniform(0, 0.03))
        self.scene.server.kill()


def kill_under_load(lab: Lab) -> None:
    """kill -9 under load, 200 times (LESSOR_E2E_KILLS), at random moments: while serving, in the
    first milliseconds of a start, right after a write, in a reload. Half the time the server folds
    and its data files come and go."""
    dice = random.Random(SEED)
    with on_disk() as disk:
        scene = Scene(lab, disk, program=FAULTY)
        os.environ.update(SMALL_FILES)
        killer = Killer(scene, disk, dice)
        load = scene.load(RATE, bound=3000)
        for kill in range(1, KILLS + 1):
            killer.one()
            if kill % 20 == 0:
                scene.check_store(f'after kill {kill}')
        scene.server.prefix = []
        scene.server.start()
        summary = stop_load(load)
        kept = scene.check_kept('at the end, in the server')
        scene.server.stop()
        print(f'{KILLS} kills: {killer.counts}, {kept} leases kept, {summary}')
        check(summary['acks'] >= 50 * KILLS, 'too little load to prove anything')


def dying_starts(lab: Lab) -> None:
    """A server that is killed at the first write of its start, at the second, and so on, each time
    on what the one before has left, once from no folder at all and once under load."""
    with on_disk() as disk:
        for steps in ('from nothing', 'under load'):
            scene = Scene(lab, disk, program=FAULTY, name=steps[0])
            scene.server.store = disk / steps.replace(' ', '_')
            load = scene.load(RATE, bound=300) if steps == 'under load' else None
            for operation in range(1, 61):
                scene.server.prefix = shim(disk, kill=operation)
                scene.server.launch()
                if load is None:
                    wait_until(lambda s=scene: not s.server.running(), 'the end', 30)
                check_equal(scene.server.process.wait(30), -signal.SIGKILL, 'how it ended')
            scene.server.prefix = []
            scene.server.start()
            if load:
                wait_acks(scene, 'ACKs', 500)
                stop_load(load)
                scene.check_store('at the end')
            scene.server.stop()


def record(scene: Scene, disk: Path, trace: Path, dice: random.Random, promises: int) -> int:
    """Lives of a server under load, each ended otherwise; returns how many there were."""
    lives, load = 0, scene.load(20_000, bound=300)
    # Flushes take 2 ms, as on a disk: dozens of leases share one, and the trace stays short.
    more: dict = {'trace': trace, 'faults': 'sync * 1 0 delay:2'}
    while lines(scene) < promises or lives < 6:
        end = ('kill', 'stop', 'kill', 'reload')[lives % 4]
        kill = {'kill': dice.randrange(20, 900)} if end == 'kill' else {}
        scene.server.prefix = shim(disk, **more, **kill)
        scene.server.launch(SMALL_FILES)
        lives += 1
        if end == 'kill':
            check_equal(scene.server.process.wait(30), -signal.SIGKILL, 'how the server ended')
            continue
        wait_acks(scene, 'the load', promises // 6)
        if end == 'reload':
            scene.server.signal(signal.SIGHUP)
            wait_acks(scene, 'the load after a reload', 500)
        scene.server.stop()
    load.stop()
    return lives


def power_failure(lab: Lab) -> None:
    """A server's writes are recorded over several lives, with folding, data files that come and go,
    clean stops, reloads and kills. Cut at a write boundary, with what was not flushed lost in four
    ways, its folder opens and holds all that clients were promised by then. LESSOR_E2E_CUTS=all
    cuts everywhere."""
    disk, trace = lab.folder / 'disk', lab.folder / 'trace'
    disk.mkdir()
    scene = Scene(lab, disk, program=FAULTY)
    lives = record(scene, disk, trace, random.Random(SEED), 40_000)
    print(f'{lives} lives, {lines(scene)} promises, a trace of {trace.stat().st_size} octets')
    how = [] if CUTS == 'all' else ['--cuts', CUTS]
    done = subprocess.run([CRASH / 'replay', trace, disk, scene.acks, '--seed', str(SEED), '--keep',
                           KEEP / 'power_failure', *how], capture_output=True, text=True,
                          check=False)
    print(done.stdout + done.stderr)
    check(done.returncode == 0, f'a power failure loses leases or the store: {done.stdout}')


def dying_repair(lab: Lab) -> None:
    """`leases repair`, killed after its first write, its second, and so on: run once more it comes
    to the same end, and the damaged store is still there, octet for octet."""
    disk = lab.folder / 'disk'
    disk.mkdir()
    scene = Scene(lab, disk, pool='10.65.0.0-10.65.9.255')
    scene.server.start()
    check_equal(scene.load(RATE, 600).wait(30), 0, 'exit of the load')
    scene.server.kill()
    store, damaged = scene.server.store, lab.folder / 'damaged'
    log = max(store.rglob('*.log'), key=lambda p: p.stat().st_size)
    flip(log, log.stat().st_size // 2)
    octets = log.read_bytes()
    check(check_refused_or_whole(scene, 'half of the log'), 'the damage is not noticed')
    shutil.copytree(store, damaged, ignore=shutil.ignore_patterns('*.sock'))
    repair = [LESSOR, 'leases', 'repair', '-c', str(scene.server.config_file)]
    host, operation, ended = scene.server_host, 0, 1
    host.run(*repair)
    expected = states(scene)
    while ended != 0:
        operation += 1
        shutil.rmtree(store)
        shutil.copytree(damaged, store)
        process = host.start(*shim(disk, kill=operation), *repair, log='repair')
        ended = process.wait(30)
        check(ended in (0, -signal.SIGKILL), f'after operation {operation} it ended with {ended}')
        host.run(*repair)  # again, by somebody who does not know how far it came
        check_equal(states(scene), expected, f'leases, killed after operation {operation}')
        kept = [p for p in store.glob(f'leases*/{log.name}') if p.read_bytes() == octets]
        check(kept, f'killed after operation {operation}, the damaged store is gone')
    print(f'killed after each of {operation - 1} operations; {len(expected)} leases')


def states(scene: Scene) -> dict[str, tuple[str, str]]:
    return {lease.address: (lease.mac, lease.state) for lease in scene.server.leases()}


PARALLEL = [power_failure, dying_repair, dying_starts]
ALONE = [kill_under_load]
