"""
What `docker compose up` starts, checked without an engine: the files agree with each
other, with the settings the processes read and with the metrics they export.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from services.assignment.dossier import process
from shared.settings import SERVICES, settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CONTAINERS = COMPOSE["services"]
RULES = ROOT / "deploy/prometheus/rules.yml"

SETTINGS = {
    *("AMQP_URI", "DATABASE_URL", "HTTP_HOST", "RELAY_PORT", "DEPLOY_DIR", "JWKS"),
    *("REVOCATIONS", "SIGNING_KEY", "FIELD_KEYS", "PERSON_KEY", "SMTP_URL"),
    *("DOCUMENTS_FOLDER", "DOCUMENT_KEYS", "DOCUMENT_SCANNER"),
    *(
        "LEDGER_DAYS",
        "REJECTED_DAYS",
        "TALLY_DAYS",
        "ENQUIRIES",
        "EVENT_DAYS",
        "ANSWER_DAYS",
        "AUDIT_DAYS",
        "MAIL_FROM",
        "BUSINESS_CLOCK_FILE",
        "LOG_FORMAT",
        "PROGRAMMES",
        "PEER_URL",
    ),
    *(f"{name.upper()}_DATABASE_URL" for name in SERVICES),
    *(f"{name.upper()}_PORT" for name in SERVICES),
}
HEALTH_CHECK_ONLY = {"HEALTH"}
OURS = [*SERVICES, "relay", "migrate", "admin", "keys"]


def environment_of(name):
    return CONTAINERS[name].get("environment", {})


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_runs_as_itself_on_its_own_port(name):
    port = environment_of(name)[f"{name.upper()}_PORT"]

    assert CONTAINERS[name]["command"] == ["run", name]
    assert environment_of(name)["HEALTH"] == f"{port}/readyz"


def test_the_relay_runs_beside_them():
    assert CONTAINERS["relay"]["command"] == ["relay"]


def test_an_administrator_clears_by_the_same_days_as_the_relay():
    days = ("EVENT_DAYS", "ANSWER_DAYS")
    admin, relay = environment_of("admin"), environment_of("relay")

    assert [admin[each] for each in days] == [relay[each] for each in days]


def test_keys_that_are_published_are_not_replaced_at_each_start():
    (script,) = CONTAINERS["keys"]["command"]

    assert "test -e /run/jianjian/public/jwks.json ||" in script


def test_whatever_is_waited_for_exists_and_can_become_so():
    for name, container in CONTAINERS.items():
        for other, how in container.get("depends_on", {}).items():
            waited_for = CONTAINERS[other]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in waited_for, (name, other)
            else:
                assert waited_for["restart"] == "no", (name, other)


@pytest.mark.parametrize("name", [*SERVICES, "relay"])
def test_nothing_starts_before_schemas_topology_and_keys(name):
    waits_for = CONTAINERS[name]["depends_on"]

    assert waits_for["migrate"]["condition"] == "service_completed_successfully"
    assert waits_for["keys"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_the_processes_read(name):
    unknown = set(environment_of(name)) - SETTINGS - HEALTH_CHECK_ONLY

    assert unknown == set()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_knows_no_password_but_its_own(name):
    urls = {key for key in environment_of(name) if key.endswith("DATABASE_URL")}

    assert urls == {f"{name.upper()}_DATABASE_URL"}
    assert "SIGNING_KEY" not in environment_of(name)


@pytest.mark.parametrize(
    "name", sorted({*CONTAINERS} - {"intake", "aid", "migrate", "admin"})
)
def test_personal_data_is_opened_by_intake_and_aid_alone(name):
    assert "FIELD_KEYS" not in environment_of(name)


def test_every_variable_to_fill_in_is_explained():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = (ROOT / "deploy/compose.env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE))

    assert wanted == explained


def test_every_file_and_volume_that_is_mounted_is_there():
    for container in CONTAINERS.values():
        for mount in container.get("volumes", []):
            source = mount.partition(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), source
            else:
                assert source in COMPOSE["volumes"], source


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """
    A folder with the very files that the image has: what the Dockerfile copies of what
    .dockerignore lets in.
    """
    root = tmp_path_factory.mktemp("image")
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", dockerfile, re.MULTILINE):
        assert f"!{source}" in let_in, source
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, root / target)
        else:
            shutil.copy(ROOT / source, root / target)
    return root


_INSTALLS = "from setuptools import build_meta; build_meta.build_editable('.')"
_STARTS = """
from shared.cli import main
from shared.service.run import config, prepared
from shared.settings import SERVICES
from shared.storage import schema_version

config.setup({"AMQP_URI": "amqp://nobody@broker.invalid//"})
for service in SERVICES:
    print(prepared(service).name, schema_version.head(service))
main(["check"])
"""


def test_the_image_has_all_files_that_its_processes_start_with(image):
    built = in_image(image, _INSTALLS)
    started = in_image(image, _STARTS)

    assert built.returncode == 0, built.stderr
    assert started.returncode == 0, started.stderr
    assert started.stdout.splitlines()[-1] == "无误。"
    assert len(started.stdout.splitlines()) == len(SERVICES) + 1


def in_image(image, code):
    """
    Run *code* with the modules and files of the image alone.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    given = {"PYTHONPATH": str(image), "PROGRAMMES": "all", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=image,
        env=kept | given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_prometheus_scrapes_every_process_where_it_listens():
    text = (ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8")
    jobs = {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}
    targets = jobs["services"]["static_configs"][0]["targets"]
    expected = [
        f"{name}:{environment_of(name)[f'{name.upper()}_PORT']}"
        for name in (*SERVICES, "relay")
    ]

    assert targets == expected


def test_the_front_door_leads_to_every_service():
    text = (ROOT / "deploy/nginx/jianjian.conf").read_text(encoding="utf-8")

    for name in SERVICES:
        port = environment_of(name)[f"{name.upper()}_PORT"]
        assert f"server {name}:{port};" in text


def test_the_front_door_writes_no_ledger_to_a_temporary_file():
    text = (ROOT / "deploy/nginx/jianjian.conf").read_text(encoding="utf-8")
    sizes = dict(re.findall(r"(client_\w+_size) (\d+)m;", text))

    assert sizes["client_body_buffer_size"] == sizes["client_max_body_size"]
    assert int(sizes["client_max_body_size"]) * 2**20 > settings.integer("LEDGER_LIMIT")
    assert "proxy_max_temp_file_size 0;" in text


def test_the_front_door_waits_until_a_dossier_is_made_or_given_up():
    text = (ROOT / "deploy/nginx/jianjian.conf").read_text(encoding="utf-8")
    places = re.findall(r"location ~ (\S+) {([^}]+)}", text)
    asked = "/assignment/cases/清检〔2021〕1号/dossier/pdf"
    first = next(inside for place, inside in places if re.search(_plain(place), asked))
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", first)

    assert int(seconds) > process._WAITING_SECONDS + process._SECONDS
    assert "proxy_pass http://assignment$beyond_prefix;" in first


def _plain(place):
    """
    An expression of the front door as Python writes it.
    """
    return place.replace("(?<", "(?P<")


def test_the_front_door_logs_no_line_of_a_request():
    text = (ROOT / "deploy/nginx/jianjian.conf").read_text(encoding="utf-8")
    formats = re.search(r"log_format without_query (.+?);", text, re.DOTALL)

    assert formats
    assert "$request " not in formats[1]
    assert "$request_uri" not in formats[1]
    assert set(re.findall(r"error_log (.+);", text)) == {
        "/var/log/nginx/error.log crit"
    }


def test_the_front_door_counts_citizens_by_their_own_address():
    text = (ROOT / "deploy/nginx/jianjian.conf").read_text(encoding="utf-8")
    given = CONTAINERS["nginx"]["environment"]
    filled_in = set(re.findall(r"\$\{(\w+)\}", text))

    assert filled_in == {"TLS_TERMINATOR"} == set(given) - {"NGINX_ENVSUBST_FILTER"}
    assert "set_real_ip_from ${TLS_TERMINATOR};" in text


def test_a_new_relay_waits_for_the_new_readers():
    waits_for = CONTAINERS["relay"]["depends_on"]

    assert {name for name in SERVICES if name in waits_for} == set(SERVICES)


def test_the_log_of_the_database_holds_neither_statements_nor_rows():
    text = (ROOT / "deploy/postgres/jianjian.conf").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+) = (\S+)", text, re.MULTILINE))

    assert given["log_statement"] == "none"
    assert given["log_min_duration_statement"] == "-1"
    assert given["log_min_duration_sample"] == "-1"
    assert given["log_min_error_statement"] == "panic"
    assert given["log_error_verbosity"] == "terse"
    assert given["log_parameter_max_length"] == "0"
    assert given["log_parameter_max_length_on_error"] == "0"


def test_alerts_watch_metrics_that_exist():
    used = set(re.findall(r"jianjian_[a-z_]+\b", RULES.read_text(encoding="utf-8")))
    used = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("shared", "services")
        for path in (ROOT / folder).rglob("*.py")
    )
    exported = {
        name
        for name in used
        if f'"{name}"' in code or f'"{name.removeprefix("jianjian_")}"' in code
    }

    assert used - exported - {"jianjian_"} == set()


def docker_compose_is_here():
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    )
    return asked.returncode == 0


@pytest.mark.skipif(not docker_compose_is_here(), reason="no docker compose here")
def test_compose_itself_accepts_the_file(tmp_path):
    example = (ROOT / "deploy/compose.env.example").read_text(encoding="utf-8")
    filled = tmp_path / "env"
    filled.write_text(re.sub(r"=$", "=x", example, flags=re.MULTILINE))
    checked = subprocess.run(
        ["docker", "compose", "--env-file", str(filled), "config", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_prometheus_itself_accepts_configuration_and_rules(promtool):
    config = ROOT / "deploy/prometheus/prometheus.yml"
    checked = subprocess.run(
        [promtool, "check", "config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_alert_fires_when_it_should_and_clears(promtool):
    cases = ROOT / "tests/contract/alerts.yml"
    checked = subprocess.run(
        [promtool, "test", "rules", str(cases)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
