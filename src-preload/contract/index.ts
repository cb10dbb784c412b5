import type { z } from 'zod'
import { approvals } from './approvals'
import { audit } from './audit'
import { changes } from './changes'
import { connections } from './connections'
import { credentials } from './credentials'
import type { Client, News } from './define'
import { demo } from './demo'
import { egress } from './egress'
import { exports } from './exports'
import { handovers } from './handovers'
import { host } from './host'
import { importers } from './importers'
import { insights } from './insights'
import { intake } from './intake'
import { people } from './people'
import { plans } from './plans'
import { policies } from './policies'
import { pulls } from './pulls'
import { quality } from './quality'
import { revisions } from './revisions'
import { runbooks } from './runbooks'
import { runs } from './runs'
import { screening } from './screening'
import { settings } from './settings'
import { tickets } from './tickets'
import { triage } from './triage'

/** Everything that crosses between the processes. What is not listed here does not cross. */
export const contract = {
  host,
  settings,
  people,
  policies,
  audit,
  egress,
  credentials,
  connections,
  runbooks,
  revisions,
  importers,
  tickets,
  changes,
  screening,
  intake,
  pulls,
  plans,
  approvals,
  quality,
  triage,
  runs,
  handovers,
  exports,
  insights,
  demo,
}
export type Contract = typeof contract

export type Api = { [D in keyof Contract]: Client<Contract[D]> }

type NewsOf<D extends keyof Contract> = {
  [
    K in keyof Contract[D] as Contract[D][K] extends News ? `${D}.${K & string}` : never
  ]: Contract[D][K] extends News ? z.output<Contract[D][K]['payload']> : never
}
type AllNews = { [D in keyof Contract]: (news: NewsOf<D>) => void }[keyof Contract]
/** Name of each piece of news, such as `tickets.changed`, with its payload. */
export type AppEvents = AllNews extends (news: infer All) => void ? All : never

export type { Handlers } from './define'
export { Refusal, RefusalCode } from './refusal'
