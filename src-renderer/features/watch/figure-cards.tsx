import type { Watch } from '#contract/insights'
import { cx } from '#ui/class-names'
import { Sparkline } from '#ui/sparkline'
import { FIGURE_TITLES, figureSpoken, figureText, figureTrend } from './watch-words'

const TREND = { good: 'text-ok', bad: 'text-high', neutral: 'text-muted' }

/** A few numbers with the week behind each. */
export function FigureCards({ figures }: { figures: Watch['figures'] }) {
  return (
    <ul className="grid shrink-0 grid-cols-[repeat(auto-fit,minmax(190px,1fr))] gap-4">
      {figures.map((figure) => (
        <FigureCard key={figure.key} figure={figure} />
      ))}
    </ul>
  )
}

function FigureCard({ figure }: { figure: Watch['figures'][number] }) {
  const { value, unit } = figureText(figure)
  const trend = figureTrend(figure)
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_minmax(56px,40%)] items-end gap-x-3 rounded-card border border-line bg-surface px-4 py-3.5">
      <h3 className="col-span-2 truncate text-small font-semibold text-muted">
        {FIGURE_TITLES[figure.key]}
      </h3>
      <p className="mt-1 min-w-0 text-figure font-[640] tracking-[-0.02em] tnum">
        {value}
        {unit !== '' && (
          <span className="ml-1 text-body font-normal tracking-normal text-muted">{unit}</span>
        )}
      </p>
      <Sparkline
        values={figure.days}
        label={figureSpoken(figure)}
        tone={trend.tone === 'good' ? 'ok' : 'accent'}
      />
      <p className={cx('col-span-2 mt-0.5 truncate text-small', TREND[trend.tone])}>{trend.text}</p>
    </li>
  )
}
