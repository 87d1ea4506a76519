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
      window.setTimeout(showPageAgain, FLUENT_SETTLES_MS);
    },
    [opener],
  );
}

/** Fluent takes a quarter of a second to show the page again. */
const FLUENT_SETTLES_MS = 700;

/**
 * When one dialog follows another quickly, Fluent sometimes forgets to take `aria-hidden` from the page: then a screen reader would
 * find nothing. No landmark of ours is ever hidden while nothing covers it.
 */
function showPageAgain(): void {
  if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
  for (const landmark of document.querySelectorAll('main, header, nav, aside, a[href="#main"]'))
    for (let element: Element | null = landmark; element; element = element.parentElement)
      element.removeAttribute('aria-hidden');
}

/** A menu's entry is gone by then: its menu names the button that stays. */
function openerOf(element: Element | null): HTMLElement | null {
  const trigger = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const opener = trigger ? document.getElementById(trigger) : element;
  return opener instanceof HTMLElement ? opener : null;
}
