"""Who comes in: users and passwords, cookies, rates, origins, sizes, a path of a proxy's. No Gradio here."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from rag.cli import main
from rag.errors import ConfigError
from ui.kept.visitor import BROWSER, READER, is_browser, may_manage, new_browser, owner_of
from ui.server import users as users_module
from ui.server.access import Access
from ui.server.entrance import SESSION, _within
from ui.server.limits import Rate
from ui.server.users import Users, add_user, hashed, matches, read_users, secret_in

PASSWORD = "柳絮 and 47 herons"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_module, "COST", 1 << 10)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    add_user(path, "林知远", PASSWORD)
    return path


@pytest.fixture
def users(file: Path) -> Users:
    return Users(file, b"s" * 32)


def site(access: Access, base: str = "http://127.0.0.1") -> TestClient:
    """Return a client of a small site behind the doors, which tells whose request it got."""
    app = FastAPI()

    @app.get("/")
    @app.get("/api/who")
    @app.post("/api/who")
    @app.put("/api/collections/x/files/y")
    def who(request: Request) -> dict[str, str]:
        return {"owner": owner_of(request), "path": request.url.path}

    @app.get("/api/may")
    def may(request: Request) -> dict[str, bool]:
        return {"may": may_manage(request)}

    access.guard(app)
    return TestClient(app, base_url=base, follow_redirects=False)


# users


def test_a_password_is_known_by_its_hash_alone(file: Path) -> None:
    kept = read_users(file)["林知远"]
    assert PASSWORD not in file.read_text("utf-8")
    assert matches(PASSWORD, kept)
    assert not matches(PASSWORD + " ", kept)
    assert hashed(PASSWORD) != hashed(PASSWORD)


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_only_its_owner_may_read_the_file_of_users(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_adding_a_user_again_changes_the_password_and_nothing_else(file: Path) -> None:
    add_user(file, "second", "another password")
    add_user(file, "林知远", "a new password")
    users = Users(file, b"s" * 32)
    assert not users.check("林知远", PASSWORD)
    assert users.check("林知远", "a new password")
    assert users.check("second", "another password")


@pytest.mark.parametrize(
    ("name", "password"), [("a:b", "long enough"), ("", "long enough"), ("a b", "long enough"), ("ok", "short")]
)
def test_names_and_passwords_that_cannot_be_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(ConfigError):
        add_user(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


@pytest.mark.parametrize(
    "line", ["name", "name:plain", "name:scrypt$1$8$1$AA==$AA==", "name:scrypt$99999999$8$1$AA==$AA=="]
)
def test_a_line_that_is_no_user_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "users").write_text(f"# ours\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        Users(tmp_path / "users", b"s")


def test_without_a_user_the_server_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--add-user"):
        Users(tmp_path / "none", b"s")


def test_a_cookie_ends_with_time_password_and_secret(users: Users, file: Path) -> None:
    assert users.of_cookie(users.cookie("林知远")) == "林知远"
    assert users.of_cookie(users.cookie("林知远", now=0)) is None
    assert Users(file, b"t" * 32).of_cookie(users.cookie("林知远")) is None
    cookie = users.cookie("林知远")
    add_user(file, "林知远", "a new password")
    assert users.of_cookie(cookie) is None


@pytest.mark.parametrize("cookie", ["", "a.b", "a.b.c", "5p6X.99999999999.x", "." * 9])
def test_a_forged_cookie_stands_for_nobody(users: Users, cookie: str) -> None:
    assert users.of_cookie(cookie) is None


def test_who_may_only_read_is_told_apart_and_a_forged_word_changes_nothing(file: Path, users: Users) -> None:
    add_user(file, "reader", PASSWORD, manages=False)
    assert (users.may_manage("林知远"), users.may_manage("reader"), users.may_manage("nobody")) == (True, False, False)
    assert users.check("reader", PASSWORD)
    with site(Access(users, rate=None)) as client:
        for name, may in (("林知远", True), ("reader", False)):
            client.cookies.set(SESSION, users.cookie(name))
            told = client.get("/api/may", headers={READER: "0" if not may else "1"})
            assert told.json() == {"may": may}


def test_over_rest_who_may_only_read_changes_nothing() -> None:
    from ui.rest.errors import catch
    from ui.rest.managing import manage_router

    app, router = FastAPI(), manage_router(None)  # type: ignore[arg-type]
    catch(app)
    app.include_router(router)
    paths = [(route.path, method) for route in router.routes for method in route.methods]  # type: ignore[attr-defined]
    assert len(paths) > 8
    with TestClient(app) as client:
        for path, method in paths:
            body = {"name": "x"} if path == "/collections" and method == "POST" else {}
            assert client.request(method, path, json=body, headers={READER: "1"}).status_code == 403, (method, path)


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    assert secret_in(tmp_path) == secret_in(tmp_path)
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(ConfigError):
        secret_in(tmp_path)


def test_the_command_line_writes_a_user(tmp_path: Path, monkeypatch, capsys) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["serve", "--add-user", "editor", "--auth", str(tmp_path / "users")]) == 0
    assert Users(tmp_path / "users", b"s").check("editor", PASSWORD)
    assert main(["serve", "--add-user", "editor"]) == 2
    assert "--auth" in capsys.readouterr().err


def test_other_machines_are_let_in_with_passwords_only_unless_told_otherwise(capsys, tmp_path: Path) -> None:
    assert main(["serve", "--index", str(tmp_path), "--allow-remote"]) == 2
    assert "--no-auth" in capsys.readouterr().err


# signing in


def test_nobody_comes_in_without_a_name(users: Users) -> None:
    client = site(Access(users))
    page = client.get("/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/")
    said = client.get("/api/who")
    assert (said.status_code, said.headers["www-authenticate"][:5]) == (401, "Basic")
    assert "www-authenticate" not in client.post("/gradio_api/queue/join").headers
    assert client.post("/gradio_api/queue/join").status_code == 401


def test_signing_in_gives_a_cookie_that_scripts_cannot_read(users: Users) -> None:
    client = site(Access(users))
    form = {"name": "林知远", "password": PASSWORD, "next": "/api/who"}
    done = client.post("/sign-in", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/api/who")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(done.headers["set-cookie"].split("; "))
    assert "Secure" not in done.headers["set-cookie"]
    assert client.get("/api/who").json()["owner"].startswith("user:")
    assert client.post("/sign-out").status_code == 303
    client.cookies.delete(SESSION)
    assert client.get("/api/who").status_code == 401


def test_behind_https_cookies_stay_there(users: Users) -> None:
    client = site(Access(users, "https://archive.example/wenju"), "https://archive.example")
    done = client.post("/wenju/sign-in", data={"name": "林知远", "password": PASSWORD, "next": "/"})
    assert (done.status_code, done.headers["location"]) == (303, "/wenju/")
    assert {"Secure", "Path=/wenju/"} <= set(done.headers["set-cookie"].split("; "))


def test_a_wrong_password_is_told_and_a_sixth_one_not_even_tried(users: Users) -> None:
    client = site(Access(users))
    form = {"name": "林知远", "password": "wrong", "next": "/"}
    tries = [client.post("/sign-in", data=form, headers={"accept-language": "en"}) for _ in range(6)]
    assert [one.status_code for one in tries] == [401] * 5 + [429]
    assert "wrong" in tries[0].text
    assert client.post("/sign-in", data={**form, "password": PASSWORD}).status_code == 429


def test_the_page_to_sign_in_speaks_both_languages_and_loads_nothing(users: Users) -> None:
    client = site(Access(users))
    chinese = client.get("/sign-in", headers={"accept-language": "zh-CN"}).text
    english = client.get("/sign-in", headers={"accept-language": "en"}).text
    assert "登录" in chinese
    assert "Sign in" in english
    assert not [word for word in ("http://", "https://", "<script", "@import", "url(") if word in english]


def test_what_was_typed_is_shown_escaped(users: Users) -> None:
    form = {"name": '"><script>alert(1)</script>', "password": "x", "next": '/"><b>'}
    text = site(Access(users)).post("/sign-in", data=form).text
    assert "<script>" not in text
    assert '"><b>' not in text


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nb: c", ""]
)
def test_signing_in_leads_to_no_other_site(path: str) -> None:
    assert _within(path) == "/"


def test_programs_send_name_and_password(users: Users) -> None:
    client = site(Access(users))
    assert client.get("/api/who", auth=("林知远".encode(), PASSWORD.encode())).json()["owner"].startswith("user:")
    wrong = [client.get("/api/who", auth=("x", "y")).status_code for _ in range(6)]
    assert wrong == [401] * 5 + [429]
    for broken in ("Basic", "Basic %%%", "Basic " + "QQ==", "Bearer x"):
        assert client.get("/api/who", headers={"authorization": broken}).status_code == 401


# whose request it is


def test_a_browser_gets_a_number_of_its_own_and_keeps_it() -> None:
    client = site(Access())
    first = client.get("/")
    assert first.json()["owner"] == ""
    number = client.cookies[BROWSER]
    assert is_browser(number)
    assert {"HttpOnly", "SameSite=Lax"} <= set(first.headers["set-cookie"].split("; "))
    again = client.get("/")
    assert again.json()["owner"] == f"browser:{number}"
    assert "set-cookie" not in again.headers


def test_nobody_can_say_that_he_is_somebody_else() -> None:
    client = site(Access())
    assert client.get("/api/who", headers={"X-Wenju-Owner": "user:boss"}).json()["owner"] == ""
    assert client.get("/api/who", headers={"cookie": f"{BROWSER}=../../x"}).json()["owner"] == ""
    number = new_browser()
    asked = {"cookie": f"{BROWSER}={number}", "X-Wenju-Owner": "user:boss"}
    assert client.get("/api/who", headers=asked).json()["owner"] == f"browser:{number}"


# limits


def test_a_bucket_gives_what_has_run_in() -> None:
    now = [0.0]
    rate = Rate(2.0, 3, lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [0, 0, 0]
    assert rate.take("a") == pytest.approx(0.5)
    assert rate.take("b") == 0
    now[0] = 0.5
    assert (rate.take("a"), rate.empty("a"), rate.empty("b")) == (0, True, False)


def test_one_client_that_asks_too_often_is_told_when_to_try_again() -> None:
    client = site(Access(rate=0.5))
    said = [client.get("/api/who") for _ in range(4)]
    assert [one.status_code for one in said] == [200, 200, 429, 429]
    assert int(said[-1].headers["retry-after"]) >= 1
    assert said[-1].json()["error"]
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_can_change_nothing(headers: dict[str, str]) -> None:
    client = site(Access())
    assert client.post("/api/who", headers=headers).status_code == 403
    assert client.get("/api/who", headers=headers).status_code == 200


def test_our_own_page_and_programs_can() -> None:
    client = site(Access())
    assert client.post("/api/who", headers={"origin": "http://127.0.0.1"}).status_code == 200
    assert client.post("/api/who").status_code == 200
    proxied = site(Access(root="https://archive.example/wenju"))
    assert proxied.post("/api/who", headers={"origin": "https://archive.example"}).status_code == 200


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    client = site(Access(upload=3_000_000))
    assert client.post("/api/who", content=b"x" * (1 << 20)).status_code == 200
    assert client.post("/api/who", content=b"x" * ((1 << 20) + 1)).status_code == 413
    assert client.put("/api/collections/x/files/y", content=b"x" * 3_000_000).status_code == 200
    assert client.put("/api/collections/x/files/y", content=b"x" * 3_000_001).status_code == 413
    assert client.post("/api/who", content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize("host", ["http://evil.example", "http://127.0.0.1.evil.example"])
def test_another_name_of_this_machine_is_refused(host: str) -> None:
    assert site(Access(), host).get("/api/who").status_code == 400
    assert site(Access(remote=True), host).get("/api/who").status_code == 200


@pytest.mark.parametrize(
    ("asked", "path"), [("/wenju/api/who", "/api/who"), ("/api/who", "/api/who"), ("/wenju/", "/")]
)
def test_a_path_of_a_proxy_is_taken_off_whether_it_leaves_it_on_or_not(asked: str, path: str) -> None:
    assert site(Access(root="/wenju")).get(asked).json()["path"] == path


def test_a_path_of_a_proxy_gets_its_slash_so_that_links_of_the_page_lead_somewhere() -> None:
    said = site(Access(root="/wenju")).get("/wenju")
    assert (said.status_code, said.headers["location"]) == (308, "/wenju/")


def test_a_path_of_a_proxy_opens_no_door_that_is_shut() -> None:
    assert site(Access(root="/wenju")).get("/wenju/gradio_api/file=/etc/hostname").status_code == 404


@pytest.mark.parametrize("root", ["wenju", "ftp://x", "https:/x", "/a?b", "//x/y"])
def test_a_root_path_that_is_none_is_refused(root: str) -> None:
    with pytest.raises(ConfigError, match="root path"):
        Access(root=root)
