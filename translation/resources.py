"""Whether the machine is large enough: warnings, as only a try can tell for sure."""

import os
import shutil

MEMORY_GB = {"jit": 5.5, "2": 4.0}
DISK_GB = 4.0


def available_memory_gb():
    """Memory (float, GB) that can be had without swapping, or None where nothing tells."""
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) / 1e6
    except OSError:
        pass
    return None


def warnings(opt, folder):
    """What is short for a build with ``opt`` ("jit" or "2") in ``folder`` (Path): list of str."""
    told = []
    memory = available_memory_gb()
    if memory is not None and memory < MEMORY_GB[opt]:
        told.append(f"{memory:.1f} GB of memory are free; a translation with -O{opt} takes about "
                    f"{MEMORY_GB[opt]:.1f} GB")
    while not folder.exists():
        folder = folder.parent
    disk = shutil.disk_usage(os.fspath(folder)).free / 1e9
    if disk < DISK_GB:
        told.append(f"{disk:.1f} GB of disk are free at {folder}; a build takes about "
                    f"{DISK_GB:.0f} GB while it works")
    return told
