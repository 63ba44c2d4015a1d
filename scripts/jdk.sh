# shellcheck shell=bash
#
# Finds a JDK 25 or newer, and Maven. Sourced by ./millrace and ./verify.
#
#   find_jdk     sets and exports JAVA_HOME, or says what to install and returns 1
#   find_maven   makes sure that mvn can be called, or says what to install and returns 1
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
