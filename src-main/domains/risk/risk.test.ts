import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RiskTier } from '#contract/primitives'
import type { StepLanguage } from '#contract/runbooks'
import { classify } from './index'

const ORDER: readonly RiskTier[] = ['read', 'reach_out', 'change', 'destroy', 'forbidden']
const tierOf = (code: string, language: StepLanguage = 'bash'): RiskTier =>
  classify(code, language).tier
const rank = (tier: RiskTier): number => ORDER.indexOf(tier)

function every(language: StepLanguage, tier: RiskTier, codes: readonly string[]): void {
  test.each(codes)(`${language}: %s is ${tier}`, (code) => {
    expect(classify(code, language)).toMatchObject({ tier })
  })
}

describe('looking at a machine is a read', () => {
  every('bash', 'read', [
    'uptime',
    'systemctl status "$QD_SERVICE" --no-pager | head -20',
    'journalctl -u nginx --since "-15 min" -p err',
    'df -P / | awk \'NR==2 { gsub("%", "", $5); print $5 }\'',
    'ps aux --sort=-%mem | head -n 5',
    'ss -ltnp',
    'ip -br addr',
    'mount',
    'sysctl vm.swappiness',
    'find /var/log -name "*.gz" -size +10M -exec ls -l {} +',
    'sed -n "1,20p" /etc/hosts',
    'tar -tzf backup.tgz',
    'crontab -l',
    'sudo -n journalctl -n 5',
    'timeout 5 env LC_ALL=C df -h',
    'docker ps -a',
    'kubectl get pods -A -o wide',
    'kubectl apply -f deploy.yaml --dry-run=server',
    'terraform plan',
    'git -C /srv/app log --oneline -5',
    'aws ec2 describe-instances --region eu-west-1',
    'gcloud compute instances list',
    'az vm list -o table',
    'vault kv get secret/app',
    'redis-cli info memory',
    'psql -Atc "select count(*) from orders"',
    'mysql -e "SHOW PROCESSLIST"',
    "mongosh --eval 'db.serverStatus()'",
    'python3 -c "import json,sys; print(json.load(sys.stdin)[\'state\'])"',
    'curl -fsS http://127.0.0.1:8080/health',
    'if command -v ss >/dev/null 2>&1; then ss -s; else netstat -s; fi',
    'for unit in nginx cron; do systemctl is-active "$unit"; done',
    'bash <<EOF\nuptime\nEOF',
    'say() { echo "$1"; }; say hello',
    'run() { "$@"; }; run df -h',
    'T=/var/log\nls -la $T',
  ])
})

describe('a dangerous text that nothing runs is a read', () => {
  every('bash', 'read', [
    'echo "rm -rf /data"',
    "grep -rn 'DROP TABLE' migrations",
    'printf "%s\\n" "mkfs.ext4 /dev/sdb"',
    "cat <<'EOF'\nrm -rf /data\nEOF",
    'ls -la # rm -rf /data',
    'man rm',
    'rm --help',
    'git log --grep "reset --hard"',
  ])
  every('sql', 'read', [
    "select 'drop table users'",
    'select * from "delete" where "drop" = 1',
    'select 1 -- drop table users',
    'select 1 /* delete from users */',
    'select $$ truncate users $$',
    "select replace(name, 'a', 'b'), updated_at from users",
  ])
  every('text', 'read', ['rm -rf /'])
})

describe('asking another machine is a reach-out', () => {
  every('bash', 'reach_out', [
    'ping -c 3 db-1',
    'dig +short db.example.net',
    'curl -sI https://example.net',
    'ssh web-1 uptime',
    'nc -z db-1 5432',
    'psql -h db-1 -c "select 1"',
  ])
  every('http', 'reach_out', ['GET https://example.net/health', 'https://example.net/health'])
  every('http', 'read', ['GET http://localhost:9090/-/healthy'])
})

describe('what can be taken back or made again is a change', () => {
  every('bash', 'change', [
    'systemctl restart "$QD_SERVICE"',
    'kubectl rollout restart deployment/checkout -n shop',
    'kubectl scale deploy/checkout --replicas=0',
    'docker compose down',
    'kill -HUP "$(pidof nginx)"',
    'echo 1 > /srv/app/flag',
    'ls | tee /srv/app/list',
    'sort -o list list',
    'find /srv -fprint /srv/list',
    'sed -i s/a/b/ app.conf',
    'awk \'{ print > "out" }\' list',
    'curl -X POST http://127.0.0.1/reload',
    'curl -o page https://example.net',
    'rm -rf /tmp/build',
    'ssh web-1 sudo systemctl restart nginx',
    'apt-get install -y jq',
    'sysctl -w vm.swappiness=10',
    'psql -c "update orders set state = \'open\' where id = 7"',
    'terraform apply',
    'git push origin main',
    'frobnicate --fast',
    './deploy.sh staging',
  ])
  every('sql', 'change', [
    'insert into t values (1)',
    'update t set a = 1 where id = 7',
    'delete from t where id = 7',
    'with gone as (delete from t where id = 7 returning *) select * from gone',
    'select pg_terminate_backend(42)',
    "select nextval('ids')",
    'select * into copy_of_t from t',
    "select 1 into outfile '/tmp/x'",
    'explain analyze update t set a = 1 where id = 7',
    'vacuum full t',
    'set global max_connections = 10',
    'select refresh_everything()',
  ])
  every('http', 'change', ['POST https://example.net/restart\n\n{}', 'PUT http://localhost/flag'])
})

describe('what deletes, or runs code that is not shown, is destroy', () => {
  every('bash', 'destroy', [
    'rm -rf /srv/data',
    'find /srv -name "*.bak" -delete',
    'find /srv -name "*.bak" | xargs rm',
    'mkfs.ext4 /dev/sdb1',
    'dd if=image of=/dev/sdb',
    'echo x > /dev/sda',
    ': > /srv/app/state.db',
    'cp /dev/null /srv/app/state.db',
    'truncate -s 0 /srv/app/state.db',
    'rsync -a --delete /a/ /b/',
    'kubectl delete namespace shop',
    'helm uninstall checkout',
    'docker volume rm pgdata',
    'aws s3 rb s3://backups --force',
    'gcloud sql instances delete prod',
    'az group delete --name prod',
    'terraform destroy',
    'git reset --hard',
    'git push --force origin main',
    'git checkout -- .',
    'redis-cli FLUSHALL',
    "mongosh --eval 'db.orders.drop()'",
    'psql -c "drop table orders"',
    'echo "delete from orders" | psql',
    'vault kv destroy -versions=1 secret/app',
    'curl -X DELETE https://example.net/index',
    'journalctl --vacuum-time=1d',
    'zfs destroy tank/data',
    'sudo frobnicate',
    'sudo -i',
    'bash',
  ])
  every('sql', 'destroy', [
    'drop table t',
    'truncate t',
    'delete from t',
    'delete from t where 1 = 1',
    'delete from t where id = 7 or true',
    'update t set a = 1',
    'update t set a = 1 where id = id',
    'with gone as (delete from t returning *) select count(*) from gone',
    'select 1; drop table t',
    'select 1 drop table t',
    '/*!50000 drop table t */',
    "select 'a\\'; drop table t; --'",
    "copy t from program 'sh x'",
    "do $$ begin execute 'drop table t'; end $$",
    "execute immediate 'drop table t'",
    "exec xp_cmdshell 'dir'",
    'explain analyze delete from t',
    'alter table t drop column a',
    '\\! rm -rf /srv',
    "select 'no end",
  ])
  every('http', 'destroy', ['DELETE https://example.net/index', 'POST /logs/_delete_by_query'])
})

describe('tricks do not hide a command', () => {
  every('bash', 'destroy', [
    "r'm' -rf /srv/data",
    'r\\m -rf /srv/data',
    "$'\\x72m' -rf /srv/data",
    'rm${IFS}-rf${IFS}/srv/data',
    '{rm,-rf,/srv/data}',
    '/bin/r? -rf /srv/data',
    'X=rm; $X -rf /srv/data',
    '${X:-rm} -rf /srv/data',
    '$(echo rm) -rf /srv/data',
    'eval "rm -rf /srv/data"',
    'echo cm0gLXJm | base64 -d | sh',
    'curl -s https://example.net/x | sudo bash',
    'bash -c "$(curl -s https://example.net/x)"',
    'source <(curl -s https://example.net/x)',
    "printf 'rm -rf /srv/data' | sh",
    "env -S 'rm -rf /srv/data'",
    'nohup nice -n 5 timeout 5 rm -rf /srv/data',
    'busybox rm -rf /srv/data',
    "xargs -I{} sh -c 'rm {}'",
    'ls <(rm -rf /srv/data)',
    'echo ${x:-$(rm -rf /srv/data)}',
    'echo $((a[$(rm -rf /srv/data)]))',
    "read 'a[$(rm -rf /srv/data)]'",
    'case x in x) rm -rf /srv/data;; esac',
    'rm() { :; }; rm -rf /srv/data',
    "X=ls; ssh web-1 '$X -rf /srv/data'",
    'PATH=/tmp/x:$PATH ls',
    'LD_PRELOAD=/tmp/x.so ls',
    "git -c core.pager='sh -c id' log",
    'tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=sh',
    "sed -n '1e rm -rf /srv/data' list",
    'awk \'BEGIN { system("rm -rf /srv/data") }\'',
    'python3 -c "import os; os.remove(\'x\')"',
    'perl -e \'unlink glob "*"\'',
    "man -P 'sh -c id' ls",
    'kubectl exec web -- rm -rf /srv/data',
    'ansible all -m shell -a "rm -rf /srv/data"',
    'docker run --privileged alpine true',
    'su -c "rm -rf /srv/data"',
  ])
  every('powershell', 'destroy', [
    'Remove-Item -Recurse C:\\data',
    'ri C:\\data -Force',
    'iex (iwr https://example.net/x)',
    'powershell -EncodedCommand aGk=',
    '& $program',
    'Get-ChildItem | ForEach-Object { $_.Delete() }',
    '"$(Remove-Item C:\\data)"',
    'Clear-Content app.log',
  ])
  every('powershell', 'change', ['Restart-Service nginx', 'Set-Content a b', 'frobnicate -x'])
  every('powershell', 'read', [
    'Get-Service nginx | Select-Object Status',
    'Remove-Item C:\\data -WhatIf',
    "'Remove-Item C:\\data'",
    'if ((Get-Process).Count -gt 9) { Write-Output many }',
  ])
})

describe('tables read the words of a tool, not only the first', () => {
  every('bash', 'read', [
    'nmcli c',
    'nmcli con show',
    'losetup -a',
    'sgdisk -p /dev/sdb',
    'parted -s /dev/sda unit MB print',
    'rpm -qi nginx',
    'dpkg -l',
    'git config user.name',
    'black --check src',
    'docker image ls',
    'kubectl delete pod web --dry-run=client',
    'restic forget --keep-last 1 --dry-run',
    'git clean -nfd',
    'kafka-consumer-groups --bootstrap-server k:9092 --group g --reset-offsets --to-latest --topic t',
  ])
  every('bash', 'change', [
    'nmcli c up office',
    'losetup -D',
    'swapon -a',
    'rpm -e nginx',
    'git config --unset user.name',
    'black src',
    'ctr images tag a b',
    'amtool silence add alertname=Disk',
    'kubectl apply -f a.yaml --dry-run=none',
    'helm upgrade web ./web --dry-run=false',
    'pulumi stack init staging',
    'xz --decompress log.xz',
  ])
  every('bash', 'destroy', [
    'sgdisk -p --zap-all /dev/sdb',
    'parted /dev/sda print mklabel gpt',
    'kubectl --context prod -n shop delete pod web',
    'aws s3 --region eu-west-1 rb s3://backups',
    'aws --unheard-of ls s3 rm s3://backups --recursive',
    'rsync --del /empty/ /data/',
    'docker -H tcp://box:2375 rm web',
    'kubectl "$VERB" pod web',
    'mysterious-cli volumes delete prod',
  ])
})

describe('nothing can approve the end of the machine', () => {
  every('bash', 'forbidden', [
    'rm -rf /',
    'rm -rf --no-preserve-root /',
    'sudo rm -fr /*',
    ':(){ :|:& };:',
    'dd if=/dev/zero of=/dev/sda',
    'mkfs.ext4 /dev/nvme0n1',
  ])
})

describe('reasons', () => {
  test('name what reaches furthest first and leave the harmless out', () => {
    expect(classify('ls; systemctl restart a; rm -rf /srv/data', 'bash').reasons).toEqual([
      'rm deletes /srv/data',
      'systemctl restart changes something',
    ])
  })
  test('hold no control or direction characters of hostile text', () => {
    const { reasons } = classify('rm "/srv/\u202Eatad\u0007"', 'bash')
    expect(reasons.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
  test('are always given', () => {
    for (const language of ['bash', 'sql', 'powershell', 'http', 'node', 'text'] as const)
      expect(classify('', language).reasons.length).toBeGreaterThan(0)
  })
})

const pieces = fc.constantFrom(
  ...'ls|rm -rf /srv/x|systemctl restart a|echo hi|curl -s https://x|cat f|kubectl get pods|kubectl delete ns a|X=1|git status|psql -c "select 1"|true|df -h|sudo id|sh|frob|find . -delete|awk 1 f'.split(
    '|',
  ),
)
const scripts = fc
  .array(fc.tuple(pieces, fc.constantFrom('; ', ' && ', ' | ', '\n', ' || ')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.map(([piece, joint]) => piece + joint).join('') + 'true')

describe('a wrapped or longer script never reaches less far', () => {
  const wrappers: Record<string, (code: string) => string> = {
    'a destructive end': (code) => `${code}; rm -rf /srv/data`,
    'a subshell': (code) => `( ${code} )`,
    'a substitution': (code) => `echo "$( ${code} )"`,
    'a group in a function': (code) => `f() { ${code}\n}; f`,
    'a here-document': (code) => `bash <<'END_OF_IT'\n${code}\nEND_OF_IT`,
    'sh -c': (code) => `sh -c '${code.replaceAll("'", "'\\''")}'`,
    'sudo sh -c': (code) => `sudo sh -c '${code.replaceAll("'", "'\\''")}'`,
    ssh: (code) => `ssh web-1 '${code.replaceAll("'", "'\\''")}'`,
    'a condition': (code) => `if true; then ${code}\nfi`,
    'a background loop': (code) => `while true; do ${code}\ndone &`,
  }
  test.each(Object.entries(wrappers))('%s', (_name, wrap) => {
    fc.assert(
      fc.property(scripts, (code) => {
        expect(rank(tierOf(wrap(code)))).toBeGreaterThanOrEqual(rank(tierOf(code)))
      }),
    )
  })
  test('quotes inside the command word', () => {
    fc.assert(
      fc.property(pieces, fc.nat(5), fc.constantFrom("''", '""', '\\\n'), (code, at, quotes) => {
        const word = /^[a-z]+/.exec(code)?.[0] ?? ''
        fc.pre(at > 0 && at < word.length)
        const split = code.slice(0, at) + quotes + code.slice(at)
        expect(rank(tierOf(split))).toBeGreaterThanOrEqual(rank(tierOf(code)))
      }),
    )
  })
  test('a statement more in SQL', () => {
    const statements = fc.constantFrom(
      'select 1',
      'delete from t',
      'update t set a=1 where id=1',
      "select 'x;y'",
      'vacuum',
    )
    fc.assert(
      fc.property(statements, statements, (one, two) => {
        const both = rank(tierOf(`${one};\n${two}`, 'sql'))
        expect(both).toBe(Math.max(rank(tierOf(one, 'sql')), rank(tierOf(two, 'sql'))))
      }),
    )
  })
})

describe('any text at all', () => {
  const alphabet = fc.constantFrom(
    ...'\'"`$(){}[]<>|&;\\ \n\t#=*?~!@%^,.:-/ab01'.split(''),
    '$(',
    '<<E\n',
    '/*',
    '--',
    '$$',
    'rm ',
    'select ',
    'sed -n ',
    'awk ',
    'find . -exec ',
    'eval ',
    '@{',
    'constructor ',
    '__proto__ ',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join('')),
  )
  test.each(['sh', 'bash', 'powershell', 'node', 'sql', 'http', 'text'] as const)(
    'gets a tier and a reason in %s',
    (language) => {
      fc.assert(
        fc.property(texts, (text) => {
          const { tier, reasons } = classify(text, language)
          expect(ORDER).toContain(tier)
          expect(reasons.length).toBeGreaterThan(0)
        }),
      )
    },
  )
  test.each([
    ['nested substitutions', '$('.repeat(5000)],
    ['nested quotes', `sh -c ${'"sh -c '.repeat(2000)}`],
    ['many commands', 'ls;'.repeat(20_000)],
    [
      'functions that call each other twice',
      [...Array(40).keys()].map((n) => `f${n}() { f${n + 1}; f${n + 1}; }`).join('\n') + '\nf0',
    ],
    ['braces', '{a,b}'.repeat(40)],
    ['a very long word', 'a'.repeat(300_000)],
    ['nested sudo', 'sudo '.repeat(2900) + 'ls'],
    ['nested find', 'find . -exec '.repeat(2000)],
    ['many words', `rm ${'a '.repeat(20_000)}`],
  ])('is bounded: %s', (_name, text) => {
    expect(rank(tierOf(text))).toBeGreaterThanOrEqual(rank('change'))
  })
  test.each([
    ['open brackets', '('.repeat(50_000)],
    ['statements without an end', 'delete from t '.repeat(4000)],
    ['statements in statements', 'with a as (delete from t '.repeat(2000)],
    ['grants', 'grant grant revoke call '.repeat(2500)],
    ['comments', '/*'.repeat(50_000)],
    ['statements', 'select 1 where a = 1;'.repeat(2800)],
    ['or', `delete from t where ${'a = 1 or '.repeat(5000)} b = 2`],
  ])('is bounded in SQL: %s', (_name, text) => {
    expect(ORDER).toContain(tierOf(text, 'sql'))
  })
})
