import { z } from 'zod'
import type { Audit } from '#domains/audit'
import type { Db } from '#platform/database'
import type { Kept } from './approval-repository'
import { PART_USED, partOf } from './spending-parts'
import { hashCard } from './statement'

const Asked = z.object({ card: z.string() })

const ENDS = ['used', 'rejected', 'expired', 'withdrawn'].map((end) => `approval.${end}`)

/** The first use of a set is not its end: each of its actions is used once. */
const ENDS_OF_SETS = ENDS.filter((end) => end !== 'approval.used')

/** Did it come to an end already, as the audit log says, whatever its row says? */
export async function hasEnded(
  audit: Pick<Audit, 'firstOf'>,
  tx: Db,
  { approval }: Kept,
  part?: string,
): Promise<boolean> {
  if (part === undefined) return (await audit.firstOf(ENDS, approval.id, tx)) !== undefined
  const ended = await audit.firstOf(ENDS_OF_SETS, approval.id, tx)
  return (ended ?? (await audit.firstOf([PART_USED], partOf(approval.id, part), tx))) !== undefined
}

/** Is the request still as the audit log says it was made? Whoever changes a row would have to change a chain, too. */
export async function isAsAsked(
  audit: Pick<Audit, 'firstOf'>,
  tx: Db,
  { approval, requesterId }: Kept,
): Promise<boolean> {
  const entry = await audit.firstOf(['approval.requested'], approval.id, tx)
  const asked = entry && Asked.safeParse(JSON.parse(entry.detail))
  return asked?.success === true && asked.data.card === hashCard(approval, requesterId)
}
