/** Package managers of systems; the grammar is told in `command-table.ts`. */
export const PACKAGES_TABLE = String.raw`
apt apt-get aptitude nala
  values -o -c -t --option --config-file --target-release
  flags -y -q -qq -f -u -V --yes --assume-yes --quiet --no-install-recommends --fix-broken
  escape +-o=*Invoke* +-o=*Dir* +-o=*Pager* +-o=*Script* +--option=*Invoke* +-c +--config-file
  read +-s +--simulate +--just-print +--dry-run +--no-act +--recon +--print-uris
  read list search show policy depends rdepends changelog showpkg showsrc check madison version help moo why why-not
  read source+--print-uris
  destroy purge remove+--purge
  else change
apt-cache apt-config apt-mark-show
  else read
apt-mark
  read show*
  else change
apt-file
  read search list show find
  else change
apt-key
  read list export fingerprint finger
  else change
dpkg
  escape +--pre-invoke* +--post-invoke* +--status-logger*
  read +--no-act +--dry-run +--simulate
  destroy +-P +--purge
  read +-l +-L +-s +-S +-p +--list +--listfiles +--status +--search +--print-avail +-I +-c +--info +--contents +--get-selections +--print-architecture +--audit +-C +--verify +-V +--compare-versions +--version +--no-act +--dry-run +--simulate
  else change
dpkg-query dpkg-architecture
  else read
dnf yum microdnf dnf5 tdnf
  values -c --enablerepo --disablerepo --repo --releasever -x --exclude --installroot --setopt
  flags -y -q -v -C --assumeyes --quiet --refresh --cacheonly --nogpgcheck --best
  escape +--setopt=*pluginpath* +-c
  read list ls info if search se provides prov whatprovides repolist repoinfo repoquery rq check-update check deplist updateinfo version help module/list module/info history/list history/info group/list group/info grouplist groupinfo search +--assumeno
  read history/$
  else change
rpm rpmquery rpm2cpio
  escape +--eval* +-E +--pipe* +--define* +-D +--rcfile* +--load*
  read +-q* +-V* +--query +--verify +--checksig +-K* +--querytags +--version +--showrc
  else change
zypper
  flags -n -q --non-interactive --quiet --no-refresh
  escape +-c +--config
  read +-D +--dry-run
  read search se info if list-* lu lr lp ps repos packages pa patches patterns products what-provides wp versioncmp vcmp patch-check pchk locks ll services ls licenses targetos
  else change
pacman yay paru
  change +-Sy* +-Su* +-R* +-U* +-D* +-Fy* +-Sc* +-Sw*
  read +-Q* +-Ss* +-Si* +-Sl* +-Sg* +-Sp* +-F* +-T* +-V +-h +--query +-Ss
  else change
apk
  read info list search policy version audit stats dot manifest verify +--simulate +-s
  else change
emerge
  read +-p +--pretend +-s +--search
  else change
equery eix qlist
  else read
xbps-query pkg_info
  else read
pkg pkgin port
  read info search list stats which query version audit check contents deps variants echo outdated installed
  else change
snap
  read list find info changes change version known logs services connections interfaces warnings tasks model whoami
  destroy remove+--purge
  else change
flatpak
  read list info search remotes remote-ls remote-info history ps
  run run:1
  else change
brew
  read list ls info search outdated deps uses doctor config leaves desc log services/list services/info cat tap-info +--version +--prefix +--cellar +--repository formulae casks commands missing shellenv
  read tap/$
  read +-n +--dry-run
  else change
choco winget scoop
  read list search find info outdated show status cat config/$ sources/list source/list features/list
  else change
softwareupdate
  read +-l +--list +--history
  else change
`
