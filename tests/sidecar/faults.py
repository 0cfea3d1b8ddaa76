"""What goes wrong around a house of sidecar, link and server; after each of FAULTS all is well."""

import os
import random
import signal
import threading


def wait_somewhat(choose, most):
    """A moment that is chosen, so that what follows may come at any point of the load."""
    threading.Event().wait(choose.uniform(0, most))


def kill_sidecar(house, choose):
    house.sidecar.kill()
    house.sidecar.__exit__()
    house.sidecar.start_again()


def end_sidecar(house, choose):
    house.sidecar.restart()


def stop_sidecar(house, choose):
    stop_and_go(house.sidecar, choose.uniform(0, 0.5))


def kill_server(house, choose):
    house.server.kill()
    house.server.__exit__()
    wait_somewhat(choose, 1)
    house.server.__enter__()
    house.link.target = house.server.grpc


def stop_server(house, choose):
    stop_and_go(house.server, choose.uniform(0, 3))


def stop_and_go(program, seconds):
    os.kill(program.pid, signal.SIGSTOP)
    try:
        threading.Event().wait(seconds)
    finally:
        os.kill(program.pid, signal.SIGCONT)


def cut_link(house, choose):
    house.link.cut()


def refuse(house, choose):
    house.link.refuse()
    wait_somewhat(choose, 2)
    house.link.mend()


def be_slow(house, choose):
    house.link.delay = choose.uniform(0, 1)
    wait_somewhat(choose, 2)
    house.link.mend()


def break_connections(house, choose):
    of_answers, share = choose.random() < 0.5, choose.uniform(0, 0.5)
    dice = random.Random(choose.random())
    house.link.fault = lambda _, is_answer: is_answer == of_answers and dice.random() < share
    wait_somewhat(choose, 2)
    house.link.mend()


FAULTS = [
    kill_sidecar,
    end_sidecar,
    stop_sidecar,
    kill_server,
    stop_server,
    cut_link,
    refuse,
    be_slow,
    break_connections,
]
