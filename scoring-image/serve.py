"""Runs the inference server, and ends it when it does not answer its liveness probe any more.

Azure probes from outside and starts the container anew (reference-yaml-deployment-managed-online, "ProbeSettings"). Here
the Docker engine does that for a container that ends, and knows nothing of probes: so this sees to it that it ends.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time

# Seconds between the request to end and the kill, for a server that hangs.
GRACE = 5


def main(command):
    if "MLENDPOINTS_LIVENESS" not in os.environ:
        os.execvp(command[0], command)
    probe = json.loads(os.environ["MLENDPOINTS_LIVENESS"])
    # A group of its own: workers that hang are ended with it.
    server = subprocess.Popen(command, start_new_session=True)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: server.send_signal(number))
    reason = watch(server, probe)
    if reason is None:
        return exit_code(server.returncode)
    print(f"liveness probe: {reason}; the server is ended, to be started anew", file=sys.stderr, flush=True)
    end(server)
    return 1


def watch(server, probe):
    """Returns what was wrong when the probe has failed often enough in a row; None when the server ended by itself."""
    failures = 0
    wait = probe["initialDelaySeconds"]
    while not ended(server, wait):
        began = time.monotonic()
        fault = ask(probe)
        failures = 0 if fault is None else failures + 1
        if failures >= probe["failureThreshold"]:
            return f"GET {probe['path']} failed {failures} times in a row, at last: {fault}"
        wait = max(0, probe["periodSeconds"] - (time.monotonic() - began))
    return None


def ended(server, seconds):
    try:
        server.wait(timeout=seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def ask(probe):
    """Returns None for an answer from 200 to 399, as the kubelet takes it; otherwise what came instead."""
    connection = http.client.HTTPConnection("127.0.0.1", probe["port"], timeout=probe["timeoutSeconds"])
    try:
        connection.request("GET", probe["path"])
        status = connection.getresponse().status
        return None if 200 <= status < 400 else f"status {status}"
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()


def end(server):
    server.terminate()
    if not ended(server, GRACE):
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def exit_code(code):
    """As a shell has it: 128 and the signal."""
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
