import type { Redirect } from 'unbash'
import { assess, brief, type Assessment } from './assessment'
import { fieldOf } from './shell-fields'
import type { Field, Scope } from './shell-scope'

const NOWHERE = /^\/dev\/(null|stdout|stderr|stdin|tty|fd\/.*|zero|full)$/
const DISK =
  /^\/dev\/(sd|hd|vd|xvd|nvme|mmcblk|md|dm-|mapper\/|disk\/|loop|nbd|sr|mem$|kmem$|port$|block|r?disk\d|[\w-]+\/[\w-]+$)/
const ACCOUNTS =
  /^\/etc\/(passwd|shadow|group|gshadow|sudoers(\.d\/.*)?|fstab|crontab|ld\.so\.preload|hosts|ssh\/sshd_config)$/

/** Whether writing there leaves nothing behind. */
export function isNowhere(target: Field): boolean {
  return NOWHERE.test(target.text)
}

/** Whether the path is a disk or the machine's memory. */
export function isDisk(target: Field): boolean {
  const path = target.text.replaceAll(/\/+/g, '/')
  return DISK.test(path) && !/^\/dev\/(null|fd|pts|shm|tcp|udp|std)/.test(path)
}

/** What a redirection does: input is a read, output is a file write unless it goes nowhere. */
export function assessRedirect(node: Redirect, scope: Scope): Assessment {
  const target = node.target ? fieldOf(node.target, scope) : null
  if (!target) return assess('read', 'uses an open file')
  if (/^\/dev\/(tcp|udp)\//.test(target.text)) return socket(node.operator)
  if (node.operator === '<' || node.operator === '<&')
    return assess('read', `reads ${brief(target.text)}`)
  if (/^(\d+|-|\d+-)$/.test(target.text) && node.operator === '>&')
    return assess('read', 'uses an open file')
  return assessWrite(target, node.operator.includes('>>') ? 'appends' : 'overwrites')
}

/** What writing to a path does. */
export function assessWrite(
  target: Field,
  how: 'appends' | 'overwrites' = 'overwrites',
): Assessment {
  if (isNowhere(target)) return assess('read', 'writes nowhere')
  if (isDisk(target)) return assess('destroy', `writes to the device ${brief(target.text)}`)
  if (how === 'overwrites' && ACCOUNTS.test(target.text))
    return assess('destroy', `overwrites ${target.text}`)
  return assess('change', `${how === 'appends' ? 'appends to' : 'writes'} ${brief(target.text)}`)
}

function socket(operator: string): Assessment {
  if (operator === '<>') return assess('destroy', 'opens a two-way connection')
  return assess('reach_out', 'connects to another machine')
}
