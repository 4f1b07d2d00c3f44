"""A client process that stays: it runs commands of ecgscribe, or Python code, against one loopback Hub.

Starting a process and importing the client takes longer than most of the tests' requests. Waits between tries are
cut short in it; everything else is as users have it.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from loopback_hub import TOKEN, LoopbackHub

WORKER = """
import contextlib, io, json, os, sys, time, traceback
real_sleep = time.sleep
time.sleep = lambda seconds: real_sleep(min(seconds, 0.01))
from ecgscribe.cli.main import main
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    job = json.loads(line)
    for name, value in job["environment"].items():
        os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if job["code"]:
                exec(job["code"], {"argv": job["arguments"]})
            else:
                code = main(job["arguments"])
        except SystemExit as left:
            code = left.code
        except BaseException:
            traceback.print_exc()
            code = 1
    answers.write(json.dumps([code, out.getvalue(), err.getvalue()]) + "\\n")
    answers.flush()
"""


@dataclass
class Done:
    """What one job left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Client:
    """Use it as a context manager; `home` holds its cache, its log and nothing else."""

    def __init__(self, hub: LoopbackHub, home: Path):
        self.hub, self.home = hub, home
        home.mkdir(parents=True, exist_ok=True)
        self.log = home / "stderr.log"  # what libraries write past the captured streams

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=self.hub.client_environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            text=True,
        )
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(60)

    def run(self, *arguments, token: str | None = TOKEN) -> Done:
        """`python -m ecgscribe ARGUMENTS` with this token."""
        return self._job("", arguments, token)

    def python(self, code: str, *arguments, token: str | None = TOKEN) -> Done:
        """Python code; `argv` are the arguments."""
        return self._job(code, arguments, token)

    def _job(self, code, arguments, token) -> Done:
        job = {"code": code, "arguments": [str(a) for a in arguments], "environment": {"HF_TOKEN": token}}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return Done(*json.loads(self.process.stdout.readline()))
