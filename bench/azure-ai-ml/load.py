"""Reads Azure ML endpoint and deployment files with Microsoft's own package, without a login and without a network.

    echo '{"file": "endpoint.yml", "kind": "endpoint"}' | python load.py --repetitions 20

One job a line on stdin: `file`, `kind` ("endpoint" or "deployment"), and if wanted `overrides` (path to value, as
`az ml ... --set`) and `skipScriptValidation`. On stdout first a line about the package, then one line for each job: its
verdict, the first error, and how many milliseconds every repetition took. All jobs run in this one process.
"""

import time

STARTED = time.perf_counter()

import argparse
import json
import logging
import platform
import re
import sys
from importlib.metadata import version
from types import SimpleNamespace

from azure.ai.ml import load_online_deployment, load_online_endpoint
from azure.ai.ml._artifacts._artifact_utilities import _get_snapshot_path_info
from azure.ai.ml._scope_dependent_operations import OperationConfig, OperationScope
from azure.ai.ml._utils._arm_id_utils import AMLVersionedArmId
from azure.ai.ml._utils._asset_utils import _validate_path
from azure.ai.ml._utils._endpoint_utils import upload_dependencies, validate_scoring_script
from azure.ai.ml._utils.utils import is_mlflow_uri, is_url, validate_ml_flow_folder
from azure.ai.ml.constants._common import ARM_ID_PREFIX, AzureMLResourceType
from azure.ai.ml.exceptions import ErrorTarget
from azure.ai.ml.operations._online_deployment_operations import OnlineDeploymentOperations
from azure.ai.ml.operations._online_endpoint_operations import _strip_zeroes_from_traffic
from azure.ai.ml.operations._operation_orchestrator import OperationOrchestrator

IMPORT_MS = (time.perf_counter() - STARTED) * 1000

SCOPE = OperationScope("00000000-0000-0000-0000-000000000000", "group", "workspace")
LOCATION = "westeurope"


class EveryLabel(dict):
    """Labels live in a workspace; without one, each of them counts as known."""

    def get(self, label, default=None):
        return lambda name: SimpleNamespace(name=name, version="1")


class OfflineAssets:
    """Stands in for the package's operations on one type of asset: what they do to it up to the first request."""

    _registry_name = None
    _managed_label_resolver = EveryLabel()

    def __init__(self, prepare):
        self._prepare = prepare

    def create_or_update(self, asset):
        self._prepare(asset)
        return SimpleNamespace(id=f"/assets/{asset.name}/versions/{asset.version}", name=asset.name, version=asset.version)

    def get(self, name, *_):
        return SimpleNamespace(name=name)


def prepare_environment(environment):
    if environment.path:
        _validate_path(environment.path, _type=ErrorTarget.ENVIRONMENT)
    environment._to_rest_object()


def prepare_model(model):
    if model.path is not None and not (is_url(model.path) or is_mlflow_uri(model.path)):
        _validate_path(model.path, _type=ErrorTarget.MODEL)
    validate_ml_flow_folder(model.path, model.type)
    model._to_rest_object()


OPERATIONS = SimpleNamespace(
    all_operations={
        AzureMLResourceType.CODE: OfflineAssets(_get_snapshot_path_info),
        AzureMLResourceType.ENVIRONMENT: OfflineAssets(prepare_environment),
        AzureMLResourceType.MODEL: OfflineAssets(prepare_model),
        AzureMLResourceType.DATA: OfflineAssets(lambda data: None),
        AzureMLResourceType.DATASTORE: OfflineAssets(lambda datastore: None),
    }
)
OPERATIONS._all_operations = OPERATIONS.all_operations
ORCHESTRATOR = OperationOrchestrator(OPERATIONS, SCOPE, OperationConfig(show_progress=False, enable_telemetry=False))
DEPLOYMENTS = SimpleNamespace(
    _all_operations=OPERATIONS,
    _subscription_id=SCOPE.subscription_id,
    _resource_group_name=SCOPE.resource_group_name,
    _workspace_name=SCOPE.workspace_name,
)


def check_endpoint(endpoint, job):
    """OnlineEndpointOperations.begin_create_or_update up to its PUT."""
    if endpoint.traffic:
        endpoint.traffic = _strip_zeroes_from_traffic(endpoint.traffic)
    if endpoint.mirror_traffic:
        endpoint.mirror_traffic = _strip_zeroes_from_traffic(endpoint.mirror_traffic)
    resource = endpoint._to_rest_online_endpoint(location=LOCATION)
    if hasattr(resource.properties, "compute"):
        ORCHESTRATOR.get_asset_arm_id(resource.properties.compute, azureml_type=AzureMLResourceType.COMPUTE)


def check_deployment(deployment, job):
    """OnlineDeploymentOperations.begin_create_or_update up to its PUT; whether the endpoint exists is not asked."""
    configuration = deployment.code_configuration
    if (
        not job.get("skipScriptValidation", False)
        and configuration
        and not configuration.code.startswith(ARM_ID_PREFIX)
        and not re.match(AMLVersionedArmId.REGEX_PATTERN, configuration.code)
    ):
        validate_scoring_script(deployment)
    if deployment.data_collector:
        OnlineDeploymentOperations._register_collection_data_assets(DEPLOYMENTS, deployment)
    upload_dependencies(deployment, ORCHESTRATOR)
    deployment._to_rest_object(location=LOCATION)


KINDS = {
    "endpoint": (load_online_endpoint, check_endpoint),
    "deployment": (load_online_deployment, check_deployment),
}


def run(job):
    """The first error, or None where the package would go on to send the file."""
    load, check = KINDS[job["kind"]]
    overrides = [{path: value} for path, value in job.get("overrides", {}).items()]
    stage = "load"
    try:
        entity = load(job["file"], params_override=overrides)
        stage = "check"
        check(entity, job)
    except Exception as error:  # A crash of the package is a refusal, too.
        return {"stage": stage, "type": type(error).__name__, "message": str(error)}
    return None


def measure(jobs, warmup, repetitions):
    """Whole rounds over all jobs, as the other side of the comparison does: none is measured fresh from its own last run."""
    reports = [{"file": job["file"], "verdict": None, "error": None, "ms": []} for job in jobs]
    for number in range(warmup + repetitions):
        for job, report in zip(jobs, reports):
            began = time.perf_counter_ns()
            error = run(job)
            took = (time.perf_counter_ns() - began) / 1e6
            report["verdict"] = "accept" if error is None else "reject"
            report["error"] = error
            if number >= warmup:
                report["ms"].append(took)
    return reports


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--warmup", type=int, default=2, help="rounds over all jobs that are not measured")
    options.add_argument("--repetitions", type=int, default=20, help="measured rounds")
    options = options.parse_args()
    # What the package logs about a file is neither part of the answer nor worth measuring.
    logging.disable(logging.CRITICAL)
    answers, sys.stdout = sys.stdout, sys.stderr
    about = {
        "package": "azure-ai-ml",
        "version": version("azure-ai-ml"),
        "marshmallow": version("marshmallow"),
        "python": platform.python_version(),
        "importMs": IMPORT_MS,
    }
    jobs = [json.loads(line) for line in sys.stdin if line.strip()]
    for line in [about, *measure(jobs, options.warmup, options.repetitions)]:
        print(json.dumps(line), file=answers)


if __name__ == "__main__":
    main()
