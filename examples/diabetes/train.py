"""Makes model/blue/model.joblib and model/green/model.joblib, from the diabetes data that comes with scikit-learn.

Both files are committed: a few hundred bytes that this script gives again, bit for bit, with python 3.12,
numpy 2.3.1, scikit-learn 1.7.0 and joblib 1.5.1 (the versions of conda.yml, because a pickle is only
sure to load with the versions that wrote it). In an environment with them: `python train.py`.
"""

from pathlib import Path

import joblib
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

BMI, BLOOD_PRESSURE = 2, 3

MODELS = {
    "blue": make_pipeline(
        make_column_transformer(("passthrough", [BMI, BLOOD_PRESSURE])),
        LinearRegression(),
    ),
    "green": LinearRegression(),
}


def main():
    # Not scaled: a request holds years, kg/m2 and mmHg as they are measured.
    patients, progression = load_diabetes(return_X_y=True, scaled=False)
    train_x, test_x, train_y, test_y = train_test_split(patients, progression, test_size=0.2, random_state=7)
    for name, model in MODELS.items():
        model.fit(train_x, train_y)
        file = Path(__file__).parent / "model" / name / "model.joblib"
        file.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(model, file)
        print(f"{name}: R2 {model.score(test_x, test_y):.3f} on {len(test_y)} patients, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
