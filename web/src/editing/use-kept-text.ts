import { useCallback, useState } from 'react';

/** Text that outlives a closed dialog or a reloaded page of this tab, until it was used. */
export function useKeptText(name: string): [text: string, keep: (text: string) => void, forget: () => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(name) ?? '');
  const keep = useCallback(
    (next: string) => {
      setText(next);
      sessionStorage.setItem(name, next);
    },
    [name],
  );
  const forget = useCallback(() => sessionStorage.removeItem(name), [name]);
  return [text, keep, forget];
}
