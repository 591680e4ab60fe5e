"""Envoy's admin interface, which is a file."""
import http.client
import json
import socket
import time
import urllib.parse

from router import Refused
from router.manifest import FILES, SOCKET

POLL_SECONDS = 0.05


class AdminConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def admin(path, method="GET"):
    connection = AdminConnection("router", timeout=10)
    try:
        connection.request(method, path)
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException) as problem:
        raise Refused(f"the router does not answer ({problem}); its own log says more") from problem
    finally:
        connection.close()


def stats(pattern):
    """Values by name, of all statistics whose name matches."""
    lines = admin("/stats?filter=" + urllib.parse.quote(pattern, safe="")).splitlines()
    pairs = (line.split(": ", 1) for line in lines if ": " in line)
    return {name: value.strip('"') for name, value in pairs}


def of_clusters(*names):
    """Values of one number for each of these statistics, by cluster."""
    found = stats(r"^cluster\..*\.(" + "|".join(names) + ")$")
    values = {}
    for key, value in found.items():
        cluster, name = key[len("cluster."):].rsplit(".", 1)
        values.setdefault(cluster, {})[name] = int(value)
    return values


def update_counters(name):
    """What Envoy did with a watched file."""
    prefix = FILES[name]["stats"]
    found = stats("^" + prefix.replace(".", r"\.") + "(update_(success|rejected|failure)|version_text)$")
    values = {key[len(prefix):]: value for key, value in found.items()}
    return {"version_text": "", "update_success": "0", "update_rejected": "0", "update_failure": "0", **values}


def what_envoy_sees(cluster):
    """The state of each instance, in words."""
    for status in json.loads(admin("/clusters?format=json")).get("cluster_statuses", []):
        if status["name"] == cluster:
            hosts = [_seen_host(host) for host in status.get("host_statuses", [])]
            return "; ".join(hosts) or "none of their names resolves"
    return "the backend is still starting"


def _seen_host(host):
    address = host["address"]["socket_address"]
    health = host.get("health_status", {})
    flags = [flag for flag, value in health.items() if value is True] or ["healthy"]
    return f"{host.get('hostname') or address['address']}:{address['port_value']} {', '.join(flags)}"


def wait_for_router(seconds):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if admin("/ready").strip() == "LIVE":
                return
            problem = "it is still starting"
        except Refused as refused:
            problem = str(refused)
        if time.monotonic() > deadline:
            raise Refused(f"no running router within {seconds:g} s: {problem}")
        time.sleep(POLL_SECONDS)
