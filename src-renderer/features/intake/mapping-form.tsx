import { useState } from 'react'
import { api } from '#api'
import type { GenericMapping, Source } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { pointerProblem, PLACES } from './mapping'
import { MappingFields } from './mapping-fields'

/** Where this source keeps what is needed. In force from the next delivery on; dead letters can be read again with it. */
export function MappingForm({ source }: { source: Source }) {
  const [changed, setChanged] = useState<Partial<GenericMapping>>({})
  const update = useCommand(api.intake.updateSource, {
    done: 'The mapping is in force from the next delivery on',
    failed: 'The old mapping is still in force',
    refresh: [['intake']],
    onDone: () => setChanged({}),
  })
  if (source.mapping === null) return null
  const mapping = { ...source.mapping, ...changed }
  const isGood =
    mapping.title !== '' && PLACES.every(({ field }) => !pointerProblem(mapping[field]))
  return (
    <Card title="Where it keeps what" note="JSON Pointers, such as /labels/alertname">
      <MappingFields
        mapping={mapping}
        onChange={(part) => setChanged((before) => ({ ...before, ...part }))}
      />
      <div className="mt-5 flex items-center justify-end gap-2">
        <Button disabled={Object.keys(changed).length === 0} onClick={() => setChanged({})}>
          Discard
        </Button>
        <Button
          variant="primary"
          disabled={!isGood || Object.keys(changed).length === 0}
          busy={update.isPending}
          onClick={() => update.mutate({ name: source.name, mapping })}
        >
          Keep the mapping
        </Button>
      </div>
    </Card>
  )
}
