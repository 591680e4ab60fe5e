"""Backends on their way in and out: ready before they get a request, idle before they are removed."""
import time

from router import say
from router.admin import POLL_SECONDS, of_clusters, stats, what_envoy_sees
from router.fragments import backend_of
from router.manifest import METADATA

# A request that was routed a moment ago may not be counted yet.
IDLE_LOOKS = 3


def await_ready(clusters, seconds):
    """Waits for all instances that are meant to run. Gives those of the clusters that have none ready, and what was seen."""
    wanted = {cluster["name"]: _running(cluster) for cluster in clusters}
    deadline = time.monotonic() + seconds
    while True:
        values = of_clusters("membership_healthy")
        ready = {name: values.get(name, {}).get("membership_healthy", 0) for name in wanted}
        warming = int(stats(r"^cluster_manager\.warming_clusters$").get("cluster_manager.warming_clusters", 0))
        if warming == 0 and all(ready[name] >= count for name, count in wanted.items()):
            return {}
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    late = {name: count for name, count in sorted(wanted.items()) if ready[name] < count}
    seen = {name: f"{backend_of(name)}: {ready[name]} of {late[name]} instances ready after {seconds:g} s" for name in late}
    for name, text in seen.items():
        say(f"{text}; {what_envoy_sees(name)}")
    return {name: text for name, text in seen.items() if ready[name] == 0}


def drain(names, seconds):
    """Waits until the last request of these clusters is answered. Gives the number still in flight when it did not."""
    deadline = time.monotonic() + seconds
    busy = {}
    idle = 0
    while names and idle < IDLE_LOOKS:
        values = of_clusters("upstream_rq_active", "upstream_rq_pending_active")
        busy = {name: sum(values[name].values()) for name in names if name in values and any(values[name].values())}
        idle = idle + 1 if not busy else 0
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return busy


def _running(cluster):
    """As the table says; of a cluster that a feature added, all that it has."""
    own = cluster.get("metadata", {}).get("filter_metadata", {}).get(METADATA, {})
    return int(own.get("running", sum(len(group["lb_endpoints"]) for group in cluster["load_assignment"]["endpoints"])))
