"""The program that the tests translate: `target COMMAND ARGUMENT...`.

CPython starts as the interpreter that CPYEMBED_TEST_EXECUTABLE names (default:
the one that the build is linked to), and the command runs.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(os.path.dirname(HERE))]

from rpython.rlib import rgil

from pypy_module_cpyembed import capi, gil, interpreter

import driver

COMMANDS = {}
for _name in sorted(os.listdir(HERE)):
    if _name.startswith('target_') and _name.endswith('.py'):
        COMMANDS.update(__import__(_name[:-3]).COMMANDS)


def entry_point(argv):
    if len(argv) < 2 or argv[1] not in COMMANDS:
        os.write(2, "usage: %s COMMAND ARGUMENT...\n" % argv[0])
        return 2
    executable = os.environ.get('CPYEMBED_TEST_EXECUTABLE')
    if not executable:
        executable = capi.EXECUTABLE
    try:
        gil.enter()
        os.write(2, "entered a CPython that was not started\n")
        return 3
    except gil.NotStarted:
        pass
    rgil.allocate()         # as PyPy does when CPython starts: its threads will come
    try:
        interpreter.start(executable, argv[1:], os.environ.get('CPYEMBED_TEST_PATH') or '')
        COMMANDS[argv[1]](argv[2:])
    except interpreter.StartError as e:
        os.write(2, "CPython does not start: %s\n" % e.message)
        return 3
    except driver.Failed as e:
        os.write(2, e.message + "\n")
        return 1
    return 0


def handle_config(config, translateconfig):
    config.translation.thread = True


def target(driver, args):
    driver.exe_name = 'target'
    return entry_point, None
