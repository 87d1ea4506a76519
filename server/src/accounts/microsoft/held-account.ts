import { z } from 'zod';

/** An account that Microsoft confirmed and the person did not yet, as its flow's row keeps it beside the sealed tokens. */
export const heldAccount = z.object({
  tid: z.string(),
  oid: z.string(),
  name: z.string(),
  address: z.string(),
  organisation: z.string().nullable(),
  scopes: z.array(z.string()),
  /** As Microsoft said it when the account came. */
  expiresInSeconds: z.number(),
});
export type HeldAccount = z.infer<typeof heldAccount>;

interface AccountKey {
  tid: string;
  oid: string;
}

export function isSameAccount(one: AccountKey, other: AccountKey): boolean {
  return one.tid === other.tid && one.oid === other.oid;
}

/**
 * Whether the person has to be asked: it is not the account that was connected the last time, or, at the first time,
 * its address is not theirs. Whoever shares a browser connects a colleague's account without noticing.
 */
export function needsWord(
  account: AccountKey & { address: string },
  before: AccountKey | undefined,
  ownAddress: string,
): boolean {
  if (before) return !isSameAccount(account, before);
  return account.address.toLowerCase() !== ownAddress.toLowerCase();
}
