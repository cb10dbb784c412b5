import type { z } from 'zod'
import type { audit } from '#contract/audit'
import { Banner } from '#ui/banner'
import { errorText } from '#ui/error-state'
import { MonoId } from '#ui/mono-id'

/** What the check of the whole chain came to. Nothing before the operator has asked for it. */
export function ChainResult({
  result,
  error,
}: {
  result: z.infer<typeof audit.verify.output> | undefined
  error: unknown
}) {
  if (error)
    return (
      <Banner tone="bad" title="The chain could not be read">
        {errorText(error)}
      </Banner>
    )
  if (!result) return null
  if (!result.ok) {
    return (
      <Banner tone="bad" title="This log was changed">
        {result.problem} The {result.entries} entries before it are whole. Keep a copy of the data
        folder before you do anything else.
      </Banner>
    )
  }
  return (
    <Banner tone="good" title={wholeWords(result.entries)}>
      Newest hash <MonoId id={result.head} />. Write it down elsewhere to notice a cut end, too.
    </Banner>
  )
}

function wholeWords(entries: number): string {
  if (entries === 0) return 'There is no entry yet'
  return entries === 1 ? 'The one entry is whole' : `All ${entries} entries are whole`
}
