"""What stands beside the figures: which machine, which kernel, when, which versions."""
import datetime
import os
import platform
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gigabytes():
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 1e6
    return 0


def one_line(*words):
    done = subprocess.run(words, capture_output=True, text=True, cwd=TOP)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


def commit():
    changed = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"], cwd=TOP,
                             capture_output=True, text=True).stdout.strip()
    return one_line("git", "rev-parse", "--short", "HEAD") + (" and changes" if changed else "")


def description(command, brokers):
    """The first line of a file of results."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "commit": commit(),
        "command": command,
        "cpu": f"{cpu_model()}, {os.cpu_count()} CPUs",
        "memory": f"{memory_gigabytes():.0f} GB",
        "system": f"Linux {platform.release()}",
        "compiler": one_line("c++", "--version"),
        "load": os.getloadavg()[0],
        "brokers": {broker.name: broker.version for broker in brokers},
    }
