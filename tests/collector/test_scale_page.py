from benchmarks.scale import LOADS, PAGE, need, page_with


def test_the_page_shows_what_the_code_computes() -> None:
    text = PAGE.read_text()
    assert page_with(text) == text, "python -m benchmarks.scale rewrites it"


def test_a_longer_wait_fills_envelopes_and_sends_fewer_of_them() -> None:
    for load in LOADS:
        assert need(load, 60).messages_s <= need(load, 5).messages_s
        assert need(load, 60).event_bytes <= need(load, 5).event_bytes
