"""The brokers that are compared: how each is started at a port."""
import shlex
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Broker:
    name: str
    command: str  # {port} is the port, {conf:FILE} a copy of FILE in which it stands
    version: str

    def words(self, port, folder):
        """The command for this port; configuration files are written into the folder."""
        words = []
        for word in shlex.split(self.command):
            if word.startswith("{conf:") and word.endswith("}"):
                word = str(configuration(Path(word[len("{conf:"):-1]), port, folder))
            words.append(word.replace("{port}", str(port)))
        return words


def configuration(template, port, folder):
    path = Path(folder) / f"{template.stem}.{port}"
    path.write_text(template.read_text().replace("{port}", str(port)))
    path.chmod(0o644)  # Mosquitto gives root rights up before it reads
    return path


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def first_line(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()[0].strip()


# Brokers that Debian has no package of: taken in where they are on PATH. If one does not start, ./bench says
# so and goes on.
OTHERS = (
    Broker("flashmq", f"flashmq --config-file {{conf:{HERE / 'flashmq.conf.in'}}}", "on PATH"),
    Broker("nanomq", "nanomq start --url nmq-tcp://127.0.0.1:{port} --msq_len 65535 --log_level fatal",
           "on PATH"),
)


def built_in(build):
    """The floor, Mosquitto and others that are there, and ours."""
    pintbroker = build / "app" / "pintbroker"
    brokers = [Broker("relay", f"{build / 'benchmarks' / 'relay'} {{port}}", "benchmarks/relay.cpp")]
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if mosquitto:
        brokers.append(Broker("mosquitto", f"{mosquitto} -c {{conf:{HERE / 'mosquitto.conf.in'}}}",
                              first_line(mosquitto, "-h")))
    brokers += [broker for broker in OTHERS if shutil.which(broker.name)]
    brokers.append(Broker("pintbroker", f"{pintbroker} --port {{port}} --log-level error",
                          first_line(pintbroker, "--version")))
    return brokers


# What a TestBroker has: the kinds of benchmarks/instrumented.cpp and what they are called.
INSTRUMENTED = {"none": "no instruments", "journal": "journal", "lint": "journal and lint"}


def instrumented(build):
    program = build / "benchmarks" / "instrumented"
    return [Broker(title, f"{program} {kind} {{port}}", "benchmarks/instrumented.cpp")
            for kind, title in INSTRUMENTED.items()]


def given(text):
    """NAME=COMMAND, as --broker has it."""
    name, equals, command = text.partition("=")
    if not name or not equals or not command:
        raise SystemExit(f"bench: --broker {text}: is not NAME=COMMAND")
    return Broker(name, command, shlex.split(command)[0])
