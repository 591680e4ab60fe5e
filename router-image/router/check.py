"""Lets Envoy itself read the files before anything is touched."""
import hashlib
import json
import os
import subprocess
import tempfile

from router import Refused
from router.manifest import BOOTSTRAP, ENVOY, FILES, read_json

FLAGS = ["--mode", "validate", "--disable-hot-restart", "--log-level", "error", "--component-log-level", "misc:off"]


def check(files):
    """Refuses what Envoy refuses, in its words. It checks across files only as parts of one start-up configuration."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bundle.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(_bundle(files), file)
        run = subprocess.run([ENVOY, "-c", path, *FLAGS], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Refused("Envoy says: " + _reason(run.stderr + run.stdout, path))


def _bundle(files):
    bundle = read_json(BOOTSTRAP)
    del bundle["dynamic_resources"]
    manager = bundle["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    del manager["rds"]
    for name, resources in files.items():
        entry = FILES[name]
        resources = _hidden(resources, set(entry["hidden"]))
        if entry["place"] == "clusters":
            bundle["static_resources"]["clusters"] = [_without_type(cluster) for cluster in resources]
        elif entry["place"] == "routes":
            (routes,) = resources
            manager["route_config"] = _without_type(routes)
        else:
            (filter,) = resources
            own = [_without_type(filter) if item["name"] == filter["name"] else item for item in manager["http_filters"]]
            manager["http_filters"] = own
    return bundle


def _without_type(message):
    return {key: value for key, value in message.items() if key != "@type"}


def _hidden(value, fields):
    """With hashes for secrets: equal ones stay equal, and nothing secret is written or printed."""
    if isinstance(value, list):
        return [_hidden(item, fields) for item in value]
    if isinstance(value, dict):
        return {
            key: hashlib.sha256(item.encode()).hexdigest()
            if key in fields and isinstance(item, str)
            else _hidden(item, fields)
            for key, item in value.items()
        }
    return value


def _reason(log, path):
    """The part of Envoy's log that is about the configuration."""
    lines = [line for line in log.splitlines() if path in line] or log.splitlines()[-5:]
    return " ".join(line.split(f"'{path}': ")[-1].strip() for line in lines) or "nothing, but it ended with an error"
