import { assess, entry, type Assessment } from './assessment'

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))
const READS = list(
  `get mget strlen getrange substr exists type ttl pttl expiretime pexpiretime keys scan randomkey dbsize info ping echo time lastsave role hget hmget hgetall hkeys hvals hlen hexists hstrlen hscan hrandfield
  lrange llen lindex lpos smembers scard sismember smismember srandmember sscan sinter sunion sdiff sintercard zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zcard zcount zlexcount zscore zmscore
  zrank zrevrank zscan zdiff zinter zunion zintercard zrandmember bitcount bitpos getbit pfcount geodist geohash geopos geosearch georadius_ro xlen xrange xrevrange xread xinfo xpending object dump  command lolwut
  json.get json.mget json.type ft.search ft.info ft._list ts.get ts.range ts.info bf.exists bf.info hello auth select quit  stralgo lcs eval_ro evalsha_ro fcall_ro sort_ro psubscribe subscribe ssubscribe monitor wait`,
)
const DESTROYS = list(
  'flushall flushdb del unlink getdel  json.del json.forget ft.dropindex ft.drop xtrim xdel zremrangebyrank zremrangebyscore zremrangebylex ltrim eval evalsha fcall   restore-asking',
)
const CHANGES = list(
  `set setex psetex setnx mset msetnx append incr decr incrby decrby incrbyfloat setrange getset getex expire pexpire expireat pexpireat persist rename renamenx move copy hset hmset hsetnx hincrby hincrbyfloat hdel
  lpush rpush lpushx rpushx lpop rpop lset lrem linsert lmove rpoplpush blpop brpop blmove sadd srem smove spop sinterstore sunionstore sdiffstore zadd zrem zincrby zpopmin zpopmax zunionstore zinterstore
  setbit bitop bitfield pfadd pfmerge geoadd xadd xack xclaim xautoclaim xgroup xreadgroup publish spublish save bgsave bgrewriteaof shutdown slaveof replicaof failover swapdb restore migrate multi exec discard watch unwatch
  touch readonly readwrite asking module json.set reset sort zrangestore psync sync debug`,
)
const CONTAINERS: Record<string, ReadonlySet<string>> = {
  config: list('get help'),
  client: list('list info id getname getredir trackinginfo help '),
  cluster: list(
    'info nodes slots shards myid links keyslot countkeysinslot getkeysinslot count-failure-reports replicas slaves help',
  ),
  memory: list('usage stats doctor malloc-stats help'),
  latency: list('latest history doctor graph histogram help'),
  slowlog: list('get len help'),
  acl: list('list users getuser whoami cat log help dryrun genpass'),
  script: list('exists help'),
  function: list('list stats dump help'),
  module: list('list help'),
  object: list('encoding freq idletime refcount help'),
  command: list('count docs info list getkeys getkeysandflags help'),
  pubsub: list('channels numsub numpat shardchannels shardnumsub help'),
  xinfo: list('stream groups consumers help'),
  sentinel: list(
    'masters master replicas slaves sentinels get-master-addr-by-name ckquorum info-cache myid help',
  ),
  debug: list('object help'),
}
const CONTAINER_DESTROYS =
  /^(cluster (reset|flushslots|forget|delslots\w*)|script flush|function (flush|delete)|acl (deluser|load)|xgroup destroy|debug (flushall|segfault|panic|reload)|module unload)/

/** What a Redis command does, or null for a word Redis does not know. */
export function redisCommand(words: readonly string[]): Assessment | null {
  const [name = '', sub = ''] = words.map((word) => word.toLowerCase())
  const told = `${name} ${sub}`.trim().toUpperCase().slice(0, 40)
  if (CONTAINER_DESTROYS.test(`${name} ${sub}`))
    return assess('destroy', `${told} takes something away for good`)
  const container = entry(CONTAINERS, name)
  if (container?.has(sub)) return assess('read', `${told} only reads`)
  if (container) return assess('change', `${told} changes the server`)
  const known = (
    [
      ['read', READS, 'only reads'],
      ['destroy', DESTROYS, 'deletes data or runs a script'],
      ['change', CHANGES, 'changes data'],
    ] as const
  ).find(([, names]) => names.has(name))
  return known ? assess(known[0], `${name.toUpperCase()} ${known[2]}`) : null
}
