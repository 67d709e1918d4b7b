"""Which accounts will leave: candidates compared inside training, calibrated, held out in time.

Everything is a function of the rows handed in: they are sorted first, every random choice is
seeded, folds go by a hash of the account. scikit-learn is imported only once there is enough to
learn from: most companies' first refreshes never need it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

KEYS = ["account_id", "score_date"]
TEXTS = ["size_tier", "journey_stage"]
FOLDS = 4
SEED = 20260101
MIN_CHURNS = 40  # with fewer churns candidates are not compared by later days
TOP_SHARE = 0.02  # the highest odds of training are too few to calibrate by:
TOP_SLOPE = 0.3  # beyond them the order stays, and the log odds rise by less
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
    "drivers_in_words",
]


@dataclass(frozen=True)
class Settings:
    """What the business decides: see the vars `churn_*` of the project."""

    embargo_days: int
    test_month_ends: int
    min_churned_accounts: int


@dataclass(frozen=True)
class Training:
    """What a model may learn from: features, labels, and the fold and day of each row."""

    matrix: pd.DataFrame
    labels: np.ndarray
    folds: np.ndarray
    days: np.ndarray

    def only(self, rows: np.ndarray) -> Training:
        """A part of the rows."""
        return Training(self.matrix[rows], self.labels[rows], self.folds[rows], self.days[rows])


@dataclass(frozen=True)
class Fitted:
    """The candidate that ranked best; slope and intercept calibrate its bent log odds."""

    name: str
    columns: list[str]
    estimator: Any
    top: float
    slope: float
    intercept: float

    def probabilities(self, matrix: pd.DataFrame) -> np.ndarray:
        """Calibrated probability of each row."""
        odds = log_odds(self.estimator.predict_proba(matrix[self.columns])[:, 1])
        return 1 / (1 + np.exp(-(self.slope * bent(odds, self.top) + self.intercept)))


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Log odds, finite also for a forest that is sure."""
    clipped = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


def bent(odds: np.ndarray, top: float) -> np.ndarray:
    """Log odds that rise by less beyond the top, in the same order."""
    return np.minimum(odds, top) + TOP_SLOPE * np.maximum(odds - top, 0)


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


def logs(values: np.ndarray) -> np.ndarray:
    """Days, money and events have long tails: their size counts, less and less."""
    return np.sign(values) * np.log1p(np.abs(values))


def candidates() -> dict[str, Any]:
    """Untrained models by name; the forest is the baseline.

    The regression bends each feature at quarters of its range: an invoice two weeks late tells of
    a churn, one two years late of nothing. Few churns tell two models apart badly: the mean of
    both is a candidate too.
    """
    from sklearn.ensemble import RandomForestClassifier, VotingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler

    def filled() -> SimpleImputer:
        return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)

    models = {
        "random_forest": make_pipeline(
            filled(),
            RandomForestClassifier(
                n_estimators=60, min_samples_leaf=10, random_state=SEED, n_jobs=1
            ),
        ),
        "logistic_regression": make_pipeline(
            FunctionTransformer(logs),
            filled(),
            SplineTransformer(n_knots=5, degree=1, extrapolation="constant"),
            StandardScaler(),
            LogisticRegression(C=0.001, max_iter=2000),
        ),
    }
    return models | {"mean_of_both": VotingClassifier(list(models.items()), voting="soft")}


def left_out_odds(
    candidate: Any, training: Training, learnt: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Log odds of the rows asked for, each by a model of rows of other accounts alone."""
    from sklearn.base import clone

    odds = np.zeros(len(training.labels))
    for fold in sorted(set(training.folds)):
        inside, outside = learnt & (training.folds != fold), asked & (training.folds == fold)
        if outside.any():
            trained = clone(candidate).fit(training.matrix[inside], training.labels[inside])
            odds[outside] = log_odds(trained.predict_proba(training.matrix[outside])[:, 1])
    return odds[asked]


def chosen_name(training: Training, embargo_days: int) -> str:
    """Whichever candidate ranks the last third of the days best, having learnt before the embargo.

    Where that leaves too little on either side, all days are compared.
    """
    from sklearn.metrics import average_precision_score

    days = np.unique(training.days)
    first_asked = days[-max(1, len(days) // 3)]
    learnt = training.days <= first_asked - np.timedelta64(embargo_days, "D")
    asked = training.days >= first_asked
    if min(training.labels[learnt].sum(), training.labels[asked].sum()) < MIN_CHURNS:
        learnt = asked = np.ones(len(training.labels), dtype=bool)
    ranks = {
        name: average_precision_score(
            training.labels[asked], left_out_odds(candidate, training, learnt, asked)
        )
        for name, candidate in candidates().items()
    }
    return max(ranks, key=lambda name: ranks[name])


def fit(training: Training, embargo_days: int) -> Fitted:
    """Choose a candidate, calibrate it on accounts left out, train it on all rows."""
    from sklearn.linear_model import LogisticRegression

    # What does not vary in training, in whichever fold is left out, teaches nothing.
    parts = [training.matrix[training.folds != fold] for fold in sorted(set(training.folds))]
    columns = [name for name in training.matrix if all(part[name].nunique() > 1 for part in parts)]
    training = replace(training, matrix=training.matrix[columns])
    name = chosen_name(training, embargo_days)
    everything = np.ones(len(training.labels), dtype=bool)
    odds = left_out_odds(candidates()[name], training, everything, everything)
    top = float(np.quantile(odds, 1 - TOP_SHARE))
    scale = LogisticRegression(C=1e6).fit(bent(odds, top).reshape(-1, 1), training.labels)
    estimator = candidates()[name].fit(training.matrix, training.labels)
    slope, intercept = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    return Fitted(name, columns, estimator, top, slope, intercept)


def training_of(labelled: pd.DataFrame, matrix: pd.DataFrame) -> Training:
    """All rows of a target."""
    return Training(
        matrix,
        labelled["is_churned"].to_numpy(dtype=bool),
        labelled["account_id"].map(fold_of).to_numpy(),
        labelled["score_date"].to_numpy(),
    )


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
    known = training_of(labelled, matrix)
    parts = []
    for fold in range(FOLDS):
        train, test = is_training & (known.folds != fold), is_test & (known.folds == fold)
        # The other three folds: the minimum shrinks with them.
        churned = labelled.loc[train & known.labels, "account_id"].nunique()
        if churned < settings.min_churned_accounts * (FOLDS - 1) / FOLDS:
            return pd.DataFrame(columns=COLUMNS)
        if not test.any():
            continue
        fitted = fit(known.only(train), settings.embargo_days)
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
    found = pd.DataFrame(named, columns=["driver_1", "driver_2", "driver_3"], index=matrix.index)
    return found.assign(
        drivers_in_words=[
            "; ".join(in_words(name, matrix.at[row, name], medians[name]) for name in names if name)
            or None
            for row, names in zip(matrix.index, named, strict=True)
        ]
    )


def in_words(name: str, value: float, median: float) -> str:
    """A driver as a person reads it."""
    words = name.replace("_", " ")
    if ": " in name:
        return words if value else f"not {words}"
    if np.isnan(value):
        return f"{words} unknown"
    return f"{words} {value:.4g} (median {median:.4g})"


def current(
    known: Training, today: pd.DataFrame, today_matrix: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Predictions for the paying accounts of the as-of day, by a model of all judged month ends."""
    fitted = fit(known, settings.embargo_days)
    rows = today[KEYS].copy()
    rows["probability"] = np.round(fitted.probabilities(today_matrix), 6)
    rows["model_name"] = fitted.name
    rows["trained_through"] = known.days.max()
    return rows.join(drivers(fitted, known.matrix.median(), today_matrix))


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
            found = current(training_of(labelled, known), today, matrix[is_today], settings)
        else:
            found = today.assign(null_reason="too_few_churned_accounts")
        parts.append(found.assign(part="current", target=target))
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)
