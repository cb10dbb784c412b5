/** Databases, queues and searches; the grammar is told in `command-table.ts`. */
export const DATA_TABLE = String.raw`
pg_dump pg_dumpall mysqldump mariadb-dump
  values -h -p -U -d -f -n -t -T -F -j -Z -u --host --port --username --dbname --file --schema --table --format --user --result-file -r --where
  flags --single-transaction --all-databases -s -a --schema-only --data-only --no-owner --no-data --databases -A --routines --triggers
  destroy +--delete-master-logs +--delete-source-logs
  change +-f +--file +-r +--result-file +-T +--tab +-F +--flush-logs +--dump-slave
  else read
pg_restore
  values -d -f -h -p -U -j -n -t -L -F
  read +-l +--list
  destroy +-c +--clean
  else change
createdb createuser vacuumdb reindexdb clusterdb initdb pg_basebackup pgbench pg_recvlogical pg_receivewal pg_createcluster pg_upgradecluster mysqlimport mariadb-import mysql_secure_installation mysql_install_db mysql_upgrade mysqlslap redis-benchmark redis-server mysqld postgres mongod mongorestore-safe mongodump mongoimport mongofiles bcp rman expdp impdp sqlldr memtier_benchmark sysbench pgloader
  read +--version +--help +-V
  else change
dropdb dropuser pg_dropcluster
  else destroy
pg_resetwal pg_archivecleanup pg_rewind
  read +-n +--dry-run
  else destroy
pg_controldata pg_waldump pg_verifybackup pg_lsclusters pg_config pg_amcheck pg_test_timing innochecksum mysqlshow mysqlbinlog mysqldumpslow pt-query-digest pt-summary pt-mysql-summary pt-duplicate-key-checker pgbadger ptop pg_top pg_activity mytop innotop mongostat mongotop bsondump redis-check-rdb redis-memory-analyzer pgmetrics mysqltuner mysql_config my_print_defaults perror sqldiff sqlite3_analyzer sstablemetadata
  change +-o +--output +--result-file +-r
  else read
pg_ctl pg_ctlcluster
  values -D -l -o -m -p -t
  read status */*/status
  else change
pg_upgrade
  read +-c +--check
  else change
pt-online-schema-change pt-archiver pt-kill pt-table-sync gh-ost
  destroy +--purge
  change +--execute +--kill +--kill-query
  read +--dry-run +--print
  else change
mysqladmin mariadb-admin
  values -h -P -u -i -c -S --host --port --user --socket --sleep --count
  destroy drop
  read status ping processlist variables extended-status version
  else change
mysqlcheck mariadb-check
  values -u -h -P
  change +-r +-o +-a +--repair +--optimize +--analyze +--auto-repair
  else read
mongoexport
  change +-o +--out
  else read
mongorestore
  destroy +--drop
  read +--dryRun
  else change
patronictl
  values -c -d -k
  read list topology history show-config dsn version query
  destroy remove reinit
  else change
repmgr barman pgbackrest wal-g wal-e pg_probackup
  values -f --stanza -c --config
  read cluster/show cluster/matrix cluster/crosscheck cluster/event node/status node/check daemon/status list-* show-* check check-backup status diagnose info verify version backup-list backup-show wal-show wal-verify st/ls show validate +--dry-run help
  destroy delete expire stanza-delete cluster/cleanup delete-* primary/unregister standby/unregister */delete
  else change
pgbouncer proxysql proxysql-admin
  else change
cockroach
  values --host --certs-dir --url -u --port --database -d
  read node/status node/ls version sql+!-e+!-f
  destroy node/decommission
  else change
influx
  values --host --org --bucket -t --token -o -b -database -username -password -host -port
  read query version ping */list bucket/list org/list user/list auth/list task/list config/ls help
  destroy delete */delete bucket/delete
  else change
nodetool
  values -h -p -u -pw -pwf
  read status info ring tpstats tablestats cfstats netstats compactionstats describecluster describering getendpoints gcstats gossipinfo version proxyhistograms tablehistograms cfhistograms statusbinary statusgossip statusthrift statushandoff failuredetector toppartitions listsnapshots getcompactionthroughput getstreamthroughput getlogginglevels viewbuildstatus getsstables statusbackup help get*
  destroy decommission removenode clearsnapshot assassinate
  else change
solr
  read status healthcheck version zk/ls api+-get
  destroy delete zk/rm
  else change
elasticsearch-plugin kibana-plugin logstash-plugin opensearch-plugin grafana-cli
  read list plugins/ls plugins/list-remote plugins/list-versions +--version
  else change
elasticdump logstash filebeat metricbeat fluentd fluent-bit vector telegraf prometheus alertmanager grafana-server loki promtail
  read +--version +--help +-version test/config test/output validate +--dry-run +--test +--config.test_and_exit +--test-config version check_config list graph
  else change
curator
  read +--dry-run
  else destroy
promtool
  read check query test tsdb/list tsdb/analyze tsdb/dump --version
  else change
amtool
  values --alertmanager.url --output -o --config.file
  read alert/$ alert/query silence/$ silence/query config/show config/routes config/routes/test check-config cluster/show template/render
  else change
logcli lokitool-query mimirtool-query promql jaeger-query tempo-cli
  else read
mimirtool cortextool lokitool
  read rules/list rules/print rules/get rules/diff rules/lint rules/check alertmanager/get alertmanager/verify analyze/* config/* version
  destroy rules/delete* alertmanager/delete
  else change
thanos
  read tools/bucket/ls tools/bucket/inspect tools/bucket/verify tools/rules-check +--version
  destroy tools/bucket/cleanup tools/bucket/mark tools/bucket/retention
  else change
memcached-tool memcstat memcdump memccat
  change */*/flush_all
  else read
memcflush memcrm
  else destroy
ceph
  values -c -m -n -k --cluster --conf --name --keyring --id -f --format
  destroy osd/purge osd/destroy osd/rm osd/lost osd/pool/delete osd/pool/rm osd/crush/remove osd/crush/rm osd/crush/unlink osd/purge-new fs/rm fs/subvolume/rm auth/del auth/rm config-key/rm config-key/del mon/remove mon/rm orch/rm orch/osd/rm orch/device/zap orch/host/rm pg/*/mark_unfound_lost osd/erasure-code-profile/rm osd/force-create-pg mds/rm fs/reset mgr/rm fs/volume/rm
  read +-s +-w +-v . status health df versions features mon/stat mon/dump quorum_status osd/tree osd/df osd/stat osd/dump osd/ls osd/perf osd/find osd/metadata osd/status osd/lspools osd/pool/ls osd/pool/get osd/pool/stats osd/pool/autoscale-status osd/crush/tree osd/crush/dump osd/crush/rule/ls osd/crush/rule/dump osd/crush/class/ls osd/ok-to-stop osd/safe-to-destroy osd/blocked-by osd/utilization osd/erasure-code-profile/ls osd/erasure-code-profile/get pg/stat pg/dump pg/dump_stuck pg/ls pg/*/query pg/map fs/ls fs/status fs/get fs/dump mds/stat mgr/services mgr/module/ls mgr/dump mgr/stat auth/ls auth/list auth/get auth/get-key auth/print-key log/last config/get config/dump config/show config/ls config/log config-key/get config-key/ls config-key/dump config-key/exists orch/ls orch/ps orch/status orch/host/ls orch/device/ls balancer/status crash/ls crash/info crash/stat device/ls device/info progress report service/dump time-sync-status tell/*/version daemon/*/config/* daemon/*/perf/* telemetry/show telemetry/status nfs/cluster/ls nfs/export/ls node/ls df/detail
  else change
rados
  values -p --pool -n -c -N
  read ls lspools df stat get listomapkeys listomapvals getomapval listxattr getxattr listwatchers lssnap list-inconsistent-obj list-inconsistent-pg
  destroy rm purge rmpool cleanup rmsnap rollback clearomap truncate
  else change
rbd
  values -p --pool -n -c
  read ls list info du disk-usage status snap/ls snap/list diff showmapped device/list children lock/list lock/ls image-meta/list mirror/image/status mirror/pool/status mirror/pool/info pool/stats trash/ls trash/list group/list watch perf/image/iostat perf/image/iotop
  destroy rm remove snap/rm snap/remove snap/purge snap/rollback trash/rm trash/remove trash/purge group/remove
  else change
radosgw-admin
  read */list */info */stats */get */show */status
  destroy */rm */remove */delete */purge
  else change
gluster
  read volume/info volume/status volume/list volume/heal/*/info volume/get peer/status pool/list volume/profile/*/info volume/top volume/rebalance/*/status snapshot/list snapshot/info snapshot/status
  destroy volume/delete volume/remove-brick volume/reset-brick snapshot/delete snapshot/restore
  else change
drbdadm drbdsetup drbd-overview
  read status cstate dstate role dump show events2 sh-*
  destroy create-md wipe-md invalidate* --discard-my-data
  else change
pcs crm corosync-cfgtool corosync-quorumtool
  destroy cluster/destroy resource/delete resource/remove stonith/delete cluster/node/remove node/delete configure/erase configure/delete
  read status config resource/status resource/show resource/config resource/list cluster/status stonith/status stonith/show stonith/history stonith/list property/show property/list quorum/status quorum/config constraint/$ constraint/list constraint/show constraint/config configure/show ra/list ra/info +-s +-l node/show node/status
  else change
crm_mon crm_verify crm_simulate cibadmin-Q
  else read
hdfs hadoop
  destroy */-rm */-rmr */-rmdir */-expunge namenode/-format +-rm +-rmr +-expunge +-format +-rmdir +-deleteSnapshot +-truncate
  read dfs+-ls dfs+-cat dfs+-du dfs+-df dfs+-stat dfs+-count dfs+-tail dfs+-test dfs+-text dfs+-checksum dfs+-head dfs+-find fs+-ls fs+-cat fs+-du fs+-df fs+-stat fs+-count fs+-tail fs+-test fs+-text fs+-head dfsadmin+-report dfsadmin+-printTopology fsck+!-delete+!-move getconf haadmin+-getServiceState haadmin+-getAllServiceState version classpath
  else change
yarn-cluster mapred
  read +-list +-status
  else change
zkCli zkCli.sh zookeeper-shell
  values -server
  destroy **delete **deleteall **rmr
  read **ls **get **stat **getAcl **ls2 **version
  else session
kafka-topics kafka-configs kafka-consumer-groups kafka-acls kafka-cluster kafka-metadata-quorum kafka-transactions kafka-features kafka-client-metrics kafka-groups kafka-share-groups kafka-streams-groups
  values --bootstrap-server --topic --group --command-config --zookeeper --entity-type --entity-name --partitions --replication-factor --config --add-config --delete-config --to-offset --producer --principal --allow-principal --operation
  destroy +--delete +--delete-offsets
  change +--create +--alter +--remove +--add +--reset-offsets+--execute
  read +--list +--describe +--reset-offsets +--version +--help +--dry-run
  read describe list describe-* find-hanging cluster-id list-endpoints
  else change
kafka-broker-api-versions kafka-log-dirs kafka-get-offsets kafka-dump-log
  else read
kafka-delete-records kafka-streams-application-reset
  read +--dry-run
  else destroy
kafka-storage
  destroy format
  read info random-uuid
  else change
kafka-reassign-partitions
  read +--verify +--generate +--list
  else change
kafka-console-consumer kafka-avro-console-consumer kafka-replica-verification kafka-verifiable-consumer
  else read
kafka-console-producer kafka-leader-election kafka-preferred-replica-election kafka-producer-perf-test kafka-mirror-maker kafka-server-start kafka-server-stop
  else change
kcat kafkacat
  values -b -t -p -o -c -f -X -F -G -s
  change +-P
  else read
rpk kafkactl kaf
  values -X --brokers -b --config --profile
  destroy **@destroy **trim-prefix **decommission **delete-*
  read **list **describe **consume **ls **info **status **health **get **metadata **version **logdirs **config
  else change
rabbitmqctl rabbitmq-diagnostics rabbitmq-queues rabbitmq-streams rabbitmq-upgrade
  values -n --node -p --vhost -t --timeout --formatter
  flags -q --quiet -s --silent -l --longnames
  escape eval eval_file
  destroy delete_* purge_queue forget_cluster_node reset force_reset shrink remove_* delete_member
  read list_* status cluster_status ping environment report node_health_check version help server_version memory_breakdown os_env alarms check_* consume_event_stream discover_peers erlang_* log_* maybe_stuck runtime_thread_stats tls_versions listeners is_* metadata_store_status resolve_* schema_info stream_* cluster_* authenticate_user await_* command_line_arguments decode encode hash_password certificates cipher_suites peek quorum_status metrics
  else change
rabbitmqadmin
  values -H -P -u -p -V -f -N -c --host --port --username --password --vhost --format --node
  flags -s -k --ssl --quiet
  destroy delete purge
  read list show help subcommands
  else change
rabbitmq-plugins
  read list is_enabled directories
  else change
nats
  values -s --server --user --password --creds --context --nkey --timeout
  flags --json -j --trace
  destroy stream/rm stream/delete stream/del stream/purge str/rm str/purge s/rm s/purge consumer/rm consumer/delete con/rm c/rm kv/rm kv/del kv/purge kv/delete kv/compact object/rm object/del object/delete obj/rm obj/del account/purge **rm **purge **delete **del **rmm **peer-remove
  read sub subscribe stream/ls stream/list stream/info stream/report stream/view stream/get stream/state stream/find stream/subjects stream/graph stream/gaps str/* s/ls s/info s/report consumer/ls consumer/list consumer/info consumer/report consumer/find consumer/graph con/ls con/info con/report c/ls c/info kv/ls kv/list kv/get kv/status kv/info kv/history kv/watch object/ls object/list object/info obj/ls obj/info server/ls server/list server/info server/ping server/report/* server/check/* server/request/* account/info account/report/* context/ls context/info context/show rtt latency events top trace errors/* micro/ls micro/info micro/stats micro/ping cheat schema/*
  else change
pulsar-admin pulsarctl
  read */list */get* */stats* */partitioned-stats */info* */status */show* */list-* */lookup */peek-messages brokers/healthcheck brokers/version
  destroy */delete* */terminate */truncate */clear-backlog* */remove-* */expire-messages* */skip_*
  else change
mqadmin activemq artemis
  read **list **show **status **stat **query* **get* **browse ***List ***Info ***Status
  destroy **purge **delete* **remove* **destroy
  else change
`
