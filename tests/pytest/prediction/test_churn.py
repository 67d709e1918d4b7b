"""The churn model by itself: on made-up rows, no warehouse."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from orchestration.prediction import churn

SETTINGS = churn.Settings(embargo_days=120, test_month_ends=2, min_churned_accounts=40)
DAYS = pd.date_range("2025-10-31", periods=8, freq="ME")


def rows(accounts: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who uses little leaves more often; `silent` is missing throughout."""
    chance = np.random.default_rng(5)
    usage = chance.random(accounts)
    leaves = chance.random(accounts) > 0.5 + usage / 2
    days = [*DAYS, pd.Timestamp("2026-09-30")]
    features = pd.DataFrame(
        {
            "account_id": f"a{number:03}",
            "score_date": day,
            "size_tier": ("enterprise", "small_business")[number % 2],
            "journey_stage": "adoption",
            "usage": usage[number],
            "silent": None,
            "is_as_of_day": day == days[-1],
        }
        for number in range(accounts)
        for day in days
    )
    judged = features.loc[~features["is_as_of_day"], churn.KEYS]
    numbers = judged["account_id"].str[1:].astype(int)
    one = judged.assign(target="within_90_days", is_churned=leaves[numbers])
    return features, pd.concat([one, one.assign(target="days_31_to_120")])


def judged() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Labels of 90 days and their features, row by row."""
    features, labels = rows()
    one = labels[labels["target"] == "within_90_days"].sort_values(churn.KEYS, ignore_index=True)
    known = features.merge(one[churn.KEYS], on=churn.KEYS)
    return one, known.sort_values(churn.KEYS, ignore_index=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One candidate is enough to see how rows are split."""
    all_candidates = churn.candidates

    def one() -> dict:
        return {"logistic_regression": all_candidates()["logistic_regression"]}

    monkeypatch.setattr(churn, "candidates", one)


def test_two_runs_and_any_order_of_rows_give_the_same_bytes() -> None:
    features, labels = rows()
    first = churn.predict(features, labels, SETTINGS)
    shuffled = churn.predict(
        features.sample(frac=1, random_state=1), labels.sample(frac=1, random_state=2), SETTINGS
    )
    assert first.to_csv(index=False) == shuffled.to_csv(index=False)
    assert first["probability"].between(0, 1).all()


def test_the_last_digit_of_a_sum_reaches_no_model() -> None:
    """A database adds in any order: 0.1 + 0.2 + 0.3 is 0.6000000000000001 or 0.6."""
    features, _ = rows(2)
    one, other = (features.assign(usage=usage) for usage in (0.1 + 0.2 + 0.3, 0.1 + (0.2 + 0.3)))
    assert one["usage"].iloc[0] != other["usage"].iloc[0]
    pd.testing.assert_frame_equal(churn.matrix_of(one), churn.matrix_of(other), check_exact=True)


def test_no_model_sees_the_test_accounts_or_the_120_days_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of eight month ends the last two are tested: 30 April 2026 less 120 days is 31 December."""
    one, known = judged()
    seen = []
    fit = churn.fit

    def spy(training: churn.Training, embargo_days: int) -> churn.Fitted:
        seen.append(one.loc[training.matrix.index])
        return fit(training, embargo_days)

    monkeypatch.setattr(churn, "fit", spy)
    found = churn.held_out(one, churn.matrix_of(known), SETTINGS)
    assert set(found["score_date"]) == set(DAYS[-2:])
    assert len(found) == 600
    for number, training in enumerate(seen):
        tested = found[found["account_id"].map(churn.fold_of) == number]
        assert not set(tested["account_id"]) & set(training["account_id"])
        assert training["score_date"].max() == pd.Timestamp("2025-12-31")


def test_too_few_leavers_give_no_probability_and_no_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)  # an import would fail
    features, labels = rows(30)
    found = churn.predict(features, labels, SETTINGS)
    assert set(found["part"]) == {"current"}
    assert len(found) == 60
    assert set(found["null_reason"]) == {"too_few_churned_accounts"}
    assert found["probability"].isna().all()


def test_the_driver_is_what_raises_the_probability() -> None:
    """Usage alone tells who leaves: it is the first driver of who uses least."""
    features, labels = rows()
    found = churn.predict(features, labels, SETTINGS)
    today = found[(found["part"] == "current") & (found["target"] == "within_90_days")]
    usage = features[features["is_as_of_day"]].set_index("account_id")["usage"]
    least = today.set_index("account_id").loc[usage.nsmallest(20).index]
    assert set(least["driver_1"]) == {"usage"}
    assert least["probability"].mean() > today["probability"].mean()


def test_a_driver_is_told_in_words() -> None:
    """Value beside the median; a text is one or not; what is missing is called unknown."""
    assert churn.in_words("usage_trend", -0.325, 0.01) == "usage trend -0.325 (median 0.01)"
    assert churn.in_words("csat", np.nan, 0.9) == "csat unknown"
    assert churn.in_words("size_tier: enterprise", 1, 0) == "size tier: enterprise"
    assert churn.in_words("size_tier: enterprise", 0, 1) == "not size tier: enterprise"
    features, labels = rows()
    found = churn.predict(features, labels, SETTINGS)
    today = found[found["part"] == "current"]
    assert today["drivers_in_words"].notna().equals(today["driver_1"].notna())
    told = today["drivers_in_words"].dropna()
    assert told.str.startswith(("usage ", "size tier", "not size tier")).all()


def test_candidates_are_compared_by_later_days_and_other_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of eight month ends the last two are asked: 31 December 2025 is 120 days before 30 April."""
    one, known = judged()
    training = churn.training_of(one, churn.matrix_of(known))
    asked_for = []

    def spy(
        candidate: object, rows: churn.Training, learnt: np.ndarray, asked: np.ndarray
    ) -> np.ndarray:
        asked_for.append((rows.days[learnt].max(), rows.days[asked].min()))
        return rows.matrix["usage"].to_numpy()[asked]

    monkeypatch.setattr(churn, "left_out_odds", spy)
    churn.chosen_name(training, 120)
    churn.chosen_name(training, 300)  # nothing is 300 days older: all are compared
    assert asked_for == [
        (np.datetime64("2025-12-31"), np.datetime64("2026-04-30")),
        (np.datetime64("2026-05-31"), np.datetime64("2025-10-31")),
    ]


def test_the_odds_of_a_row_come_from_other_accounts_and_the_rows_to_learn_from() -> None:
    """A candidate that remembers what it saw knows no account it is asked about."""

    class Memory(BaseEstimator):
        def fit(self, matrix: pd.DataFrame, labels: np.ndarray) -> Memory:
            seen.append(set(matrix.index))
            return self

        def predict_proba(self, matrix: pd.DataFrame) -> np.ndarray:
            asked.append(set(matrix.index))
            return np.full((len(matrix), 2), 0.5)

    seen: list[set[int]] = []
    asked: list[set[int]] = []
    folds = np.array([0, 1, 2, 3] * 2)
    early = np.array([True] * 4 + [False] * 4)
    training = churn.Training(
        pd.DataFrame({"usage": range(8)}), np.zeros(8, bool), folds, np.zeros(8)
    )
    assert len(churn.left_out_odds(Memory(), training, early, ~early)) == 4
    assert asked == [{4}, {5}, {6}, {7}]
    assert seen == [{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}]


def test_log_odds_beyond_the_top_rise_by_less_and_keep_their_order() -> None:
    """Top 1, slope 0.3: 2 becomes 1 + 0.3 x (2 - 1) = 1.3, 4 becomes 1 + 0.3 x 3 = 1.9."""
    assert churn.TOP_SLOPE == 0.3
    found = churn.bent(np.array([-3.0, 1.0, 2.0, 4.0]), 1.0)
    assert found.tolist() == pytest.approx([-3.0, 1.0, 1.3, 1.9])


def test_the_probability_is_bent_where_the_highest_odds_of_training_begin() -> None:
    """One account beyond all odds moves nobody's probability but its own, and that by less."""

    class Candidate:
        def predict_proba(self, matrix: pd.DataFrame) -> np.ndarray:
            risk = 1 / (1 + np.exp(-matrix["odds"].to_numpy()))
            return np.column_stack([1 - risk, risk])

    fitted = churn.Fitted("any", ["odds"], Candidate(), top=-1.0, slope=0.5, intercept=-2.0)
    found = fitted.probabilities(pd.DataFrame({"odds": [-4.0, 1.0]}))
    # -4: 0.5 x -4 - 2 = -4. 1: bent to -1 + 0.3 x 2 = -0.4, then 0.5 x -0.4 - 2 = -2.2.
    assert found.tolist() == pytest.approx([1 / (1 + np.exp(4.0)), 1 / (1 + np.exp(2.2))])
