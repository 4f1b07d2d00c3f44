"""Who may what: tokens, private repositories, closed ones; and tokens appear nowhere."""

import subprocess
import sys
from pathlib import Path

import pytest
from loopback_hub import READER, STRANGER, TOKEN, Fault

from ecgscribe.core.errors import BadOption
from ecgscribe.hub.secrets import assert_no_token, without_secrets

WRONG = "hf_expiredTokenThatNobodyKnows01"
SECRETS = (TOKEN, READER, STRANGER, WRONG, "secretOfTheStorage")


def sentence(done) -> str:
    """The one sentence of a failed command."""
    assert done.code == 2 and done.out == "" and "Traceback" not in done.err, done
    assert not [secret for secret in SECRETS if secret in done.err]
    lines = [line for line in done.err.splitlines() if line.startswith("ecgscribe pu")]
    assert len(lines) == 1
    return lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "token, reason",
    [
        (WRONG, "the Hub does not accept your token (401)"),
        (READER, "your token has no right to that (403). Use a token that may write there."),
        (STRANGER, "your token has no right to that (403)"),
        (None, "no token is there. Check the name; set HF_TOKEN or run `hf auth login`."),
    ],
)
def test_pushing_without_the_right_is_one_sentence(hub, client, folder, repo, bytes_of, token, reason):
    before = bytes_of(folder)
    told = sentence(client.run("push", folder, repo, token=token))
    assert reason in told and f"{folder} is whole and unchanged" in told
    assert bytes_of(folder) == before and ("model", repo) not in hub.repositories


@pytest.mark.slow
def test_a_private_repository_is_open_to_its_owner_alone(hub, client, folder, repo, tmp_path):
    assert client.run("push", folder, repo, "--private").code == 0
    assert hub.repositories["model", repo].private
    for number, token in enumerate((TOKEN, READER)):
        assert client.run("pull", repo, "-o", tmp_path / f"back{number}", token=token).code == 0
    for token, reason in [
        (STRANGER, "it does not exist, or your token may not see it"),
        (None, "no such repository is open to you, and no token is there"),
        (WRONG, "the Hub does not accept your token (401)"),
    ]:
        told = sentence(client.run("pull", repo, "-o", tmp_path / "not", token=token))
        assert f"Fetching {repo} failed: {reason}" in told and not (tmp_path / "not").exists()
    assert client.run("push", folder, repo).code == 0
    assert hub.repositories["model", repo].private, "a later push without --private does not open it"


@pytest.mark.slow
def test_private_is_never_sent_to_a_public_repository(hub, client, folder, repo):
    assert client.run("push", folder, repo).code == 0
    (folder / "config.json").write_text('{"patients": 1}\n')
    hub.forget()
    told = sentence(client.run("push", folder, repo, "--private"))
    assert f"{repo} is public already, so nothing was sent there." in told
    assert not [line for line in hub.requests if "preupload" in line or "/store/" in line]


@pytest.mark.slow
def test_what_does_not_exist_is_said(client, tmp_path, folder, repo):
    assert "it does not exist, or your token" in sentence(client.run("pull", repo, "-o", tmp_path / "a"))
    assert client.run("push", folder, repo).code == 0
    told = sentence(client.run("pull", repo, "--revision", "v9", "-o", tmp_path / "a"))
    assert "it has no such revision" in told
    assert "it does not exist" in sentence(client.run("pull", repo, "--type", "dataset", "-o", tmp_path / "a"))


@pytest.mark.slow
def test_a_token_is_in_no_output_file_or_process_list(hub, folder, repo, tmp_path):
    """Own processes, all of their output, with the library's log at its loudest and a server that repeats tokens."""
    environment = hub.client_environment(tmp_path / "home") | {"HF_HUB_VERBOSITY": "debug", "HF_DEBUG": "1"}
    said = ""
    for token, fault in [
        (TOKEN, Fault("PUT /store/", 500)),
        (WRONG, None),
        (TOKEN, "closed"),
    ]:
        hub.forget()
        hub.blobs.clear()
        hub.closed = fault == "closed"
        hub.faults = [fault] if isinstance(fault, Fault) else []
        process = subprocess.Popen(
            [sys.executable, "-m", "ecgscribe", "push", str(folder), f"{repo}-{len(said)}"],
            env=environment | {"HF_TOKEN": token},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said += Path(f"/proc/{process.pid}/cmdline").read_text() if Path("/proc").is_dir() else ""
        said += process.communicate(timeout=120)[0]
        assert token in hub.seen_tokens, "the token was in use"
    assert "Pushed: " in said and "(403)" in said and "(401)" in said and "500" in said
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    for secret in SECRETS:
        assert secret not in said
        assert not [path for path in written if secret.encode() in path.read_bytes()]


@pytest.mark.slow
def test_a_token_among_the_arguments_is_not_repeated(client, folder, repo):
    done = client.run("push", folder, repo, "--token", WRONG)
    assert done.code == 2 and "unrecognized arguments" in done.err and WRONG not in done.err
    assert WRONG not in sentence(client.run("push", WRONG, repo))


@pytest.mark.parametrize("name", ["notes.txt", "sub/settings.json"])
def test_a_folder_that_holds_a_token_is_not_pushed(tmp_path, monkeypatch, name):
    (tmp_path / "sub").mkdir()
    (tmp_path / name).write_text(f'key = "hf_{"aB3" * 11}x"')
    with pytest.raises(BadOption, match="holds an access token, so nothing was pushed"):
        assert_no_token(tmp_path, [name])
    (tmp_path / name).write_text("tokens begin with hf_ and go on; call hf_hub_download")
    assert_no_token(tmp_path, [name])
    monkeypatch.setenv("HF_TOKEN", STRANGER)
    (tmp_path / name).write_text(f"mine is {STRANGER}.")
    with pytest.raises(BadOption, match="access token"):
        assert_no_token(tmp_path, [name])


@pytest.mark.parametrize(
    "text, left",
    [
        ("token hf_abcDEF123 was refused", "token (token) was refused"),
        ("Authorization: Bearer abcDEF.123-x", "Authorization: Bearer (token)"),
        ("GET https://me:secret1@host/x", "GET https://(token)@host/x"),
        ("PUT https://store/x?X-Amz-Signature=abc&y=1 failed", "PUT https://store/x failed"),
        ("api_org_abcdEFGH", "(token)"),
        ("hf_hub_download and hf_transfer", "hf_hub_download and hf_transfer"),
        (f"mine is {STRANGER}", "mine is (token)"),
    ],
)
def test_secrets_are_cut_out(monkeypatch, text, left):
    monkeypatch.setenv("HF_TOKEN", STRANGER)
    assert without_secrets(text) == left == without_secrets(left)
