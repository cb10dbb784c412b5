import { Component, type ReactNode } from 'react'
import { Button } from '#ui/button'
import { ErrorState } from '#ui/error-state'

interface ErrorBoundaryProps {
  /** Around everything: the remedy is to draw the window again. */
  whole?: boolean
  children: ReactNode
}

/** Catches what a screen throws while it is drawn, so that the rest of the window goes on. */
export class ErrorBoundary extends Component<
  ErrorBoundaryProps,
  { caught: { error: unknown } | null }
> {
  override state: { caught: { error: unknown } | null } = { caught: null }

  static getDerivedStateFromError(error: unknown): { caught: { error: unknown } } {
    return { caught: { error } }
  }

  override render(): ReactNode {
    const { caught } = this.state
    if (caught === null) return this.props.children
    return (
      <div className="flex h-full items-center">
        <ErrorState
          error={caught.error}
          kept="Tickets, runs and approvals go on in the background; only this screen could not be drawn."
          onRetry={() => this.setState({ caught: null })}
          actions={
            this.props.whole === true && (
              <Button onClick={() => window.location.reload()}>Load the window again</Button>
            )
          }
        />
      </div>
    )
  }
}
