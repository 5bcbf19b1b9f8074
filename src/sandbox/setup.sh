#!/usr/bin/env bash
# Makes a Debian machine ready for the sandbox and the tests; harmless when it is ready already.
#
#   src/sandbox/setup.sh [--yes] PART...
#
# Parts, each looked for first and installed only when it is missing:
#   docker       a Docker engine that answers: whatever DOCKER_HOST or /var/run/docker.sock offers, else docker.io
#   monitoring   the programs Prometheus and Alertmanager; their services stay off
#   postgresql   the programs of a PostgreSQL server, for the shop's database image; no server is ever started
#   stores       the programs of etcd and Redis, for the tests of such stores; their services stay off
#   browser      Chromium and a font
# It asks before it installs, unless --yes is given or root works with CI=true.
#
# Exit codes: 0 ready; 1 the answer was no; 2 wrong usage; 4 this machine cannot be prepared (what to do is said).
set -euo pipefail

readonly SOCKET=/var/run/docker.sock
readonly DOCKERD_LOG=/var/log/sternway-dockerd.log
readonly POLICY=/usr/sbin/policy-rc.d
readonly CLUSTERS=/etc/postgresql-common/createcluster.conf

yes=no
parts=()
packages=()
as_root=()
work=$(mktemp -d)

say() { printf '%s\n' "$*" >&2; }

# What is wrong, and what to do.
fail() {
    say "setup: $1"
    say "HINT: $2"
    exit 4
}

usage() {
    sed -n '3,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

read_arguments() {
    local argument
    for argument in "$@"; do
        case $argument in
            --yes) yes=yes ;;
            docker | monitoring | postgresql | stores | browser) parts+=("$argument") ;;
            *) usage ;;
        esac
    done
    ((${#parts[@]})) || usage
    if [[ $EUID -eq 0 && ${CI:-} == true ]]; then
        yes=yes
    fi
}

has() { command -v "$1" >/dev/null 2>&1; }

# --- What is there ------------------------------------------------------------------------------------------------

# Any engine counts: DOCKER_HOST, the client's context, or the standard socket. A client that is too new or too old
# for its engine still proves that one answers; Sternway brings its own client.
engine_answers() {
    if has docker; then
        timeout 20 docker version --format '{{.Server.Version}}' >"$work/engine" 2>&1 && return
        grep -qiE 'client version .* too (new|old)|API version' "$work/engine" && return
    fi
    if [[ -z ${DOCKER_HOST:-} && -S $SOCKET ]] && has curl; then
        curl --silent --show-error --fail --max-time 5 --unix-socket "$SOCKET" http://docker/_ping >"$work/engine" 2>&1
        return
    fi
    return 1
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

look() {
    local part
    for part in "${parts[@]}"; do
        case $part in
            docker)
                if ! engine_answers && ! has dockerd; then
                    refuse_foreign_engine
                    packages+=(docker.io iptables)
                fi
                if [[ -z ${SANDBOX_JRE_IMAGE:-} || -z ${SANDBOX_POSTGRES_IMAGE:-} ]] && ! has busybox; then
                    packages+=(busybox-static)
                fi
                ;;
            monitoring)
                has prometheus || packages+=(prometheus)
                has prometheus-alertmanager || has alertmanager || packages+=(prometheus-alertmanager)
                ;;
            postgresql)
                [[ -n ${SANDBOX_POSTGRES_IMAGE:-} ]] || has_postgresql || packages+=(postgresql-15)
                ;;
            stores)
                has etcd || packages+=(etcd-server)
                has redis-server || packages+=(redis-server)
                ;;
            browser)
                has chromium || packages+=(chromium fonts-dejavu-core)
                ;;
        esac
    done
}

# --- What is missing ----------------------------------------------------------------------------------------------

# An engine that is named but does not answer is the user's: nothing is installed beside it.
refuse_foreign_engine() {
    if [[ -n ${DOCKER_HOST:-} ]]; then
        fail "no Docker engine answers at DOCKER_HOST='$DOCKER_HOST': $(tail -1 "$work/engine" 2>/dev/null)" \
            "start it, or unset DOCKER_HOST to use an engine on this machine."
    fi
    if grep -qi 'permission denied' "$work/engine" 2>/dev/null; then
        fail "the Docker engine does not let user '$(id -un)' in" \
            "sudo usermod -aG docker $(id -un)   and sign in again, or run this as root."
    fi
}

become_root() {
    if [[ $EUID -eq 0 ]]; then
        return
    fi
    if ! has sudo; then
        fail "this needs root, and there is no sudo" "run as root: $1"
    fi
    as_root=(sudo)
    if [[ ! -t 0 ]]; then
        sudo -n true 2>/dev/null || fail "this needs root, and sudo asks for a password" "run as root: $1"
    fi
}

ask() {
    local answer
    if [[ $yes == yes ]]; then
        return
    fi
    if [[ ! -t 0 ]]; then
        fail "there is nobody to ask whether to install: ${packages[*]}" "run it again with --yes."
    fi
    read -r -p "Install them now with apt? [y/N] " answer
    if [[ ! $answer =~ ^[yYjJ] ]]; then
        say "Nothing was installed."
        exit 1
    fi
}

run_apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y "$@" \
        >>"$work/apt.log" 2>&1 && return
    tail -5 "$work/apt.log" >&2
    fail "apt-get $1 failed, its last lines are above" "put right what it says, then run this again."
}

# Packages start their services when they are installed; the sandbox wants the programs only.
hold_services() {
    if [[ ! -e $POLICY ]]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$POLICY" >/dev/null
        "${as_root[@]}" chmod 755 "$POLICY"
        touch "$work/policy-is-ours"
    fi
}

release_services() {
    if [[ -e $work/policy-is-ours ]]; then
        "${as_root[@]}" rm -f "$POLICY" "$work/policy-is-ours"
    fi
    if [[ -e $work/clusters ]]; then
        "${as_root[@]}" cp "$work/clusters" "$CLUSTERS"
        rm -f "$work/clusters"
    fi
}

clean_up() {
    release_services
    rm -rf "$work"
}

install_postgresql() {
    # The package would make a cluster and start it: it reads this file, which comes with another package.
    run_apt install --no-install-recommends postgresql-common
    cp "$CLUSTERS" "$work/clusters"
    printf 'create_main_cluster = false\n' | "${as_root[@]}" tee -a "$CLUSTERS" >/dev/null
    run_apt install --no-install-recommends postgresql-15
}

install() {
    local command="apt-get install --no-install-recommends ${packages[*]}" package others=()
    if ! has apt-get; then
        fail "missing on this machine, which has no apt: ${packages[*]}" \
            "install what these Debian packages hold (a Docker engine, Prometheus, Alertmanager, PostgreSQL 15, etcd, Redis, Chromium)."
    fi
    say "Missing: ${packages[*]}"
    ask
    become_root "$command"
    say "Fetching package lists …"
    run_apt update
    hold_services
    for package in "${packages[@]}"; do
        if [[ $package == postgresql-15 ]]; then
            say "Installing $package (no server is started) …"
            install_postgresql
        else
            others+=("$package")
        fi
    done
    if ((${#others[@]})); then
        say "Installing ${others[*]} …"
        run_apt install --no-install-recommends "${others[@]}"
    fi
    release_services
    keep_services_off
}

# They run as children of the sandbox and of tests; their services would start with the machine.
keep_services_off() {
    local package
    for package in "${packages[@]}"; do
        if [[ $package =~ ^(prometheus.*|etcd-server|redis-server)$ ]] && has systemctl; then
            "${as_root[@]}" systemctl disable --quiet "${package/etcd-server/etcd}" 2>/dev/null || true
        fi
    done
}

start_engine() {
    local wait why=
    if [[ ! -S $SOCKET ]] || ! pgrep -x dockerd >/dev/null 2>&1; then
        become_root "dockerd &"
        if [[ -d /run/systemd/system ]]; then
            say "Starting the Docker engine …"
            "${as_root[@]}" systemctl start docker ||
                fail "systemd could not start the Docker engine" "see: journalctl -u docker"
        else
            say "Starting the Docker engine by hand, this machine has no init system (log: $DOCKERD_LOG) …"
            # shellcheck disable=SC2016 # the inner shell expands it
            "${as_root[@]}" setsid --fork sh -c 'exec dockerd >"$1" 2>&1 </dev/null' sh "$DOCKERD_LOG"
        fi
    fi
    for ((wait = 0; wait < 60; wait++)); do
        engine_answers && return
        refuse_foreign_engine
        why=$("${as_root[@]}" grep -m1 'failed to start daemon' "$DOCKERD_LOG" 2>/dev/null) && break
        sleep 0.5
    done
    fail "the Docker engine does not answer: ${why:-it said nothing for 30 s}" \
        "see $DOCKERD_LOG or journalctl -u docker. Inside a container an engine runs only with --privileged."
}

main() {
    trap clean_up EXIT
    read_arguments "$@"
    look
    if ((${#packages[@]})); then
        install
    fi
    if [[ " ${parts[*]} " == *" docker "* ]] && ! engine_answers; then
        refuse_foreign_engine
        start_engine
    fi
    say "This machine is ready for: ${parts[*]}."
}

main "$@"
