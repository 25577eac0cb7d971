"""How it starts: telling its port, where settings come from, and what it says when it cannot start."""
import os
import socket
import unittest

from pintbroker import AppTest, Pintbroker


class Ready(AppTest):
    def test_port_0_takes_a_free_port_and_prints_it(self):
        with Pintbroker(self) as broker:
            line = broker.out.next()
            url = rf"mqtt://127\.0\.0\.1:{broker.port}"
            self.assertRegex(line, rf"^pintbroker \S+ ready on {url} in \d+\.\d ms$")
            self.assertNotEqual(broker.port, 0)
            broker.client().socket.close()

    def test_ready_fd_gets_the_port_and_a_newline_and_is_closed(self):
        with Pintbroker(self) as broker:  # which has read the descriptor to its end
            self.assertEqual(broker.told, f"{broker.port}\n")

    def test_port_file_holds_the_port_as_long_as_it_runs(self):
        path = self.folder / "port"
        with Pintbroker(self, "--port-file", path) as broker:
            self.assertEqual(path.read_text(), f"{broker.port}\n")
        self.assertEqual(list(self.folder.glob("port*")), [])

    def test_a_port_file_that_cannot_be_written_is_an_error(self):
        done = self.run_to_end("--port", "0", "--port-file", "no/such/folder/port")
        self.assertEqual((done.returncode, done.stderr.splitlines()[-1]), (
            1, "pintbroker: port-file no/such/folder/port: cannot be written: No such file or directory; "
               "name a file in a folder that can"))

    def test_a_ready_fd_that_is_not_open_is_an_error(self):
        done = self.run_to_end("--port", "0", "--ready-fd", "900")
        self.assertEqual((done.returncode, done.stderr), (
            1, "pintbroker: ready-fd 900: is not open; pass a descriptor that is, as in 3>&1\n"))

    def test_it_listens_on_loopback_alone_unless_told(self):
        with Pintbroker(self, "--listen", "[::1]:0") as broker:
            broker.log.until(r"listens at mqtt://127\.0\.0\.1:\d+$")
            line = broker.log.until(r"listens at mqtt://\[::1\]:\d+$")
            with socket.create_connection(("::1", int(line.rsplit(":", 1)[1]))):
                pass


class Precedence(AppTest):
    def effective(self, *arguments, environment=()):
        done = self.run_to_end("--check-config", *arguments, environment=environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_arguments_over_environment_over_file_over_defaults(self):
        config = self.folder / "a.toml"
        config.write_text("port = 1\nname = 'file'\ninflight = 1\n")
        environment = {"PINT_PORT": "2", "PINT_NAME": "environment"}
        lines = self.effective("--config", config, "--port", "3", environment=environment)
        self.assertIn("port = 3  # --port", lines)
        self.assertIn('name = "environment"  # PINT_NAME', lines)
        self.assertIn(f"inflight = 1  # {config}:3: inflight", lines)
        self.assertIn("receive_maximum = 65535  # default", lines)

    def test_the_file_is_found_here_then_in_the_users_folder(self):
        user = self.folder / "pintbroker" / "pintbroker.toml"
        user.parent.mkdir()
        user.write_text("port = 1\n")
        self.assertIn(f"port = 1  # {user}:1: port", self.effective())
        (self.folder / "pintbroker.toml").write_text("port = 2\n")
        self.assertIn("port = 2  # pintbroker.toml:1: port", self.effective())

    def test_the_file_is_named_by_a_variable(self):
        config = self.folder / "a.toml"
        config.write_text("port = 1\n")
        lines = self.effective(environment={"PINT_CONFIG": str(config)})
        self.assertIn(f"port = 1  # {config}:1: port", lines)

    def test_the_last_of_a_flag_given_twice_counts(self):
        self.assertIn("port = 2  # --port", self.effective("--port", "1", "--port=2"))

    def test_what_check_config_prints_is_a_configuration(self):
        printed = self.folder / "printed.toml"
        printed.write_text("\n".join(self.effective("--rule", "a/#=exec:jq '.x'", "--queue-bytes", "1MiB")))
        lines = self.effective("--config", printed)
        self.assertIn(f"""rule = ["a/#=exec:jq '.x'"]  # {printed}:4: rule""", lines)

    def test_settings_reach_the_broker_and_5_0_clients_are_told(self):
        with Pintbroker(self, "--receive-maximum", "7", environment={"PINT_MAXIMUM_QOS": "1"},
                        config="topic_alias_maximum = 3\n") as broker:
            with broker.client() as client:
                told = client.connack
        receive_maximum, maximum_qos, topic_alias_maximum = b"\x21\x00\x07", b"\x24\x01", b"\x22\x00\x03"
        for encoded in (receive_maximum, maximum_qos, topic_alias_maximum):
            self.assertIn(encoded, told)


class Refusals(AppTest):
    def assertRefused(self, code, sentence, *arguments, environment=()):
        done = self.run_to_end(*arguments, environment=environment)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, "", f"pintbroker: {sentence}\n"))

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertRefused(1, f"listener tcp 127.0.0.1:{port}: address in use; choose another port, "
                                  "or 0 for any (settings port, bind and listen)", "--port", str(port))

    def test_bad_values(self):
        self.assertRefused(2, '--port: "mqtt" is not a whole number; give 0 to 65535', "--port", "mqtt")
        self.assertRefused(2, '--port: "-1" is not a whole number; give 0 to 65535', "--port", "-1")
        self.assertRefused(1, 'PINT_PORT: "65536" is out of range; give 0 to 65535',
                           environment={"PINT_PORT": "65536"})
        self.assertRefused(2, '--rule: "a" is not a rule; give FILTER=print, FILTER=file:PATH, '
                              "FILTER=topic:NAME or FILTER=exec:COMMAND", "--rule", "a")

    def test_bad_usage(self):
        self.assertRefused(2, "--prot: unknown flag; did you mean --port?", "--prot", "0")
        self.assertRefused(2, "--prot: unknown flag; did you mean --port?", "--prot=0")
        self.assertRefused(2, "--nothing-like-it: unknown flag; see pintbroker --help", "--nothing-like-it")
        self.assertRefused(2, "1883: is not a flag; write --name value, and see pintbroker --help", "1883")
        self.assertRefused(2, "--port: needs a value; see pintbroker --help", "--port")

    def test_an_unknown_key(self):
        (self.folder / "pintbroker.toml").write_text("\nqueue_byte = 1\n")
        self.assertRefused(1, 'pintbroker.toml:2: unknown key "queue_byte"; did you mean "queue_bytes"?')

    def test_an_unreadable_file(self):
        self.assertRefused(1, "none.toml: cannot be read: No such file or directory; name another file or "
                              "allow reading it", "--config", "none.toml")

    def test_check_config_tells_everything_that_is_wrong(self):
        (self.folder / "pintbroker.toml").write_text("prot = 1\nport = 99999\n")
        done = self.run_to_end("--check-config", "--inflight", "0")
        self.assertEqual((done.returncode, done.stdout, done.stderr.splitlines()), (1, "", [
            'pintbroker: pintbroker.toml:1: unknown key "prot"; did you mean "port"?',
            'pintbroker: pintbroker.toml:2: port: "99999" is out of range; give 0 to 65535',
            'pintbroker: --inflight: "0" is out of range; give 1 to 65535']))

    def test_no_command_runs_when_the_port_is_taken(self):
        trace = self.folder / "trace"
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = self.run_to_end("--port", port, "--rule", f"#=exec:touch {trace}")
        self.assertEqual((done.returncode, trace.exists()), (1, False))


class Printing(AppTest):
    def test_version(self):
        done = self.run_to_end("--version")
        self.assertRegex(done.stdout, r"^pintbroker \d+\.\d+\.\d+\n$")
        self.assertEqual(done.returncode, 0)

    def test_help_names_every_setting_and_fits_a_terminal(self):
        done = self.run_to_end("--help")
        settings = self.run_to_end("--check-config").stdout.splitlines()
        keys = [line.lstrip("# ").split(" ")[0] for line in settings]
        self.assertGreater(len(keys), 30)
        for key in keys:
            self.assertIn(f"  --{key.replace('_', '-')} ", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        self.assertEqual(done.returncode, 0)

    def test_the_configuration_page_is_up_to_date(self):
        with open(os.path.join(os.environ["PINT_SOURCE"], "docs", "configuration.md")) as page:
            self.assertEqual(page.read(), self.run_to_end("--help-markdown").stdout,
                             "write it again: pintbroker --help-markdown > docs/configuration.md")

    def test_the_example_is_a_good_configuration(self):
        example = os.path.join(os.environ["PINT_SOURCE"], "examples", "pintbroker.toml")
        done = self.run_to_end("--check-config", "--config", example)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
