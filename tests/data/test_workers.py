"""Workers: processes or a Ray cluster, the same results in the same order, also when a worker is killed on the way."""

import os
import signal
import sys
import time
from dataclasses import replace

import pytest
from descendants import descendants

from ecgscribe.core.errors import BadOption, Halted
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.processes import Processes, core_count, mapped, workers_named
from ecgscribe.data.ray_cluster import RayCluster


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_workers_are_named_and_wrong_names_refused():
    assert workers_named("processes", 3) == Processes(3) and workers_named("ray", 2) == RayCluster(None, 2)
    assert 1 <= core_count() <= os.cpu_count()
    with pytest.raises(BadOption, match="no engine 'dask'.*processes, ray"):
        workers_named("dask")
    with pytest.raises(BadOption, match="--engine ray"):
        workers_named("processes", 1, "head:6379")


def test_without_ray_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadOption, match=r"Ray is not installed.*pip install 'ecgscribe\[ray\]'"):
        next(RayCluster().mapped(abs, [-1]))


def test_a_cluster_that_is_not_there_is_told_at_once():
    pytest.importorskip("ray")
    begun = time.monotonic()
    for address in ("127.0.0.1:1", "127.0.0.1:none", "127.0.0.1:99999"):
        with pytest.raises(BadOption, match=f"No Ray cluster answers at {address}"):
            next(RayCluster(address).mapped(abs, [-1]))
    assert time.monotonic() - begun < 60


@pytest.mark.slow
def test_processes_keep_the_order_and_one_that_is_killed_is_told():
    assert list(mapped(abs, range(-40, 0), 2)) == list(range(40, 0, -1))
    results = mapped(time.sleep, [0.2] * 100, 2)
    with pytest.raises(Halted, match="ended from outside.*--num-proc"):
        for k, _ in enumerate(results):
            if k == 3:
                workers = [pid for pid, line in descendants(os.getpid()).items() if "spawn_main" in line]
                os.kill(workers[-1], signal.SIGKILL)


class Killer:
    """Kills one Ray worker after so many rows."""

    def __init__(self, after):
        self.after, self.killed = after, None

    def row(self, done, total):
        if self.killed is None and done >= self.after:
            lines = descendants(os.getpid())
            workers = [pid for pid, line in lines.items() if line.startswith("ray::_done")]
            if workers:  # one that is at work
                self.killed = workers[0]
                os.kill(self.killed, signal.SIGKILL)

    def shard(self, name, rows, kept):
        pass


@pytest.mark.slow
def test_ray_makes_the_same_bytes_though_a_worker_is_killed(ptbxl, tmp_path):
    pytest.importorskip("ray")
    made = BuildOptions(ptbxl(rows=90), tmp_path / "one", px_per_mm=2.0, photos=1, rows_per_shard=20)
    build(made)
    killer = Killer(after=3)
    result = build(replace(made, out=tmp_path / "ray", engine="ray", processes=2), killer)
    assert killer.killed and result.bad == []
    assert contents(tmp_path / "one") == contents(tmp_path / "ray")
    assert not [line for line in descendants(os.getpid()).values() if "ray::" in line], "Ray is gone after the build"


@pytest.mark.slow
def test_a_running_cluster_of_two_nodes_loses_one_and_nothing_else():
    pytest.importorskip("ray")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    try:
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    except Exception as error:  # Ray's own limit of 30 s for the start of a node
        pytest.skip(f"this machine is too busy to start two nodes ({error})")
    try:
        second = cluster.add_node(num_cpus=1)
        results = RayCluster(cluster.address).mapped(abs, range(-400, 0))
        first = [next(results) for _ in range(20)]
        cluster.remove_node(second, allow_graceful=False)
        assert first + list(results) == list(range(400, 0, -1))
    finally:
        cluster.shutdown()
