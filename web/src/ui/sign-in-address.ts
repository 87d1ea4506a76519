import { pages } from '@megdocs/contract';

/** Leaves for the sign-in page, which comes back here. */
export function goToSignIn(): void {
  const { pathname, search } = window.location;
  // Pages outside the frame handle "not signed in" themselves; going there from there would turn in circles.
  if (pathname === pages.signIn || pathname.startsWith('/welcome/')) return;
  window.location.assign(signInAddress(pathname + search));
}

const signInAddress = (returnTo: string): string => `${pages.signIn}?returnTo=${encodeURIComponent(returnTo)}`;
