"""The served page, asked by a program: the endpoint, its errors, and what stays on disk (nothing)."""

import json
import urllib.request

import pytest
from fakes_reader import CAPTION

pytest.importorskip("gradio_client", reason="gradio_client is not installed: pip install gradio-client")


@pytest.fixture(scope="module")
def client(page, tmp_path_factory):
    from gradio_client import Client

    return Client(page.url, verbose=False, download_files=str(tmp_path_factory.mktemp("client")))


def read(client, path):
    from gradio_client import handle_file

    return client.predict(handle_file(str(path)), api_name="/read")


def test_the_endpoint_gives_caption_and_json_and_keeps_nothing(page, client, pictures, kept_in):
    data = pictures["page"].read_bytes()
    caption, fields = read(client, pictures["page"])
    assert caption == CAPTION == fields["caption"] and fields["source"] == "page.png"
    assert fields["schema"] == "ecgscribe.interpretation/1" and fields["page"]["layout"] == "3x4+1"
    assert kept_in(page.folder, data) == []
    assert [path for path in (page.folder / "gradio").rglob("*") if path.is_file()] == []


def test_the_search_for_kept_files_finds_what_is_there(page, pictures, kept_in):
    data = pictures["page"].read_bytes()
    (page.folder / "left-behind").write_bytes(b"x" + data)
    assert kept_in(page.folder, data) != []
    (page.folder / "left-behind").unlink()


@pytest.mark.parametrize("name", ["grey", "text"])
def test_poor_pictures_are_answered_and_deleted(page, client, pictures, kept_in, name):
    caption, fields = read(client, pictures[name])
    assert caption == "" and fields["caption"] is None and fields["problems"][0]["fatal"]
    assert str(page.folder) not in json.dumps(fields)
    assert kept_in(page.folder, pictures[name].read_bytes()) == []


def test_no_picture_is_one_sentence(client):
    with pytest.raises(Exception, match="No picture was chosen") as error:
        client.predict(None, api_name="/read")
    assert "Traceback" not in str(error.value)


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname"])
def test_files_of_the_server_cannot_be_named(page, path):
    body = json.dumps({"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}).encode()
    call = urllib.request.Request(f"{page.url}/gradio_api/call/read", body, {"Content-Type": "application/json"})
    event = json.load(urllib.request.urlopen(call))["event_id"]
    answer = urllib.request.urlopen(f"{page.url}/gradio_api/call/read/{event}").read().decode()
    assert "event: error" in answer and "root:" not in answer


def test_too_large_files_are_refused(page, client, tmp_path, monkeypatch):
    from ecgscribe.app.ui import MAX_FILE_SIZE

    assert MAX_FILE_SIZE == "30mb"
    big = tmp_path / "big.png"
    with big.open("wb") as file:
        file.truncate(31 * 1024 * 1024)
    with pytest.raises(Exception, match="size"):
        read(client, big)


def test_only_the_endpoint_is_public(client):
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/read"]


def test_nothing_records_what_was_read(page):
    config = json.load(urllib.request.urlopen(f"{page.url}/config"))
    assert config["run_history"] is False and config["footer_links"] == [] and config["analytics_enabled"] is False
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{page.url}/monitoring")
