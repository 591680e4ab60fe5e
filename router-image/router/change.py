"""A change of what the router serves: which endpoints it takes over, and how it gets there without losing a request."""
import time

from router import Refused, say
from router.backends import await_ready, drain
from router.check import check
from router.files import as_text, version
from router.fragments import assemble, backend_of
from router.manifest import CLUSTERS, FILES, ROUTES


def select(new, live, keep):
    """The endpoints that are meant to be live after the change: new ones, and the live one of each that is kept."""
    kept = {name: live[name] for name in keep if name in live}
    return {**{name: fragment for name, fragment in new.items() if name not in keep}, **kept}


def admit(wanted, live):
    """As many of the wanted endpoints as Envoy understands; the others as they are live. And what it says of the others."""
    reasons = {}

    def take(base, names):
        whole = {**base, **{name: wanted[name] for name in names}}
        try:
            check(assemble(whole))
            return whole
        except Refused as refused:
            if len(names) == 0:
                raise
            if len(names) == 1:
                reasons[names[0]] = str(refused)
                return base
            half = len(names) // 2
            return take(take(base, names[:half]), names[half:])

    standing = {name: fragment for name, fragment in live.items() if name in wanted}
    changed = [name for name in sorted(wanted) if wanted[name] != standing.get(name)]
    return take(standing, changed), reasons


class Change:
    def __init__(self, live, options):
        self.live = live
        self.options = options
        self.served = live.served_clusters()

    def make(self, wanted):
        """Gives the version that is served, and by endpoint why it is not the wanted one. Steps: see router-apply."""
        wanted, reasons = self.add_backends(wanted)
        files = assemble(wanted)
        for name in FILES:
            if name != CLUSTERS:
                self.live.put(name, files[name])
        self.live.keep(wanted)
        self.remove_backends(files[CLUSTERS])
        return version(as_text(files[ROUTES])), wanted, reasons

    def add_backends(self, wanted):
        """An endpoint whose new backend has no ready instance stays as it is; the others go on."""
        reasons = {}
        while True:
            clusters = assemble(wanted)[CLUSTERS]
            names = {cluster["name"] for cluster in clusters}
            leaving = [cluster for name, cluster in self.served.items() if name not in names]
            self.live.put(CLUSTERS, [*clusters, *leaving])
            added = [cluster for cluster in clusters if cluster["name"] not in self.served]
            refused = self.without_instances(wanted, await_ready(added, self.options.ready_seconds))
            if not refused:
                return wanted, reasons
            reasons.update(refused)
            standing = {name: self.live.endpoints[name] for name in refused if name in self.live.endpoints}
            others = {name: fragment for name, fragment in wanted.items() if name not in refused}
            wanted = {**others, **standing}

    def without_instances(self, wanted, dead):
        """By endpoint, which of its backends are dead. One that stays as it is cannot be refused."""
        backends = {backend_of(name): text for name, text in dead.items()}
        refused = {}
        for name, fragment in wanted.items():
            seen = [backends[backend] for backend in fragment.backends() if backend in backends]
            if seen and fragment != self.live.endpoints.get(name):
                refused[name] = "no instance is ready: " + "; ".join(seen)
        return refused

    def remove_backends(self, clusters):
        """Waits also where every instance stays: the next change may take one away, and could not see its old requests."""
        names = {cluster["name"] for cluster in clusters}
        old = [name for name in self.served if name not in names]
        started = time.monotonic()
        for name, count in drain(old, self.options.drain_seconds).items():
            seconds = self.options.drain_seconds
            say(f"{backend_of(name)}: {count} requests still in flight after {seconds:g} s; they are cut when it stops")
        if old:
            milliseconds = round((time.monotonic() - started) * 1000)
            say(f"drained {', '.join(sorted(backend_of(name) for name in old))} in {milliseconds} ms")
        self.live.put(CLUSTERS, clusters)
