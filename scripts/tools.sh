# shellcheck shell=bash
#
# Finds what Millrace is built and tested with. Sourced by ./millrace and ./verify. Each function
# installs what is missing where that can be done without asking (as root on Debian and its kin);
# else it says what to install, and returns 1.
#
#   find_jdk        a JDK 25 or newer; sets and exports JAVA_HOME
#   find_maven      mvn can be called
#   find_node       node and npm can be called: they build the console, and a server of tests runs on them
#   find_chromium   sets and exports MILLRACE_CHROMIUM, the browser of the tests
#   find_promtool   promtool can be called: it checks the metrics in the tests
#   find_pgbouncer  pgbouncer can be called: tests put it before PostgreSQL
#   find_strace     strace can be called, where there is one: tests make system calls fail with it
#
# Nothing here starts a JVM in the usual case: a JDK's own `release` file names its version.

JDK_MINIMUM=25

# The major version of the JDK in folder $1, in jdk_version; fails if there is no JDK in it.
read_jdk_version() {
  local home=$1 line=
  jdk_version=
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 1
  if [[ -r $home/release ]]; then
    while IFS= read -r line || [[ -n $line ]]; do
      [[ $line == JAVA_VERSION=* ]] && break
      line=
    done <"$home/release"
    line=${line#JAVA_VERSION=}
  fi
  if [[ -z $line ]]; then
    line=$("$home/bin/java" -version 2>&1 | head -n 1) || return 1
    line=${line#*\"}
  fi
  line=${line//\"/}
  line=${line#1.}
  jdk_version=${line%%[!0-9]*}
  [[ -n $jdk_version ]]
}

# Prints the places where a JDK may be, the preferred ones first.
jdk_candidates() {
  local java
  [[ -n ${JAVA_HOME:-} ]] && printf '%s\n' "$JAVA_HOME"
  if java=$(command -v java); then
    # Follow the links of /usr/bin/java; readlink -f is not everywhere.
    while [[ -L $java ]]; do
      local target
      target=$(readlink "$java")
      [[ $target == /* ]] || target=$(dirname "$java")/$target
      java=$target
    done
    printf '%s\n' "$(cd -P "$(dirname "$java")/.." && pwd)"
  fi
  local path
  for path in \
    "${JDK_HOME:-}" \
    /usr/lib/jvm/* \
    /opt/*jdk* /opt/*java* /opt/java/* \
    /usr/local/*jdk* /usr/local/lib/jvm/* /usr/java/* \
    "${SDKMAN_DIR:-${HOME:-/nonexistent}/.sdkman}"/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.asdf/installs/java/* \
    "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [[ -d $path ]] && printf '%s\n' "$path"
  done
}

# The first JDK that is new enough, in found_jdk; the others, in older_jdks.
search_jdk() {
  local home
  found_jdk=
  older_jdks=
  while IFS= read -r home; do
    read_jdk_version "$home" || continue
    if ((jdk_version >= JDK_MINIMUM)); then
      found_jdk=$home
      return 0
    fi
    [[ $older_jdks == *"$home "* ]] || older_jdks+="  $home (JDK $jdk_version)"$'\n'
  done < <(jdk_candidates)
  return 1
}

# Installs Debian packages, where that is possible without asking anyone.
install_debian() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  echo "millrace: installing $* with apt-get" >&2
  {
    apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >/dev/null 2>&1
}

find_jdk() {
  if search_jdk || { install_debian "openjdk-$JDK_MINIMUM-jdk-headless" && search_jdk; }; then
    export JAVA_HOME=$found_jdk
    return 0
  fi
  {
    echo "millrace: needs a JDK $JDK_MINIMUM or newer, and found none."
    [[ -n $older_jdks ]] && printf 'Too old:\n%s' "$older_jdks"
    echo "Install one, for example Eclipse Temurin $JDK_MINIMUM (https://adoptium.net),"
    echo "or 'sdk install java $JDK_MINIMUM-tem', or 'brew install openjdk@$JDK_MINIMUM',"
    echo "or set JAVA_HOME to its folder."
  } >&2
  return 1
}

find_maven() {
  command -v mvn >/dev/null && return 0
  install_debian maven && hash -r && command -v mvn >/dev/null && return 0
  {
    echo "millrace: needs Maven 3.8 or newer to build, and found no 'mvn' on the PATH."
    echo "Install it, for example with 'apt-get install maven', 'brew install maven',"
    echo "or 'sdk install maven'."
  } >&2
  return 1
}

NODE_MINIMUM=20.19

find_node() {
  local version major minor
  if { command -v node && command -v npm; } >/dev/null ||
    { install_debian nodejs npm && hash -r && command -v npm >/dev/null; }; then
    version=$(node --version)
    version=${version#v}
    IFS=. read -r major minor _ <<<"$version"
    ((major * 100 + minor >= ${NODE_MINIMUM%.*} * 100 + ${NODE_MINIMUM#*.})) && return 0
  fi
  {
    echo "millrace: needs Node $NODE_MINIMUM or newer with npm to build the console${version:+, and found $version}."
    echo "Install it, for example with 'apt-get install nodejs npm' or 'brew install node'."
  } >&2
  return 1
}

search_chromium() {
  local name
  for name in "${MILLRACE_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    /Applications/Chromium.app/Contents/MacOS/Chromium; do
    [[ -n $name ]] && MILLRACE_CHROMIUM=$(command -v "$name") && return 0
  done
  return 1
}

find_chromium() {
  if search_chromium || { install_debian chromium && hash -r && search_chromium; }; then
    export MILLRACE_CHROMIUM
    return 0
  fi
  {
    echo "millrace: needs Chromium or Chrome to test the console, and found none."
    echo "Install it, for example with 'apt-get install chromium' or 'brew install --cask chromium',"
    echo "or set MILLRACE_CHROMIUM to its program."
  } >&2
  return 1
}

find_promtool() {
  command -v promtool >/dev/null && return 0
  install_debian prometheus && hash -r && command -v promtool >/dev/null && return 0
  {
    echo "millrace: needs promtool to check the metrics, and found none."
    echo "It comes with Prometheus: 'apt-get install prometheus' or 'brew install prometheus'."
  } >&2
  return 1
}

find_pgbouncer() {
  [[ $PATH == *:/usr/sbin* ]] || export PATH=$PATH:/usr/sbin
  command -v pgbouncer >/dev/null && return 0
  install_debian pgbouncer && hash -r && command -v pgbouncer >/dev/null && return 0
  {
    echo "millrace: needs pgbouncer to test the store on PostgreSQL behind it, and found none."
    echo "Install it, for example with 'apt-get install pgbouncer' or 'brew install pgbouncer'."
  } >&2
  return 1
}

find_strace() {
  [[ $(uname -s) == Linux ]] || {
    echo "millrace: strace is only on Linux: kills at exact system calls are not tested here" >&2
    return 0
  }
  command -v strace >/dev/null && return 0
  install_debian strace && hash -r && command -v strace >/dev/null && return 0
  {
    echo "millrace: needs strace to kill processes at exact system calls, and found none."
    echo "Install it, for example with 'apt-get install strace'."
  } >&2
  return 1
}
