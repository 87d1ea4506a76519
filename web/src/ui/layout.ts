import { useSyncExternalStore } from 'react';

/** The widths at which pages change their shape: under 900 phone, under 1280 narrow. CSS repeats these numbers. */
const PHONE_BELOW = 900;
const NARROW_BELOW = 1280;

export type Width = 'phone' | 'narrow' | 'wide';

/** Follows a media query. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** The shape that pages have now; use CSS where CSS is enough. */
export function useWidth(): Width {
  const phone = useMedia(`(max-width: ${PHONE_BELOW - 0.02}px)`);
  const narrow = useMedia(`(max-width: ${NARROW_BELOW - 0.02}px)`);
  if (phone) return 'phone';
  return narrow ? 'narrow' : 'wide';
}
