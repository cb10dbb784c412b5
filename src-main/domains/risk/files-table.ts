/** Files, texts and archives: what each tool's words do; the grammar is told in `command-table.ts`. */
export const FILES_TABLE = String.raw`
cat tac nl rev head tail wc cmp comm paste join fold fmt expand unexpand cut tr od hexdump hd strings cksum sum md5sum md5 shasum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum b3sum base32 base64 basenc seq factor numfmt tsort column pr ptx zcat bzcat xzcat lz4cat zstdcat gzcat zgrep zegrep zfgrep bzgrep xzgrep zstdgrep zcmp zdiff bzdiff stat readlink realpath dirname basename pathchk ls dir vdir exa eza lsd namei du df dust duf gdu diff diff3 colordiff wdiff icdiff delta ccat hexyl jless cmark grep egrep fgrep whereis which locate mlocate plocate apropos whatis bc expr mdcat glow getfacl lsattr getfattr getcap gcat gls ghead gtail gstat numsum tldr cheat lolcat figlet cal ncal calc units jo gron htmlq pup
  values -n -c -d -f -s -w
  else read
echo printf true false test [ [[ : pwd cd pushd popd dirs read wait jobs bg fg disown umask ulimit type unalias set unset shift export declare typeset local readonly return exit break continue let getopts shopt bind caller help sleep yes logout times tput tty
  else read
hash
  escape +-p
  else read
compgen complete mapfile readarray
  escape +-C
  else read
enable
  escape +-f
  else change
history
  change +-c +-d +-w
  else read
fc
  else escape
test-table
  else read
file
  change +-C +--compile
  else read
sort gsort
  values -k -t -S -T -o --key --field-separator --buffer-size --temporary-directory --output
  escape +--compress-program
  change +-o +--output
  else read
uniq
  values -f -s -w --skip-fields --skip-chars --check-chars
  change */*
  else read
shuf
  values -n -i -o --head-count --input-range --output
  change +-o +--output
  else read
xxd
  values -s -l -c -g
  change */*
  else read
look
  else read
iconv
  values -f -t -o --from-code --to-code --output
  change +-o +--output
  else read
tree
  values -L -P -I -o
  change +-o
  else read
sdiff
  change +-o +--output
  else read
less more most zless zmore lesspipe
  escape **+*
  change +-o +-O +--log-file +--LOG-FILE
  else read
man info
  values -k -f -s -S -M -L
  escape +-P +--pager +-H +--html +-X +--gxditview +-T
  else read
bat batcat
  values -l --language --theme -r --line-range
  escape +--pager
  else read
rg
  values -g -t -e -A -B -C -m -f
  escape +--pre +--hostname-bin
  else read
ag ack
  escape +--pager
  else read
jq gojq jaq xq
  else read
yq
  change +-i +--inplace +--in-place +-s +--split-exp
  else read
dasel
  read select . +--version
  else change
mlr csvkit csvcut csvlook csvgrep csvstat csvjoin csvsort in2csv xsv qsv tsv-filter datamash
  change +-I +-o +--output
  else read
xmllint
  change +--output
  escape +--shell
  else read
xmlstarlet
  change ed+-L ed+--inplace
  else read
patch
  read +--dry-run
  else change
split csplit
  escape +--filter
  else change
ncdu
  change +-o
  else read
lsof pwdx pmap
  else read
fuser
  change +-k
  else read
date
  values -d -f -r --date --file --reference
  change +-s +--set
  read . +*
  read **+*
  else change
mktemp
  read +-u +--dry-run
  else change
cpio
  escape +--rsh-command
  read +-t +--list
  else change
ar
  read t* p*
  destroy d*
  else change
zip
  escape +-TT +--unzip-command +-T
  destroy +-d +--delete +-m +--move
  read +-sf +--show-files
  else change
unzip
  read +-l +-t +-v +-Z +-p +-z
  else change
zipinfo funzip
  else read
gzip gunzip bzip2 bunzip2 xz unxz lzma zstd unzstd lz4 pigz compress uncompress lzop brotli
  read +-l +-t +-c +--list +--test +--stdout +--to-stdout
  else change
7z 7za 7zz 7zr p7zip
  read l t i h b
  destroy d
  else change
unrar rar
  read l* v* t* p
  destroy d
  else change
shred wipe nwipe scrub srm bleachbit secure-delete sfill sswap
  else destroy
rmdir
  else change
ln mkdir touch mkfifo mknod rename prename link dos2unix unix2dos uudecode ctags logger stow tidy
  else change
fallocate
  destroy +-p +-z +-c +--punch-hole +--zero-range +--collapse-range
  else change
setfattr setcap restorecon chcon
  else change
exiftool
  else change
open xdg-open start
  else change
vi vim nvim vimdiff view rvim gvim ex ed red emacs nano pico joe micro ranger code subl helix hx kak
  escape +-c +--cmd +-S +-s +--eval +--speller +-l +--batch +-f +-u **+*
  else session
`
