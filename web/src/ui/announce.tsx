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
    // A dialog hides the page from screen readers, but not this: the check-in's own news is said while it stands open.
    <div className="out-of-sight" role="status" aria-live="polite" data-tabster-never-hide="">
      {text}
    </div>
  );
}
