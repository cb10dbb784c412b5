/**
 * System tools of the demo's host. They are real programs on its PATH that ask the world to act on real processes:
 * the shipped runbooks run unchanged, with the same words they would use on a server.
 */
const ask = (tool: string) => `#!/bin/sh
# ${tool} of the demo's host: leaves the request in the spool and waits for the answer of the world.
set -eu
request="$QD_WORLD/spool/$$-$(date +%s%N)"
{ printf '%s\\n' ${tool}; for word in "$@"; do printf '%s\\n' "$word"; done; } > "$request.part"
mv "$request.part" "$request.ask"
waited=0
while [ ! -e "$request.answer" ]; do
  [ "$waited" -lt 600 ] || { echo "${tool}: no answer from the system manager" >&2; exit 1; }
  sleep 0.05
  waited=$((waited + 1))
done
code=$(head -n 1 "$request.answer")
tail -n +2 "$request.answer"
rm -f "$request.answer"
exit "$code"
`

const sudo = `#!/bin/sh
# sudo of the demo's host: everybody here may do everything, and nothing here is the real system.
while [ $# -gt 0 ]; do
  case "$1" in
    -n|-E|-H|-S) shift ;;
    -u) shift 2 ;;
    -v|-l) exit 0 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
exec "$@"
`

export const SHIMS: Readonly<Record<string, string>> = {
  systemctl: ask('systemctl'),
  journalctl: ask('journalctl'),
  df: ask('df'),
  sudo,
}
