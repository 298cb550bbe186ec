"""Runs the rest of a test program in namespaces of its own, where it may do as it likes.

Network, mount, process and host-name namespaces are private, so nothing that a test makes (hosts,
bridges, mounts, processes) can be seen from outside, and the kernel removes all of it when the
program ends, however it ends. As root, or as anybody where the system allows user namespaces.
"""

import os
import signal
import subprocess
import sys

SKIPPED = 77  # what ctest takes for "skipped"
INSIDE = 'LESSOR_E2E_INSIDE'


def unshare_command() -> list[str]:
    command = ['unshare', '--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--mount-proc',
               '--kill-child=KILL']
    return command if os.geteuid() == 0 else command + ['--user', '--map-root-user']


def refuse(reason: str) -> None:
    """Without namespaces nothing can be shown: failed in CI, skipped with the reason elsewhere."""
    in_ci = os.environ.get('CI') == 'true'
    print(f'{"FAILED" if in_ci else "SKIPPED"}: no network namespaces allowed here ({reason}). '
          'Run as root, in a container with CAP_SYS_ADMIN, or allow user namespaces '
          '(sysctl kernel.unprivileged_userns_clone=1).')
    sys.exit(1 if in_ci else SKIPPED)


def enter() -> None:
    """Returns only inside; outside, this becomes the parent that waits for the inside."""
    if os.environ.get(INSIDE) == '1':
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # process 1 has no default action
        return
    probe = subprocess.run(unshare_command() + ['mount', '-t', 'tmpfs', 'none', '/run'],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        refuse(probe.stderr.strip().splitlines()[-1] if probe.stderr.strip() else 'unshare failed')
    os.environ[INSIDE] = '1'
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    command = unshare_command() + [sys.executable, '-B', *sys.argv]
    os.execvp(command[0], command)
