/** Backups, object stores and secrets; the grammar is told in `command-table.ts`. */
export const VAULT_TABLE = String.raw`
restic
  values -r --repo -p --password-file --cache-dir --tag --host --path -o --option --limit-upload --limit-download -H
  flags -v -q --verbose --quiet --json --no-lock --no-cache
  escape +--password-command +-o
  read +-n +--dry-run
  read snapshots ls stats check diff find cat list dump version key/list cache help features options
  destroy forget prune key/remove rewrite+--forget restore+--delete cache+--cleanup
  else change
borg borgmatic
  values --remote-path -r --repo --rsh --lock-wait -a --glob-archives -P --prefix --keep-daily --keep-last --keep-weekly --keep-monthly --keep-yearly -c --config
  flags -v -p --list --stats --info --progress --debug --json
  escape +--rsh
  read +-n +--dry-run
  run with-lock:1
  read list info diff check+!--repair repo-list repo-info rlist rinfo version config+--list +--version
  destroy delete prune rdelete repo-delete recreate check+--repair
  else change
duplicity duply
  read collection-status list-current-files verify status list +--dry-run
  destroy remove-* cleanup purge* remove*
  else change
tarsnap
  destroy +-d +--delete +--nuke
  read +-t +--list-archives +--print-stats +--dry-run +--verify-config
  else change
duplicacy bup rdiff-backup rsnapshot zbackup attic bareos bconsole rustic obnam snapper timeshift proxmox-backup-client
  destroy **delete **prune **remove **rm **forget **wipe +--remove-older-than +--delete +--nuke **undochange **rollback +--restore
  read **list **check **history **info **ls **diff **verify **status **list-configs **snapshots +--list-archives +--list +--print-stats +--list-increments +--compare +--dry-run
  else change
mc s3cmd s5cmd s4cmd minio-client
  values -c --profile --endpoint-url --region
  flags --json --quiet --debug
  read +-n +--dry-run +--fake
  destroy rm rb del mirror+--remove sync+--delete sync+--delete-removed delbucket purge */remove */rm admin/*/remove undo retention/clear
  read ls la stat cat du diff find tree head info alias/list alias/ls admin/info admin/user/list admin/user/info admin/policy/list admin/policy/info admin/trace admin/console admin/prometheus/metrics version/info tag/list ilm/rule/ls ilm/ls event/list policy/get anonymous/get anonymous/list ping ready watch sql select signurl
  else change
vault bao
  values -address -namespace -ca-cert -ca-path -client-cert -client-key -format -field -mount -version -versions -wrap-ttl -header -method -path -tls-server-name
  flags -tls-skip-verify -non-interactive -output-curl-string -detailed
  read **-help +-help
  destroy delete kv/delete kv/destroy kv/metadata/delete secrets/disable auth/disable audit/disable policy/delete lease/revoke token/revoke operator/raft/remove-peer operator/raft/snapshot/restore plugin/deregister namespace/delete
  read read status list kv/get kv/list kv/metadata/get policy/read policy/list secrets/list auth/list auth/help audit/list lease/lookup token/lookup token/capabilities version version-history path-help print operator/members operator/raft/list-peers operator/raft/autopilot/state operator/raft/autopilot/get-config operator/key-status operator/usage operator/diagnose plugin/list plugin/info namespace/list namespace/lookup pki/list-intermediates pki/health-check pki/verify-sign monitor help
  else change
op
  values --account --vault --session --format --config --fields --tags --categories
  flags --reveal --cache
  run run:0
  destroy **delete **rm **revoke **remove **forget
  change document/get+--out-file document/get+-o document/get+--output inject+-o inject+--out-file read+-o read+--out-file
  read item/get item/list item/ls item/template/get item/template/list vault/get vault/list vault/ls vault/user/list vault/group/list document/get document/list user/get user/list group/get group/list group/user/list account/get account/list account/ls whoami read inject connect/server/list connect/server/get connect/token/list service-account/ratelimit completion environment/read
  else change
doppler
  values --project -p --config -c --token -t --scope --configuration --format --api-host
  flags --json --plain --raw --only-names --no-color --silent
  script --command
  run run:0
  read secrets/$ */list */get secrets/get secrets/download+--no-file projects/$ projects/get configs/$ configs/get configs/logs configs/logs/get configs/tokens/$ environments/$ environments/get activity activity/get me settings/$ configure/$ configure/get configure/debug configure/options --version run
  destroy **delete **rm **revoke configure/reset
  else change

  read list read get secrets/$ secrets/get export env history services
  destroy delete secrets/delete
  else change
pass gopass passage
  read . show ls list find search grep history audit version help otp/code
  destroy rm remove delete
  else change
bw bws lpass keepassxc-cli rbw dcli
  read list get status show ls search locate estimate analyze diff generate version unlocked
  destroy delete rm rmdir purge remove
  else change
sops age rage
  run exec-env:1 exec-file:1
  change +-i +--in-place +-o +--output
  read +-d +--decrypt decrypt filestatus +-e encrypt
  else change
gpg gpg2 gpgv
  values -o -r -u --output --recipient --homedir --keyserver --local-user --passphrase
  destroy +--delete-*
  change +-o +--output
  escape +--photo-viewer +--exec-path
  read +--list-* +-k +-K +--verify +--fingerprint +--check-sigs +--check-signatures +-d +--decrypt +--with-colons +--print-md +--list-packets +--show-keys +--card-status +--export +--search-keys +--version
  else change
keytool
  destroy +-delete
  read +-list +-printcert +-printcertreq +-printcrl +-showinfo
  else change
certutil
  destroy +-D +-F
  read +-L +-K +-V
  else change
step
  read certificate/inspect certificate/verify certificate/lint certificate/fingerprint ca/health ca/roots ssh/list ssh/inspect ssh/fingerprint ssh/config+--roots crypto/jwt/inspect version ca/provisioner/list ca/admin/list
  destroy **remove **revoke
  else change
`
