import html
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

from ecgscribe.core.errors import BadOption, Offline
from ecgscribe.text.caption import caption_of
from ecgscribe.text.online import GoogleTranslator
from ecgscribe.text.translate import GlossaryTranslator, translator_named

deep_translator = pytest.importorskip("deep_translator")
GERMAN = "sinusrhythmus quarkspeise in v4,5"
SENT = "[1] quarkspeise in [2]"


class Service:
    """A loopback server that answers as the online page does; `statuses` are given first, one a request.

    It says "curd" for "quark" and leaves the rest; `spoil` may change its answers; `delay_s` makes it slow.
    """

    def __init__(self):
        self.asked: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        self.spoil = lambda answer: answer
        self.delay_s = 0.0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = parse_qs(urlparse(self.path).query)
                service.asked.append((query["sl"][0], query["q"][0]))
                time.sleep(service.delay_s)
                self.send_response(service.statuses.pop(0) if service.statuses else 200)
                self.end_headers()
                answer = html.escape(service.spoil(query["q"][0].replace("quark", "curd")))
                self.wfile.write(f'<div class="result-container">{answer}</div>'.encode())

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.address = f"http://127.0.0.1:{self.server.server_port}/m"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service(monkeypatch):
    service = Service()
    monkeypatch.setitem(deep_translator.google.BASE_URLS, "GOOGLE_TRANSLATE", service.address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield service
    service.stop()


def test_asked_once_ever_with_its_terms_hidden(service, tmp_path):
    cache = tmp_path / "deep" / "answers.jsonl"
    translator = translator_named("google", cache)
    first = translator.translate(GERMAN)
    assert first.caption == "sinus rhythm curdspeise in V4, V5" and first.language == "de"
    assert translator.translate("  sinusrhythmus   quarkspeise in v4,5 ").caption == first.caption
    assert translator_named("google", cache).translate(GERMAN) == first
    assert service.asked == [("de", SENT)]
    (row,) = [json.loads(line) for line in cache.read_text().splitlines()]
    assert row == {"language": "de", "source": SENT, "english": "[1] curdspeise in [2]"}


def test_reports_that_differ_in_their_terms_only_share_an_answer(service, tmp_path):
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    translator.translate(GERMAN)
    other = translator.translate("vorhofflimmern quarkspeise in i,avl".replace("i,avl", "v2"))
    assert other.caption == "atrial fibrillation curdspeise in V2"
    assert len(service.asked) == 1


def test_what_the_glossary_knows_wholly_is_not_asked(service, tmp_path):
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    report = "sinusrhythmus lagetyp normal a-v block i"
    assert translator.translate(report) == GlossaryTranslator().translate(report)
    assert translator.translate("sinus rhythm. normal ecg.").caption == "sinus rhythm. normal ECG."
    assert service.asked == []


def test_the_language_is_the_reports_own(service, tmp_path):
    GoogleTranslator(tmp_path / "a.jsonl").translate("sinusrytm kvark normalt ekg")
    assert service.asked == [("sv", "[1] kvark [2]")]


@pytest.mark.parametrize("damage", [lambda text: text.replace("[2]", ""), lambda text: text + " [2]"])
def test_a_damaged_placeholder_falls_back_to_the_glossary_and_is_counted(service, tmp_path, damage):
    service.spoil = damage
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    assert translator.translate(GERMAN) == GlossaryTranslator().translate(GERMAN)
    assert translator.translate(GERMAN).unknown == ("quarkspeise",)
    assert translator.damaged == 2 and len(service.asked) == 1


def reports(count: int) -> list[str]:
    return [f"sinusrhythmus quark{'abcdefghij'[n // 10]}{'klmnopqrst'[n % 10]} st-senkung" for n in range(count)]


def test_many_texts_go_in_few_requests(service, tmp_path):
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    seen = []
    translator.fetch(reports(100) * 2 + ["sinus rhythm."], lambda done, total: seen.append((done, total)))
    assert 1 < len(service.asked) < 10
    assert seen[-1] == (100, 100) and [done for done, _ in seen] == sorted(done for done, _ in seen)
    asked = len(service.asked)
    captions = [translator.translate(report).caption for report in reports(100)]
    assert len(service.asked) == asked and len(set(captions)) == 100
    assert captions[17] == "sinus rhythm curdbr ST depression"


def test_lines_that_do_not_come_back_are_asked_one_by_one(service, tmp_path):
    service.spoil = lambda answer: answer.replace("\n", " ")
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    translator.fetch(reports(5))
    assert len(service.asked) == 6
    assert translator.translate(reports(5)[4]).caption == "sinus rhythm curdao ST depression"


def test_an_interrupted_fetch_goes_on_where_it_was(service, tmp_path):
    cache = tmp_path / "a.jsonl"
    service.statuses = [200] + [429] * 4
    with pytest.raises(Offline, match="refused 4 requests"):
        GoogleTranslator(cache, sleep=lambda seconds: None).fetch(reports(100))
    kept = len(GoogleTranslator(cache).cache)
    assert 0 < kept < 100
    before = len(service.asked)
    GoogleTranslator(cache).fetch(reports(100))
    sent_again = "\n".join(text for _, text in service.asked[before:]).count("\n") + 1
    assert sent_again == 100 - kept and len(GoogleTranslator(cache).cache) == 100


def test_busy_service_is_asked_again_after_growing_pauses(service, tmp_path):
    pauses = []
    service.statuses = [429, 500]
    translator = GoogleTranslator(tmp_path / "a.jsonl", sleep=pauses.append)
    assert "curd" in translator.translate(GERMAN).caption
    assert pauses == [1.0, 2.0]


def test_refusing_service_ends_with_one_sentence(service, tmp_path):
    service.statuses = [429] * 10
    translator = GoogleTranslator(tmp_path / "a.jsonl", sleep=lambda seconds: None)
    with pytest.raises(Offline, match="refused 4 requests"):
        translator.translate(GERMAN)
    assert len(service.asked) == 4


def test_silent_service_does_not_hang(service, tmp_path):
    service.delay_s = 5.0
    translator = GoogleTranslator(tmp_path / "a.jsonl", timeout_s=0.2)
    start = time.monotonic()
    with pytest.raises(Offline, match=r"did not answer within 0\.2 seconds"):
        translator.translate(GERMAN)
    assert time.monotonic() - start < 3
    assert deep_translator.google.requests.__name__ == "requests"  # its own name is back


def test_offline_is_one_sentence_and_keeps_the_cache(service, tmp_path):
    cache = tmp_path / "a.jsonl"
    known = GoogleTranslator(cache).translate(GERMAN)
    service.stop()
    translator = GoogleTranslator(cache)
    with pytest.raises(Offline) as caught:
        translator.translate("vorhofflimmern anderespeise linkstyp")
    assert "could not be reached; 1 translations are kept" in str(caught.value)
    assert "\n" not in str(caught.value) and "--translator glossary" in caught.value.hint
    assert translator.translate(GERMAN) == known


def test_a_torn_last_line_is_passed_over_and_not_built_upon(service, tmp_path):
    cache = tmp_path / "a.jsonl"
    GoogleTranslator(cache).translate(GERMAN)
    with cache.open("a") as file:
        file.write('{"language": "de", "sour')
    GoogleTranslator(cache).translate("vorhofflimmern anderespeise linkstyp")
    again = GoogleTranslator(cache)
    assert len(again.cache) == 2
    again.translate("vorhofflimmern anderespeise linkstyp")
    assert len(service.asked) == 2


def test_a_cache_that_cannot_be_written_is_one_sentence(service, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadOption, match="Cannot (read|write) the cache"):
        GoogleTranslator(tmp_path / "file" / "a.jsonl").translate(GERMAN)


def test_too_long_a_text_is_left_to_the_glossary(service, tmp_path):
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    report = "sinusrhythmus " + " ".join(f"quark{letter}" for letter in "abcdefghij" * 40)
    assert translator.translate(report) == GlossaryTranslator().translate(report)
    assert translator.too_long == 1 and service.asked == []


def test_captions_take_any_translator(service, tmp_path):
    caption = caption_of(GERMAN + " Edit: NORM 100", GoogleTranslator(tmp_path / "a.jsonl"))
    assert caption.text == "sinus rhythm curdspeise in v4, v5."
    assert service.asked == [("de", SENT)]
