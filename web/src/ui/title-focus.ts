import { type RefObject, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';

const WAIT_FOR_TITLE_MS = 5000;

/** After a change of page the focus goes to its h1, as soon as there is one: a screen reader then says where one is. */
export function useTitleFocus(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  // After a full load the focus stays where the browser puts it; coming from the sign-in page is a change of page.
  const before = useRef(useNavigationType() === 'POP' ? pathname : undefined);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    window.scrollTo(0, 0);
    const area = main.current;
    const leftFrom = document.activeElement;
    if (!area) return;
    const tryNow = () => {
      const title = area.querySelector<HTMLElement>('h1');
      if (!title) return false;
      // Whoever has gone on to another place meanwhile is not called back.
      if (document.activeElement !== document.body && document.activeElement !== leftFrom) return true;
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
      return true;
    };
    // The old page is still shown in this moment, until the new one's code is there.
    const observer = new MutationObserver(() => tryNow() && observer.disconnect());
    const timer = window.setTimeout(() => observer.disconnect(), WAIT_FOR_TITLE_MS);
    if (!tryNow()) observer.observe(area, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      window.clearTimeout(timer);
    };
  }, [pathname, main]);
}
