"""The machine that is measured: what it is, and a process on it in which all contenders have the same.

Numerical libraries read their number of threads and their choice of kernel from the environment when they are
loaded. So a benchmark runs in a process of its own, with an environment that is made for it.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

# Left over from somebody's tuning, these make OpenBLAS run with another kernel than the processor's own.
NOT_WANTED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
NOTHING_OF_ITS_OWN = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}


def environment(threads: int) -> dict[str, str]:
    """The environment of a process that measures.

    >>> environment(1)["OMP_NUM_THREADS"], "OPENBLAS_CORETYPE" in environment(1)
    ('1', False)
    """
    kept = {name: value for name, value in os.environ.items() if name not in NOT_WANTED}
    return kept | dict.fromkeys(THREADS, str(threads)) | NOTHING_OF_ITS_OWN


def in_a_process_of_its_own(question: str, options: dict[str, Any], threads: int = 1) -> int:
    """Run ``python -m backprop_lab.benchmark`` in such an environment; what it prints is printed. Returns its status."""
    call = [sys.executable, "-m", "backprop_lab.benchmark", question, json.dumps(options | {"threads": threads})]
    return subprocess.run(call, env=environment(threads), check=False).returncode


def keep_to_cores(threads: int) -> None:
    """Stay on as many cores as there are threads, where the system can be told so; before any library is loaded.

    A library that counts cores and starts a thread on each, as JAX does, then does what the others are told.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def description() -> str:
    """Processor, versions, the kernel and the threads of NumPy's BLAS, and the date: one line each."""
    import numpy as np

    lines = [
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        f"Python {platform.python_version()}, NumPy {np.__version__}; {_blas()}",
        datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
    ]
    return "\n".join(lines)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _blas() -> str:
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "BLAS kernel unknown (pip install threadpoolctl)"
    pools = [
        pool
        for pool in threadpool_info()
        if pool["user_api"] == "blas" and "numpy" in Path(pool["filepath"]).as_posix()
    ]
    return (
        "; ".join(
            f"BLAS {pool['internal_api']} {pool['version']}, kernel {pool.get('architecture', 'unknown')}, "
            f"threads {pool['num_threads']}"
            for pool in pools
        )
        or "BLAS unknown to threadpoolctl"
    )
