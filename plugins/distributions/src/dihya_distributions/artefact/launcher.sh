#!/bin/sh
# Installs @name@ @version@ beside itself at the first call, without a network, and runs it.
#   ./@name@            set up what is new, then serve
#   ./@name@ install    install only
#   ./@name@ COMMAND …  any command of dihya: setup, doctor, backup …
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=$here/environment
DIHYA_CONFIG=${DIHYA_CONFIG:-$here/dihya.toml}
export DIHYA_CONFIG
python=${PYTHON:-python3}
stamp=$environment/@name@-@version@

fail() {
  echo "error: $1" >&2
  exit 1
}

install() {
  command -v "$python" >/dev/null 2>&1 || fail "no '$python' here; install Python @python@, or say where it is: PYTHON=/path/to/python@python@"
  found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  [ "$found" = "@python@" ] || fail "@name@ @version@ was built for Python @python@, and '$python' is $found; say where the right one is: PYTHON=/path/to/python@python@"
  if [ "@machine@" != any ]; then
    found=$("$python" -c 'import platform; print(platform.system() + "-" + platform.machine())')
    [ "$found" = "@machine@" ] || fail "@name@ @version@ was built for @machine@, and this is $found; build it there"
  fi
  echo "installing @name@ @version@ into $environment" >&2
  rm -rf "$environment"
  "$python" -m venv "$environment" || fail "the environment could not be made; on Debian, install python3-venv"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-index \
    --find-links "$here/wheels" --require-hashes --requirement "$here/requirements.txt" \
    || fail "the packages could not be installed; compare the files: sha256sum --check SHA256SUMS"
  : >"$stamp"
}

[ -e "$stamp" ] || install
case ${1:-} in
  '') ;;
  install) exit 0 ;;
  *) exec "$environment/bin/dihya" "$@" ;;
esac
"$environment/bin/dihya" setup </dev/null
exec "$environment/bin/dihya" serve
