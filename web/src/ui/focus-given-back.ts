import { useEffect, useState } from 'react';

/**
 * What covers the page here has no trigger that Fluent knows, so what opened them is remembered here. Without it the focus would
 * fall to the body, and Fluent would go on hiding the page from screen readers.
 */
export function useFocusGivenBack(): void {
  // While drawing: the dialog's own effects, which move the focus, run before those of this component.
  const [opener] = useState(() => openerOf(document.activeElement));
  useEffect(
    () => () => {
      window.setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const title = document.querySelector<HTMLElement>('main h1');
        if (opener?.isConnected) opener.focus();
        else title?.focus();
      });
    },
    [opener],
  );
}

/** A menu's entry is gone by then: its menu names the button that stays. */
function openerOf(element: Element | null): HTMLElement | null {
  const trigger = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const opener = trigger ? document.getElementById(trigger) : element;
  return opener instanceof HTMLElement ? opener : null;
}
