"""Scores patients: {"data": [[age, sex, bmi, bp, s1, ..., s6], ...]} -> [disease progression, ...]."""

import json
import os

import joblib
import numpy as np
from azureml_inference_server_http.api.aml_response import AMLResponse

FIGURES = 10

model = None


def init():
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.joblib"))


def run(body):
    try:
        patients = np.asarray(json.loads(body)["data"], dtype=float)
    except (KeyError, TypeError, ValueError):
        patients = np.empty(0)
    if patients.ndim != 2 or patients.shape[1] != FIGURES:
        message = f"'data' must be a list of patients with {FIGURES} numbers each"
        return AMLResponse({"message": message}, 422, json_str=True)
    return model.predict(patients).tolist()
