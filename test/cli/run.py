#!/usr/bin/env python3
"""The program `lessor` as people and scripts meet it: words, exit codes, messages, control socket.

run.py CASE runs one case, as ctest does; run.py --list names them. LESSOR is the program. Cases run
in network, mount and process namespaces of their own, which the kernel removes with all that is in
them.
"""

import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / 'e2e'))
import isolate  # pylint: disable=wrong-import-position

import bad_input  # pylint: disable=wrong-import-position
import bench  # pylint: disable=wrong-import-position
import client  # pylint: disable=wrong-import-position
import completion  # pylint: disable=wrong-import-position
import control  # pylint: disable=wrong-import-position
import crafting  # pylint: disable=wrong-import-position
import hostile  # pylint: disable=wrong-import-position
import serving  # pylint: disable=wrong-import-position
import showing  # pylint: disable=wrong-import-position
import watching  # pylint: disable=wrong-import-position
import words  # pylint: disable=wrong-import-position

CASES = {f'{module.__name__}.{case.__name__}': case
         for module in (words, serving, control, hostile, bad_input, completion, crafting,
                        showing, watching, client, bench)
         for case in module.CASES}


def main() -> int:
    if sys.argv[1:] == ['--list']:
        print('\n'.join(CASES))
        return 0
    if len(sys.argv) != 2 or sys.argv[1] not in CASES:
        print(__doc__)
        return 2
    isolate.enter()
    os.chdir('/')
    try:
        CASES[sys.argv[1]]()
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
