"""A cluster by TLS: it grades with the files of its own authority, and with none others."""

import shutil
import subprocess

import pytest
from distributed.security import Security

from backprop_lab.benchmark.looking_on import digest
from backprop_lab.grading import cluster
from tests.calling import call, run
from tests.grading.clusters import local, refused_with

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory, cannot_run):
    """Two authorities, each with a certificate that it signed: the cluster's own, and somebody else's."""
    if shutil.which("openssl") is None:
        cannot_run("no openssl; run: sudo apt-get install openssl")
    folder = tmp_path_factory.mktemp("certificates")
    key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
    for who in ("ours", "theirs"):
        openssl(
            folder, "req", "-x509", *key, "-keyout", f"{who}-ca.key", "-out", f"{who}-ca.pem", "-subj", f"/CN={who}"
        )
        openssl(folder, "req", *key[:3], "-keyout", f"{who}.key", "-out", f"{who}.csr", "-subj", f"/CN={who} cluster")
        signing = ["-CA", f"{who}-ca.pem", "-CAkey", f"{who}-ca.key", "-CAcreateserial", "-days", "2"]
        openssl(folder, "x509", "-req", "-in", f"{who}.csr", *signing, "-out", f"{who}.pem")
    return folder


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def shown(folder, who):
    files = {"ca-file": f"{who}-ca.pem", "cert": f"{who}.pem", "key": f"{who}.key"}
    return [part for option, file in files.items() for part in (f"--tls-{option}", str(folder / file))]


def test_tls_accepts_with_the_files_and_refuses_without(certificates, quick, undisturbed, monkeypatch):
    files = {"ca_file": "ours-ca.pem", **{f"{role}_{kind}": f"ours.{end}" for role in ("scheduler", "worker", "client")
             for kind, end in (("cert", "pem"), ("key", "key"))}}  # fmt: skip
    security = Security(
        require_encryption=True, **{f"tls_{name}": str(certificates / file) for name, file in files.items()}
    )
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with local(2, security=security, protocol="tls://") as started:
        address = started.scheduler_address
        assert address.startswith("tls://")
        out = quick / "tls"
        done = run(*call(quick, out, "--cluster", address, *shown(certificates, "ours")))
        assert done.exit_code == 0, done.output
        assert digest(out / "results")[0] == undisturbed
        for other in (address.replace("tls://", "tcp://"), address):
            options = shown(certificates, "theirs") if other == address else []
            assert f"no Dask scheduler answers at {other}" in refused_with("--cluster", other, *options)
        mixed = ["--tls-key" if part == "--tls-key" else part for part in shown(certificates, "ours")]
        mixed[-1] = str(certificates / "theirs.key")
        assert "no Dask scheduler answers" in refused_with("--cluster", address, *mixed)
