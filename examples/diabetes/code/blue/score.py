"""Scores patients: {"data": [[age, sex, bmi, bp, s1, ..., s6], ...]} -> [disease progression, ...]."""

import json
import os

import joblib
import numpy as np

model = None


def init():
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.joblib"))


def run(body):
    patients = np.asarray(json.loads(body)["data"], dtype=float)
    return model.predict(patients).tolist()
