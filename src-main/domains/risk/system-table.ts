/** The machine itself: processes, services, settings and users; the grammar is told in `command-table.ts`. */
export const SYSTEM_TABLE = String.raw`
ps pstree pgrep pidof top htop btop atop glances free vmstat iostat mpstat slabtop uptime tload w who whoami users id groups last lastb logname arch nproc uname hostid getconf lsb_release lsblk lscpu lsmem lspci lsusb lsmod modinfo lsns lsipc lslocks lslogins lshw hwinfo inxi biosdecode acpi findmnt blkid printenv locale getent iotop nfsstat numastat turbostat cpuid x86info sw_vers vm_stat mdfind mdls system_profiler ioreg lsscsi lstopo lshal dmidecode needs-restarting checksec pcp pmstat uptimed ruptime vnstat procinfo psacct lastcomm sa ac runlevel getenforce sestatus matchpathcon sesearch seinfo ausearch aureport mcelog edac-util hostnames ipcs ldd nm objdump readelf size pkgconf pkg-config ldconfig-p screenfetch systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt systemd-path systemd-escape systemd-delta ausyscall dpigs deborphan apt-show-versions debsums
  change +--dump-bin
  else read
lastlog
  change +-C +-S +--clear +--set
  else read
pidstat
  escape +-e
  else read
sar sadf
  change +-o
  else read
dstat
  change +--output
  else read
neofetch fastfetch
  escape +--config +--ascii
  else read
sensors
  change +-s +--set
  else read
dmesg
  values -l -f -n --level --facility --console-level --since --until --file --time-format
  change +-C +-c +--clear +--read-clear +-n +-D +-E +--console-level +--console-off +--console-on
  else read
hostname
  change +-F +--file +-b +--boot
  read . +-f +-i +-I +-s +-d +-A +--fqdn +--short +--ip-address +--all-ip-addresses
  else change
domainname nisdomainname dnsdomainname
  read .
  else change
hostnamectl timedatectl localectl
  read . status show list-* timesync-status show-timesync
  read +-p+status
  change hostname/*
  read hostname
  else change
systemctl
  values -t -p -n -H -M -o -P --type --state --property --lines --host --machine --output --root --job-mode -s --signal --kill-whom
  flags -a -l -q -r -f --all --full --no-pager --no-legend --plain --quiet --user --system --failed --now --no-block --force --value --no-ask-password --reverse --after --before --recursive --with-dependencies --show-types
  read . status show list-* is-* cat help get-default show-environment whoami
  destroy clean
  else change
service
  read --status-all */status */*status . +--status-all
  escape *..*
  else change
rc-service
  read */status +-l +--list
  else change
rc-update
  read show .
  else change
rc-status lsinitrd svstat svs
  else read
sv
  read status
  else change
initctl
  read list status version
  else change
chkconfig
  read +--list .
  else change
supervisorctl
  values -c -s -u -p
  read status tail avail pid maintail version
  destroy remove
  escape fg
  else change
pm2
  read list ls l status show describe info logs monit prettylist jlist id pid env ping report -v
  destroy delete del flush kill
  else change
monit
  read status summary report
  else change
launchctl
  read list print print-* dumpstate blame hostinfo
  else change
journalctl
  destroy +--vacuum-*
  change +--rotate +--flush +--sync +--relinquish-var +--smart-relinquish-var +--setup-keys +--update-catalog +--cursor-file
  else read
loginctl
  read . list-* show-* *-status
  else change
networkctl
  read . list status lldp label cat
  else change
resolvectl systemd-resolve
  read . status statistics show-*
  reach_out query service openpgp tlsa +--status
  else change
machinectl
  values -H -M
  read . list list-* status show image-status show-image cat
  destroy remove clean
  run exec:1
  escape shell login
  else change
busctl
  read . list status tree introspect get-property monitor capture
  else change
coredumpctl
  read . list info
  change +-o +--output
  escape debug gdb
  else read
bootctl
  read . status list is-installed
  else change
systemd-tmpfiles
  destroy +--clean +--remove +--purge
  else change
sysctl
  change +-w +-p +--write +--load +--system ***=*
  else read
modprobe
  values -C -d --config --dirname
  read +-n +--dry-run +--show-depends +-c +--showconfig +-D
  else change
insmod rmmod depmod swapoff renice skill snice xkill swaplabel quotaon quotaoff setquota edquota ipcrm ipcmk
  else change
swapon
  change +-a +--all
  read +-s +--show +--summary .
  else change
mount
  read .+!-a+!--all+!-o +-V +-h
  else change
umount fusermount eject partprobe kpartx e4defrag fstrim resize2fs xfs_growfs xfs_fsr growpart partx lvextend lvcreate lvchange lvrename lvresize lvconvert vgcreate vgextend vgchange vgrename vgimport vgexport pvcreate pvmove pvresize pvchange vgcfgbackup
  else change
crontab
  values -u
  destroy +-r
  read +-l
  else change
at batch
  read +-l +-c +-q/$
  destroy +-d +-r
  else change
atq
  else read
atrm
  else change
reboot halt poweroff init telinit kexec
  read +--help
  else change
shutdown
  read +--show
  else change
passwd
  read +-S +--status
  else change
chage
  read +-l +--list
  else change
visudo
  read +-c +--check
  else change
useradd adduser usermod groupadd groupmod addgroup chpasswd chsh chfn gpasswd newusers vipw vigr pwconv pwck grpck groupmems faillock pam_tally2 setenforce setsebool update-grub grub-mkconfig grub2-mkconfig grub-install dracut mkinitramfs update-initramfs mkinitcpio update-ca-certificates update-rc.d dpkg-reconfigure ldconfig locale-gen update-alternatives-set tzselect authconfig kinit kdestroy smbpasswd augenrules
  else change
userdel deluser groupdel delgroup
  else destroy
semanage
  read */-l +-l +--list
  else change
udevadm
  read info monitor test test-builtin verify
  else change
cpupower
  read *info frequency-info idle-info monitor
  else change
tuned-adm
  read active list recommend verify profile_info
  else change
authselect
  read current list show check
  else change
realm
  read list discover
  else change
klist
  else read
auditctl
  read +-l +-s
  destroy +-D
  else change
aa-status apparmor_status
  else read
aa-enforce aa-complain aa-disable apparmor_parser
  else change
faillog
  change +-r
  else read
update-alternatives alternatives
  read +--display +--get-selections +--list +--query +--get-*
  else change
logrotate
  read +-d +--debug
  else change
rsyslogd
  read +-N1 +-v
  else change
screen tmux byobu zellij
  read ls list-* -ls +-ls show-* display-message list-sessions info has-session
  read capture-pane+-p
  destroy kill-server
  else session
start-stop-daemon
  read +--status +-T
  escape +-x +--exec +-S +--start
  else change
capsh
  read +--print +--decode +--explain
  else escape
perf
  read list report script stat/$
  run stat:0 trace:0
  change record
  else change
gdb lldb
  else escape
bpftrace
  read +-l +--info
  else escape
`
