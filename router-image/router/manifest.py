"""The manifest: which files Envoy watches, where they lie, and what they hold before there is an endpoint."""
import json
import os

CONFIG = os.environ.get("ROUTER_CONFIG", "/etc/router")
ENVOY = os.environ.get("ROUTER_ENVOY", "/usr/local/bin/envoy")
BOOTSTRAP = os.path.join(CONFIG, "bootstrap.json")


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


_manifest = read_json(os.path.join(CONFIG, "manifest.json"))

LIVE, RUN, STAGING = (_manifest["folders"][name] for name in ("live", "run", "staging"))
SOCKET = os.path.join(RUN, _manifest["adminSocket"])
METADATA = _manifest["metadata"]
IN_FLIGHT = _manifest["requestsInFlight"]
OPEN_MODE, SECRET_MODE = _manifest["modes"]["open"], _manifest["modes"]["secret"]

# By name, in the order in which a change is handed over.
FILES = {entry["name"]: entry for entry in _manifest["files"]}
(CLUSTERS,) = (name for name, entry in FILES.items() if entry["place"] == "clusters")
(ROUTES,) = (name for name, entry in FILES.items() if entry["place"] == "routes")
