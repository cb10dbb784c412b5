import type { Database } from '#platform/database'
import type { Events } from '#platform/events'
import { createGroupRepository } from './group-repository'
import { createKeyRepository, toShown } from './key-repository'
import { type Pen, sessionKeys, type SigningKeys } from './keys'
import { createPeopleRepository } from './people-repository'
import { createPeopleService, type Needs, type People } from './people-service'

// Operators: who they are, their roles and groups, who stands in for whom, and the keys they sign with.
export { isApprover } from './groups'
export type { People, Pen }

interface Given extends Omit<Needs, 'signing' | 'console' | 'events'> {
  events?: Pick<Events, 'publish'>
  /** Where private keys are; without it they last for this session, and every answer says so. */
  signing?: SigningKeys
  /** Which console this is; default: the account's only one. */
  console?: string
}

/** For exports: every public key with whose it is, oldest first. */
export async function readPublicKeys({ db }: Database) {
  const all = await createPeopleRepository(db).everyone()
  const keys = await createKeyRepository(db).all()
  return keys.toReversed().map((key) => ({
    ...toShown(key),
    operatorId: key.operatorId,
    operator: all.find(({ id }) => id === key.operatorId)?.name ?? key.operatorId,
  }))
}

export function createPeople(given: Given): Promise<People> {
  const { db } = given.database
  const needs = {
    events: { publish: () => {} },
    signing: sessionKeys(),
    console: given.account,
    ...given,
  }
  return createPeopleService(needs, {
    people: createPeopleRepository(db),
    keys: createKeyRepository(db),
    groups: createGroupRepository(db),
  })
}
