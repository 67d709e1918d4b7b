"""Reading CSV: what DuckDB's reader takes, and what becomes of rows that it refuses."""

import pytest

COUPON = "select id, percent_off, nickname from shop.coupon order by id"
HEADER = b"id,percent_off,nickname,_fivetran_synced\n"


@pytest.fixture
def coupons(shop):
    """Land bytes as shop.coupon, run, and give back the report."""
    shop.land_required()

    def land(content, **options):
        shop.land("shop/coupon.csv", content)
        return shop.run(**options)

    return land


def rows_in(shop):
    return shop.given(
        "select rows_in, rows_unreadable, outcome from run.run.loads "
        "where source_table = 'shop.coupon'"
    )[0]


def test_columns_are_taken_by_name_in_any_order_and_case(coupons, shop):
    coupons(b"_FIVETRAN_synced, Percent_Off ,ID,nickname\n2026-01-01,5,k1,x\n")
    assert shop.raw(COUPON) == [("k1", 5.0, "x")]
    assert list(shop.types("shop.coupon"))[:3] == ["_fivetran_synced", "percent_off", "id"]


def test_reserved_words_are_names_like_any_other(coupons, shop):
    coupons(b"id,start,end\nk1,2026-01-01,2026-02-01\n")
    found = shop.raw('select "start"::varchar, "end"::varchar from shop.coupon')
    assert found == [("2026-01-01", "2026-02-01")]


def test_every_usual_form_of_csv_reads_the_same(shop):
    shop.land_required()
    forms = {
        "bom": b"\xef\xbb\xbf" + HEADER + b"k1,5,x,\n",
        "crlf": HEADER.replace(b"\n", b"\r\n") + b"k1,5,x,\r\n",
        "mixed": HEADER + b"k1,5,x,\r\n",
        "cr": HEADER.replace(b"\n", b"\r") + b"k1,5,x,\r",
        "no_end": HEADER + b"k1,5,x,",
        "blank_lines": HEADER + b"\n\nk1,5,x,\n\n",
        "quoted": b'"id","percent_off","nickname","_fivetran_synced"\n"k1","5","x",""\n',
        "blanks": HEADER + b'k1, "5" ,x,\n',
        "bom_and_bad": b"\xef\xbb\xbf" + HEADER + b"k1,5,x,\n\xff,6,y,\n",
        "comma_at_the_end": HEADER + b"k1,5,x,,\n",
        "comma_and_bad": HEADER + b"k1,5,x,,\n\xff,6,y,\n",
    }
    for name, content in forms.items():
        shop.land(f"shop/coupon/{name}.csv", content)
    assert shop.run().rejections == []
    assert shop.raw(COUPON) == [("k1", 5.0, "x")] * len(forms)
    assert shop.given(
        "select batch_name from run.run.loads where rows_in <> 1 order by batch_name"
    ) == [("bom_and_bad.csv",), ("comma_and_bad.csv",)]


def test_an_empty_field_is_null_quoted_or_not(coupons, shop):
    coupons(HEADER + b'k1,,"",\n')
    assert shop.raw(COUPON) == [("k1", None, None)]


@pytest.mark.parametrize("also", [b"", b"k9,1\n"], ids=["fast", "careful"])
def test_text_is_kept_as_it_is(coupons, shop, also):
    text = 'a "b", c\nd\re\tf 😀 \u202e{{ x }}; drop table -- =1+1'
    quoted = text.replace('"', '""').encode()
    coupons(HEADER + b'k1,5,"' + quoted + b'",\nk2,6,x"y,\n' + also)
    assert shop.raw(COUPON) == [("k1", 5.0, text), ("k2", 6.0, 'x"y')]


def test_a_table_with_one_column(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id\nk1\nk2\n")
    shop.land("shop/plan.csv", b"id\np1\np\xff2\np3\n")
    shop.run()
    assert shop.raw("select id from shop.coupon order by 1") == [("k1",), ("k2",)]
    assert shop.raw("select id from shop.plan order by 1") == [("p1",), ("p3",)]


def test_a_row_that_is_not_utf8_is_set_aside_by_its_line(coupons, shop):
    coupons(HEADER + b"k1,5,x,\nk2,6,\xe9t\xe9,\nk3,7,z,\n")
    assert [row[0] for row in shop.raw(COUPON)] == ["k1", "k3"]
    assert shop.unreadable() == [("shop.coupon", "line 3", "bad_utf8")]
    assert rows_in(shop) == (3, 1, "accepted")
    load, reason = shop.given("select load_id, reason from run.run.unreadable_rows")[0]
    assert shop.given("select 1 from run.run.loads where load_id = '" + load + "'") == [(1,)]
    assert "\ufffd" not in reason
    assert shop.types("shop.coupon")["percent_off"] == "DOUBLE"


def test_a_ragged_row_costs_that_line_alone(shop):
    shop.land_required()
    broken = {
        b"k2,6\n": "2 fields where the header has 4",
        b"k2,6,x,,7\n": "5 fields where the header has 4",
        b'k2,6,"x,\n': "a quote is opened and not closed",
        b'k2,6,"x"y,\n': "quotes or commas do not give 4 fields",
        b'k2,6,x",",y\n': "quotes or commas do not give 4 fields",
        b'"k2,6",x\n': "quotes or commas do not give 4 fields",
        b"garbage\n": "1 fields where the header has 4",
        b"  \n": "1 fields where the header has 4",
        b"k2,6,x\ry,\n": "do not give 4 fields",
    }
    for number, row in enumerate(broken):
        content = HEADER + b"k1,5,x,\n" + row + b'k3,7,"z",\nk4,8,w,\n'
        shop.land(f"shop/coupon/{number}.csv", content)
    shop.run()
    assert shop.raw(
        "select id, count(*), min(percent_off) from shop.coupon group by id order by id"
    ) == [("k1", 9, 5.0), ("k3", 9, 7.0), ("k4", 9, 8.0)]
    found = shop.given(
        "select row_key, rule, bad.reason, rows_in from run.run.unreadable_rows as bad "
        "join run.run.loads using (load_id) order by batch_name"
    )
    assert [row[:2] + row[3:] for row in found] == [("line 3", "ragged_row", 4)] * 9
    for row, words in zip(found, broken.values(), strict=True):
        assert words in row[2]


def test_an_open_quote_at_the_end_of_the_file_costs_one_line(coupons, shop):
    coupons(HEADER + b'k1,5,x,\nk2,6,"y,\nk3,7,z,')
    assert [one[0] for one in shop.raw(COUPON)] == ["k1", "k3"]
    assert shop.unreadable() == [("shop.coupon", "line 3", "ragged_row")]


@pytest.mark.parametrize("first", [b"", b"k0,1\n"], ids=["by_chance_valid", "beside_a_ragged_row"])
def test_two_broken_rows_do_not_swallow_the_rows_between_them(coupons, shop, first):
    coupons(HEADER + first + b'k1,5,"x,\nk2,6,y,\nk3,7,z,\nk4,8,w",\nk5,9,v,\n')
    assert [one[0] for one in shop.raw(COUPON)] == ["k2", "k3", "k4", "k5"]
    assert rows_in(shop) == (5 + bool(first), 1 + bool(first), "accepted")
    assert ("shop.coupon", f"line {2 + bool(first)}", "ragged_row") in shop.unreadable()


def test_a_cell_of_many_lines_survives_beside_a_broken_row(coupons, shop):
    note = b"one\n\ntwo, three\nfour"
    coupons(HEADER + b'k1,5,"' + note + b'",\nk2\nk3,7,"' + note + b'",\n')
    assert shop.raw(COUPON) == [("k1", 5.0, note.decode()), ("k3", 7.0, note.decode())]
    assert shop.unreadable() == [("shop.coupon", "line 6", "ragged_row")]


def test_line_numbers_count_the_lines_of_the_header(coupons, shop):
    coupons(b'id,percent_off,"nick\nname",_fivetran_synced\nk1,5,x,\nk2\n')
    assert shop.unreadable() == [("shop.coupon", "line 4", "ragged_row")]


def test_a_cell_of_megabytes_is_read(coupons, shop):
    coupons(HEADER + b'k1,5,"' + b"x" * 3_000_000 + b'",\n')
    assert shop.raw("select id, length(nickname) from shop.coupon") == [("k1", 3_000_000)]


def test_a_row_with_a_nul_byte_is_set_aside(coupons, shop):
    coupons(HEADER + b'k1,5,x,\nk2,6,a\0b,\nk3,7,"c\n\0d",\nk4,8,w,\n')
    assert [one[0] for one in shop.raw(COUPON)] == ["k1", "k4"]
    assert shop.unreadable() == [
        ("shop.coupon", "line 3", "nul_byte"),
        ("shop.coupon", "line 4", "nul_byte"),
    ]


def test_unreadable_rows_stay_listed_as_long_as_their_load_is_in_force(coupons, shop):
    coupons(HEADER + b"k1,5,x,\nk2\n")
    for _ in range(2):
        shop.run()
        assert shop.unreadable() == [("shop.coupon", "line 3", "ragged_row")]
        assert rows_in(shop) == (2, 1, "accepted")
    coupons(HEADER + b"k1,5,x,\n")
    shop.run()
    assert shop.unreadable() == []
    assert shop.raw("select count(*) from _perennial.unreadable_rows") == [(0,)]


def big(bad, rows=1_000, line=b"broken\n"):
    good = b"".join(b"k%d,1,x,\n" % number for number in range(rows - bad))
    return HEADER + good + line * bad


@pytest.mark.parametrize(
    ("bad", "rows", "line", "rule"),
    [
        (10, 1_000, b"broken\n", "ragged_row"),
        (9, 1_000, b"broken\n", None),
        (10, 999, b"broken\n", None),
        (10, 10_000, b"broken\n", None),
        (11, 10_000, b"broken\n", "ragged_row"),
        (10, 1_000, b"k,1,\xff,\n", "bad_utf8"),
        (10, 1_000, b"k,1,\0,\n", None),
    ],
)
def test_over_a_thousandth_of_unreadable_rows_rejects_the_load(
    coupons, shop, bad, rows, line, rule
):
    report = coupons(big(bad, rows, line))
    assert [item.rule for item in report.rejections] == ([rule] if rule else [])
    assert rows_in(shop) == (rows, bad, "rejected" if rule else "accepted")
    assert len(shop.unreadable()) == (0 if rule else bad)
    assert not report.is_blocked
    if rule:
        message = report.rejections[0].message
        assert f"{bad} of {rows:,} rows" in message
        assert f"line {rows - bad + 2}" in message
        assert "perennial approve" in message


def test_each_fault_has_a_share_of_its_own(coupons, shop):
    half = big(6, 1_000) + b"k,1,\xff,\n" * 6
    assert coupons(half).rejections == []
    assert len(shop.unreadable()) == 12


def test_a_file_without_a_usable_header_is_refused_in_words(shop):
    shop.land_required()
    unusable = {
        b"": "it is empty, not even a header",
        b"\nk1,5\n": "its first line is empty",
        b",,\nk1,5,\n": "its first line is empty",
        b"id,percent_off,ID\nk1,5,k1\n": "names id twice",
        b"id;percent_off\nk1;5\n": "not separated by commas",
        b"id\tpercent_off\nk1\t5\n": "not separated by commas",
        "id,percent_off\nk1,5\n".encode("utf-16"): "UTF-16",
        b"id,percent\xff\nk1,5\n": "characters that are not text",
        b"id,per\0cent\nk1,5\n": "characters that are not text",
        b'id,"percent\nk1,5\n': "header cannot be read",
        b"\x00\x01\x02\x03" * 100: "header",
    }
    for number, content in enumerate(unusable):
        shop.land(f"shop/coupon/{number:02}.csv", content)
    report = shop.run()
    assert not report.is_blocked
    for number, (rejection, words) in enumerate(
        zip(report.rejections, unusable.values(), strict=True)
    ):
        assert rejection.source_table == "shop.coupon"
        assert f"({number:02}.csv)" in rejection.message
        assert words in rejection.message
        assert "approve" not in rejection.message
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]


def test_columns_without_a_name_are_called_by_their_place(coupons, shop):
    report = coupons(b"id,,nickname,\nk1,a,b,c\n")
    assert shop.raw("select id, column_2, nickname, column_4 from shop.coupon") == [
        ("k1", "a", "b", "c")
    ]
    assert any("column_2, column_4" in text for text in report.warnings)


def test_our_own_columns_are_not_taken_from_a_file(coupons, shop):
    report = coupons(b"id,_perennial_load_id\nk1,forged\n")
    assert shop.raw("select _perennial_load_id <> 'forged' from shop.coupon") == [(True,)]
    assert any("_perennial_load_id" in text for text in report.warnings)


def test_a_name_with_wildcards_is_one_file(shop):
    shop.land_required()
    shop.land("shop/coupon/a[1]*.csv", "id\nk1\n")
    shop.land("shop/coupon/a1.csv", "id\nk2\n")
    shop.land_parquet("shop/coupon/b?.parquet", "select 'k3' as id")
    shop.run()
    assert shop.raw("select id from shop.coupon order by id") == [("k1",), ("k2",), ("k3",)]


def test_quotes_in_names_do_no_harm(shop):
    shop.land_required()
    shop.land('shop/coupon/it\'s "b".csv', 'id,"o""dd, \'name\'"\nk1,x\n')
    shop.run()
    assert shop.raw('select "o""dd, \'name\'" from shop.coupon') == [("x",)]
    assert shop.given(
        "select batch_name from run.run.loads where source_table = 'shop.coupon'"
    ) == [('it\'s "b".csv',)]


def test_a_file_full_of_open_quotes_ends_soon(coupons, shop):
    line = b'k,1,"x,\nk,1,y,\n'
    coupons(HEADER + line * 20_000)
    assert rows_in(shop)[2] == "rejected"
