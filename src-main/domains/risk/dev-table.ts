/** Version control, code hosts, builds and package managers of languages; the grammar is told in `command-table.ts`. */
export const DEV_TABLE = String.raw`
git-table
  values -c -C --git-dir --work-tree --namespace -m --author --date --format --since --until -o --output --upload-pack --receive-pack --exec --open-files-in-pager
  flags --no-pager --bare --no-optional-locks --literal-pathspecs -P
  escape *+--upload-pack *+--receive-pack grep+-O grep+--open-files-in-pager log+--ext-diff show+--ext-diff diff+--ext-diff difftool mergetool instaweb daemon web--browse
  escape rebase+-x rebase+--exec fetch+--upload-pack ls-remote+--upload-pack archive+--exec bisect/run
  run bisect/run:0
  read clean+-n clean+--dry-run push+-n push+--dry-run fetch+--dry-run add+-n add+--dry-run rm+-n rm+--dry-run mv+-n mv+--dry-run commit+--dry-run prune+-n prune+--dry-run pull+--dry-run worktree/prune+-n worktree/prune+--dry-run remote/prune+-n remote/prune+--dry-run lfs/prune+--dry-run lfs/push+--dry-run apply+--check apply+--stat apply+--numstat apply+--summary
  destroy push+-f push+--force push+--force-if-includes push+--mirror push+--delete push+-d push+--prune push/*/+* push/*/:* push/*/*/+* push/*/*/:* push/+* push/:*
  destroy reset+--hard reset+--merge reset+--keep clean stash/drop stash/clear branch+-D branch+-d+-f branch+--delete+--force branch+-d+--force reflog/expire reflog/delete gc+--prune=now gc+--prune=all gc+--aggressive+--prune prune filter-branch filter-repo update-ref+-d update-ref+--delete tag+-d tag+--delete worktree/remove+-f worktree/remove+--force submodule/deinit+-f submodule/deinit+--force lfs/prune checkout+-f checkout+--force checkout+--ours checkout+--theirs checkout+-B switch+-f switch+--force switch+--discard-changes switch+-C branch+-f checkout-index+-f read-tree+--reset rm+-f rm+--force rm+-r+!--cached notes/prune symbolic-ref+-d rm+-rf
  destroy checkout/. checkout/--
  change restore+--staged+!--worktree+!-W restore+-S+!-W
  destroy restore
  change diff+--output log+--output show+--output archive+-o archive+--output format-patch+-o
  read status log show diff blame annotate shortlog describe rev-parse rev-list ls-files ls-tree cat-file name-rev merge-base for-each-ref show-ref show-branch whatchanged grep reflog/$ reflog/show reflog/list reflog/exists count-objects fsck verify-commit verify-tag verify-pack var version help check-ignore check-attr check-mailmap check-ref-format cherry diff-tree diff-files diff-index range-diff merge-tree archive get-tar-commit-id patch-id stripspace column fmt-merge-msg ls-remote
  change branch+-d branch+--delete branch+-m branch+-M branch+--move branch+-c branch+-C branch+--copy branch+-u branch+--set-upstream-to branch+--unset-upstream branch+--edit-description
  read branch/$ branch+--list branch+-l branch+-a branch+-r branch+-v branch+-vv branch+--contains branch+--merged branch+--no-merged branch+--show-current branch+--points-at branch+--all branch+--remotes
  read tag/$ tag+-l tag+--list tag+-n tag+--contains tag+--points-at tag+--merged tag+-v tag+--verify
  change config+--unset* config+--add config+--replace-all config+--rename-section config+--remove-section config+-e config+--edit config/set config/unset
  read remote/$ remote/show remote/get-url stash/list stash/show config/list config/get config/--list config+--get config+--get-all config+--list config+-l config+--get-regexp config+--get-urlmatch config/*/$ worktree/list submodule/$ submodule/status submodule/summary bisect/log bisect/visualize bisect/view notes/list notes/show notes/$ lfs/ls-files lfs/status lfs/env lfs/locks lfs/logs symbolic-ref/*/$ bundle/verify bundle/list-heads rerere/status rerere/diff sparse-checkout/list hash-object+!-w flow/*/list replace/$ replace+-l remote+-v interpret-trailers+!--in-place submodule_/foreach cherry
  else change
git-lfs
  read ls-files status env locks logs fsck
  destroy prune
  else change
tig lazygit gitui
  else session
hg
  read status st log diff heads tip branches tags summary sum annotate blame cat manifest paths identify id incoming outgoing root files showconfig help version parents bookmarks
  destroy strip purge update+-C update+--clean revert rollback
  escape **--config
  else change
svn
  read status st log diff info list ls cat blame proplist pl propget pg help
  destroy revert delete del rm remove
  escape +--diff-cmd +--editor-cmd +--diff3-cmd
  else change
gh
  values -R --repo -X --method -f -F --field --raw-field --input -H --header -q --jq -t --template --hostname -L --limit --json -s --state --cache
  flags --paginate -w --web --web=false
  destroy api+-X=DELETE api+--method=DELETE api+-X=delete **delete **delete-* **remove **rm project/item-delete ssh-key/delete gpg-key/delete cache/delete
  change api+-X=POST api+-X=PUT api+-X=PATCH api+--method=POST api+--method=PUT api+--method=PATCH
  read api+-X=GET api+--method=GET api+-X=HEAD
  change api+-f api+-F api+--field api+--raw-field api+--input api+-X api+--method
  read api status search version help auth/status auth/token config/get config/list alias/list extension/list extension/ls extension/search completion run/view run/list run/ls run/watch */list */ls */view */status */diff */checks */watch release/view release/list pr/checks pr/diff project/view project/list project/item-list project/field-list ruleset/check ruleset/view label/list secret/list variable/list variable/get issue/view cache/list codespace/logs codespace/list workflow/view workflow/list org/list gist/view repo/view repo/list repo/ls
  escape extension/exec codespace/ssh
  else change
glab
  values -R --repo -X --method -f -F --field --raw-field -H -g --group -P -p --per-page --page
  destroy api+-X=DELETE api+--method=DELETE **delete **remove **rm
  change api+-X api+--method api+-f api+-F api+--field api+--raw-field api+--input
  read api version help check-update auth/status config/get */list */ls */view */show */status */diff */get ci/trace ci/lint ci/config/* ci/status ci/view ci/list ci/get user/events */contributors repo/search mr/issues mr/approvers search
  else change
hub bb tea gitea
  read */list */ls */view */show api pr/list issue issue/$ status */info
  destroy **delete **rm **remove
  else change
gitlab-runner
  read list verify+!--delete status help
  destroy verify+--delete
  else change
gitlab-rails gitlab-rake gitlab-backup
  escape runner console r c dbconsole
  read gitlab:env:info gitlab:check gitlab:*:check
  destroy db:drop db:reset
  else change
gitlab-ctl
  read status tail show-config service-list help get-redis-master check-config diff-config
  destroy cleanse uninstall
  else change
circleci jenkins-cli drone woodpecker-cli buildkite-agent concourse fly-ci teamcity tkn-cli act gitlab-cli travis codefresh
  values -s -t --token --host -auth -webSocket
  destroy **@destroy **context/delete **delete-secret **remove-secret **delete-builds **delete-* **clear-queue **context/remove-secret
  read **list **ls **info **show **list-* **get-* **view **validate **status **who-am-i **version **lint **history **diagnostic **logs **console **describe **list-jobs config/validate config/process
  else change
make gmake
  escape +--eval +-E
  read +-n +--dry-run +--just-print +-q +--question +--version +-v
  else change
cmake ninja meson bazel buck pants scons rake ant mvn mvnw gradle gradlew sbt lein grunt gulp just task earthly dagger tox nox invoke
  escape
  read +--version +-version +--dry-run +--list +--list-all +--tasks query cquery aquery info version dependency:tree dependency:list help:* tasks projects dependencies help
  destroy clean clean:* expunge
  else change
npm
  values --prefix --registry -w --workspace --loglevel
  flags -g --global -s --silent --json --long --all
  run exec:0
  change audit/fix dist-tag/add dist-tag/rm config/set config/delete cache/clean cache/add pkg/set token/create
  destroy unpublish token/revoke owner/rm access/revoke org/rm team/destroy
  read +--dry-run
  read ls list la ll view v show info outdated audit search find ping whoami prefix root bin config/list config/ls config/get config/$ get doctor explain why fund help query diff dist-tag/ls dist-tag/$ owner/ls token/list cache/verify pkg/get profile/get access/list org/ls team/ls sbom version/$ run/$ run-script/$
  else change
yarn pnpm bun
  run exec:0 dlx:0
  read list ls why info outdated audit/$ licenses versions config/get config/list config/$ help view show +--version root bin search whoami store/status store/path doctor pm/ls workspaces/info workspaces/list npm/info npm/whoami npm/audit
  destroy cache/clean unpublish
  else change
pip pip2 pip3 pipx uv pipenv poetry conda mamba micromamba pdm rye hatch easy_install
  values --index-url -i --proxy -n --name -p
  flags --disable-pip-version-check -q -v --quiet
  run run:0
  read +--dry-run
  read list show freeze check index search config/list config/get config/debug debug inspect hash cache/info cache/list cache/dir help info env/list env/info search tree version about pip/list pip/show pip/freeze pip/tree pip/check python/list tool/list graph --venv run env/show self/version compare config/--show list/* repoquery interpreters
  escape
  destroy env/remove purge cache/purge cache/clean clean env/prune
  else change
gem
  escape open exec
  read list search info query specification contents dependency environment env outdated sources/$ sources+-l stale which help owner/$ +--version
  else change
bundle bundler
  run exec:0
  escape console open
  read list show outdated info check licenses platform version config/list config/get config/$ doctor env help audit
  else change
cargo
  read search tree metadata info version +--version +--list +-V locate-project pkgid verify-project read-manifest owner+--list audit deny outdated help search
  destroy clean yank
  else change
go
  change env+-w env+-u mod/edit
  read version env list doc mod/graph mod/why mod/verify help tool/$
  else change
rustup nvm pyenv rbenv nodenv asdf mise sdk jenv goenv volta fnm rvm n
  run exec:0
  read show list ls versions version current which where whence toolchain/list component/list target/list check info latest plugin/list ls-remote list-all alias/$ doctor +--version env help shims commands global/$ local/$ home prefix root
  else change
composer
  run exec:0
  read show info outdated search validate check-platform-reqs diagnose licenses depends why prohibits why-not status about audit suggests fund help
  else change
nix nix-env nix-store nix-shell nix-channel nixos-rebuild home-manager guix
  script --run --command
  destroy store/delete store/gc +--delete-generations +--gc +--delete collect-garbage expire-generations gc
  read search flake/show flake/metadata path-info why-depends show-config doctor log derivation/show store/ls store/verify +-q +--query +--list-generations +--list dry-build dry-activate dry-run list-generations generations packages news show describe +--dry-run +--version weather size graph package/-s
  else change
nix-collect-garbage
  else destroy
javac gcc g++ clang cc c++ rustc ld as tsc esbuild webpack vite rollup babel swc strip objcopy ranlib
  escape +-wrapper +-B +-fplugin +-specs=*
  read +--version +-dumpversion
  else change
java
  values -cp -classpath --class-path -m --module -s -auth
  destroy +-jar **delete-job **delete-node **delete-view **delete-builds **delete-credentials **groovy **groovysh
  read +-version +--version +-XshowSettings
  else change
dotnet
  read --info --version --list-sdks --list-runtimes list/* tool/list help sln/list
  escape fsi
  else change
jps jstack jinfo jstat jmap-histo jcmd-l javap pstack gstack py-spy eu-stack
  escape
  change +-o +--output +-flag
  else read
jmap
  change +-dump*
  else read
jcmd
  read +-l . */help */VM.version */VM.flags */VM.uptime */VM.system_properties */VM.command_line */Thread.print */GC.class_histogram */GC.heap_info */VM.info */VM.native_memory */PerfCounter.print
  else change
pytest mocha jest vitest phpunit rspec ginkgo cypress playwright
  else change
black rustfmt autopep8 yapf autoflake
  read +--check +--diff +--check-only +--version
  else change
eslint prettier ruff flake8 pylint mypy pyright shellcheck shfmt yamllint markdownlint rubocop golangci-lint gofmt stylelint oxlint biome actionlint jsonlint sqlfluff bandit semgrep gosec staticcheck vale codespell vulture
  change +-i +-w +--write +--fix +--fix-* +-a +-A +--apply +--autocorrect* +-o +--output-file fix format
  escape +--plugin* +--load-plugins +--require +--rulesdir +--init-hook
  else read

  else escape
`
