import { useSyncExternalStore } from 'react';

let current = '';
let turn = 0;
const listeners = new Set<() => void>();

/** Says an event to a screen reader, politely: "N. Educator saved". Never something that ticks. */
export function announce(sentence: string): void {
  turn += 1;
  // The same sentence twice must be heard twice: a no-break space makes it another text.
  current = turn % 2 === 0 ? sentence : `${sentence}\u00a0`;
  for (const listener of listeners) listener();
}

/** The page's one polite live region. */
export function LiveRegion() {
  const text = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => current,
  );
  return (
    <div className="out-of-sight" role="status" aria-live="polite">
      {text}
    </div>
  );
}
