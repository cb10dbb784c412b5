import type { RiskTier } from '#contract/primitives'
import { assess, brief, entry, type Assessment } from './assessment'

const pairs = (text: string): (readonly [string, string])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split('=') as [string, string])

/** The short names PowerShell ships with. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  pairs(`rm=remove-item del=remove-item erase=remove-item rd=remove-item ri=remove-item rmdir=remove-item ls=get-childitem dir=get-childitem gci=get-childitem cat=get-content gc=get-content type=get-content
  cp=copy-item copy=copy-item cpi=copy-item mv=move-item move=move-item mi=move-item ni=new-item md=new-item mkdir=new-item ren=rename-item rni=rename-item si=set-item sp=set-itemproperty gp=get-itemproperty
  rp=remove-itemproperty sc=set-content ac=add-content clc=clear-content cli=clear-item clp=clear-itemproperty echo=write-output write=write-output cd=set-location chdir=set-location sl=set-location pwd=get-location
  gl=get-location pushd=push-location popd=pop-location ps=get-process gps=get-process kill=stop-process spps=stop-process gsv=get-service sasv=start-service spsv=stop-service saps=start-process iex=invoke-expression
  icm=invoke-command iwr=invoke-webrequest curl=invoke-webrequest wget=invoke-webrequest irm=invoke-restmethod ii=invoke-item gwmi=get-wmiobject gcim=get-ciminstance rwmi=remove-wmiobject rcim=remove-ciminstance
  iwmi=invoke-wmimethod icim=invoke-cimmethod where=where-object ?=where-object %=foreach-object foreach=foreach-object select=select-object sort=sort-object group=group-object measure=measure-object
  ft=format-table fl=format-list fw=format-wide fc=format-custom oh=out-host gm=get-member gi=get-item gv=get-variable sv=set-variable rv=remove-variable nv=new-variable clv=clear-variable compare=compare-object
  diff=compare-object tee=tee-object sls=select-string sleep=start-sleep cls=clear-host clear=clear-host h=get-history history=get-history gal=get-alias nal=new-alias sal=set-alias gcm=get-command man=get-help
  help=get-help gu=get-unique cvpa=convert-path rvpa=resolve-path ipmo=import-module rmo=remove-module gmo=get-module nmo=new-module gjb=get-job rjb=remove-job rcjb=receive-job sajb=start-job spjb=stop-job
  wjb=wait-job etsn=enter-pssession nsn=new-pssession rsn=remove-pssession gsn=get-pssession epcsv=export-csv ipcsv=import-csv ogv=out-gridview gerr=get-error gdr=get-psdrive ndr=new-psdrive rdr=remove-psdrive
  mount=new-psdrive start=start-process shcm=show-command stz=set-timezone gtz=get-timezone gin=get-computerinfo scb=set-clipboard gcb=get-clipboard tnc=test-netconnection`),
)

const READ_VERBS =
  /^(get|test|measure|select|sort|group|compare|find|search|show|format|convertto|convertfrom|convert|resolve|split|join|where|foreach|write|out|read|wait|trace|watch|assert|confirm|ping|limit|tee|receive|use|step|sync_)$/
const DESTROY_VERBS =
  /^(remove|clear|uninstall|unregister|dismount_|revoke_|reset_|delete|erase|purge|format_|optimize_|undo_|drop|destroy|wipe|disconnect_)$/
const KNOWN_VERBS =
  /^(add|approve|attach|backup|block|checkpoint|close|complete|compress|connect|copy|debug|deny|deploy|disable|disconnect|dismount|edit|enable|enter|exit|expand|export|grant|hide|import|initialize|install|invoke|lock|merge|mount|move|new|open|optimize|pop|protect|publish|push|redo|register|rename|repair|request|reset|restart|restore|resume|revoke|save|send|set|skip|start|stop|submit|suspend|switch|sync|undo|unblock|unlock|unprotect|unpublish|update)$/

const READS =
  /^(set-location|push-location|pop-location|start-sleep|import-module|import-csv|import-clixml|import-powershelldatafile|set-strictmode|set-variable|new-variable|remove-variable|clear-variable|clear-host|new-object|new-timespan|new-guid|set-psdebug|out-(host|string|null|default|gridview)|add-type_|update-typedata|update-formatdata|new-alias|set-alias|remove-module|remove-job|stop-job|export-modulemember|start-transcript_|read-host|new-cimsession|new-cimsessionoption|new-pssessionoption|remove-pssession|remove-cimsession|exit-pssession|disconnect-psession|request-_|add-member|set-psreadlineoption|use-culture)$/
const CHANGES =
  /^(tee-object|out-file|out-printer|clear-dnsclientcache|clear-recyclebin_|remove-psdrive|remove-psbreakpoint|remove-alias|format-hex_|write-eventlog|get-credential_|disable-.*|remove-netroute_|remove-mppreference_|uninstall-module_|write-volumecache|receive-artifact|test-[\w]*repair|convert-vhd|convertto-mailbox|find-[\w]*install|remove-localgroupmember|remove-adgroupmember|revoke-smbshareaccess|remove-azroleassignment_|set-content|unregister-event|wait-debugger)$/
const DESTROYS =
  /^(format-volume|clear-disk|initialize-disk|reset-physicaldisk|reset-computermachinepassword_|stop-computer_|invoke-item|enter-pssession|invoke-wmimethod|add-type|restore-computer|restore-vm\w*|restore-dscconfiguration_|invoke-cimmethod_|invoke-sqlcmd_|undo-.*transaction_|optimize-volume_|disable-computerrestore|set-executionpolicy_|new-psscheduled_|clear-content|register-scheduledjob_|update-disk_|repair-volume_|set-disk_|remove-.*|clear-.*|uninstall-.*|invoke-mimikatz|invoke-atomic.*|debug-process|install-.*script)$/
const ASKS =
  /^(test-connection|test-netconnection|resolve-dnsname|test-wsman|get-netview|test-computersecurechannel|find-module|find-package|find-script|get-ad\w+|get-az\w+|get-ec2\w+|get-s3\w+|get-mg\w+|get-exo\w+|get-mailbox\w*|get-vmhost\w*)$/

/** The tier of a cmdlet by its name in lower case, or null for a name that is no cmdlet. */
export function cmdletTier(name: string): RiskTier | null {
  const verb = /^([a-z]+)-[a-z]\w*$/.exec(name)?.[1]
  if (!verb) return null
  if (READS.test(name)) return 'read'
  if (CHANGES.test(name)) return 'change'
  if (DESTROYS.test(name) || DESTROY_VERBS.test(verb)) return 'destroy'
  if (ASKS.test(name)) return 'reach_out'
  if (READ_VERBS.test(verb)) return 'read'
  return KNOWN_VERBS.test(verb) ? 'change' : null
}

interface Program {
  readonly read: RegExp
  readonly destroy: RegExp
}

const NEVER = /^$/
const ALWAYS = /[\s\S]?/
const PROGRAMS: Record<string, Program | undefined> = {
  ...named('ipconfig', /^(\/all|\/displaydns|\/\?|)$/i),
  ...named(
    'systeminfo tasklist whoami hostname ver vol tree findstr find more sort where fc comp set path quser qwinsta query driverquery getmac nbtstat gpresult openfiles msinfo32 echo dir type title rem cls date_ time_ chdir cd pushd popd assoc ftype w32tm_ certutil_ help',
    ALWAYS,
  ),
  ...named('netstat', ALWAYS),
  ...named('ping tracert pathping nslookup telnet_', ALWAYS),
  ...named('arp', /^-a|^$/i),
  ...named('route', /^print/i),
  ...named(
    'sc',
    /^(\\\\\S+ )?(query\w*|qc|qdescription|qfailure|sdshow|enumdepend|getdisplayname)\b/i,
    /^(\\\\\S+ )?delete\b/i,
  ),
  ...named(
    'net',
    /^(view|statistics|session|share|use|user|localgroup|accounts|start|config|group|file|time|help)?( \S+)?( \/domain)?$/i,
    /\/delete\b|\/del\b/i,
  ),
  ...named('reg', /^(query|compare)\b/i, /^delete\b/i),
  ...named('wmic', /\b(get|list)\b(?!.*\b(call|delete|create|set)\b)/i, /\bdelete\b/i),
  ...named('schtasks', /^\/query\b|^$/i, /^\/delete\b/i),
  ...named(
    'wevtutil',
    /^(qe|query-events|gl|get-log|el|enum-logs|gli|get-loginfo|gp|ep)\b/i,
    /^(cl|clear-log|um)\b/i,
  ),
  ...named('vssadmin', /^list\b/i, /^delete\b/i),
  ...named('wbadmin', /^get\b/i, /^delete\b/i),
  ...named('bcdedit', /^(\/enum.*|\/v|)$/i, /^\/delete/i),
  ...named(
    'fsutil',
    /\b(query\w*|info|list\w*|fsinfo)\b/i,
    /\b(delete|deletejournal|setzerodata|createnew)\b/i,
  ),
  ...named('netsh', /\b(show|dump)\b/i, /\breset\b/i),
  ...named('dism', /\/(get-\w+|checkhealth|scanhealth)\b/i, /\/remove-|\/apply-image/i),
  ...named('sfc', /^\/verify\w*/i),
  ...named('chkdsk', /^(\w:)?$/),
  ...named('cipher', /^(\/c.*|)$/i, /\/w/i),
  ...named('icacls cacls', /^"?[^/]+"?$/, /\/reset\b.*\/t\b/i),
  ...named('robocopy', /\s\/l(\s|$)/i, /\/(mir|purge|move)\b/i),
  ...named('nltest dcdiag repadmin_ klist dsquery dsget w32tm', ALWAYS),
  ...named('repadmin', /\/(show\w*|replsummary|istg|bridgeheads|queue)/i),
  ...named(
    'certutil',
    /^-(dump|verify|store|view|ping|\?|hashfile)\b/i,
    /-(delstore|delkey|urlcache|decode|f)\b/i,
  ),
  ...named('appcmd', /^list\b/i, /^delete\b/i),
  ...named('diskpart format del erase rd rmdir sdelete deltree', NEVER, ALWAYS),
  ...named('rundll32 regsvr32 mshta wscript cscript msbuild installutil forfiles', NEVER, ALWAYS),
  ...named(
    'taskkill shutdown xcopy copy move ren rename md mkdir attrib takeown msiexec runas setx subst logoff tskill gpupdate iisreset manage-bde w32time net1 powercfg compact expand makecab bitsadmin pnputil',
    NEVER,
  ),
  ...named(
    'kubectl',
    /^(-\S+ )*(get|describe|logs|top|explain|version|cluster-info|diff|events|api-resources)\b/i,
    /\bdelete\b/i,
  ),
  ...named(
    'docker',
    /^(ps|images|logs|inspect|stats|version|info|top|port|diff|(\w+ )?ls)\b/i,
    /\b(rm|rmi|prune)\b/i,
  ),
  ...named(
    'git',
    /^(status|log|show|diff|branch|remote -v|rev-parse|describe|ls-files)\b(?!.* (-d|-D|-m|-M|--output)\b)/,
    /\b(--force|-f|--hard|clean)\b/,
  ),
  ...named(
    'az aws gcloud',
    /\b(list|show|describe\S*|get-\S+|list-\S+)\b/i,
    /\b(delete\S*|remove|purge|terminate\S*)\b/i,
  ),
  ...named(
    'terraform',
    /^(plan|show|state list|state show|output|validate|version)\b/i,
    /destroy/i,
  ),
  ...named(
    'helm',
    /^(list|ls|status|get|history|search|show|version)\b/i,
    /^(uninstall|delete)\b/i,
  ),
}

function named(names: string, read: RegExp, destroy: RegExp = NEVER): Record<string, Program> {
  return Object.fromEntries(
    names
      .split(' ')
      .filter((name) => !name.endsWith('_'))
      .map((name) => [name, { read, destroy }]),
  )
}

/** What a program of Windows does with these arguments, or null where it is not known here. */
export function windowsProgram(name: string, args: readonly string[]): Assessment | null {
  const program = entry(PROGRAMS, name.replace(/\.(exe|com|cmd)$/, ''))
  if (!program) return null
  const line = args.join(' ')
  if (program.destroy !== NEVER && program.destroy.test(line))
    return assess('destroy', `${brief(`${name} ${line}`)} deletes or starts anything`)
  if (program.read === NEVER || !program.read.test(line))
    return assess('change', `${brief(`${name} ${line}`)} changes something`)
  const asks = /^(ping|tracert|pathping|nslookup)$/.test(name)
  return assess(
    asks ? 'reach_out' : 'read',
    `${brief(name)} ${asks ? 'asks another machine' : 'only reads'}`,
  )
}
