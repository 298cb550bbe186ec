"""The soak of `lessor relay`: it stands between the third link's clients and the server, and is
what is built with sanitizers and watched."""

import json
import signal

from lab import Host, Process, check, wait_until
from servers import LESSOR
from soak_site import RELAYED, SANITIZERS, Site

ADDRESS = '10.66.0.1/16'
CROWD = '10.66.0.2'  # whatever goes to a client passes its host
MAC = '02:00:00:00:02:01'


class RelaySite(Site):
    relay = 'apart'
    flapped = RELAYED
    process: Process
    relay_reloads = {'reloads': 0, 'reloads-refused': 0}

    def server_program(self) -> str:
        return LESSOR

    def connect_far_link(self) -> None:
        self.far = self.lab.switch('far', record=False)
        self.switches.append(self.far)
        self.router = self.lab.host('router')
        self.router.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward; '
                        'echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects')
        self.lab.connect(self.router, self.switches[RELAYED], 'up0', address='10.63.0.2/24')
        self.lab.connect(self.crowd_host, self.far, 'eth2', address=f'{CROWD}/16')
        self.connect_flapped()
        self.socket = str(self.router.folder / 'relay.sock')
        self.config_file = self.router.folder / 'relay.conf'

    def connect_flapped(self) -> None:
        self.lab.connect(self.router, self.far, 'down0', MAC, ADDRESS)
        self.lead_to_clients()

    def lead_to_clients(self) -> None:
        """No client answers ARP: what goes to one goes to the crowd's host."""
        for leased in ('10.66.1.0/24', '10.66.8.0/21'):
            self.router.run('ip', 'route', 'replace', leased, 'via', CROWD, 'dev', 'down0')

    def write_relay_config(self, wrong: bool = False) -> None:
        key = 'circuit-di' if wrong else 'circuit-id'
        value = f'{{interface}}-{self.variant % 3}'
        relay = {'servers': ['10.63.0.1'], 'probe': False, 'agent-info': {key: value},
                 'downlinks': [{'interface': 'down0'}]}
        self.config_file.write_text(json.dumps({'Relay': relay}))

    def start(self, clients: int, rate: int) -> None:
        self.write_relay_config()
        argv = [self.program, 'relay', '-c', str(self.config_file), '--socket', self.socket]
        self.process = self.router.start(*argv, env=SANITIZERS, log='relay')
        wait_until(self.is_flapped_served, 'the relay to relay', 30)
        super().start(clients, rate)

    def soaked(self) -> Process:
        return self.process

    def soaked_store(self) -> None:
        return None

    def status(self) -> dict:
        answer = self.router.run(LESSOR, 'relay', '--status', '--json', '--socket', self.socket,
                                 ok=(0, 3))  # 3: it does not listen yet
        return json.loads(answer or '{}')

    def is_flapped_served(self) -> bool:
        if not self.router.addresses('down0'):
            return False
        self.lead_to_clients()  # an interface that goes takes its routes along
        return any(link['up'] for link in self.status().get('downlinks', []))

    def flapped_end(self) -> tuple[Host, str, str]:
        return self.router, 'down0', ADDRESS

    def reload(self) -> None:
        super().reload()
        wrong = self.dice.randrange(4) == 0
        self.write_relay_config(wrong)
        self.process.popen.send_signal(signal.SIGHUP)
        self.relay_reloads['reloads-refused' if wrong else 'reloads'] += 1
        wait_until(lambda: {k: self.status()[k] for k in self.relay_reloads} ==
                   self.relay_reloads, f'a reload of the relay: {self.relay_reloads}', 60)

    def command(self) -> None:
        super().command()
        self.router.run(LESSOR, 'relay', self.dice.choice(('--status', '--metrics')), '--socket',
                        self.socket)

    def check_counters(self, figures: dict) -> None:
        """Everything that was broadcast on the link came to the relay, and what it relayed to
        clients came to them."""
        counts = self.status()['counts']

        def count(name: str) -> int:
            return sum(c['value'] for c in counts if c['name'] == f'lessor_relay_{name}_total')
        for name, least, doubt in (
                ('requests', figures['relayed'], figures['relayed_unsure']),
                ('replies', figures['relayed_seen'], figures['relayed_unsure'])):
            check(least <= count(name) <= least + doubt,
                  f'the relay counts {count(name)} {name}, expected {least} and up to {doubt} more')

    def end(self) -> None:
        self.stop(self.process)
        super().end()
