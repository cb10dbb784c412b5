import { Star } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Run } from '#contract/runs'
import { Button } from '#ui/button'
import { cx } from '#ui/class-names'
import { useCommand } from '#ui/command'
import { Field } from '#ui/field'
import { TextArea } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { Checkbox } from '#ui/switch'

const STARS = [1, 2, 3, 4, 5] as const

/** What the operator thinks of the run; it is used where this runbook is offered again. */
export function FeedbackCard({ run }: { run: Run }) {
  if (run.feedback !== null) {
    return (
      <section className="flex flex-col gap-1">
        <h2 className="text-small text-muted">Feedback</h2>
        <Stars value={run.feedback.stars} />
        <p className="text-small text-muted">
          {run.feedback.resolved ? 'it solved the problem' : 'it did not solve the problem'}
        </p>
        {run.feedback.comment !== '' && <PlainText text={run.feedback.comment} max={600} />}
      </section>
    )
  }
  return run.may.includes('feedback') ? <FeedbackForm run={run} /> : null
}

function FeedbackForm({ run }: { run: Run }) {
  const [stars, setStars] = useState(0)
  const [resolved, setResolved] = useState(run.status === 'succeeded')
  const [comment, setComment] = useState('')
  const rate = useCommand(api.runs.rate, {
    done: 'Thank you, kept',
    failed: 'The feedback was not kept',
    refresh: [['runs']],
  })
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(submit) => {
        submit.preventDefault()
        rate.mutate({ id: run.id, feedback: { stars, resolved, comment } })
      }}
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="text-small text-muted">How good was this runbook here?</legend>
        <Stars value={stars} onChoose={setStars} />
      </fieldset>
      <Checkbox label="It solved the problem" checked={resolved} onChange={setResolved} />
      <Field label="Anything to know next time" optional>
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            maxLength={4000}
            value={comment}
            onChange={(change) => setComment(change.target.value)}
          />
        )}
      </Field>
      <Button type="submit" disabled={stars === 0} busy={rate.isPending}>
        Keep the feedback
      </Button>
    </form>
  )
}

function Stars({ value, onChoose }: { value: number; onChoose?: (stars: number) => void }) {
  const look = (star: number) => (
    <Star
      size={18}
      strokeWidth={1.75}
      aria-hidden
      className={cx(star <= value ? 'fill-medium text-medium' : 'text-muted')}
    />
  )
  if (!onChoose) {
    return (
      <span className="flex gap-1" role="img" aria-label={`${value} of 5 stars`}>
        {STARS.map((star) => (
          <span key={star}>{look(star)}</span>
        ))}
      </span>
    )
  }
  return (
    <span className="flex gap-0.5">
      {STARS.map((star) => (
        <button
          key={star}
          type="button"
          aria-pressed={star === value}
          aria-label={star === 1 ? '1 star' : `${star} stars`}
          onClick={() => onChoose(star)}
          className="rounded-chip p-1 hover:bg-hover"
        >
          {look(star)}
        </button>
      ))}
    </span>
  )
}
