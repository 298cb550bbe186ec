"""The completion scripts in the shells themselves, and the option table that they complete from."""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from program import LESSOR, run

# What a person has typed, and what must then be among the candidates.
TYPED = {
    'lessor cr': ['craft'],
    'lessor leases re': ['release', 'repair'],
    'lessor craft dis': ['discover'],
    'lessor craft discover ip.t': ['ip.tos=', 'ip.ttl='],
    'lessor craft discover option.host': ['option.host-name='],
    'lessor craft discover -o dhcp-agent-options.circ': ['dhcp-agent-options.circuit-id='],
    'lessor fields u': ['udp'],
    'lessor options rout': ['routers', 'router-discovery'],
    'lessor options --js': ['--json'],
    'lessor send -i l': ['lo'],
}


def shell(*command: str, said: str) -> list[str]:
    """Runs a shell that finds lessor as people do."""
    path = f'{Path(LESSOR).resolve().parent}:{os.environ["PATH"]}'
    done = subprocess.run([*command, said], capture_output=True, text=True, timeout=30, check=False,
                          env={**os.environ, 'PATH': path, 'HOME': '/nowhere'})
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout.split()


def bash_completes() -> None:
    script = ('source <(lessor completion bash); COMP_LINE=$TYPED; COMP_POINT=${#TYPED}; '
              '_lessor 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"')
    for typed, expected in TYPED.items():
        found = shell('bash', '-c', said=f'TYPED={typed!r}; {script}')
        assert set(expected) <= set(found), (typed, found)


def fish_completes() -> None:
    script = run('completion', 'fish').expect(0, 'complete -c lessor').out
    if shutil.which('fish') is None:
        return
    for typed, expected in TYPED.items():
        found = shell('fish', '--no-config', '-c', said=f'{script}; complete -C {typed!r}')
        assert set(expected) <= set(found), (typed, found)


def zsh_reads_its_script() -> None:
    script = run('completion', 'zsh').expect(0, '#compdef lessor').out
    if shutil.which('zsh') is not None:
        shell('zsh', '-fnc', said=script)


def unknown_shells() -> None:
    run('completion', 'bsh').expect(2, "did you mean 'bash'?")
    run('completion').expect(2, 'SHELL')


def options() -> None:
    run('options').expect(0, 'host-name', 'RFC 2132')
    run('options', '--names').expect(0, 'dnsmasq', 'netbios-ns')
    run('options', 'relay-agent-information.circuit-id').expect(0, 'RFC 3046', '65 74 68 30')
    run('options', 'netmask').expect(0, 'subnet-mask', '01')
    run('options', 'hostnam').expect(2, "did you mean 'host-name'?")
    rows = json.loads(run('options', '--json').expect(0).out)
    assert len(rows) > 150 and {'code', 'name', 'type', 'length', 'reference'} <= rows[1].keys()
    one = json.loads(run('options', '82', '--json').expect(0).out)
    assert one['sub-options'][0]['name'] == 'circuit-id', one
    sub = json.loads(run('options', '82.1', '--json').expect(0).out)
    assert sub['name'] == 'circuit-id', sub


def crafted(line: str) -> list[str]:
    """What is wrong with the packet that a command crafts: violations and worse."""
    words = shlex.split(line)
    assert words[:2] == ['lessor', 'craft'], line
    packet = json.loads(run(*words[1:], '--json').expect(0).out)
    return [fault['what'] for fault in packet['faults'] if fault['severity'] != 'note']


def examples_craft_what_the_rfcs_ask_for() -> None:
    """The commands that the help of each message and option gives."""
    types = 'discover offer request renew rebind reboot decline ack nak release inform forcerenew'
    lines = []
    for name in types.split() + [str(number) for number in range(10, 19)]:
        page = run('craft', '--help', name).expect(0).out
        lines += [line for line in page.splitlines() if line.startswith('    lessor craft')]
    assert len(lines) >= 22, lines
    for line in lines:
        assert not crafted(line), line
    for option in json.loads(run('options', '--json').expect(0).out):
        page = run('options', str(option['code'])).expect(0).out
        for line in page.splitlines():
            # One that opens fields which hold no options is told of, rightly.
            if line.startswith('  craft') and option['code'] != 52:
                wrong = crafted(line.split(maxsplit=1)[1])
                assert not wrong, (line, wrong)


CASES = [bash_completes, fish_completes, zsh_reads_its_script, unknown_shells, options,
         examples_craft_what_the_rfcs_ask_for]
