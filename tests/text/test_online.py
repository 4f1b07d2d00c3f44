import html
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

from ecgscribe.core.errors import Offline
from ecgscribe.text.caption import caption_of
from ecgscribe.text.online import GoogleTranslator
from ecgscribe.text.translate import translator_named

deep_translator = pytest.importorskip("deep_translator")
GERMAN = "sinusrhythmus lagetyp normal"


class Service:
    """A loopback server that answers as the online page does; `statuses` are given first, one a request."""

    def __init__(self):
        self.asked: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = parse_qs(urlparse(self.path).query)
                service.asked.append((query["sl"][0], query["q"][0]))
                self.send_response(service.statuses.pop(0) if service.statuses else 200)
                self.end_headers()
                answer = html.escape("english of " + query["q"][0])
                self.wfile.write(f'<div class="result-container">{answer}</div>'.encode())

            def log_message(self, *arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
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


def test_asked_once_ever(service, tmp_path):
    cache = tmp_path / "deep" / "answers.jsonl"
    translator = translator_named("google", cache)
    first = translator.translate(GERMAN)
    assert first.caption == "english of " + GERMAN and first.language == "de"
    assert translator.translate("  sinusrhythmus   lagetyp normal ").caption == first.caption
    assert translator_named("google", cache).translate(GERMAN) == first
    assert service.asked == [("de", GERMAN)]
    (row,) = [json.loads(line) for line in cache.read_text().splitlines()]
    assert row == {"language": "de", "source": GERMAN, "english": first.caption}


def test_the_language_is_the_reports_own(service, tmp_path):
    translator = GoogleTranslator(tmp_path / "a.jsonl")
    translator.translate("sinusrytm normalt ekg")
    assert translator.translate("sinus rhythm. normal ecg.").caption == "sinus rhythm. normal ECG."
    assert service.asked == [("sv", "sinusrytm normalt ekg")]


def test_busy_service_is_asked_again_after_growing_pauses(service, tmp_path):
    pauses = []
    service.statuses = [429, 500]
    translator = GoogleTranslator(tmp_path / "a.jsonl", sleep=pauses.append)
    assert translator.translate(GERMAN).caption.startswith("english of")
    assert pauses == [1.0, 2.0]


def test_refusing_service_ends_with_one_sentence(service, tmp_path):
    service.statuses = [429] * 10
    translator = GoogleTranslator(tmp_path / "a.jsonl", sleep=lambda seconds: None)
    with pytest.raises(Offline, match="refused 4 requests"):
        translator.translate(GERMAN)
    assert len(service.asked) == 4


def test_offline_is_one_sentence_and_keeps_the_cache(service, tmp_path):
    cache = tmp_path / "a.jsonl"
    GoogleTranslator(cache).translate(GERMAN)
    service.stop()
    translator = GoogleTranslator(cache)
    with pytest.raises(Offline) as caught:
        translator.translate("vorhofflimmern linkstyp")
    assert "could not be reached; 1 translations are kept" in str(caught.value)
    assert "\n" not in str(caught.value) and "--translator glossary" in caught.value.hint
    assert translator.translate(GERMAN).caption == "english of " + GERMAN


def test_a_torn_last_line_is_passed_over_and_not_built_upon(service, tmp_path):
    cache = tmp_path / "a.jsonl"
    GoogleTranslator(cache).translate(GERMAN)
    with cache.open("a") as file:
        file.write('{"language": "de", "sour')
    translator = GoogleTranslator(cache)
    translator.translate("vorhofflimmern linkstyp")
    again = GoogleTranslator(cache)
    assert len(again.cache) == 2
    again.translate("vorhofflimmern linkstyp")
    assert len(service.asked) == 2


def test_captions_take_any_translator(service, tmp_path):
    caption = caption_of(GERMAN + " Edit: NORM 100", GoogleTranslator(tmp_path / "a.jsonl"))
    assert caption.text == "english of sinusrhythmus lagetyp normal."
    assert service.asked == [("de", GERMAN)]
