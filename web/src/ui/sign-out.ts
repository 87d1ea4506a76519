import { pages, routes } from '@megdocs/contract';
import { announce } from './announce.tsx';
import { send } from './api.ts';
import { wordsFor } from './failure.tsx';
import { leaveLive } from './live.ts';

/** Ends the session and leaves; a full load, so that nothing of this person stays in memory on a shared PC. */
export async function signOut(): Promise<void> {
  leaveLive();
  try {
    await send('DELETE', routes.session);
  } catch (error) {
    const { message, remedy } = wordsFor(error);
    announce(`You are still signed in. ${message} ${remedy ?? ''}`);
    window.alert(`You are still signed in. ${message} ${remedy ?? ''}`);
    return;
  }
  window.location.assign(pages.signIn);
}
