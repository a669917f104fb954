from pathlib import Path
import re
import subprocess
from typing import Any, Final

from jsonschema import Draft202012Validator
import pytest
import yaml

from dashboards.alertmanager import alertmanager_file
from dashboards.grafana import datasources, providers
from dashboards.rules import prometheus_file
from dashboards.site import Site
from guanjin.__main__ import parser_of

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
LISTENS: Final = {
    "kafka": {9092, 19092, 9093}, "postgres": {5432}, "collector": {8842}, "agent": {9464}, "prometheus": {9090},
    "alertmanager": {9093}, "grafana": {3000}, "nightly": set(),
}  # fmt: skip
_STRINGS: Final = {"type": "array", "items": {"type": "string"}}
_NAMED: Final = {"type": "object", "additionalProperties": {"type": "string"}}
SCHEMA: Final = {
    "type": "object",
    "required": ["name", "services", "volumes"],
    "additionalProperties": False,
    "properties": {
        "name": {"const": "guanjin"},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
        "services": {
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "oneOf": [{"required": ["image"]}, {"required": ["build"]}],
                "properties": {
                    "image": {"type": "string", "pattern": r"^[a-z0-9/]+:[a-zA-Z0-9.]+$"},
                    "build": {"type": "object", "required": ["context", "dockerfile"]},
                    "entrypoint": _STRINGS, "command": _STRINGS, "volumes": _STRINGS,
                    "ports": _STRINGS, "environment": _NAMED,
                    "network_mode": {"type": "string"}, "networks": {"type": "object"},
                    "depends_on": {"anyOf": [_STRINGS, {"type": "object"}]},
                    "healthcheck": {"type": "object", "required": ["test", "interval", "timeout", "retries"]},
                },
            }
        },
    },
}  # fmt: skip
"""What of Compose's specification the file uses: image with a version or build, and nothing unknown."""


def test_the_file_is_what_compose_reads_and_every_part_is_there() -> None:
    Draft202012Validator(SCHEMA).validate(COMPOSE)
    assert set(SERVICES) == set(LISTENS)


def test_every_file_and_volume_that_is_mounted_is_there() -> None:
    for name, service in SERVICES.items():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), (name, mount)
                assert mount.endswith(":ro"), (name, mount)
            else:
                assert source in COMPOSE["volumes"], (name, mount)
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_only_this_machine_is_listened_on_and_no_port_twice() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert len({port.split(":")[1] for port in published}) == len(published)
    for name, service in SERVICES.items():
        assert {int(port.split(":")[2]) for port in service.get("ports", ())} <= LISTENS[name]


def test_who_waits_for_whom_exists_and_is_asked_whether_it_is_well() -> None:
    for name, service in SERVICES.items():
        for other in service.get("depends_on", ()):
            assert other in SERVICES, name
            conditions = service["depends_on"]
            if isinstance(conditions, dict) and conditions[other]["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], name


def hosts() -> dict[str, str]:
    """Name in the network to service: a service in another's network is reached by that one's names."""
    found = {name: name for name, service in SERVICES.items() if "network_mode" not in service}
    for name, service in SERVICES.items():
        for alias in service.get("networks", {}).get("default", {}).get("aliases", ()):
            found[alias] = name
    return found


def test_every_address_in_the_rendered_files_leads_to_a_part_that_listens_there() -> None:
    text = str([prometheus_file(Site()), alertmanager_file(Site())]) + str(SERVICES["grafana"]["environment"])
    addresses = set(re.findall(r"\b([a-z]+):(\d{4,5})\b", text)) - {("localhost", "3000"), ("localhost", "8842")}
    assert len(addresses) >= 5
    for host, port in addresses:
        service = hosts()[host]
        sharing = [name for name, each in SERVICES.items() if each.get("network_mode") == f"service:{service}"]
        assert any(int(port) in LISTENS[name] for name in (service, *sharing)), (host, port)


def test_grafanas_files_lie_where_they_say_and_every_variable_is_set() -> None:
    mounted = {mount.split(":")[1] for mount in SERVICES["grafana"]["volumes"]}
    assert {each["options"]["path"] for each in providers()["providers"]} <= mounted
    wanted = set(re.findall(r"\$([A-Z_]+)", str(datasources())))
    assert wanted <= set(SERVICES["grafana"]["environment"])


@pytest.mark.parametrize("name", ["agent", "collector"])
def test_our_own_programs_know_the_words_that_they_are_given(name: str) -> None:
    arguments = parser_of("zh").parse_args(SERVICES[name]["command"])
    assert arguments.run
    if name == "agent":
        assert arguments.status_port in LISTENS["agent"]
        assert arguments.to.split("/")[2] in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    else:
        assert arguments.port in LISTENS["collector"]
        assert arguments.source.split("/")[2] in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def test_the_day_that_ended_is_judged_again_at_half_past_two_in_shanghai(tmp_path: Path) -> None:
    stubs = {
        "date": 'case "$1" in +%s) echo 0;; *) [ "$TZ $2" = "CST-8 yesterday" ] && echo 2026;; esac',
        "sleep": f'echo "$1" > {tmp_path}/slept',
        "guanjin": f'echo "$@" > {tmp_path}/said; kill $PPID',
    }
    for name, content in stubs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{content}\n")
        (tmp_path / name).chmod(0o755)
    program, script = SERVICES["nightly"]["entrypoint"]
    command = [program, DEPLOY / script.lstrip("/"), *SERVICES["nightly"]["command"]]
    subprocess.run(command, check=True, timeout=60, env={"PATH": f"{tmp_path}:/bin:/usr/bin"})
    hours = int((tmp_path / "slept").read_text()) / 3600
    assert 8 + hours == 24 + 2.5, "0 is eight in the morning in Shanghai"
    arguments = parser_of("zh").parse_args((tmp_path / "said").read_text().split())
    assert (arguments.year, arguments.store) == (2026, "postgresql://guanjin@postgres/guanjin")


def test_no_secret_stands_in_the_file_and_none_is_given_by_default() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name:
                assert re.fullmatch(r"\$\{[A-Z_]+:\?.+\}", value), name


def test_the_scripts_that_are_mounted_are_sh() -> None:
    for script in DEPLOY.glob("**/*.sh"):
        if "lib" not in script.parts:
            assert script.read_text().startswith("#!/bin/sh"), script.name
            subprocess.run(["sh", "-n", str(script)], check=True)


def test_the_image_copies_every_package_and_nothing_that_is_not_there() -> None:
    lines = [line.split() for line in (DEPLOY / "Dockerfile").read_text().splitlines()]
    copied = {name for words in lines if words[:1] == ["COPY"] for name in words[1:-1]}
    assert {"wire", "detectors", "agent", "collector", "dashboards", "guanjin"} <= copied
    assert all((DEPLOY.parent / name).exists() for name in copied)
