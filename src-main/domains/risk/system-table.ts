/** The machine itself: processes, services, disks, users, macOS, machines; the grammar is told in `command-table.ts`. */
export const SYSTEM_TABLE = String.raw`
ps pstree pgrep pidof top htop btop atop glances free vmstat iostat mpstat slabtop uptime tload w who whoami users id groups last lastb lastlog logname arch nproc uname hostid getconf lsb_release lsblk lscpu lsmem lspci lsusb lsmod modinfo lsns lsipc lslocks lslogins lshw hwinfo inxi biosdecode acpi findmnt blkid printenv locale getent iotop nfsstat numastat turbostat cpuid x86info sw_vers vm_stat mdfind mdls system_profiler ioreg lsscsi lstopo lshal dmidecode needs-restarting checksec pcp pmstat uptimed ruptime vnstat procinfo psacct lastcomm sa ac runlevel getenforce sestatus matchpathcon sesearch seinfo ausearch aureport mcelog edac-util hostnames ipcs ldd nm objdump readelf size pkgconf pkg-config ldconfig-p screenfetch systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt systemd-path systemd-escape systemd-delta ausyscall dpigs deborphan apt-show-versions debsums
  change +--dump-bin
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
  read +-s +--show +--summary .
  change +-a
  else change
mount
  read .+!-a+!--all+!-o
  read +-l+!-a +-V +-h
  else change
umount fusermount eject partprobe kpartx e4defrag fstrim resize2fs xfs_growfs xfs_fsr growpart partx lvextend lvcreate lvchange lvrename lvresize lvconvert vgcreate vgextend vgchange vgrename vgimport vgexport pvcreate pvmove pvresize pvchange vgcfgbackup
  else change
lvs vgs pvs lvscan vgscan pvscan lvdisplay vgdisplay pvdisplay lvmdiskscan pvck vgck lvmconfig
  else read
lvremove vgremove pvremove lvreduce vgreduce vgcfgrestore xfs_repair blkdiscard hdparm-erase
  read +-t +--test +-n
  else destroy
lvm
  read lvs vgs pvs *display *scan version
  destroy lvremove vgremove pvremove lvreduce
  else change
fdisk sfdisk
  read +-l +-s +-d +-J +--list +--dump +--json +--show-size +-V +--verify +-n +--no-act
  else destroy
gdisk sgdisk cgdisk
  read +-l +-p +-i +-v +--print +--info +--verify
  else destroy
cfdisk
  else destroy
parted
  flags -s -m --script --machine
  read +-l +--list */print */*/print */unit/*/print */print/*
  else destroy
blockdev
  change +--flushbufs +--set* +--rereadpt
  else read
hdparm
  destroy +--security-* +--make-bad-sector +--trim-sector-ranges +--write-sector +--repair-sector +--dco-restore +--sanitize* +--fwdownload*
  read +-i +-I +-t +-T +-g +-C +-H +--direct
  else change
smartctl
  values -d -n -t -l -s -o -S -q -v -r
  change +-t +-s +-X +-o +-S +--test +--set +--offlineauto +--saveauto +--abort
  else read
nvme
  read list list-* smart-log id-* error-log fw-log get-* show-* version help self-test-log endurance-log
  destroy format sanitize write* delete-ns wdc clear* reset
  else change
mdadm
  destroy +--zero-superblock +--create +-C
  change +--stop +-S +--fail +-f +--remove +-r +--add +-a +--grow +-G +--assemble +-A +--manage +--readonly +--readwrite +--re-add
  read +--detail +-D +--examine +-E +--query +-Q +--scan +--test +--version
  else change
zpool
  read status list get history iostat version events
  destroy destroy labelclear create
  else change
zfs
  read list get diff holds userspace groupspace version
  read destroy+-n send+-n
  destroy destroy rollback receive+-F recv+-F
  else change
btrfs
  read subvolume/list subvolume/show subvolume/get-default subvolume/find-new filesystem/show filesystem/df filesystem/du filesystem/usage fi/show fi/df fi/usage fi/du device/stats device/usage device/ready scrub/status balance/status inspect-internal property/get property/list qgroup/show quota/status version check+!--repair
  destroy subvolume/delete sub*/del* check+--repair rescue device/remove device/delete
  else change
xfs_info dumpe2fs xfs_bmap filefrag
  else read
xfs_db
  read +-r
  else change
tune2fs
  read +-l
  else change
e2label
  change */*
  else read
fsck fsck.* e2fsck xfs_scrub
  values -C -t
  read +-n +-N
  else change
badblocks
  destroy +-w
  change +-n
  else read
debugfs
  values -R -f
  change +-w +-f
  else change
wipefs
  read +-n +--no-act
  destroy +-a +-o +--all +--offset +-f
  else read
mkswap
  else destroy
cryptsetup
  values -c -s -h -d -S -i --type --key-file --key-slot --cipher --hash --key-size
  read luksDump status isLuks luksUUID benchmark +--version +--help
  destroy luksFormat format erase luksErase luksKillSlot luksRemoveKey reencrypt tcryptConvert
  else change
dmsetup
  read . ls info status table deps targets version report
  destroy remove_all wipe_table
  else change
losetup
  read . +-a +-l +-j +-f/$
  read +-a +-l +--list +--all
  else change
multipath
  read +-l +-ll +-t +-T
  else change
iscsiadm
  values -m -o -T -p -P -t --mode --op
  destroy +-o=delete +--op=delete
  change +-o=new +-o=update +-l +-u +--login +--logout +-l +--op=new +--op=update
  else read
smbstatus
  else read
quota repquota
  else read

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
diskutil
  read list info activity apfs/list cs/list
  destroy erase* zero* random* secure* partition* reformat apfs/delete* deleteContainer apfs/erase* cs/delete
  else change
defaults
  read read read-type find domains help
  destroy delete
  else change
tmutil
  read list* status latestbackup destinationinfo compare isexcluded version
  destroy delete*
  else change
pmset
  read +-g
  else change
csrutil spctl
  read status +--status +-a
  else change
scutil
  read +--dns +--get +--proxy +--nwi +-r +--nc
  else change
dscl
  read */read */list */-read */-list +-read +-list
  destroy +-delete
  else change
networksetup
  read +-get* +-list* +-show*
  else change
esxcli
  read **list **get
  destroy **remove **delete **erase
  else change
virsh
  values -c --connect
  read list dominfo domstate dumpxml domblklist domiflist domstats dommemstat vcpuinfo nodeinfo net-list net-info net-dumpxml pool-list pool-info vol-list vol-info snapshot-list snapshot-info version capabilities uri hostname sysinfo domuuid domid nodecpustats nodememstats vncdisplay domdisplay dom* help
  destroy undefine vol-delete vol-wipe pool-delete pool-undefine net-undefine snapshot-delete snapshot-revert managedsave-remove *-undefine *-delete
  else change
VBoxManage vboxmanage
  read list showvminfo showhdinfo showmediuminfo getextradata guestproperty/enumerate guestproperty/get
  destroy unregistervm closemedium */delete snapshot/*/restore snapshot/*/delete
  else change
qemu-img
  read info check+!-r map compare measure
  destroy snapshot+-d
  else change
lxc incus lxd
  run exec:1
  read list ls info config/show config/get config/device/list image/list image/info network/list network/show profile/list profile/show storage/list storage/show storage/info snapshot/list operation/list project/list remote/list cluster/list version monitor */list */show */info */ls
  destroy delete rm */delete */*/delete restore rebuild
  escape shell console
  else change
lxc-ls lxc-info lxc-top lxc-config
  else read
lxc-destroy
  else destroy
lxc-attach
  values -n --name
  flags --clear-env
  run .:0
  else escape
multipass
  run exec:1
  read list ls info find get networks version aliases
  destroy delete purge
  escape shell
  else change
qm pct pvesh pvecm pveum pvesm ha-manager
  read list config status pending showcmd listsnapshot get ls df cpusets nodes */list
  destroy destroy delsnapshot rollback delete free unlink
  run exec:1
  escape enter
  else change
`
