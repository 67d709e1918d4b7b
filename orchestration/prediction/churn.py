"""Which accounts will leave: candidates compared inside training, calibrated, held out in time.

Everything is a function of the rows handed in: they are sorted first, every random choice is
seeded, folds go by a hash of the account. scikit-learn is imported only once there is enough to
learn from: most companies' first refreshes never need it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

KEYS = ["account_id", "score_date"]
TEXTS = ["size_tier", "journey_stage"]
FOLDS = 4
SEED = 20260101
COLUMNS = [
    "part",
    "target",
    "account_id",
    "score_date",
    "probability",
    "null_reason",
    "model_name",
    "trained_through",
    "driver_1",
    "driver_2",
    "driver_3",
]


@dataclass(frozen=True)
class Settings:
    """What the business decides: see the vars `churn_*` of the project."""

    embargo_days: int
    test_month_ends: int
    min_churned_accounts: int


@dataclass(frozen=True)
class Fitted:
    """The candidate that ranked best, with its calibration (slope and intercept of log odds)."""

    name: str
    columns: list[str]
    estimator: Any
    slope: float
    intercept: float

    def probabilities(self, matrix: pd.DataFrame) -> np.ndarray:
        """Calibrated probability of each row."""
        odds = (
            self.slope * log_odds(self.estimator.predict_proba(matrix[self.columns])[:, 1])
            + self.intercept
        )
        return 1 / (1 + np.exp(-odds))


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Log odds, finite also for a forest that is sure."""
    clipped = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


def fold_of(account_id: str) -> int:
    """The fold of an account: the same in every run, whatever other accounts there are."""
    return hashlib.sha256(account_id.encode()).digest()[0] % FOLDS


def matrix_of(features: pd.DataFrame) -> pd.DataFrame:
    """Numbers alone, one column per feature; texts as one column per known value.

    Rounded: the last digit of a sum depends on the order in which the database adds.
    """
    numbers = features.drop(columns=[*KEYS, *TEXTS, "is_as_of_day"]).astype(float).round(9)
    for name in TEXTS:
        for value in sorted(set(features[name].dropna())):
            numbers[f"{name}: {value}"] = (features[name] == value).astype(float)
    return numbers


def candidates() -> dict[str, Any]:
    """Untrained models by name; the forest is the baseline."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def filled() -> SimpleImputer:
        return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)

    return {
        "random_forest": make_pipeline(
            filled(),
            RandomForestClassifier(
                n_estimators=100, min_samples_leaf=10, random_state=SEED, n_jobs=1
            ),
        ),
        "logistic_regression": make_pipeline(
            filled(), StandardScaler(), LogisticRegression(C=0.02, max_iter=2000)
        ),
        "gradient_boosting": HistGradientBoostingClassifier(
            max_iter=100,
            max_leaf_nodes=8,
            learning_rate=0.05,
            min_samples_leaf=20,
            early_stopping=False,
            random_state=SEED,
        ),
    }


def fit(matrix: pd.DataFrame, labels: np.ndarray, folds: np.ndarray) -> Fitted:
    """Train each candidate without one fold at a time; keep what ranks the left-out rows best.

    The left-out rows calibrate it too; then it is trained on all rows. No account is on both
    sides of a comparison.
    """
    from sklearn.base import clone
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score

    # What does not vary in training, in whichever fold is left out, teaches nothing.
    parts = [matrix[folds != fold] for fold in sorted(set(folds))]
    columns = [name for name in matrix.columns if all(part[name].nunique() > 1 for part in parts)]
    matrix = matrix[columns]
    best_rank, best_name, best_odds = -1.0, "", np.empty(0)
    for name, candidate in candidates().items():
        odds = np.zeros(len(labels))
        for fold in sorted(set(folds)):
            inside = folds != fold
            trained = clone(candidate).fit(matrix[inside], labels[inside])
            odds[~inside] = log_odds(trained.predict_proba(matrix[~inside])[:, 1])
        rank = average_precision_score(labels, odds)
        if rank > best_rank:
            best_rank, best_name, best_odds = rank, name, odds
    scale = LogisticRegression(C=1e6).fit(best_odds.reshape(-1, 1), labels)
    estimator = candidates()[best_name].fit(matrix, labels)
    slope, intercept = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    return Fitted(best_name, columns, estimator, slope, intercept)


def is_enough(training: pd.DataFrame, minimum: int) -> bool:
    """Whether enough different accounts churned, and some in every fold."""
    churned = training.loc[training["is_churned"], "account_id"].unique()
    return len(churned) >= minimum and len({fold_of(account) for account in churned}) == FOLDS


def held_out(labelled: pd.DataFrame, matrix: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Predictions for the last judged month ends, by models that saw neither time nor account."""
    days = sorted(labelled["score_date"].unique())
    test_days = days[-settings.test_month_ends :]
    if not test_days:
        return pd.DataFrame(columns=COLUMNS)
    last_training_day = test_days[0] - pd.Timedelta(days=settings.embargo_days)
    is_training = (labelled["score_date"] <= last_training_day).to_numpy()
    is_test = labelled["score_date"].isin(test_days).to_numpy()
    folds = labelled["account_id"].map(fold_of).to_numpy()
    labels = labelled["is_churned"].to_numpy(dtype=bool)
    parts = []
    for fold in range(FOLDS):
        train, test = is_training & (folds != fold), is_test & (folds == fold)
        # The other three folds: the minimum shrinks with them.
        churned = labelled.loc[train & labels, "account_id"].nunique()
        if churned < settings.min_churned_accounts * (FOLDS - 1) / FOLDS:
            return pd.DataFrame(columns=COLUMNS)
        if not test.any():
            continue
        fitted = fit(matrix[train], labels[train], folds[train])
        rows = labelled.loc[test, KEYS].copy()
        rows["probability"] = np.round(fitted.probabilities(matrix[test]), 6)
        rows["model_name"] = fitted.name
        rows["trained_through"] = labelled.loc[train, "score_date"].max()
        parts.append(rows)
    return pd.concat(parts).assign(part="held_out") if parts else pd.DataFrame(columns=COLUMNS)


def drivers(fitted: Fitted, medians: pd.Series, matrix: pd.DataFrame) -> pd.DataFrame:
    """Up to three features per row whose median instead would lower the log odds the most."""
    whole = log_odds(fitted.probabilities(matrix))
    lowered = {}
    for name in fitted.columns:
        changed = matrix.copy()
        changed[name] = medians[name]
        lowered[name] = np.round(whole - log_odds(fitted.probabilities(changed)), 6)
    table = pd.DataFrame(lowered, index=matrix.index)
    ranked = [
        [name for name in row.sort_values(ascending=False, kind="stable").index if row[name] > 0]
        for _, row in table.iterrows()
    ]
    named = [(names + [None] * 3)[:3] for names in ranked]
    return pd.DataFrame(named, columns=["driver_1", "driver_2", "driver_3"], index=matrix.index)


def current(
    labelled: pd.DataFrame, matrix: pd.DataFrame, today: pd.DataFrame, today_matrix: pd.DataFrame
) -> pd.DataFrame:
    """Predictions for the paying accounts of the as-of day, by a model of all judged month ends."""
    folds = labelled["account_id"].map(fold_of).to_numpy()
    fitted = fit(matrix, labelled["is_churned"].to_numpy(dtype=bool), folds)
    rows = today[KEYS].copy()
    rows["probability"] = np.round(fitted.probabilities(today_matrix), 6)
    rows["model_name"] = fitted.name
    rows["trained_through"] = labelled["score_date"].max()
    return rows.join(drivers(fitted, matrix.median(), today_matrix))


def predict(features: pd.DataFrame, labels: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Held-out predictions of both targets, and those of the as-of day.

    Args:
        features: one row per account and day (month ends, and the as-of day): `account_id`,
            `score_date`, `is_as_of_day`, the texts of `TEXTS`, else numbers; missing is null.
        labels: one row per target, account and judged month end: `is_churned`.
        settings: vars of the project.

    Returns:
        One row per part (`held_out`, `current`), target, account and day, with `COLUMNS`.
        Of too little data there are current rows alone, without probability, with the reason.
    """
    features = features.sort_values(KEYS, ignore_index=True)
    features["score_date"] = pd.to_datetime(features["score_date"])
    labels = labels.assign(score_date=pd.to_datetime(labels["score_date"]))
    matrix = matrix_of(features)
    is_today = features["is_as_of_day"].astype(bool)
    parts = []
    for target in ("within_90_days", "days_31_to_120"):
        judged = labels[labels["target"] == target][[*KEYS, "is_churned"]]
        joined = features[KEYS].reset_index().merge(judged, on=KEYS).sort_values("index")
        labelled = joined.set_index("index").rename_axis(None)
        labelled["is_churned"] = labelled["is_churned"].astype(bool)
        today = features.loc[is_today, KEYS]
        if is_enough(labelled, settings.min_churned_accounts):
            known = matrix.loc[labelled.index]
            parts.append(held_out(labelled, known, settings).assign(target=target))
            found = current(labelled, known, today, matrix[is_today])
        else:
            found = today.assign(null_reason="too_few_churned_accounts")
        parts.append(found.assign(part="current", target=target))
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)
