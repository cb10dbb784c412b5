import type { Command, Redirection, SyntaxNode } from 'unbash'
import { forEachChild, parse } from 'unbash'
import { assess, worst, type Assessment, type Classify } from './assessment'

const READS = new Set(
  `cat head tail grep wc ls df du free uptime ps id whoami date hostname uname echo printf true false test [ stat file
  ss netstat lsof pgrep pidof vmstat iostat nproc sleep pwd basename dirname readlink realpath cut tr cd exit return
  set local export read shift`.split(/\s+/),
)
const DESTROYS = new Set('rm dd mkfs shred wipefs eval source . sh bash sudo ssh'.split(' '))

/** Tells the tier of a step's code by parsing it; never throws, and what it cannot read is `destroy`. */
export const classify: Classify = (code, language) => {
  if (language === 'text') return assess('read', 'text is only read')
  if (language !== 'sh' && language !== 'bash')
    return assess('change', `${language} may change things`)
  try {
    const script = parse(code)
    if (script.errors?.length) return assess('destroy', 'the shell cannot parse this')
    return worst(walk(script))
  } catch {
    return assess('destroy', 'the shell cannot parse this')
  }
}

function walk(node: SyntaxNode): Assessment[] {
  const found: Assessment[] = []
  if ('errors' in node && node.errors?.length)
    found.push(assess('destroy', 'the shell cannot parse this'))
  if (node.type === 'Command') found.push(command(node), ...node.redirects.map(redirect))
  forEachChild(node, (child) => found.push(...walk(child)))
  return found
}

function command(node: Command): Assessment {
  if (!node.name) return assess('read', 'only sets variables')
  const name = node.name
  if (name.parts || !/^[\w.\[-]+$/.test(name.value))
    return assess('destroy', 'the command is not visible')
  if (DESTROYS.has(name.value) || name.value.startsWith('mkfs'))
    return assess('destroy', `${name.value} destroys or runs anything`)
  if (READS.has(name.value)) return assess('read', `${name.value} only reads`)
  return assess('change', `${name.value} may change things`)
}

function redirect(node: Redirection): Assessment {
  if (node.type !== 'Redirect' || node.operator === '<' || node.operator === '<&')
    return assess('read', 'reads input')
  if (node.target?.value === '/dev/null' || /^[0-9-]$/.test(node.target?.value ?? ''))
    return assess('read', 'output is dropped')
  return assess('change', `writes ${node.target?.value ?? 'a file'}`)
}
