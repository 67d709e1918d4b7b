"""The truth of usage, owners and journeys: by hand on small companies, and against emitted rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import emitted_rows
import pytest

from simulator.book import Book
from simulator.clock import DAY, HOUR, day_number, moment
from simulator.company import HEALTH_TABLES, OPTIONAL_TABLES, REQUIRED_TABLES, Company, simulate
from simulator.config import SimulatorConfig
from simulator.contacts import Contact
from simulator.staff import Employee, Ownership
from simulator.usage import VALUE_EVENTS, Track, Usage, User
from simulator.usage_truth import SuccessTruth, usage_frame
from simulator.voice import Answer


class Story:
    """One account paying from 1 January 2026, whose events are written by hand."""

    def __init__(self) -> None:
        book = Book("2026-01-01", "2026-06-30")
        self.book = book
        self.account, self.other = book.account("One"), book.account("Other")
        price = book.simple_price(10, product="Starter")
        for account in (self.account, self.other):
            book.subscribe(book.customer(account), "2026-01-01", (price, 5))
        self.company = Company(book)
        self.success = self.company.success
        self.usage = Usage(day_number("2026-01-01"), ())
        self.success.usage = self.usage
        self.success.records.tables.pop("salesforce.success_goal_c", None)

    def user(self, *groups: tuple[str, object]) -> User:
        number = len(self.usage.users)
        steps = [
            (moment(day), account) for day, account in groups or [("2026-01-01", self.account)]
        ]
        user = User(number, f"u{number}", f"u{number}@x", f"User {number}", "editor", steps)
        self.usage.users.append(user)
        return user

    def track(self, user: User | None, when: str, event: str = "Dashboard Viewed", late: int = 0):
        at = moment(when)
        message = f"m{len(self.usage.tracks)}"
        self.usage.tracks.append(Track(at, at + 2 + late, message, event, user, None))

    def every_day(self, first: str = "2026-01-01", last: str = "2026-06-30") -> None:
        """Let somebody without an account be there every day: no day is an outage."""
        for day in range(day_number(first), day_number(last) + 1):
            self.usage.tracks.append(
                Track(day * DAY + HOUR, day * DAY + HOUR, f"a{day}", "Dashboard Viewed", None, None)
            )

    def on(self, day: str):
        truth = SuccessTruth(self.success, self.company.view())
        return next(r for r in truth.usage(day_number(day)) if r.account == self.account.key)

    @property
    def truth(self) -> SuccessTruth:
        return SuccessTruth(self.success, self.company.view())


@pytest.fixture
def story() -> Story:
    return Story()


def test_users_of_28_days_count_once_each_and_signing_in_is_no_use(story):
    one, two, three, four = (story.user() for _ in range(4))
    story.every_day()
    story.track(one, "2026-03-02 09:00")  # a Monday, the first of the 28 days up to 29 March
    story.track(one, "2026-03-10 09:00")
    story.track(two, "2026-03-29 09:00")  # a Sunday
    story.track(four, "2026-03-01 23:59")  # the day before the window
    story.track(three, "2026-03-12 09:00", "Signed In")
    found = story.on("2026-03-29")
    assert (found.mau, found.active_weekdays, found.weekdays) == (2, 2, 20)
    assert found.provisioned == 4
    assert found.days_since_value == 0
    assert story.on("2026-03-30").mau == 2  # the 2nd is out, the 10th still in
    assert story.on("2026-04-07").days_since_value == 9


def test_an_outage_leaves_out_its_day_and_the_one_14_days_away(story):
    user = story.user()
    story.every_day("2026-01-01", "2026-03-18")
    story.every_day("2026-03-20", "2026-06-30")  # nothing at all on Thursday the 19th
    for day in ("2026-03-05", "2026-03-06", "2026-03-20", "2026-03-23"):
        story.track(user, f"{day} 10:00")
    found = story.on("2026-03-31")  # last 14: 18 to 31 March, the 14 before: 4 to 17 March
    assert found.weekdays == 19
    assert found.active_weekdays == 4
    assert (found.last_14, found.prior_14) == (2, 1)  # the 5th falls out with the 19th
    story.track(user, "2026-04-02 10:00")
    story.track(user, "2026-04-03 10:00")
    found = story.on("2026-04-07")  # last 14: from 25 March, the 14 before: 11 to 24 March
    assert (found.last_14, found.prior_14) == (1, 2)  # 2 April falls out with the 19th


def test_a_day_with_anonymous_events_alone_is_no_outage(story):
    story.every_day()
    assert story.truth.outages == set()


def test_a_user_belongs_to_the_latest_group_and_before_the_first_to_the_first(story):
    user = story.user(("2026-02-01", story.account), ("2026-03-15 18:00", story.other))
    story.every_day()
    story.track(user, "2026-01-20 10:00")
    story.track(user, "2026-03-14 10:00")
    story.track(user, "2026-03-15 10:00")  # a change at any time of a day takes effect on it
    assert story.on("2026-02-10").mau == 1
    assert story.on("2026-03-14").provisioned == 1
    assert story.on("2026-03-15").provisioned == 0
    assert story.on("2026-03-16").days_since_value == 2
    truth = story.truth
    moved = next(r for r in truth.usage(day_number("2026-03-16")) if r.account == story.other.key)
    assert (moved.mau, moved.provisioned) == (1, 1)


def test_an_event_counts_on_its_day_once_it_was_brought(story):
    user = story.user()
    story.every_day()
    story.track(user, "2026-03-30 10:00", late=3 * DAY)
    view = story.company.view(["2026-03-31"])
    early = SuccessTruth(story.success, view).usage(day_number("2026-03-31"))
    assert [row.mau for row in early if row.account == story.account.key] == [0]
    assert story.on("2026-03-31").mau == 1


def test_a_merged_account_uses_the_product_as_its_survivor(story):
    user = story.user()
    story.every_day()
    story.track(user, "2026-03-30 10:00")
    story.book.merge(story.account, story.other, "2026-05-01")
    found = {row.account: row.mau for row in story.truth.usage(day_number("2026-03-31"))}
    assert found == {story.other.key: 1}


def test_adoption_is_the_sunday_of_the_fourth_week_in_a_row_with_three_active_days(story):
    user = story.user()
    story.every_day()
    mondays = ("2026-02-02", "2026-02-09", "2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16")
    for monday in mondays:  # the week of 16 February is missing: the row begins anew
        for offset in (0, 2, 6):
            story.track(user, f"{date.fromisoformat(monday) + timedelta(offset)} 12:00")
    story.track(user, "2026-01-12 09:00", "Setup Completed")
    story.track(user, "2026-01-20 09:00", "Report Created")
    reached = story.truth.milestones(story.account.key)
    assert reached["active_weeks"] == day_number("2026-03-22")
    stages = story.truth.stages(story.account.key)
    assert stages == [
        ("onboarding", day_number("2026-01-01"), day_number("2026-01-20")),
        ("adoption", day_number("2026-01-20"), day_number("2026-03-22")),
        ("value_realisation", day_number("2026-03-22"), None),
    ]


def test_the_owner_is_the_last_of_the_day_and_nobody_once_they_left(story):
    staff = story.success.staff
    staff.employees[1] = Employee(1, "One", "csm", "EMEA", 0, left=day_number("2026-04-01"))
    staff.employees[2] = Employee(2, "Two", "csm", "EMEA", 0)
    staff.ownerships[story.account.number] = Ownership(
        [(0, 1), (moment("2026-04-10 16:00"), 2), (moment("2026-05-01 09:00"), None)]
    )
    owner = story.truth.owner
    days = ("2026-03-31", "2026-04-01", "2026-04-09", "2026-04-10", "2026-05-01")
    found = [owner(story.account, day_number(day)) for day in days]
    assert found == ["E001", None, None, "E002", None]


def test_of_a_contacts_ratings_the_latest_up_to_the_day_counts(story):
    contact = Contact(1, story.account, "003x", "A", "B", "a@x", None, 0)
    stranger = Contact(2, story.account, "003y", "C", "D", "c@x", None, 0)
    story.success.voice.answers = [
        Answer(contact, moment("2026-05-02 10:00"), 9, True),
        Answer(contact, moment("2026-02-02 10:00"), 4, True),
        Answer(stranger, moment("2026-02-02 10:00"), 1, False),
    ]
    ratings = story.truth.ratings
    assert ratings(story.account.key, day_number("2026-05-01")) == {
        "003x": (day_number("2026-02-02"), 4)
    }
    assert ratings(story.account.key, day_number("2026-05-02"))["003x"][1] == 9


def test_who_churned_within_ninety_days():
    book = Book("2026-01-01", "2026-12-31")
    customer = book.customer(book.account())
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(10), 1))
    sub.cancel("2026-06-01")
    truth, key = Company(book).truth_success(), customer.account.key
    assert truth.churned(day_number("2026-03-03")) == {key}  # the 90th day is 1 June
    assert truth.churned(day_number("2026-03-02")) == set()
    assert truth.churned(day_number("2026-06-01")) == set()
    assert truth.paying(day_number("2026-05-31")) == [key]
    assert truth.paying(day_number("2026-06-01")) == []


# ------------------------------------------------------------ a second opinion on emitted rows
@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(SimulatorConfig(accounts=80, months=24, seed=21, usage_months=6))


def test_the_truth_is_what_the_emitted_rows_show(company, tmp_path):
    company.emit(
        tmp_path, until="2025-08-31", tables=REQUIRED_TABLES + OPTIONAL_TABLES + HEALTH_TABLES
    )
    truth = company.truth_success(["2025-08-31"])
    reader = Reader(tmp_path, truth.account_key, company)
    for day in ("2025-08-31", "2025-08-01", "2025-06-30"):
        frame = usage_frame(truth, [day])
        assert len(frame) > 30
        for row in frame.itertuples(index=False):
            shown = reader.users(row.account_id, date.fromisoformat(day))
            assert shown == (row.mau, row.provisioned), (row.account_id, day)


class Reader:
    """MAU and provisioned users from rows alone."""

    def __init__(self, landing: Path, account_key, company: Company) -> None:
        merged = {}
        for row in emitted_rows.read(landing / "salesforce/account.csv"):
            merged[row["id"]] = row["master_record_id"]
            merged[row["id"][:15]] = row["id"]
        billing = {
            each.key: each.account_key(truth_known(company)) for each in company.book.customers
        }

        def account(group: str, key: str | None) -> str:
            if key is None:
                return billing[group]
            while merged.get(key):
                key = merged[key]
            return key

        accounts = {
            row["group_id"]: account(row["group_id"], row["salesforce_account_id"])
            for row in emitted_rows.read(landing / "segment/groups.csv")
        }
        self.steps: dict[str, list] = defaultdict(list)
        for row in emitted_rows.read(landing / "segment/identifies.csv"):
            at = emitted_rows.when(row["timestamp"])
            self.steps[row["user_id"]].append((at, accounts[row["group_id"]]))
        self.events = {}
        for path in (landing / "segment/tracks").iterdir():
            for row in emitted_rows.read(path):
                if row["user_id"] in self.steps and row["event"] in VALUE_EVENTS:
                    self.events[row["id"]] = (row["user_id"], row["timestamp"])

    def account_of(self, user: str, at) -> str:
        steps = sorted(self.steps[user])
        return [account for since, account in steps if since.date() <= at.date()][-1:] or [
            steps[0][1]
        ]

    def users(self, account: str, day: date) -> tuple[int, int]:
        active = {
            user
            for user, at in self.events.values()
            if day - timedelta(28) < at.date() <= day and self.account_of(user, at) == [account]
        }
        midnight = emitted_rows.when(f"{day + timedelta(1)} 00:00:00")
        held = [
            user
            for user, steps in self.steps.items()
            if min(steps)[0] < midnight
            and max(step for step in steps if step[0] < midnight)[1] == account
        ]
        return len(active), len(held)


def truth_known(company: Company) -> int:
    return company.view(["2025-08-31"]).known
