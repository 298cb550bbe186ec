"""What the figures were measured on. Names no host, no user and no path."""

import os
import platform
import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path

VERSIONS = {'Lessor': ('lessor', '--version'), 'Kea': ('kea-dhcp4', '-V'),
            'dnsmasq': ('dnsmasq', '--version'), 'dhcpd': ('dhcpd', '--version'),
            'perfdhcp': ('perfdhcp', '-v')}
FLUSHES = 200


def version(program: str, word: str) -> str:
    """The first number with a dot in what it prints."""
    if not shutil.which(program):
        return 'not there'
    done = subprocess.run([program, word], capture_output=True, text=True, check=False)
    found = re.search(r'\d+\.\d[\w.~+-]*', done.stdout + done.stderr)
    return found[0] if found else 'unknown'


def versions(lessor: str) -> dict[str, str]:
    return {title: version(lessor if program == 'lessor' else program, word)
            for title, (program, word) in VERSIONS.items()}


def processors() -> str:
    text = Path('/proc/cpuinfo').read_text(encoding='utf-8')
    model = re.search(r'^model name\s*: (.*)$', text, re.MULTILINE)
    virtual = ' (virtual machine)' if re.search(r'^flags.*\bhypervisor\b', text, re.M) else ''
    return f'{os.cpu_count()} x {model[1] if model else platform.machine()}{virtual}'


def memory() -> str:
    text = Path('/proc/meminfo').read_text(encoding='ascii')
    total = re.search(r'MemTotal:\s+(\d+) kB', text)
    return f'{int(total[1]) / (1 << 20):.0f} GiB' if total else 'unknown'


def distribution() -> str:
    text = Path('/etc/os-release').read_text(encoding='utf-8')
    name = re.search(r'^PRETTY_NAME="?([^"\n]*)', text, re.MULTILINE)
    return name[1] if name else 'unknown'


def disk(folder: Path) -> tuple[str, str]:
    """File system and device under a folder."""
    shown = subprocess.run(['findmnt', '--noheadings', '--output', 'FSTYPE,SOURCE', '--target',
                            str(folder)], capture_output=True, text=True, check=True)
    kind, device = shown.stdout.split()[:2]
    return kind, device


def flush_time(folder: Path) -> float:
    """Seconds that a small append and its fdatasync take: the median."""
    path = folder / 'flush'
    taken = []
    with path.open('wb') as file:
        for _ in range(FLUSHES):
            file.write(bytes(4096))
            started = time.monotonic()
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.monotonic() - started)
    path.unlink()
    return statistics.median(taken)


def load() -> str:
    average = os.getloadavg()[0]
    busy = ': **other work ran here, so these figures are worth little**' if average > 0.7 else ''
    return f'{average:.1f} (average of the minute before){busy}'


def facts(folder: Path, lessor: str) -> dict[str, str]:
    kind, device = disk(folder)
    return {'processors': processors(), 'memory': memory(), 'system': distribution(),
            'kernel': platform.release(),
            'leases on': f'{kind} on {device}; a small append with fdatasync takes '
                         f'{flush_time(folder) * 1e6:,.0f} us (median of {FLUSHES})',
            'load': load(),
            'versions': ', '.join(f'{k} {v}' for k, v in versions(lessor).items()),
            'date': time.strftime('%Y-%m-%d')}
