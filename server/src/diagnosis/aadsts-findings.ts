import { AADSTS_CODES, isKnownAadsts } from '@megdocs/microsoft365';
import { adminWordsOf, fillAdminWords, isOurMistake } from '../accounts/index.ts';
import { failure, type NewFinding } from './finding.ts';
import type { Scene } from './scene.ts';

/** Whether a person can do nothing about it. */
export function isForAdministrators(aadsts: number): boolean {
  return adminWordsOf(aadsts) !== undefined;
}

/** What an administrator reads about a number of Microsoft's; undefined where it is nothing for them. */
export function findingOfNumber(
  aadsts: number,
  { app, config }: Pick<Scene, 'app' | 'config'>,
): NewFinding | undefined {
  const known = adminWordsOf(aadsts);
  if (!known) return undefined;
  const given = { redirectUri: config.redirectUri, ...app, cloud: config.microsoft?.cloud ?? 'global' };
  const fill = (text: string) => fillAdminWords(text, given);
  const meaning = isKnownAadsts(aadsts) ? AADSTS_CODES[aadsts].meaning : '';
  const what = isOurMistake(known) ? `${known.what} (${meaning})` : fill(known.what);
  return failure(`AADSTS${aadsts}`, what, known.why, fill(known.remedy));
}
