import { fill, type OneTimeLink, pages } from '@megdocs/contract';
import type { Tx } from '../../platform/database.ts';
import { sha256 } from '../../platform/random.ts';
import type { AccountsDeps } from '../room.ts';
import { insertLink, type LinkRow, removeLinksOf } from './link-store.ts';

export const LINK_LIFE_SECONDS = { invitation: 7 * 24 * 3600, 'password-reset': 2 * 3600 } as const;

/** Makes a link that is shown once; one that the person had before no longer works. */
export async function issueLink(
  deps: Pick<AccountsDeps, 'random' | 'config'>,
  tx: Tx,
  person: { id: string; institution_id: string },
  purpose: LinkRow['purpose'],
  createdBy: string | null,
): Promise<OneTimeLink> {
  await removeLinksOf(tx, person.id);
  const token = deps.random.token();
  const expiresAt = await insertLink(
    tx,
    {
      id: deps.random.uuid(),
      institution_id: person.institution_id,
      person_id: person.id,
      purpose,
      token_hash: sha256(token),
      created_by: createdBy,
    },
    LINK_LIFE_SECONDS[purpose],
  );
  return { link: linkAddress(deps, token), expiresAt: expiresAt.toISOString(), mailedTo: null };
}

export function linkAddress(deps: Pick<AccountsDeps, 'config'>, token: string): string {
  return new URL(fill(pages.link, { token }), deps.config.publicUrl).href;
}
