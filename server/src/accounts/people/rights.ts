import { Failure } from '../../platform/failures.ts';
import type { SignedIn } from '../room.ts';

export function isAdmin(person: Pick<SignedIn, 'roles'>): boolean {
  return person.roles.includes('institution-admin');
}

export function assertAdmin(person: Pick<SignedIn, 'roles'>): void {
  if (isAdmin(person)) return;
  throw new Failure(403, 'not_allowed', 'Only administrators of your institution may do this.', {
    remedy: 'Ask one of them.',
  });
}
