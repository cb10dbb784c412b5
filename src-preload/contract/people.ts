import { z } from 'zod'
import { command, query } from './define'
import { Empty, OperatorId } from './primitives'

export const Role = z.enum(['viewer', 'operator', 'approver', 'admin'])
export const Operator = z.strictObject({ id: OperatorId, name: z.string(), role: Role })
export type Operator = z.infer<typeof Operator>

export const people = {
  me: query(Empty, Operator),
  list: query(Empty, z.array(Operator)),
  rename: command(z.strictObject({ name: z.string().trim().min(1).max(80) }), Operator),
}
