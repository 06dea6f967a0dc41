# Finds a JDK that is new enough; sourced by the other scripts. Sets $java and, given $home, $archive.
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
if ! command -v "$java" >/dev/null 2>&1; then
  echo "fairlead: no java found: install a JDK 17 or newer, or set JAVA_HOME to one" >&2
  exit 1
fi
about=$("$java" -version 2>&1)
version=$(echo "$about" | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "${version:-0}" -lt 17 ]; then
  echo "fairlead: $java is version ${version:-unknown}, 17 or newer is needed: set JAVA_HOME to a newer JDK" >&2
  exit 1
fi
# What bin/faster-start made for this very Java; any other JVM would pass it over, with a warning.
build=$(echo "$about" | sed -n 's/.*(build \([^),]*\).*/\1/p' | head -n 1)
archive=${home:+$home/lib/classes-$build.jsa}
