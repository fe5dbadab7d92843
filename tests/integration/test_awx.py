# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWX kit, run as AWX runs a job: ansible-runner, a private data directory, variables from the shipped files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import emulator
import pytest
import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT = Path(__file__).resolve().parent.parent.parent
INPUTS = {
    "jdcloud": {"access_key": emulator.ACCESS_KEY, "secret_key": emulator.SECRET_KEY},
    "qcloud": {"secret_id": emulator.SECRET_ID, "secret_key": emulator.SECRET_KEY_TENCENT},
}
TEMPORARY = {
    "jdcloud": {
        "access_key": emulator.TEMPORARY_ACCESS_KEY,
        "secret_key": emulator.TEMPORARY_SECRET_KEY,
        "security_token": emulator.SECURITY_TOKEN,
        "region_id": "cn-east-2",
    },
    "qcloud": {
        "secret_id": emulator.TEMPORARY_SECRET_ID,
        "secret_key": emulator.TEMPORARY_SECRET_KEY_TENCENT,
        "token": emulator.SECURITY_TOKEN,
        "region": "ap-beijing",
    },
}
PICKED = {"jdcloud": "img-2stiid8a4g", "qcloud": "img-u7amukdk"}


@pytest.fixture
def kit(collections_path) -> Path:
    """The kit as a user has it after installing the collection."""
    return collections_path / "ansible_collections" / "cncloud" / "images" / "docs" / "awx"


def read(kit, name):
    return json.loads((kit / name).read_text(encoding="utf-8"))


def injected(credential_type, inputs):
    """The environment that AWX makes of a credential: an input that is empty is undefined and renders to nothing."""
    sandbox = ImmutableSandboxedEnvironment()
    return {
        name: sandbox.from_string(template).render(**inputs)
        for name, template in credential_type["injectors"]["env"].items()
    }


def survey_answers(survey, **answers):
    """Extra variables of a survey in which nothing was changed but ``answers``."""
    return {**{question["variable"]: question["default"] for question in survey["spec"]}, **answers}


def job(ansible, kit, playbook, envvars, extra_variables):
    """Run one job; its events, and everything of it that AWX keeps."""
    data = ansible.folder / "job"
    shutil.rmtree(data, ignore_errors=True)
    for name in ("env", "inventory"):
        (data / name).mkdir(parents=True)
    shutil.copytree(kit / "project", data / "project")
    (data / "env" / "envvars").write_text(yaml.safe_dump(envvars), encoding="utf-8")
    (data / "env" / "extravars").write_text(yaml.safe_dump(extra_variables, allow_unicode=True), encoding="utf-8")
    # What the demo inventory of AWX says of its one host.
    (data / "inventory" / "hosts").write_text(
        "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n",
        encoding="utf-8",
    )
    env = {**ansible.env, "ANSIBLE_INJECT_INVOCATION": "1"}
    env = {name: value for name, value in env.items() if not name.startswith(("JDCLOUD_", "TENCENTCLOUD_"))}
    runner = Path(sys.executable).parent / "ansible-runner"
    done = subprocess.run(
        [runner, "run", data, "-p", playbook, "-vvv", "--ident", "1"],
        env=env,
        cwd=ansible.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    kept = data / "artifacts" / "1"
    files = sorted((kept / "job_events").glob("*.json"))
    events = sorted(
        (json.loads(file.read_text(encoding="utf-8")) for file in files), key=lambda event: event["counter"]
    )
    text = "".join(file.read_text(encoding="utf-8") for file in [*files, kept / "stdout"])
    return done, events, text + done.stdout + done.stderr


def artifacts(events):
    """What AWX hands on: the data of set_stats, from the last event of the play."""
    return next(event for event in events if event["event"] == "playbook_on_stats")["event_data"]["artifact_data"]


@pytest.mark.usefixtures("either_door")
@pytest.mark.parametrize("which", ["jdcloud", "qcloud"])
def test_a_job_with_the_survey_as_it_is_picks_and_hands_on_and_keeps_its_secrets(
    ansible, kit, cloud, no_secret_in, which
):
    envvars = injected(read(kit, f"credential_type_{which}.json"), INPUTS[which])
    variables = survey_answers(read(kit, f"survey_{which}.json"), endpoint=ansible.url)
    template = read(kit, f"job_template_{which}.json")
    done, events, text = job(ansible, kit, template["playbook"], envvars, variables)
    assert done.returncode == 0, done.stdout
    handed_on = artifacts(events)
    assert handed_on["cncloud_image_id"] == handed_on[f"cncloud_{which}_image_id"] == PICKED[which]
    assert {request.verdict for request in cloud.requests} == {"ok"}
    no_secret_in(text)
    results = [event["event_data"]["res"] for event in events if event["event"] == "runner_on_ok"]
    asked = next(result for result in results if "image_id" in result)
    assert asked["invocation"]["module_args"]["secret_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

    # The next node gets the artifacts as extra variables. A second pick must not mistake them for its own.
    done, events, text = job(ansible, kit, "use_image.yml", {}, handed_on)
    assert f"Would boot {PICKED[which]} in {handed_on['cncloud_image_region']}" in text
    variables = survey_answers(
        read(kit, f"survey_{which}.json"), endpoint=ansible.url, name_regex="", pick="highest_name"
    )
    done, events, text = job(ansible, kit, template["playbook"], envvars, {**variables, **handed_on})
    assert done.returncode == 0, done.stdout
    assert artifacts(events)["cncloud_image_id"] != ""


@pytest.mark.usefixtures("either_door")
@pytest.mark.parametrize("which", ["jdcloud", "qcloud"])
def test_temporary_keys_and_the_region_of_the_credential_are_used(ansible, kit, cloud, no_secret_in, which):
    envvars = injected(read(kit, f"credential_type_{which}.json"), TEMPORARY[which])
    region = "region_id" if which == "jdcloud" else "region"
    variables = survey_answers(read(kit, f"survey_{which}.json"), endpoint=ansible.url, **{region: ""})
    done, events, text = job(ansible, kit, f"pick_{which}_image.yml", envvars, variables)
    assert done.returncode == 0, done.stdout
    assert artifacts(events)["cncloud_image_region"] == TEMPORARY[which][region]
    assert {request.verdict for request in cloud.requests} == {"ok"}
    no_secret_in(text)


@pytest.mark.usefixtures("either_door")
@pytest.mark.parametrize("which", ["jdcloud", "qcloud"])
def test_a_failed_job_shows_why_and_no_secret(ansible, kit, no_secret_in, which):
    credential_type = read(kit, f"credential_type_{which}.json")
    envvars = injected(credential_type, {**INPUTS[which], "secret_key": emulator.TEMPORARY_SECRET_KEY})
    variables = survey_answers(read(kit, f"survey_{which}.json"), endpoint=ansible.url)
    done, events, text = job(ansible, kit, f"pick_{which}_image.yml", envvars, variables)
    assert done.returncode == 2
    failed = next(event for event in events if event["event"] == "runner_on_failed")["event_data"]["res"]
    assert failed["error"]["kind"] == "credentials"
    assert not artifacts(events)
    no_secret_in(text)


@pytest.mark.parametrize("which", ["jdcloud", "qcloud"])
def test_the_credential_type_covers_the_variables_and_hides_what_is_secret(kit, which):
    from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info

    options = {"jdcloud": jdcloud_image_info, "qcloud": qcloud_image_info}[which].OPTIONS
    credential_type = read(kit, f"credential_type_{which}.json")
    fields = {field["id"]: field for field in credential_type["inputs"]["fields"]}
    from_environment = {name: option["fallback"][1] for name, option in options.items() if "fallback" in option}
    assert set(fields) == set(from_environment)
    assert {name for name, field in fields.items() if field.get("secret")} == {
        name for name in from_environment if options[name].get("no_log")
    }
    injectors = credential_type["injectors"]["env"]
    assert {variable: template.strip("{} ") for variable, template in injectors.items()} == {
        variables[0]: name for name, variables in from_environment.items()
    }


@pytest.mark.parametrize("which", ["jdcloud", "qcloud"])
def test_the_survey_asks_for_options_and_offers_their_choices(kit, which):
    from ansible_collections.cncloud.images.plugins.module_utils._query import argument_spec
    from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info

    module = {"jdcloud": jdcloud_image_info, "qcloud": qcloud_image_info}[which]
    spec = argument_spec(getattr(module, "MODULE", module.OPTIONS))
    playbook = (ROOT / "playbooks" / f"pick_{which}_image.yml").read_text(encoding="utf-8")
    for question in read(kit, f"survey_{which}.json")["spec"]:
        name = question["variable"]
        assert set(question.get("choices", [])) <= set(spec[name].get("choices") or question.get("choices", []))
        assert f"        {name}: " in playbook
        assert question["required"] <= bool(question["default"])


def test_the_loader_makes_everything_and_brings_it_up_to_date_when_run_again(ansible, kit, awx, no_secret_in):
    env = {"CONTROLLER_HOST": awx.url, "CONTROLLER_USERNAME": awx.user, "CONTROLLER_PASSWORD": awx.password}
    load = ["ansible-playbook", str(kit / "load.yml"), "-vvv"]
    finished = ansible.command(*load, "-e", "project=pick-images", "-e", "inventory=localhost", env=env)
    assert awx.password not in finished.text
    assert [row["name"] for row in awx.tables["credential_types"].values()] == ["JD Cloud", "Tencent Cloud"]
    templates = list(awx.tables["job_templates"].values())
    assert [template["playbook"] for template in templates] == ["pick_jdcloud_image.yml", "pick_qcloud_image.yml"]
    assert all((template["project"], template["inventory"]) == (7, 8) for template in templates)
    assert [awx.surveys[template["id"]] for template in templates] == [
        read(kit, "survey_jdcloud.json"),
        read(kit, "survey_qcloud.json"),
    ]

    numbers = list(awx.tables["credential_types"])
    awx.tables["credential_types"][numbers[0]]["description"] = "changed by hand"
    finished = ansible.command(*load, "-e", "project=nowhere", "-e", "inventory=localhost", env=env, code=2)
    assert "AWX has no projects of the name nowhere" in finished.out
    assert list(awx.tables["credential_types"]) == numbers
    loaded = awx.tables["credential_types"][numbers[0]]
    assert {name: loaded[name] for name in loaded if name != "id"} == read(kit, "credential_type_jdcloud.json")

    finished = ansible.command(*load, "-e", "project=pick-images", env=env, code=2)
    assert "The job templates need both. Add: -e inventory=localhost, or leave out the other" in finished.out

    finished = ansible.command(*load, env={"CONTROLLER_HOST": awx.url}, code=2)
    assert "Set the environment variable CONTROLLER_USERNAME." in finished.out


def test_awx_finds_the_playbooks_of_the_project(kit):
    # The pattern by which AWX tells playbooks from other YAML.
    playbook = re.compile(r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?import_playbook):\s*?.*?$", re.MULTILINE)
    for template in ("job_template_jdcloud.json", "job_template_qcloud.json"):
        assert playbook.search((kit / "project" / read(kit, template)["playbook"]).read_text(encoding="utf-8"))


def test_the_execution_environment_can_be_built_from_its_definition(ansible, kit):
    ansible.command(
        "ansible-builder", "create", "--file", str(kit / "execution-environment.yml"), "--context", "context"
    )
    context = ansible.folder / "context"
    assert "FROM $EE_BASE_IMAGE" in (context / "Dockerfile").read_text(encoding="utf-8")
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert wanted == {"collections": [{"name": "cncloud.images"}]}


def test_the_collection_tells_ansible_builder_what_python_it_needs(ansible, collections_path):
    finished = ansible.command("ansible-builder", "introspect", str(collections_path))
    assert yaml.safe_load(finished.out)["python"] == ["requests  # from collection cncloud.images"]
