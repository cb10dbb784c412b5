import { assess, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import type { CommandRule } from './shell-scope'

const MONGO_DESTROYS =
  /\b(drop\w*|remove|deleteMany|deleteOne|findOneAndDelete|findAndModify_|shutdownServer|fsyncLock_|eval|load|cleanupOrphaned|emptycapped|removeShard\w*|\$out|compact_|bulkWrite_|run|runProgram|exec|spawn|child_process|require|process|removeFile|rawMongoProgramOutput|cat_)\b/
const MONGO_CHANGES =
  /\b(insert\w*|update\w*|replaceOne|save|create\w*|rename\w*|bulkWrite|findAndModify|findOneAnd\w+|killOp|kill\w*|set\w*|enable\w*|disable\w*|add\w*|grant\w*|revoke\w*|stepDown|freeze|reconfig|initiate|fsync\w*|compact|reIndex|rotate\w*|shardCollection|move\w*|split\w*|start\w*|stop\w*|convertToCapped|collMod|hideIndex|unhideIndex|changeUserPassword|logRotate|adminCommand|runCommand|\$merge|writeFile\w*|copyDatabase|clone\w*|resync|applyOps)\b/
const MONGO_READS =
  /\b(find|findOne|count\w*|distinct|aggregate|explain|stats|status|hello|isMaster|getIndexes|getCollection\w*|getSiblingDB|getMongo|getDBs|listDatabases|serverStatus|currentOp|version|print\w*|conf|config|hostInfo|getLog\w*|getName|getReplicationInfo|printReplicationInfo|printSecondaryReplicationInfo|getUsers?|getRoles?|dbStats|collStats|validate|latencyStats|getProfilingStatus|show|use|quit|help|dataSize|storageSize|totalIndexSize|totalSize|isCapped|getShardDistribution|printShardingStatus)\b/
const MONGO_READ_COMMAND =
  /\b(adminCommand|runCommand)\s*\(\s*(\{\s*["']?(ping|serverStatus|replSetGetStatus|isMaster|hello|listDatabases|listCollections|dbStats|collStats|currentOp|buildInfo|hostInfo|getCmdLineOpts|getParameter|connectionStatus|top|listIndexes|validate|getLog|count|find|distinct|explain|features|whatsmyuri|connPoolStats|lockInfo)\b|["'](ping|serverStatus|replSetGetStatus|isMaster|hello|listDatabases|dbStats|buildInfo|hostInfo|currentOp)["'])/

/** What MongoDB shell code does, by the methods it calls; unknown methods count as a change. */
export function classifyMongo(code: string): Assessment {
  const bare = code.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ' "" ')
  if (/\$(out|merge)\b/.test(code))
    return assess('destroy', '$out and $merge overwrite a collection')
  const destroys = MONGO_DESTROYS.exec(bare)
  if (destroys) return deletes(destroys[0], code)
  const single = !code.replace(/;\s*$/, '').includes(';')
  if (single && MONGO_READ_COMMAND.test(code)) return assess('read', 'asks the server')
  if (/update(Many)?\(\s*\{\s*\}/.test(bare)) return assess('destroy', 'updates every document')
  const changes = MONGO_CHANGES.exec(bare)
  if (changes) return assess('change', `${changes[0]} changes data`)
  const hides = /\[\s*["'\w]+\s*\]\s*\(|=>|\bfunction\b/.test(bare)
  return MONGO_READS.test(bare) && !hides
    ? assess('read', 'only queries')
    : assess('change', 'calls what is not known here')
}

/** `deleteMany({ state: 'old' })` deletes what matches; without a filter, all. */
function deletes(method: string, code: string): Assessment {
  const filtered =
    /^(delete(One|Many)|remove)$/.test(method) &&
    /\.(delete(One|Many)|remove)\(\s*\{\s*[\w"'$]/.test(code)
  return filtered
    ? assess('change', `${method} deletes the documents that match`)
    : assess('destroy', `${method} deletes or runs what is not shown`)
}

/** `mongosh --eval`. */
export const mongoClient: CommandRule = (args, inside, name) => {
  const { options, operands } = readArguments(
    args,
    new Set(
      '--eval -u -p --username --password --host --port --authenticationDatabase --file -f --tlsCAFile --tlsCertificateKeyFile --authenticationMechanism'.split(
        ' ',
      ),
    ),
    new Set(),
  )
  const codes = options
    .filter((option) => option.name === '--eval' && option.value)
    .map((option) => option.value!)
  const found = codes.map((code) =>
    code.known
      ? classifyMongo(code.text)
      : worst([classifyMongo(code.text), assess('change', 'a part of the code is not shown')]),
  )
  if (
    options.some((option) => /^(-f|--file)$/.test(option.name)) ||
    operands.some((operand) => operand.field.text.endsWith('.js'))
  )
    found.push(assess('change', `${name} runs a file that is not shown`))
  if (options.some((option) => /^--(version|help)$/.test(option.name)))
    return assess('read', `${name} shows its version`)
  if (found.length > 0) return worst(found)
  if (inside.stdin.kind === 'text') return classifyMongo(inside.stdin.text)
  return inside.stdin.kind === 'hidden'
    ? assess('destroy', `${name} runs code that is not shown`)
    : assess('change', `${name} opens a session whose commands are not shown`)
}
