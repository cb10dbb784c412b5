import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ListFilter, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Rule } from '#contract/screening'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { EmptyState } from '#ui/empty-state'
import { ErrorState } from '#ui/error-state'
import { ScrollArea } from '#ui/scroll-area'
import { useShortcut } from '#ui/shortcuts'
import { CardSkeleton } from '#ui/skeleton'
import { Tabs } from '#ui/tabs'
import { GroupList } from './group-list'
import { HeldList } from './held-list'
import { RuleDialog } from './rule-dialog'
import { ruleQueries } from './rule-queries'
import { RuleRow } from './rule-row'
import { RULE_KINDS } from './rule-words'

type View = 'rules' | 'held' | 'groups'
type Kind = keyof typeof RULE_KINDS
const KINDS = Object.keys(RULE_KINDS) as Kind[]

/** What stands between a signal and a ticket: the rules, what they hold back now, and what they put together. */
export function Rules() {
  const [view, setView] = useState<View>(useAskedView())
  const [edited, setEdited] = useState<Rule | 'new' | null>(null)
  const held = useQuery(ruleQueries.held()).data
  const groups = useQuery(ruleQueries.groups()).data
  useShortcut('a', 'Add a rule', () => setEdited('new'), { group: 'Intake' })
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-3 border-b border-line px-6 py-3 max-md:px-4">
        <Tabs
          label="What is shown"
          tabs={[
            { value: 'rules', label: 'Rules' },
            { value: 'held', label: 'Held back', count: held?.total },
            { value: 'groups', label: 'Groups', count: groups?.total },
          ]}
          value={view}
          onChoose={setView}
        />
        <Button
          className="ml-auto"
          variant="primary"
          keys="a"
          icon={<Plus size={15} strokeWidth={1.75} />}
          onClick={() => setEdited('new')}
        >
          Add a rule
        </Button>
      </div>
      <ScrollArea label="Rules" className="flex-1">
        <div className="mx-auto flex w-full max-w-[960px] flex-col gap-4 p-6 max-md:p-4">
          {view === 'rules' && <RuleGroups onEdit={setEdited} onAdd={() => setEdited('new')} />}
          {view === 'held' && <HeldList />}
          {view === 'groups' && <GroupList />}
        </div>
      </ScrollArea>
      {edited !== null && (
        <RuleDialog rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </div>
  )
}

/** What a link asked for: a ticket leads to the groups. */
function useAskedView(): View {
  const asked: { view?: unknown } = useSearch({ strict: false })
  return asked.view === 'groups' || asked.view === 'held' ? asked.view : 'rules'
}

function RuleGroups({ onEdit, onAdd }: { onEdit: (rule: Rule) => void; onAdd: () => void }) {
  const { data, error, refetch } = useQuery(ruleQueries.rules())
  if (error !== null)
    return (
      <ErrorState
        error={error}
        kept="The rules are in force whether they can be shown or not."
        onRetry={() => void refetch()}
      />
    )
  if (data === undefined)
    return (
      <>
        <CardSkeleton lines={3} />
        <CardSkeleton lines={3} />
      </>
    )
  if (data.length === 0)
    return (
      <EmptyState
        icon={<ListFilter size={20} strokeWidth={1.75} />}
        title="Every signal goes its way"
        actions={<Button onClick={onAdd}>Add a rule</Button>}
      >
        Rules hold signals back during maintenance, ask for several occurrences, put tickets
        together, give them to people, or declare incidents. A rule can be tried on the last week
        before it is made.
      </EmptyState>
    )
  return KINDS.map((kind) => {
    const rules = data.filter(({ draft }) => draft.kind === kind)
    return (
      rules.length > 0 && (
        <Card key={kind} title={RULE_KINDS[kind].title} note={RULE_KINDS[kind].about} flush>
          <ul className="border-t border-line">
            {rules.map((rule) => (
              <RuleRow key={rule.id} rule={rule} onEdit={() => onEdit(rule)} />
            ))}
          </ul>
        </Card>
      )
    )
  })
}
