import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';

const ModalKeeper = lazy(() => import('./modal-keeper.tsx'));

let wanted = false;
const listeners = new Set<() => void>();

/** For whatever covers the page: its code comes with the first one, and then stays. */
export function useModalKeeper(): void {
  useEffect(() => {
    wanted = true;
    for (const listener of listeners) listener();
  }, []);
}

/** Stands once in the page, beside what may be covered. */
export function Modals() {
  const show = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => wanted,
  );
  return show ? (
    <Suspense>
      <ModalKeeper />
    </Suspense>
  ) : null;
}
