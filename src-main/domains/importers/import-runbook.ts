import type { ForeignFile, Imported, ImportFormat } from '#contract/importers'
import { createReport } from './draft'
import type { Foreign, Importer } from './foreign'
import { recognise } from './recognise'
import { importActionChain } from './action-chain'
import { importHolmesSkill } from './holmes-skill'
import { importOrquesta } from './orquesta'
import { importRundeck } from './rundeck-job'
import { importRunme } from './runme-document'

/** More than a runbook may weigh; a file of jobs this large is split before it is read. */
const LARGEST = 500_000

const IMPORTERS: Readonly<Record<ImportFormat, Importer>> = {
  runme: importRunme,
  'holmes-skill': importHolmesSkill,
  'action-chain': importActionChain,
  orquesta: importOrquesta,
  rundeck: importRundeck,
}

/**
 * Makes runbooks of a foreign file, with a report of what became of each thing in it. Takes any text and never throws;
 * what cannot be carried over faithfully is a step for a person. Keeps nothing.
 */
export function importRunbook({
  text,
  fileName,
  format,
  beside = [],
}: ForeignFile & { beside?: Foreign['beside'] }): Imported {
  const report = createReport()
  const refuse = (line: number, why: string, todo: string): Imported => {
    report.leftOut(line, fileName, why, todo)
    return { format: format ?? null, runbooks: [], report: report.lines() }
  }
  if (text.length > LARGEST)
    return refuse(
      1,
      `It has ${text.length.toLocaleString('en')} characters; at most ${LARGEST.toLocaleString('en')} are read.`,
      'Split the file.',
    )
  if (text.trim() === '') return refuse(1, 'It is empty.', 'Choose another file.')
  const found = format === undefined ? recognise(text, fileName) : { format }
  if ('why' in found) return refuse(found.line, found.why, found.todo)
  const runbooks = IMPORTERS[found.format]({ fileName, text, beside }, report)
  if (runbooks.length === 0 && report.lines().length === 0)
    report.leftOut(
      1,
      fileName,
      'There is nothing in it that could be imported.',
      'Choose another file.',
    )
  return { format: found.format, runbooks, report: report.lines() }
}
