/** Disks and volumes, macOS and virtual machines; the grammar is told in `command-table.ts`. */
export const STORAGE_TABLE = String.raw`
lvs vgs pvs lvscan vgscan pvscan lvdisplay vgdisplay pvdisplay lvmdiskscan pvck vgck lvmconfig
  else read
xfs_repair
  read +-n
  else destroy
lvremove vgremove pvremove lvreduce vgreduce vgcfgrestore blkdiscard
  read +-t +--test
  else destroy
lvm
  read lvs vgs pvs *display *scan version
  destroy lvremove vgremove pvremove lvreduce
  else change
fdisk sfdisk
  destroy +--delete* +--wipe* +--append +--part-* +--move-data +-w +-W +-a +-A +-N +-o +-c=* +--activate +--relocate
  read +-l +-s +-d +-J +--list +--dump +--json +--show-size +-V +--verify +-n +--no-act
  else destroy
sgdisk
  destroy +-Z +-z +-o +-d +-n +-N +-t +-g +-m +-u +-U +-G +-R +-l +-e +-h +-r +-s +--zap* +--clear +--delete* +--new* +--largest-new* +--typecode* +--mbrtogpt +--load-backup* +--mattrs
  read +-p +-i +-v +--print +--info* +--verify
  else destroy
cfdisk gdisk cgdisk
  else destroy
parted
  flags -s -m --script --machine
  destroy **mklabel **mktable **mkpart **rm **resizepart **rescue **name **set **toggle **disk_set **disk_toggle **mkpartfs **mkfs
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
  change +-d +-D +-c +--detach* +--set-capacity +--direct-io
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
