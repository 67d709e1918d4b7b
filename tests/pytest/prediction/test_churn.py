"""The churn model by itself: on made-up rows, no warehouse."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

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
    features, labels = rows()
    one = labels[labels["target"] == "within_90_days"].sort_values(churn.KEYS, ignore_index=True)
    known = features.merge(one[churn.KEYS], on=churn.KEYS).sort_values(
        churn.KEYS, ignore_index=True
    )
    seen = []
    fit = churn.fit

    def spy(matrix: pd.DataFrame, answers: np.ndarray, folds: np.ndarray) -> churn.Fitted:
        seen.append(one.loc[matrix.index])
        return fit(matrix, answers, folds)

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
