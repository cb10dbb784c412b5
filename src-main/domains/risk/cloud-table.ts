/** Containers, clusters, clouds and infrastructure as code; the grammar is told in `command-table.ts`. */
export const CLOUD_TABLE = String.raw`
docker podman nerdctl docker.exe finch
  values -H -c -f -l --host --context --config --log-level --tlscacert --tlscert --tlskey -e -u -w -v -p --env --user --workdir --env-file --detach-keys --name --network --volume --publish --mount -n --namespace --format --filter --file --project-name --project-directory --profile --entrypoint --since --until --tail
  flags -D --debug --tls --tlsverify -q -a -i -t -it -ti -d -itd --rm --all --interactive --tty --detach --no-trunc --quiet
  escape run+--privileged run+-v=/:* run+--volume=/:* run+--pid=host run+-v=/etc:* run+-v=/var/run/docker.sock:* run+--mount=*source=/,* container/run+--privileged container/run+-v=/:* create+--privileged
  run exec:1 container/exec:1 compose/exec:1
  session exec compose/exec container/exec attach
  read ps images logs inspect stats top port diff history events version info search image/ls image/list image/inspect image/history container/ls container/list container/ps container/inspect container/logs container/top container/stats container/port container/diff volume/ls volume/list volume/inspect network/ls network/list network/inspect system/df system/info system/events system/connection/list context/ls context/list context/show context/inspect compose/ps compose/logs compose/config compose/images compose/top compose/ls compose/port compose/events compose/version compose/stats compose/convert compose/volumes manifest/inspect node/ls node/ps node/inspect service/ls service/ps service/inspect service/logs stack/ls stack/ps stack/services stack/config secret/ls secret/inspect config/ls config/inspect buildx/ls buildx/inspect buildx/du plugin/ls plugin/inspect trust/inspect wait container/wait scout/* pod/ps pod/ls pod/inspect pod/logs pod/top pod/stats healthcheck/run machine/list machine/ls machine/inspect machine/info checkpoint/ls model/list model/ls help volume/exists image/exists container/exists image/tree compose+--dry-run
  change save+-o export+-o
  read save export image/save container/export volume/export
  destroy rm rmi image/rm image/remove container/rm container/remove volume/rm volume/remove network/rm network/remove */prune system/reset stack/rm stack/remove stack/down service/rm service/remove secret/rm config/rm context/rm node/rm manifest/rm plugin/rm pod/rm buildx/rm buildx/prune compose/rm compose/down+-v compose/down+--volumes compose/down+--rmi machine/rm swarm/leave+-f swarm/leave+--force trust/revoke compose/up+-V compose/up+--renew-anon-volumes
  else change
docker-compose podman-compose
  values -f -p --file --project-name --profile --env-file --project-directory --tail --since
  flags -d -q -a --no-color --follow -t --timestamps
  run exec:1
  read ps logs config images top ls port events version stats convert help +--dry-run
  destroy rm down+-v down+--volumes down+--rmi
  else change
docker-machine
  read ls env ip status inspect url config active version
  destroy rm
  else change
crictl
  values -r -i -n --runtime-endpoint --namespace --address -a
  run exec:1
  read ps images image img pods inspect inspecti inspectp logs stats statsp info version imagefsinfo */ls */list */info */check namespaces/ls events metricsp help
  destroy rm rmi rmp rmip */rm */remove */delete
  else change
ctr
  values -a -n --address --namespace
  run task/exec:1
  read version info */ls */list */info */check */metrics */usage
  destroy */rm */remove */del */delete */prune
  else change
skopeo crane regctl oras
  read inspect list-tags manifest config digest ls catalog validate version tag/ls repo/ls image/inspect image/digest repo/tags discover standalone-verify
  destroy delete tag/delete tag/rm manifest/delete
  else change
buildah
  run run:1
  read images containers inspect info version ps
  destroy rm rmi prune
  else change
trivy grype syft dive hadolint checkov tfsec terrascan kube-score kubeconform kubeval kube-linter popeye conftest cosign-verify tflint infracost kube-bench kubescape nova pluto kube-capacity kubectx-l stern kubetail kail ktop goss dgoss
  change +-o +--output +--output-file
  else read
kubectl oc kubecolor k kubectl.exe microk8s.kubectl
  values -n -s -f -l -o -c -v --namespace --context --cluster --user --kubeconfig --server --token --as --as-group --request-timeout --filename --selector --output --field-selector --certificate-authority --client-certificate --client-key --cache-dir --profile --container --subresource --type --patch --replicas --image --tail --since --sort-by -L --grace-period --timeout --template
  flags -A -w -R --all-namespaces --watch --recursive --insecure-skip-tls-verify --no-headers --show-labels -i -t -it -ti --stdin --tty
  read +--dry-run=client +--dry-run=server +--dry-run=true delete+--dry-run=client
  read apply/view-last-applied
  run exec:1
  session exec attach rsh
  destroy replace+--force apply+--prune delete adm/prune create_/replace
  read get describe logs log top explain api-resources api-versions cluster-info version diff events wait rollout/status rollout/history auth/can-i auth/whoami config/view config/get-contexts config/get-clusters config/get-users config/current-context options completion plugin/list plugin/$ kustomize status whoami projects project/$ adm/top ctx/$ ns/$ neat tree who-can view-secret krew/list krew/search krew/info image/info help set/--list adm/node-logs api-versions logs
  else change
kubectx kubens
  read . +-c +--current
  destroy +-d
  else change
kustomize
  read build version cfg/tree help
  else change
kubeadm
  read config/print config/images/list token/list certs/check-expiration upgrade/plan version +--dry-run
  destroy reset token/delete
  else change
helm helm3
  values -n -f --namespace --kube-context --kubeconfig --values --set --version --repo --registry-config --kube-apiserver --kube-token --post-renderer
  flags -A -a -q --all-namespaces --debug --all
  escape +--post-renderer plugin/install
  read +--dry-run +--dry-run=client +--dry-run=server
  change template+--output-dir
  read list ls status get show inspect search history hist template lint version env dependency/list dep/list repo/list plugin/list plugin/ls diff verify help get/* secrets/view mapkubeapis+--dry-run
  destroy uninstall delete del un
  else change
helmfile
  read list diff status lint template build version show-dag
  destroy destroy delete
  else change
skaffold tilt devspace
  read diagnose render version schema config/list inspect get describe logs
  destroy delete down
  else change
flux
  read get logs check tree export events version stats trace debug diff build list +--export
  destroy delete uninstall
  else change
argocd
  values --server --auth-token --grpc-web-root-path -N
  read app/list app/get app/diff app/history app/logs app/manifests app/resources app/wait app/get-resource cluster/list cluster/get repo/list repo/get proj/list proj/get account/list account/get account/get-user-info account/can-i context/$ context version cert/list appset/list appset/get admin/*/get admin/export help
  destroy app/delete app/delete-resource cluster/rm repo/rm proj/delete appset/delete
  else change
argo
  read list get logs lint version template/list template/get cron/list cron/get archive/list archive/get wait watch
  destroy delete template/delete cron/delete archive/delete
  else change
istioctl linkerd cilium calicoctl hubble kubeseal-view osmctl consul-k8s tkn kn kubevirt virtctl velero kopia
  values -n --namespace -c --context -i -o
  read proxy-status ps proxy-config/* pc/* analyze an version x/describe experimental/describe validate manifest/generate profile/* bug-report dashboard check viz/stat viz/edges viz/routes viz/top viz/tap stat edges routes top tap diagnostics/* endpoints status observe list get describe node/status ipam/show get-* guestosinfo fslist userlist logs */list */ls */get */describe */logs */status */show snapshot/verify policy/get repository/status help
  destroy uninstall */delete */destroy */rm */remove delete uninstall */purge remove x/uninstall snapshot/expire maintenance/run
  else change
kops eksctl kind minikube k3d k3s ksctl clusterctl talosctl rke microk8s kubespray gardenctl
  values -c -n --name -p --profile --region --cluster -e --endpoints --state
  read get list ls status validate version ip logs profile/list addons/list service/list describe utils/describe-* info */list */ls */get config/view config/get config/contexts config/info dmesg services service/$ containers processes memory mounts netstat stats usage images/list image/ls image/list disks etcd/members etcd/status health time inspect events check-config kubectl/get kubectl/describe kubectl/logs config/images upgrade/plan
  destroy delete destroy */delete */destroy reset *-uninstall wipe */remove-member remove-node
  else change
etcdctl etcdutl
  values --endpoints --cacert --cert --key --user -w --write-out --command-timeout
  flags --debug --hex
  read get member/list endpoint/* alarm/list check user/list user/get role/list role/get watch lease/list lease/timetolive snapshot/status version hashkv auth/status +--version
  destroy del member/remove lease/revoke user/delete role/delete snapshot/restore compact compaction auth/disable
  else change
nomad
  values -address -namespace -region -token -ca-cert
  run alloc/exec:1
  read status job/status job/history job/inspect job/plan job/validate plan inspect validate node/status alloc/status alloc/logs alloc/fs logs fs server/members server-members agent-info operator/raft/list-peers operator/autopilot/get-config deployment/status deployment/list eval/status eval/list namespace/list namespace/status quota/list quota/status acl/*/list acl/*/info acl/*/self ui version volume/status plugin/status service/list service/info var/list var/get recommendation/list scaling/policy/list monitor fmt+-check
  destroy job/stop+-purge stop+-purge namespace/delete quota/delete volume/delete volume/deregister acl/*/delete var/purge operator/snapshot/restore system/gc service/delete operator/raft/remove-peer
  else change
consul
  values -http-addr -token -datacenter -ca-file
  run lock:1 watch_:0
  read members catalog/* kv/get kv/export info monitor operator/raft/list-peers operator/autopilot/get-config operator/usage intention/list intention/get intention/match intention/check config/read config/list acl/*/list acl/*/read version validate snapshot/inspect rtt namespace/list namespace/read peering/list peering/read connect/ca/get-config
  destroy kv/delete config/delete acl/*/delete intention/delete snapshot/restore namespace/delete operator/raft/remove-peer peering/delete
  else change
terraform tofu terragrunt
  values -chdir
  flags -no-color -json -auto-approve
  destroy destroy apply+-destroy apply+--destroy apply+-replace* state/rm workspace/delete run-all/destroy run-all/apply+-destroy destroy-all stack/run/destroy
  change plan+-out plan+--out
  read plan show state/list state/show state/pull output validate version providers graph workspace/list workspace/show fmt+-check fmt+--check metadata run-all/plan run-all/output run-all/validate plan-all hclfmt+--check graph-dependencies output-module-groups help console state/identities
  else change
pulumi
  values -C --cwd -s --stack
  read preview stack/$ stack/ls stack/output stack/history stack/tag/ls config/$ config/get logs whoami about version plugin/ls policy/ls env/get env/ls import_+--preview-only
  destroy destroy stack/rm state/delete env/rm down
  else change
cdk cdktf
  values --app -a --profile -c
  escape +-a
  read list ls diff synth synthesize doctor metadata docs notices context/$ output
  destroy destroy gc
  else change
serverless sls sst
  read info logs print metrics deploy/list diff version
  destroy remove
  else change
sam copilot eb chalice zappa up
  read validate list logs status events health show ls config/get app/ls app/show svc/ls svc/show svc/status svc/logs env/ls env/show printenv tail version +--version
  destroy delete terminate */delete undeploy
  else change
crossplane
  read version beta/trace render
  else change
packer
  read validate inspect version plugins/installed fmt+-check
  else change
vagrant
  script -c --command
  read status global-status ssh-config version box/list port snapshot/list plugin/list validate box/outdated
  read ssh+-c ssh+--command
  destroy destroy box/remove box/prune snapshot/delete snapshot/restore
  else change
ansible-playbook
  values -i -e -t -l -u -f --inventory --extra-vars --tags --limit --skip-tags --user --forks --start-at-task
  read +--check +-C +--syntax-check +--list-hosts +--list-tasks +--list-tags +--version
  destroy *destroy* *delete* *wipe* *teardown* *remove* *purge* *decommission* *reset* +-t=*destroy* +-t=*wipe* +--tags=*destroy* +--tags=*wipe* +--tags=*delete* +-e=*wipe* +-e=*destroy* +-e=*state=absent* +--extra-vars=*state=absent*
  else change
ansible-inventory ansible-doc ansible-lint
  else read
ansible-config
  read list dump view validate
  else change
ansible-galaxy
  read list search info */list */search */info */verify
  destroy */remove remove */delete delete
  else change
ansible-vault
  read view
  else change
ansible-console
  else escape
puppet
  escape apply+-e apply+--execute
  read +--noop
  change resource/*/*/*
  read resource facts lookup config/print config+print module/list module/search parser/validate help describe epp/validate ssl/show node/find agent+--noop
  destroy cert/clean node/purge node/clean node/deactivate ssl/clean module/uninstall
  else change
facter ohai
  escape +--custom-dir +--external-dir +-d
  else read
chef-client cinc-client chef-solo
  read +--why-run +-W +--version
  else change
knife
  values -c -E -N -k -u -s
  escape exec
  read */list */show search status node/list diff node/show */status tag/list list show
  destroy */delete */bulk/delete */destroy delete
  else change
salt-key
  destroy +-d +-D +--delete +--delete-all
  read +-L +-l +--list +--list-all +-F +-f +-p +-P
  else change
salt-run
  read manage.* jobs.* cache.grains fileserver.file_list doc.*
  else change
aws awslocal
  values --profile --region --output --query --endpoint-url --ca-bundle --color --cli-read-timeout --cli-connect-timeout --cli-binary-format
  flags --no-cli-pager --no-paginate --debug --no-verify-ssl --no-sign-request --no-cli-auto-prompt
  read +--dry-run +--dryrun +--generate-cli-skeleton */help help
  change s3api/get-object s3api/get-object-torrent glacier/get-job-output apigateway/get-export */get-export */get-sdk codeartifact/get-package-version-asset kinesis-video-media/get-media lambda/invoke
  destroy s3/rm s3/rb s3/sync+--delete */delete-* */terminate-* */purge-* */batch-delete-* */schedule-key-deletion */deregister-* */destroy-* */remove-instances-* */stop-and-delete* */force-delete* */bulk-delete* */batch-remove_* */release-address */release-hosts */discard-* */expire-* */empty-* */reset-cluster_* */uninstall-* */disassociate-and-* */close-account */restore-from_* */drop-* opsworks/* lightsail/delete* */disable-and-delete*
  read */describe-* */get-* */list-* */head-* */batch-get-* */batch-describe-* */lookup-* */search* */filter-* */scan */query */select-* */test-* */validate-* */estimate-* */preview-* */simulate-* */check-* */view-* */wait */detect-* */decode-* */discover-* */transact-get-* */verify* */retrieve* */is-* */diff-* */summarize-* s3/ls s3/presign logs/tail logs/filter* configure/list configure/list-profiles configure/get sts/* ecr/get-* eks/get-token rds/generate-db-auth-token rds/download-db-log-file-portion cloudformation/detect-* cloudtrail/lookup-events history/list history/show ce/get-* codecommit/get* --version support/describe* pricing/* ssm/get* deploy/wait elb/describe* ecr-public/get* resourcegroupstaggingapi/get-* dynamodb/scan
  else change
gcloud
  values --project --zone --region --format --filter --account --configuration --limit --sort-by --location --impersonate-service-account --verbosity --billing-project --cluster --instance --version --namespace --keyring --keyset
  flags -q --quiet --uri
  script --command
  destroy **delete **delete-* **destroy **purge **rm **drop-* **abandon **wipe **expunge **restore-backup **bulk-delete
  change **create **create-* **update **update-* **set **set-* **add-* **remove-* **deploy **start **stop **suspend **resume **reset **patch **import **export **enable **disable **resize **attach-* **detach-* **submit **run **clone **restore **move **rollback **promote **failover **restart **get-credentials **login **activate-service-account **init **install **publish **cp **mv **rsync **sign-* **encrypt **decrypt **add **remove **apply **cancel **copy **upload **download **scp **drain **invalidate-* **switch **replace **ssh+!--command **call **execute **pull **ack **seek **modify-* **configure-* **recreate-* **rolling-action **migrate **upgrade **revoke
  read **list **list-* **describe **get-* **read **ls **cat **du **tail **print-* **lookup **search **search-* **check-* **validate **diff **browse **wait **troubleshoot **verify **get config/get config/list config/get-value info version topic help **ssh+--command **hash **stat **describe-* **ping **show components/list **simulate **access **test-iam-permissions **log **logs cheat-sheet feedback **query **estimate-* **lint
  else change
gsutil
  values -o -h -i -u
  flags -m -q -D -DD
  read rsync+-n
  destroy rm rb rsync+-d
  read ls cat stat du version hash help iam/get acl/get versioning/get lifecycle/get cors/get logging/get label/get web/get notification/list ubla/get pap/get defacl/get requesterpays/get retention/get test
  else change
bq
  values --project_id --dataset_id --location --format -n --max_results --job_id --use_legacy_sql
  flags --nouse_legacy_sql --headless --quiet -q -a
  destroy rm
  read ls show head query+--dry_run wait version help get-iam-policy
  else change
az
  values -g -n --resource-group --name --subscription --output -o --query
  flags --verbose --debug --only-show-errors --yes -y
  destroy **delete **purge **remove **delete-* **destroy **delete-batch **bulk-delete **wipe **remove-* **reimage **clear
  change **create **update **set **start **stop **restart **add **run-command **invoke **deploy **upgrade **scale **enable* **disable* **attach* **detach* **upload* **download* **get-credentials **login **import **export **rest **rotate* **regenerate* **renew* **reset* **failover* **swap **sync* **grant* **revoke* **move **copy* **approve **cancel **assign **associate* **ssh **exec **register **unregister **generate* **resize **redeploy **promote **patch **migrate* **apply* **perform* **install* **up
  read **list **list-* **show **show-* **get-* **exists **check* **wait **find **version **query **validate **what-if **tail account/show account/list **display **describe **search **test-* **preview **metrics **log **logs feedback help
  else change
doctl hcloud scw exo vultr-cli civo upctl linode-cli oci ibmcloud openstack aliyun tccli yc ovh neutron cinder glance stackit cloudscale dcos hetzner
  values -t -o -c --access-token --context --config --profile --output --format --compartment-id --os-cloud -p
  flags --no-header --trace --debug --interactive=false --json
  destroy **@destroy **d **terminate **destroy-* **reap
  change **create **update **set **add **enable **disable **start **stop **reboot **power* **shutdown **attach* **detach* **assign* **unassign* **resize **change* **rebuild **restore **login **use **import **export **upload **download **kubeconfig **save **run **launch **action **put **patch **post
  read **list **ls **get **show **describe **view **info **status **list-* **get-* **describe-* **version **whoami **search **logs **log **balance **history **metrics
  else change
fly flyctl heroku vercel netlify wrangler railway render supabase firebase surge now dokku gigalixir platform upsun scalingo clever cf okteto porter convox qovery northflank koyeb appwrite turso planetscale pscale neonctl neon planetscale-cli
  values -a --app -c --config -r --remote -o --org -t -s --scope -p --project -j
  flags --json -j
  script -C --command
  read ssh/console+-C ssh/console+--command
  destroy **@destroy **pg:reset **redis:reset **apps:destroy **pg:killall **addons:destroy **domains:clear **maps:prune **db/reset **firestore:delete **hosting:disable **delete-*
  read status logs list ls apps info releases config config:get ps pg:info pg:ps pg:diagnose addons apps:info apps:list domains whoami inspect version doctor platform/* regions ips/list secrets/list volumes/list */list */ls */show */status */info */get */logs */tail */inspect */view projects:list auth/whoami sites:list status:* env/ls env/list env:list deployments deployments/list logs/* tail pg:* pipelines pipelines:info regions:* certs certs:info buildpacks events app orgs marketplace services routes spaces stacks buildpacks m quota quotas env service target
  else change
govc
  read ls find about *.info *.ls *.events *.find logs metric.* datastore.ls host.info version
  destroy *.destroy *.remove *.rm *.rmdir
  else change
cloud-init
  read status query analyze schema features
  destroy clean
  else change
stripe ldcli flipt unleash newrelic pd fastly deck apigeecli flarectl cloudflared datadog-ci sentry-cli pagerduty splunk sendgrid twilio auth0 okta hasura prisma supabase-cli contentful sanity algolia meilisearch typesense configcat statsig kong inso tyk gravitee akamai bunny
  values -p --profile --project --api-key --token -t --org -o -s --service-id --service-name --environment --konnect-token --kong-addr
  flags --live --json -y --yes -f --force
  destroy **@destroy **clean **reset **archive-all **clear **purge-all **wipe migrate/reset db/push
  read list ls get show describe version whoami info status */list */ls */get */show */describe */status */view */info */retrieve */search */*/list */*/get */*/describe */*/show ping diff validate lint dump events/list logs/tail service/list service/search stats/* compute/validate tunnel/list tunnel/info auth/whoami profile/list
  else change
`
