import { assess, brief, type Assessment } from './assessment'
import type { Token } from './sql-tokens'

const DESTROYS =
  /^(lo_unlink|pg_drop_replication_slot|pg_replication_origin_drop|pg_file_(unlink|write|rename)|dblink_exec|dblink|dblink_send_query|sys_exec|sys_eval|sys_bineval|load_extension|xp_cmdshell|query_to_xml\w*|cursor_to_xml|table_to_xml_and_xmlschema|openrowset|opendatasource|openquery|edit|plsh|lib_mysqludf\w*|pg_execute_server_program|drop_chunks|master_remove_\w+|run_command_on_\w+|pg_terminate_all|fts3_tokenizer|ts_stat|ts_rewrite|system|shell|executable|dbms_scheduler|dbms_sql|dbms_job|dbms_xmlquery|utl_file|remote_?exec)$/
const CHANGES =
  /^(pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile\w*|pg_switch_(wal|xlog)|pg_create_\w+|pg_promote|pg_(start|stop)_backup|pg_backup_(start|stop)|pg_stat_reset\w*|pg_stat_statements_reset|pg_logical_(emit_message|slot_(get|peek_binary)_changes\w*|slot_get\w*)|pg_replication_slot_advance|pg_copy_\w+|pg_wal_replay_(pause|resume)|pg_advisory_\w*lock\w*|pg_try_advisory\w*|pg_notify|pg_import_system_collations|pg_prewarm|pg_set_\w+|pg_extension_config_dump|pg_log_\w+|pg_restore_\w+|pg_clear_\w+|pg_sync_replication_slots|pg_replication_origin_\w+|pg_export_snapshot|pg_hint\w*|brin_(de)?summarize\w*|gin_clean_pending_list|setval|nextval|set_config|lo_(import|export|create|creat|from_bytea|put|truncate\w*|open)|lowrite|writefile|get_lock|release_lock|release_all_locks|last_insert_id_set|audit_log_\w+|mysql_\w+|cron_\w+|add_\w+_policy|create_\w+|update_\w+|insert_\w+|utl_http|utl_smtp|utl_tcp|dbms_\w+|http_(post|put|delete|patch)|net_http_\w+|sp_\w+|setseed_|kill|pg_sleep_)$/
/** What a user's own function says about itself. */
const NAMED_DESTROY =
  /^(sp_|fn_|f_|p_|usp_)?(delete|purge|drop|truncate|remove|wipe|erase|destroy|clean|cleanup|clear|prune|expire|flush|reset)(_\w+|[A-Z]\w*)?$/
const NAMED_CHANGE =
  /^(sp_|fn_|f_|p_|usp_)?(insert|update|upsert|set|add|create|refresh|rebuild|move|archive|run|exec|execute|process|start|stop|enable|disable|grant|revoke|cancel|sync|apply|import|export|write|send|notify|alter|schedule|migrate|rotate|lock|unlock|kill|terminate|approve|register|detach|attach|compress|decompress)_\w+$/
const HARMLESS =
  /^(set_bit|set_byte|set_masklen|set_union|add_months|add_days|lock_timeout|remove_accents|clean_spaces|drop_nulls|clear_bit)$/
/** Functions of servers and standards that a bare SELECT may call. */
const BUILT_IN =
  /^(pg_\w+|current_\w+|version|now|coalesce|count|sum|avg|min|max|abs|round|floor|ceil\w*|length|char_length|lower|upper|trim|ltrim|rtrim|substr\w*|left|right|replace|concat\w*|cast|convert|date\w*|time\w*|to_\w+|extract|age|generate_series|array\w*|json\w*|row\w*|has_\w+_privilege|txid_\w+|inet_\w+|format\w*|md5|sha\w*|encode|decode|random|rand|uuid\w*|gen_random_uuid|newid|getdate|sysdate\w*|user|database|schema|session_user|system_user|connection_id|last_insert_rowid|last_insert_id|found_rows|row_count|sqlite_\w+|changes|total_changes|typeof|quote|hex|unhex|instr|printf|strftime|julianday|unixepoch|if|ifnull|nullif|iif|isnull|nvl|decode|greatest|least|position|locate|strpos|regexp\w*|like|insert|truncate|mod|power|sqrt|exp|ln|log\w*|sign|sin|cos|tan|pi|degrees|radians|chr|ascii|char|space|repeat|reverse|lpad|rpad|split_part|string_\w+|substring_index|find_in_set|field|elt|make_\w+|obj_description|col_description|shobj_description|object_id|object_name|db_name|db_id|serverproperty|databasepropertyex|suser_\w+|host_name|app_name|is_\w+|benchmark|sleep|load_file|readfile|lo_get|currval|lastval|unnest|table|values|exists|in|any|all|row|interval|grouping|over|cardinality|bit_\w+|st_\w+|width_bucket|percentile_\w+|nth_value|ntile|lag|lead|first_value|last_value|rank|dense_rank|xml\w*|name_const|export_set|crc32|compress|uncompress|aes_\w+|des_\w+|password|collation|charset|coercibility|charindex|patindex|stuff|len|datalength|eomonth|choose|try_\w+|parse|translate|soundex|difference|unicode|nchar|str|quotename|stdev\w*|var\w*|checksum\w*|cume_dist|approx_\w+|rtrim|months_between|last_day|next_day|sys_context|userenv|numtodsinterval|dump|vsize|rawtohex|listagg|zeroblob|randomblob|soundex|group_concat|string_agg|every|bool_\w+|corr|covar_\w+|regr_\w+|cidr|host|hostmask|masklen|netmask|network|broadcast|family|text|phrase\w*|plainto\w*|websearch\w*|ts_\w+|similarity|show_trgm|show_limit|word_similarity|crosstab|normal_rand|levenshtein\w*|metaphone|dmetaphone|unaccent|gtid_\w+|master_pos_wait|wait_for_\w+|ps_\w+|format_\w+|uncompressed_length|validate_password_strength|make\w*|initcap|overlay|octet_length|bit_length|trunc|div|gcd|lcm|factorial|scale|min_scale|trim_scale|cbrt|atan\w*|asin|acos|cot|sinh|cosh|tanh|isfinite|justify_\w+|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|enum_\w+|lower_inc|upper_inc|isempty|jsonb\w*|hstore\w*|ltree\w*|nlevel|subpath|subltree)$/

/** Calls with an effect inside a statement; names that only compute leave nothing. */
export function assessFunctions(tokens: readonly Token[]): Assessment[] {
  const found: Assessment[] = []
  for (const [at, token] of tokens.entries()) {
    if (!isCall(tokens, at)) continue
    const name = token.text.toLowerCase()
    const call = assessCall(name)
    if (call) found.push(call)
  }
  const bare = bareCall(tokens)
  return bare ? [...found, bare] : found
}

const NAMED_BEFORE =
  /^(into|table|update|join|as|index|insert|view|on|tablesample|function|procedure|references|only|replace)$/

function isCall(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  if (!/^(word|name)$/.test(token.kind) || after?.kind !== 'mark' || after.text !== '(')
    return false
  if (before?.kind !== 'word' || !NAMED_BEFORE.test(before.text)) return true
  // `INSERT INTO t (a)` is no call, but a function known to reach far is worth a false alarm.
  return before.text !== 'tablesample' && (CHANGES.test(token.text) || DESTROYS.test(token.text))
}

function assessCall(name: string): Assessment | null {
  if (HARMLESS.test(name)) return null
  if (DESTROYS.test(name))
    return assess('destroy', `${brief(name)}() reaches further than this statement`)
  if (CHANGES.test(name)) return assess('change', `${brief(name)}() changes something`)
  if (BUILT_IN.test(name)) return null
  if (NAMED_DESTROY.test(name))
    return assess('destroy', `${brief(name)}() by its name takes something away`)
  return NAMED_CHANGE.test(name)
    ? assess('change', `${brief(name)}() by its name changes something`)
    : null
}

/** `SELECT do_it();` — how PostgreSQL people run a procedure. */
function bareCall(tokens: readonly Token[]): Assessment | null {
  if (tokens[0]?.text !== 'select' || tokens.at(-1)?.text !== ')') return null
  if (tokens.some((token) => token.kind === 'word' && /^(from|where|union)$/.test(token.text)))
    return null
  const at = tokens.findIndex(
    (token, index) => index > 0 && token.text !== '.' && tokens[index + 1]?.text !== '.',
  )
  const name = tokens[at]!.text.toLowerCase()
  const known = BUILT_IN.test(name) || assessCall(name) !== null
  return known || !isCall(tokens, at)
    ? null
    : assess('change', `${brief(name)}() is a function that is not known here`)
}
