/** The network and the servers on it; the grammar is told in `command-table.ts`. */
export const NETWORK_TABLE = String.raw`
ping ping6 fping traceroute traceroute6 tracepath mtr nslookup host whois arping tcptraceroute kdig drill dog doggo delv telnet snmpwalk snmpget snmpbulkwalk snmptable snmpstatus ldapsearch ldapwhoami ldapcompare rpcinfo avahi-browse avahi-resolve nmblookup ntpq speedtest speedtest-cli iperf iperf3 sslscan testssl testssl.sh gping trippy httping httpstat whatweb showmount tcping nbtscan smbtree finger mosquitto_sub pg_isready radtest sipsak check_http check_ping check_ssh check_tcp check_load check_disk check_procs ike-scan gnutls-cli snmpcheck hping zdump nuttcp iperf2 qperf
  change +--server
  else reach_out
dig
  else reach_out
nmap
  values -p -e -S -D --script --script-args -T --top-ports -g --exclude
  escape +--interactive +--datadir +--script=*/* +--script=*.nse
  change +-oN +-oX +-oG +-oA +-oS
  else reach_out
nc ncat netcat nc.openbsd nc.traditional
  values -w -p -s -q -i -x -X -e -c -T -I -O -g -G -o
  escape +-e +-c +--exec +--sh-exec +--lua-exec
  change +-l +--listen +-o
  reach_out +-z
  else change
socat
  escape **exec:* **EXEC:* **system:* **SYSTEM:* **shell:* **SHELL:* **Exec:* **System:* **exec* **system*
  read +-V +-h
  else change
openssl
  escape +-engine +-provider-path engine
  change +-out +-keyout +-CAcreateserial +-writerand +-sess_out
  reach_out s_client ocsp s_time
  read version ciphers list dgst speed rand x509 verify crl crl2pkcs7 asn1parse pkey rsa ec req+-text req+-noout req+-verify pkcs7 pkcs12+-info pkcs12+-nokeys prime sha* md5 errstr enc base64 ts/-verify storeutl dhparam+-check nseq passwd ecparam+-list_curves help genpkey genrsa req
  else change
ss
  values -f -D -F -N --family --query --socket --filter --diag
  change +-K +--kill +-D +--diag
  else read
netstat
  else read
ip
  values -f -n -N -family -netns -rc -rcvbuf
  flags -4 -6 -j -p -s -d -br -brief -c -color -o -json -pretty -details -stats -statistics -oneline -all -h -r -human -resolve -M -B -0 -iec -t -ts -echo -a
  change +-batch +-force +-b
  run netns/exec:1
  escape netns/exec vrf/exec
  read . */show */s */sh */list */ls */lst */l */get */help */id */identify */pids */monitor monitor
  change */*
  read *
  else change
tc bridge devlink rdma dcb
  values -n -netns -b -batch
  flags -s -d -j -p -c -statistics -details -json -pretty -stats
  change +-b +-batch +-force
  read . */show */ls */list */get */monitor */info monitor help
  else change
ifconfig
  flags -a -s -v
  change */*
  else read
iwconfig iw iwlist
  read . dev phy list */info */link */station/dump dev/*/info dev/*/link */$
  change */*
  else read
route
  flags -n -e -ee -4 -6 -v
  read . get show print
  else change
arp
  values -i -H -f
  change +-d +-s +-f +--delete +--set +--file
  else read
ethtool
  change +-s +-K +-G +-A +-C +-L +-E +-f +-p +-r +-t +-X +-N +-U +-W +--set-* +--change +--flash +--reset +--features +--offload +--pause +--coalesce
  else read
mii-tool
  change +-r +-R +-F +-A
  read . +-v
  else change
iptables ip6tables iptables-nft ip6tables-nft iptables-legacy ebtables arptables
  values -t --table
  change +-A +-D +-I +-R +-F +-X +-P +-N +-Z +-E +--append +--delete +--insert +--replace +--flush +--policy +--zero +--new-chain +--delete-chain
  read +-L +-S +-C +--list +--list-rules +--check +-V +--version
  else change
iptables-save ip6tables-save
  change +-f +--file
  else read
iptables-restore ip6tables-restore
  read +-t +--test
  else change
nft
  flags -a -n -nn -nnn -j -s -y --handle --numeric --json --stateless --terse --echo --reversedns --numeric-protocol --numeric-priority --numeric-time
  read list */list monitor describe +-c +--check +-v
  else change
ufw
  read status show app/list app/info version +--dry-run
  else change
firewall-cmd
  change +--add-* +--remove-* +--set-* +--reload +--complete-reload +--panic-on +--panic-off +--runtime-to-permanent +--change-* +--new-* +--delete-* +--load-* +--reset-* +--direct +--passthrough
  read +--list-* +--get-* +--query-* +--state +--info-* +--check-config +--version +--path-*
  else change
ipset
  read list -L test -T save version help +-L
  destroy destroy flush
  else change
conntrack
  change +-D +-F +-I +-U +--delete +--flush +--create +--update
  else read
ipvsadm
  read +-L +-l +-Ln +--list +-S +--save
  else change
tcpdump
  values -i -c -s -w -r -z -C -W -G -F -B -y -E -M -T -Z
  escape +-z
  change +-w
  else read
tshark ngrep dumpcap termshark
  values -i -c -f -Y -w -r -T -e -d -o -E -O
  escape +-X +--lua
  change +-w +-O
  else read
iftop nethogs bmon nload iptraf iptraf-ng ifstat ifdata nmon sockstat wavemon ipcalc sipcalc whatmask
  else read
wg
  read . show showconf
  read genkey pubkey genpsk
  else change
tailscale zerotier-cli netbird
  read status ip netcheck ping version whois bugreport info listnetworks listpeers peers dns/status
  destroy logout
  else change
nmcli
  values -f -g -m -c -e --fields --get-values --mode --colors
  flags -t -p -a --terse --pretty
  destroy *nection/del* c/del* con/del*
  read . general/$ g/$ general/status g/status device/$ d/$ dev/$ device/status d/status dev/status device/show dev/show d/show d/list device/wifi/list dev/wifi/list d/wifi device/wifi connection/$ c/$ con/$ connection/show con/show c/show c/s networking/connectivity networking/$ n/$ radio/$ r/$ radio/wifi monitor */monitor
  else change
ssh-keyscan
  else reach_out
ssh-keygen
  values -f -t -b -C -N -P -I -n -O -V -s -m -Y
  escape +-D +-w
  change +-R
  read +-l +-lf +-F +-y +-B +-L
  else change
ssh-add
  escape +-s +-S
  read +-l +-L +-T
  else change
ssh-agent
  read . +-s +-c
  run .:0
  else change
ssh-copy-id kermit
  else change
scp sftp
  values -P -i -o -F -c -J -l -S -D -B -R -b
  escape +-S +-o=*Proxy* +-o=*Command* +-D
  else change
ftp lftp tnftp ncftp tftp
  escape +-c +-e
  else session
rclone
  values --config --filter --include --exclude --max-age --min-age --transfers --checkers --bwlimit --log-file --log-level
  flags -v -P -vv --progress -q -i --fast-list --verbose --interactive
  escape +--password-command +--rc-serve +--sftp-ssh
  read +-n +--dry-run
  read ls lsd lsl lsf lsjson size about check cryptcheck cat tree md5sum sha1sum hashsum version listremotes config/show config/file config/dump config/paths help ncdu checksum test/info backend/features selfupdate+--check
  destroy delete deletefile purge rmdir rmdirs sync cleanup dedupe bisync move+--delete-empty-src-dirs
  else change
aria2c axel youtube-dl yt-dlp httrack
  escape +--exec +--on-* +--external-downloader
  else change
lynx links elinks w3m
  reach_out +-dump +--dump +-source
  else escape
grpcurl
  values -d -H -proto -import-path -cert -key -cacert -authority
  reach_out list describe */list */describe
  else change
websocat wscat
  else change
mosquitto_pub nsupdate snmpset snmptrap ldapadd ldapmodify ldapmodrdn ldappasswd swaks sendmail mutt mailx smbclient hping3 masscan wrk ab siege vegeta k6 locust hey
  else change
mail
  escape +--exec
  else change
ldapdelete
  else destroy
ipmitool
  values -H -U -P -I -L -f -t -C -p
  read sdr sensor fru sel/list sel/elist sel/info sel sel/get chassis/status power/status chassis/power/status mc/info lan/print user/list sol/info session/info bmc/info dcmi/*/reading fru/print sdr/list
  destroy sel/clear raw mc/reset
  else change
sshd
  read +-t +-T +-V
  else change
openvpn
  escape +--up +--down +--script-security +--plugin +--config +--tls-verify +--client-connect
  read +--version +--show-* +--help
  else change
nginx openresty
  escape +-g
  read +-t +-T +-v +-V +-h
  else change
apachectl apache2ctl httpd apache2
  read configtest status fullstatus +-t +-S +-M +-v +-V +-l
  else change
haproxy
  read +-c +-v +-vv
  else change
caddy
  read validate adapt list-modules version environ build-info fmt+!--overwrite
  else change
traefik envoy
  read version healthcheck +--version
  else change
varnishadm
  values -n -T -S -t
  read status ping vcl.list vcl.show param.show backend.list ban.list panic.show storage.list help banner
  else change
varnishlog varnishstat varnishtop varnishhist mailq exiwhat
  else read
varnishncsa
  change +-w
  else read
postqueue
  read +-p +-j
  else change
postsuper
  destroy +-d
  else change
postconf
  change +-e +-X +-#
  else read
postcat postmap-q
  else read
exim exim4
  read +-bp +-bpc +-bP +-bV +-bt +-Mvh +-Mvb +-Mvl
  destroy +-Mrm
  escape +-be +-ps
  else change
doveadm
  read who user log/errors log/find mailbox/list mailbox/status quota/get search dump fetch stats/dump instance/list help service/status
  destroy expunge mailbox/delete fs/delete
  else change
rspamc rspamadm
  read stat stats counters configtest configdump uptime errors
  else change
certbot
  read certificates +--dry-run plugins show_account
  destroy delete revoke
  escape +--pre-hook +--post-hook +--deploy-hook +--renew-hook +--manual-auth-hook
  else change
acme.sh
  read +--list +--info +--version
  destroy +--remove +--revoke
  else change
fail2ban-client
  read status ping version get banned +-d
  else change
rndc unbound-control pdns_control knotc
  read status stats stats_noreset list_* zonestatus get_* lookup version rping ping uptime conf-check zone-status zone-read
  else change
pdnsutil
  read list-* show-* check-* get-meta get-all-meta
  destroy delete-* clear-zone
  else change
named-checkconf named-checkzone unbound-checkconf dhcp-lease-list
  else read
asterisk fs_cli
  else escape
chronyc
  read tracking sources sourcestats activity ntpdata clients serverstats rtcdata smoothing waitsync
  else change
birdc vtysh
  values -c
  read show
  else change
`
