import { Component, type ReactNode } from 'react'
import { texts } from '../texts.ts'

/** What is left when drawing has failed: says so, instead of an empty page or an old picture that looks current. */
export class CrashScreen extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null }

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children
    return (
      <main className="screen">
        <h1>{texts.crashed.heading}</h1>
        <p>{texts.crashed.lead}</p>
        <p className="reason" role="alert">
          {this.state.message}
        </p>
        <button type="button" className="button primary" onClick={() => window.location.reload()}>
          {texts.crashed.reload}
        </button>
      </main>
    )
  }
}
