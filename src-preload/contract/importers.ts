import { z } from 'zod'
import { command, query } from './define'
import { RunbookProblem } from './runbooks'

export const ImportFormat = z.enum(['runme', 'holmes-skill', 'rundeck', 'action-chain', 'orquesta'])
export type ImportFormat = z.infer<typeof ImportFormat>

/** What became of one thing in a foreign file. */
export const ImportLine = z.strictObject({
  level: z.enum([
    'mapped', // means the same here
    'changed', // is here, and works in another way
    'left_out', // is not here
    'needs_you', // is here as far as it goes; the rest is for a person
  ]),
  line: z.int().positive(), // in the foreign file
  item: z.string(),
  why: z.string(),
  todo: z.string(), // what to do by hand; empty when nothing
})
export type ImportLine = z.infer<typeof ImportLine>

export const ImportedRunbook = z.strictObject({
  fileName: z.string(), // of the runbook, `restart-api.md`
  title: z.string(),
  markdown: z.string(),
})
export type ImportedRunbook = z.infer<typeof ImportedRunbook>

export const Imported = z.strictObject({
  format: ImportFormat.nullable(), // null when the text is none that is known
  runbooks: z.array(ImportedRunbook),
  report: z.array(ImportLine),
})
export type Imported = z.infer<typeof Imported>

export const ForeignFile = z.strictObject({
  fileName: z.string().min(1).max(300),
  text: z.string().max(600_000),
  format: ImportFormat.optional(), // without it: recognised
})
export type ForeignFile = z.infer<typeof ForeignFile>

/** Characters of all files that are previewed at once; the answer has to fit a frame, too. */
const MOST_AT_ONCE = 400_000

export const importers = {
  /** Reads foreign files and keeps nothing. What one file says of another (a StackStorm action of its workflow) is used. */
  preview: query(
    z.strictObject({
      files: z
        .array(ForeignFile)
        .min(1)
        .max(100)
        .refine(
          (files) => files.reduce((sum, { text }) => sum + text.length, 0) <= MOST_AT_ONCE,
          'are too large to be read at once: choose fewer, or use `quarterdeck runbook import`',
        ),
    }),
    z.array(
      z.strictObject({
        source: z.string(),
        ...Imported.shape,
        /** As `runbook lint` sees each runbook, in the order of `runbooks`. */
        problems: z.array(z.array(RunbookProblem)),
      }),
    ),
  ),
  /** Writes runbooks into the operator's own folder: all of them or none. Refused where a file of that name is there. */
  keep: command(
    z.strictObject({
      runbooks: z
        .array(
          z.strictObject({
            fileName: z
              .string()
              .regex(/^[a-z0-9][a-z0-9-]{0,119}\.md$/, 'lower case words joined by hyphens, .md'),
            markdown: z.string().min(1).max(500_000),
          }),
        )
        .min(1)
        .max(200),
      replace: z.boolean().default(false),
    }),
    z.strictObject({ kept: z.array(z.string()), folder: z.string() }),
  ),
}
