import { Component, type ReactNode } from 'react';
import { FailureBox } from './failure.tsx';

interface FenceProps {
  children: ReactNode;
  /** A change of it, such as the path, gives the page another chance. */
  resetBy?: string;
  /** What stands around the words where the page itself is gone. */
  around?: (words: ReactNode) => ReactNode;
}
interface FenceState {
  error: unknown;
  at: string | undefined;
}

/** Keeps a page that fails while it is drawn, or whose code could not be loaded, from blanking everything. */
export class FailureFence extends Component<FenceProps, FenceState> {
  override state: FenceState = { error: undefined, at: this.props.resetBy };

  static getDerivedStateFromError(error: unknown): Partial<FenceState> {
    return { error };
  }

  static getDerivedStateFromProps(props: FenceProps, state: FenceState): FenceState | null {
    return props.resetBy === state.at ? null : { error: undefined, at: props.resetBy };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    // A script that could not be loaded stays so until the page is loaded anew.
    const words = <FailureBox error={this.state.error} onRetry={() => window.location.reload()} />;
    return this.props.around?.(words) ?? words;
  }
}
