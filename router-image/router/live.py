"""The files that the router serves from, and what has been done to them, so that it can be undone."""
import json
import time

from router import Refused, fragments
from router.admin import POLL_SECONDS, update_counters
from router.files import as_text, read_live, version, write_live
from router.manifest import CLUSTERS, LIVE, ROUTES

ACCEPT_SECONDS = 30


class Live:
    def __init__(self):
        self.endpoints = fragments.load(LIVE)
        self.journal = []

    @staticmethod
    def served_clusters():
        """None of the file's, when a newer router did not accept the file of an older one at its start."""
        text = read_live(CLUSTERS)
        served = update_counters(CLUSTERS)["version_text"] == version(text)
        return {cluster["name"]: cluster for cluster in json.loads(text)["resources"]} if served else {}

    @staticmethod
    def served_endpoints():
        """Those that the routes on the volume know."""
        (routes,) = json.loads(read_live(ROUTES))["resources"]
        return {host["name"] for host in routes["virtual_hosts"]}

    def put(self, name, resources):
        """Returns when Envoy has accepted the file."""
        before, text = read_live(name), as_text(resources)
        if text != before or update_counters(name)["version_text"] != version(text):
            self.journal.append((name, before))
            hand_over(name, text)

    def keep(self, endpoints):
        """Remembers which fragments are live."""
        fragments.store(LIVE, endpoints)

    def undo(self):
        fragments.store(LIVE, self.endpoints)
        while self.journal:
            hand_over(*self.journal.pop())


def hand_over(name, text):
    old = update_counters(name)
    write_live(name, text)
    deadline = time.monotonic() + ACCEPT_SECONDS
    while True:
        new = update_counters(name)
        moved = {key for key in ("update_success", "update_rejected", "update_failure") if new[key] != old[key]}
        if moved & {"update_rejected", "update_failure"}:
            raise Refused(f"the router refused {name}; its own log says why (docker logs of the router)")
        if "update_success" in moved and new["version_text"] == version(text):
            return
        if time.monotonic() > deadline:
            raise Refused(f"the router did not read {name} within {ACCEPT_SECONDS} s")
        time.sleep(POLL_SECONDS / 5)
